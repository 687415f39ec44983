"""The spans of this process: recorded, or nothing at all.

    async with recording("acg"):
        spans.recorder.consumed(work)

`recorder` does nothing until it is wanted and its packages are there.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Protocol, Self

import structlog

from contracts.events import Event
from contracts.lifecycle import Entry
from runtime.current import Work
from runtime.version import VERSION

if TYPE_CHECKING:
    from runtime.tracing.otel import OtelRecorder

log = structlog.get_logger()

# After the drain: a collector that does not answer delays the end of a process no longer.
FLUSH_S = 2.0

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_SPOKEN = "http/protobuf"


class Call(Protocol):
    """A step of a command, or a request to an engine, while it is recorded."""

    def ended(self, code: int) -> None:
        """Say how it ended: the exit code of a step, the HTTP status of a request."""


class Recorder(Protocol):
    """Records spans. What callers wrote and containers printed is in none of them."""

    def consumed(self, work: Work, attempt: int = 1, last: Entry | None = None) -> None:
        """Begin the span of a delivery, or of a turn of the clock.

        It continues the trace of what was delivered; of a command that somebody else tells of,
        that of its `last` event.
        """

    def asked(self, work: Work, verb: str) -> None:
        """Begin the span of a request, in the trace that `work` has, or in one of its own."""

    def stored(self, event: Event, event_id: str, sequence: int) -> None:
        """Note what this task has stored."""

    def over(self, work: Work, outcome: str, error: str, code: str) -> None:
        """End what `consumed` and `asked` began."""

    def step(self, verb: str, host: str) -> AbstractContextManager[Call]:
        """Record one step of a command, on one host."""

    def request(self, method: str, path: str) -> AbstractContextManager[Call]:
        """Record one request to an engine, where it is part of something that is recorded."""


class _Nothing:
    """Takes everything, and does nothing."""

    def consumed(self, work: Work, attempt: int = 1, last: Entry | None = None) -> None:
        pass

    def asked(self, work: Work, verb: str) -> None:
        pass

    def stored(self, event: Event, event_id: str, sequence: int) -> None:
        pass

    def over(self, work: Work, outcome: str, error: str, code: str) -> None:
        pass

    def step(self, verb: str, host: str) -> Self:  # noqa: ARG002 - as `Recorder` has it
        return self

    def request(self, method: str, path: str) -> Self:  # noqa: ARG002 - the same
        return self

    def ended(self, code: int) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


_NOTHING = _Nothing()
recorder: Recorder = _NOTHING


def end(work: Work, outcome: str, error: str = "", code: str = "") -> None:
    """Say that a delivery, a request or a turn of the clock is over.

    `error` is the name of what went wrong, `code` that of a refusal, which is no error.
    """
    work.over = True
    recorder.over(work, outcome, error, code)


def wanted(environment: Mapping[str, str]) -> bool:
    """Say whether spans are to be sent somewhere (OpenTelemetry's general SDK variables).

    An endpoint is enough; `OTEL_TRACES_EXPORTER` says otherwise with `none`, and with `otlp` that
    the endpoint is the usual one.
    """
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporters = {each.strip() for each in environment.get("OTEL_TRACES_EXPORTER", "").split(",")}
    if exporters - {""}:
        return "otlp" in exporters
    return any(environment.get(each, "").strip() for each in _ENDPOINTS)


def unspoken(environment: Mapping[str, str]) -> str:
    """Return the protocol that is asked for and not spoken; empty where it is."""
    asked = next((each for name in _PROTOCOLS if (each := environment.get(name, "").strip())), "")
    return "" if asked in {"", _SPOKEN} else asked


@asynccontextmanager
async def recording(service: str) -> AsyncIterator[None]:
    """Record the spans of this process, as `service`, for as long as the block lasts.

    Does nothing where nobody wants them. Where they cannot be recorded that is said once, and the
    gateway goes on without: traces keep nothing from running. At the end of the block what is
    left is sent, for `FLUSH_S` seconds at most.
    """
    global recorder  # noqa: PLW0603 - one for the process, as what it is exported by
    opened = await _opened(service) if recorder is _NOTHING else None
    if opened is None:
        yield
        return
    recorder = opened
    try:
        yield
    finally:
        recorder = _NOTHING
        if not await opened.close(FLUSH_S):
            log.warning("some spans were not sent", within_s=FLUSH_S)


async def _opened(service: str) -> "OtelRecorder | None":
    """Return what records as the environment asks; None where nothing does, which is said."""
    if not wanted(os.environ):
        return None
    if other := unspoken(os.environ):
        log.warning("no traces: this protocol is not spoken", protocol=other, spoken=_SPOKEN)
        return None
    try:
        # Hundreds of milliseconds of imports: in a thread, so that `/healthz` goes on answering.
        return await asyncio.to_thread(_recorder, service)
    except ImportError as error:
        log.warning(
            "no traces: the extra `otel` is not installed",
            missing=error.name,
            hint="pip install 'ai-command-gateway[otel]'",
        )
    except Exception as error:  # noqa: BLE001 - whatever the variables say: the gateway goes on
        log.warning("no traces: they cannot be set up so", error=str(error))
    return None


def _recorder(service: str) -> "OtelRecorder":
    from runtime.tracing.otel import OtelRecorder  # noqa: PLC0415 - loads the SDK

    return OtelRecorder(service, VERSION)
