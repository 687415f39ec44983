"""From event to message and back: body, headers, digest, signature."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json

from contracts import headers as h
from contracts.events import BY_TYPE, CommandValidated, Event
from contracts.lifecycle import Entry
from runtime.errors import PermanentError
from runtime.signing import Signer, Verifier
from runtime.tracing import context
from runtime.version import VERSION

_SPEC = "1.0"


class Cause(NamedTuple):
    """What is being answered: its identity, and what travels on from it."""

    id: str
    digest: str
    correlation: str
    trace: str
    time: datetime | None = None
    timings: str = ""
    caller: str = ""
    source_id: str = ""
    trace_state: str = ""


class Sealed(NamedTuple):
    """An event ready to be stored; without the expectation, which may change on the way."""

    event: Event
    id: str
    subject: str
    headers: dict[str, str]
    body: bytes
    digest: str
    time: datetime

    def entry(self, sequence: int, headers: Mapping[str, str]) -> Entry:
        """Return it as the history has it, stored under this sequence and with these headers."""
        source = self.headers[h.SOURCE]
        return Entry(self.event, sequence, self.id, self.time, source, self.digest, headers)


def seal(event: Event, function: str, cause: Cause, signer: Signer, stage: str) -> Sealed:
    """Wrap an event as `function`'s answer to `cause`.

    `stage` names the time between the cause and this in the timings; empty adds none.
    """
    time = datetime.now(UTC)
    event_id = h.event_id(function, event.type, cause.digest, event.occurrence())
    body = event.__pydantic_serializer__.to_json(event)
    subject = event.subject
    headers = {
        h.SPEC_VERSION: _SPEC,
        h.ID: event_id,
        h.TYPE: f"command.{event.type}",
        h.SOURCE: function,
        h.TIME: time.isoformat(),
        h.CORRELATION: cause.correlation,
        h.CAUSE: cause.id,
        h.CAUSE_DIGEST: cause.digest,
    }
    try:
        digest, signature = signer.sign(subject, headers, body)
    except ValueError as error:
        raise PermanentError(f"no event can answer this: {error}") from error
    headers |= signature
    headers[h.TRACE] = cause.trace if context.valid(cause.trace) else context.begun()
    if cause.trace_state:
        headers[h.TRACE_STATE] = cause.trace_state
    if stage and cause.time:
        spent = f"{stage}={(time - cause.time).total_seconds() * 1000:.2f}"
        headers[h.TIMINGS] = f"{cause.timings},{spent}" if cause.timings else spent
    elif cause.timings:
        headers[h.TIMINGS] = cause.timings
    if cause.caller:
        headers[h.CALLER] = cause.caller
    if cause.source_id:
        headers[h.SOURCE_ID] = cause.source_id
    headers[h.VERSION] = VERSION
    headers[h.MESSAGE_ID] = event_id
    return Sealed(event, event_id, subject, headers, body, digest, time)


def opened(
    subject: str, headers: Mapping[str, str] | None, body: bytes, sequence: int, verifier: Verifier
) -> Entry:
    """Read a stored message back into an entry.

    Raises PermanentError where it is no event that a function of ours could have made.
    """
    parts = subject.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - command.<type>.<id>
        raise PermanentError(f"{subject} is not the subject of an event")
    kind = BY_TYPE.get(parts[1])
    if kind is None:
        raise UnknownError(f"events of type {parts[1]!r} are not known here")
    if headers is None:
        raise PermanentError("it has no headers")
    try:
        event = kind.__pydantic_validator__.validate_json(body)
        time = datetime.fromisoformat(headers[h.TIME])
        identity, source = headers[h.ID], headers[h.SOURCE]
        expected = headers[h.EXPECTED_SUBJECT]
    except ValidationError as error:
        wrong = f"not a {kind.__name__}: {error.error_count()} errors"
        if (other := headers.get(h.VERSION, VERSION)) != VERSION:
            raise UnknownError(f"{wrong}, made by version {other}") from error
        raise PermanentError(wrong) from error
    except (KeyError, ValueError) as error:
        raise PermanentError(f"its headers are not those of an event: {error}") from error
    if event.command_id != parts[2] or expected != f"command.*.{parts[2]}":
        raise PermanentError("it does not belong to the command that its subject names")
    try:
        digest = verifier.verify(subject, headers, body)
    except ValueError as error:
        raise PermanentError(f"its headers are not those of an event: {error}") from error
    return Entry(event, sequence, identity, time, source, digest, headers)


class UnknownError(PermanentError):
    """A newer version made it: it waits, until its deadline, for a worker that knows it."""


def understood(entry: Entry, body: bytes) -> None:
    """Raise UnknownError where what is to run says more than is known here.

    Readers ignore fields that they do not know; who acts must not: a newer version may have asked
    for something by one of them. What is not set there asks for nothing.
    """
    event, made_by = entry.event, entry.headers.get(h.VERSION, VERSION)
    if made_by == VERSION or not isinstance(event, CommandValidated):
        return
    if not _known(from_json(body)["plan"], event.plan.model_dump(mode="json")):
        raise UnknownError(f"its plan, made by version {made_by}, is not wholly known here")


def _known(stored: Any, held: Any) -> bool:
    if isinstance(stored, dict):
        return isinstance(held, dict) and all(
            _known(each, held[name]) if name in held else not each for name, each in stored.items()
        )
    if isinstance(stored, list):
        return isinstance(held, list) and all(map(_known, stored, held))
    return True


def cause_of(entry: Entry) -> Cause:
    """Return what an answer to this entry carries on."""
    headers = entry.headers
    return Cause(
        id=entry.id,
        digest=entry.digest,
        correlation=headers.get(h.CORRELATION, entry.event.command_id),
        trace=headers.get(h.TRACE, ""),
        time=entry.time,
        timings=headers.get(h.TIMINGS, ""),
        caller=headers.get(h.CALLER, ""),
        source_id=headers.get(h.SOURCE_ID, ""),
        trace_state=context.state_of(headers.get(h.TRACE_STATE, "")),
    )


def continued(cause: Cause, trace: context.Trace | None) -> Cause:
    """Return the cause of what is made in a span: it goes on from there, within its own trace."""
    if trace is None or (context.valid(cause.trace) and cause.trace[3:35] != trace.id):
        return cause
    return cause._replace(trace=trace.parent, trace_state=trace.state)


def new_trace() -> str:
    """Return a `traceparent` for a request that came without one (W3C Trace Context)."""
    return context.begun()
