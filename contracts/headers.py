"""The headers of a stored event: CloudEvents by the binary binding, cause, trace, timings.

Source: CloudEvents 1.0.2, NATS protocol binding (attributes as `ce-` headers); W3C Trace
Context (`traceparent`, `tracestate`). `Nats-` headers are the server's (ADR-8, ADR-31). Trace,
timings and caller are for whoever operates the gateway: they are not signed, and decide nothing.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite

SPEC_VERSION = "ce-specversion"
ID = "ce-id"
TYPE = "ce-type"
SOURCE = "ce-source"
TIME = "ce-time"
CORRELATION = "ce-correlationid"
CAUSE = "ce-causationid"
CAUSE_DIGEST = "ce-causationdigest"
TRACE = "traceparent"
TRACE_STATE = "tracestate"
TIMINGS = "acg-timings"
# Who asked, and the label that the request carries: on every event of a command, for statistics
# and logs. Never an identity: what decides by the caller reads the request in the history.
CALLER = "acg-caller"
SOURCE_ID = "acg-source-id"

# The version of the gateway that made the event: an older one knows that it may not know it all.
VERSION = "acg-version"

MESSAGE_ID = "Nats-Msg-Id"
EXPECTED_SEQUENCE = "Nats-Expected-Last-Subject-Sequence"
EXPECTED_SUBJECT = "Nats-Expected-Last-Subject-Sequence-Subject"
SEQUENCE = "Nats-Sequence"
SUBJECT = "Nats-Subject"
STATUS = "Status"

START = "start"


def canonical(subject: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Return the bytes that a digest or a signature of an event covers.

    Subject, every `ce-` header in the order of names, and the digest of the body: each on a
    line of its own. No two events share these bytes: ValueError is raised where a header holds a
    line break, which would let it pass for two.
    """
    names = sorted([name for name in headers if name.startswith("ce-")])
    lines = [f"{name}:{headers[name]}\n" for name in names]
    text = f"{subject}\n{''.join(lines)}{hashlib.sha256(body).hexdigest()}"
    if text.count("\n") != len(names) + 1:
        msg = "a header holds a line break"
        raise ValueError(msg)
    return text.encode()


def digest(subject: str, headers: Mapping[str, str], body: bytes) -> str:
    """Return the digest by which the next event names this one as its cause."""
    return hashlib.sha256(canonical(subject, headers, body)).hexdigest()


def event_id(function: str, event_type: str, cause_digest: str, occurrence: str) -> str:
    """Return the id of an event: the same work on the same cause gives the same id."""
    named = f"{function}\0{event_type}\0{cause_digest}\0{occurrence}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def timings_of(headers: Mapping[str, str]) -> tuple[datetime | None, dict[str, float]]:
    """Return when the request came, and the milliseconds that each stage took since.

    The form is that of `timings_header`; what is not of it is left out. A stage that a command
    came through twice has the sum of both.
    """
    start: datetime | None = None
    timings: dict[str, float] = {}
    for pair in headers.get(TIMINGS, "").split(","):
        stage, _, number = pair.partition("=")
        try:
            if stage == START:
                start = datetime.fromtimestamp(float(number), UTC)
            elif number and isfinite(spent := float(number)):
                timings[stage] = round(timings.get(stage, 0.0) + spent, 2)
        except (ValueError, OverflowError, OSError):
            continue
    return start, timings


def start_of(headers: Mapping[str, str]) -> datetime | None:
    """Return when the request came, as `timings_of` does, without reading the stages."""
    first = headers.get(TIMINGS, "").partition(",")[0]
    return timings_of({TIMINGS: first})[0]


def timings_header(start: datetime) -> str:
    """Return the beginning of a timings header; each stage adds `,<stage>=<milliseconds>`."""
    return f"{START}={start.timestamp():.6f}"
