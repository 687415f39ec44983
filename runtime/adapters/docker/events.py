"""`docker events`: what happens in the engine, a line for each event as it comes."""

import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue

from contracts.docker.operations import Events
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.host import Host, grouped
from runtime.adapters.docker.progress import Printout
from runtime.adapters.docker.tables import JSON
from runtime.adapters.docker.text import timestamp, values
from runtime.adapters.docker.text.template import Template

# How many events are kept as data.
_KEPT = 1000
_LONGEST = 1024 * 1024
_NS = 1_000_000_000
# The fields of an event by their names in Go, with those in JSON (moby api/types/events).
_FIELDS: dict[str, tuple[str, Any]] = {
    "Status": ("status", ""),
    "ID": ("id", ""),
    "From": ("from", ""),
    "Type": ("Type", ""),
    "Action": ("Action", ""),
    "Actor": ("Actor", {}),
    "Scope": ("scope", ""),
    "Time": ("time", 0),
    "TimeNano": ("timeNano", 0),
}


class _Message(values.GoStruct):
    """An event as a template sees it."""

    def __contains__(self, name: object) -> bool:
        return name in _FIELDS

    def __getitem__(self, name: str) -> Any:
        key, absent = _FIELDS[name]
        return self.get(key, absent)


async def events(host: Host, operation: Events) -> Outcome:
    """Print events as they come, up to `until`; without it they have no end.

    That is refused where nobody takes what is printed meanwhile.
    """
    if operation.until is None and host.errand.out is None:
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            "docker events has no end, and nobody takes what it prints.",
            "Ask for a part: --since 1h --until 0s.",
        )
    line = _line(operation.format)
    try:
        params = _times(operation)
    except timestamp.InvalidTimeError as error:
        return Outcome(exit_code=1, stderr=f"{error}\n")
    asked = grouped(operation.filters)
    if host.only_label is not None:
        asked.setdefault("label", {})[host.only_label] = True
    params |= {"filters": json.dumps(asked)} if asked else {}
    printout, kept, count = Printout(host), list[JsonValue](), 0
    async with host.connection.stream("events", params, endless=True) as pieces:
        async for batch in _messages(pieces):
            count += len(batch)
            kept.extend(batch[: _KEPT - len(kept)])
            await printout.stdout("".join(f"{line(each)}\n" for each in batch))
    return printout.outcome({"count": count, "events": kept})


def _times(operation: Events) -> dict[str, str]:
    asked = {"since": operation.since, "until": operation.until}
    return {
        name: timestamp.unix(name, value, time.time()) for name, value in asked.items() if value
    }


def _line(format_: str | None) -> Callable[[dict[str, Any]], str]:
    """Return what makes a line of an event."""
    if not format_:
        return plain
    template = Template(JSON if format_ == "json" else format_, endless=True)
    template.render(_typed({}))  # what is wrong with it is told before anything is waited for
    return lambda event: template.render(_typed(event))


def plain(event: dict[str, Any]) -> str:
    """Return an event as docker's CLI prints it without a format."""
    actor = event.get("Actor") or {}
    said = f"{event.get('Type', '')} {event.get('Action', '')} {actor.get('ID', '')}"
    if attributes := actor.get("Attributes"):
        pairs = (f"{name}={value}" for name, value in sorted(attributes.items()))
        said += f" ({', '.join(pairs)})"
    nanoseconds = event.get("timeNano") or (event.get("time") or 0) * _NS
    return f"{_moment(nanoseconds)} {said}" if nanoseconds else said


def _moment(nanoseconds: int) -> str:
    """Return a time with nine digits of a second, in the local zone, as docker does."""
    seconds, fraction = divmod(nanoseconds, _NS)
    moment = datetime.fromtimestamp(seconds, UTC).astimezone()
    zone = moment.strftime("%z")
    offset = "Z" if zone == "+0000" else f"{zone[:3]}:{zone[3:]}"
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction:09}{offset}"


def _typed(event: dict[str, Any]) -> _Message:
    actor = event.get("Actor") or {}
    attributes = values.GoMap(actor.get("Attributes") or {})
    struct = values.GoStruct({"ID": actor.get("ID", ""), "Attributes": attributes})
    struct.name = "Actor"
    return _Message({**event, "Actor": struct})


async def _messages(pieces: AsyncIterator[bytes]) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the events that came together; each is a line of JSON."""
    rest = b""
    async for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST:
            raise EngineError(0, f"an event has more than {_LONGEST} bytes")
        if found := [_decoded(line) for line in lines if line.strip()]:
            yield found
    if rest.strip():
        yield [_decoded(rest)]


def _decoded(line: bytes) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise RefusedError(
            Code.ENGINE_ERROR,
            f"The engine told of an event what cannot be read: {line[:80]!r}.",
            "Look at the engine's own log.",
        )
    return event
