"""Spans by the SDK of OpenTelemetry, sent as OTLP over HTTP. Imported where they are wanted.

The sampler, the resource, limits, batches and the exporter are set by the SDK's own variables.
Spans are sent by a thread of the SDK's, from a queue of bounded length: where the collector is
slow or away, the oldest are dropped. Names and attributes follow the conventions for messaging
(https://opentelemetry.io/docs/specs/semconv/messaging/), as they stand; ours begin with `acg.`.
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import context as otel
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    TraceState,
    get_current_span,
    set_span_in_context,
)

from contracts.errors import RefusedError
from contracts.events import CommandFailed, Event
from contracts.lifecycle import Entry
from runtime.current import Work
from runtime.tracing.context import Trace, read
from runtime.tracing.export import Exporter
from runtime.tracing.facts import about_event, about_message, route

_NO_PARENT = otel.Context()
# Somebody else went on: that is how it is meant, and no error.
_LOST = "lost"


class Ids(RandomIdGenerator):
    """Gives the next trace the id that it has already, where it has one."""

    given = 0

    def generate_trace_id(self) -> int:
        """Return the id that was given, once; else one at random."""
        given, self.given = self.given, 0
        return given or super().generate_trace_id()


class Call:
    """A step, or a request to an engine."""

    def __init__(self, span: Span, code: str) -> None:
        self._span = span
        self._code = code

    def ended(self, code: int) -> None:
        """Say how it ended."""
        self._span.set_attribute(self._code, code)


class OtelRecorder:
    """Records spans in the loop's thread, and sends them from another."""

    def __init__(self, service: str, version: str) -> None:
        resource = Resource.create({SERVICE_VERSION: version})
        if str(resource.attributes[SERVICE_NAME]).startswith("unknown_service"):
            resource = resource.merge(Resource({SERVICE_NAME: service}))
        self._ids = Ids()
        self._provider = TracerProvider(
            resource=resource, id_generator=self._ids, shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(Exporter()))
        self._tracer = self._provider.get_tracer("ai-command-gateway", version)

    async def close(self, within_s: float) -> bool:
        """Send what is left; say whether that was done within so many seconds.

        By a thread that does not hold up the end of the process, as an exporter might that hangs.
        """
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def shut_down() -> None:
            self._provider.shutdown()
            with contextlib.suppress(RuntimeError):  # nobody waits any more: the loop is closed
                loop.call_soon_threadsafe(done.set)

        threading.Thread(target=shut_down, name="spans", daemon=True).start()
        try:
            async with asyncio.timeout(within_s):
                await done.wait()
        except TimeoutError:
            return False
        return True

    def consumed(self, work: Work, attempt: int = 1, last: Entry | None = None) -> None:
        """Begin the span of a delivery, or of a turn of the clock."""
        headers = last.headers if last else work.message.headers if work.message else None
        trace = read(headers)
        name, attributes = about_message(work)
        if attempt > 1:
            attributes["acg.attempt"] = attempt
        self._begin(work, name, SpanKind.CONSUMER, trace, attributes)

    def asked(self, work: Work, verb: str) -> None:
        """Begin the span of a request, in the trace that `work` has, or in one of its own."""
        attributes: dict[str, str | int] = {
            "acg.function": work.function,
            "acg.caller": work.caller,
            "messaging.system": "nats",
            "messaging.operation.name": verb,
            "messaging.operation.type": "process",
            "messaging.destination.template": f"gateway.{verb}.{{caller}}",
            "messaging.destination.name": f"gateway.{verb}.{work.caller}",
        }
        self._begin(work, f"{verb} gateway.{verb}", SpanKind.SERVER, work.trace, attributes)

    def stored(self, event: Event, event_id: str, sequence: int) -> None:
        """Note what this task has stored."""
        span = get_current_span()
        if not span.is_recording():
            return
        span.add_event(
            f"command.{event.type}", {"messaging.message.id": event_id, "acg.sequence": sequence}
        )
        span.set_attributes(about_event(event))
        if isinstance(event, CommandFailed):
            _failed(span, event.error.code)

    def over(self, work: Work, outcome: str, error: str, code: str) -> None:
        """End what `consumed` and `asked` began."""
        span = work.span
        if not isinstance(span, Span):
            return
        span.set_attribute("acg.outcome", outcome)
        if work.command_id:
            span.set_attribute("acg.command.id", work.command_id)
        if code:
            span.set_attribute("acg.code", code)
        if error and outcome != _LOST:
            _failed(span, error)
        span.end()

    @contextmanager
    def step(self, verb: str, host: str) -> Iterator[Call]:
        """Record one step of a command, on one host."""
        attributes = {"acg.verb": verb, "acg.host": host}
        span = self._tracer.start_span(f"docker {verb}", attributes=attributes)
        token = otel.attach(set_span_in_context(span))
        try:
            with _ending(span):
                yield Call(span, "acg.exit_code")
        finally:
            otel.detach(token)

    @contextmanager
    def request(self, method: str, path: str) -> Iterator[Call]:
        """Record one request to an engine, where it is part of something that is recorded."""
        if not get_current_span().is_recording():
            yield Call(NonRecordingSpan(SpanContext(0, 0, is_remote=False)), "")
            return
        template = route(path)
        attributes = {"http.request.method": method, "url.template": template}
        span = self._tracer.start_span(
            f"{method} {template}", kind=SpanKind.CLIENT, attributes=attributes
        )
        with _ending(span):
            yield Call(span, "http.response.status_code")

    def _begin(
        self,
        work: Work,
        name: str,
        kind: SpanKind,
        trace: Trace | None,
        attributes: dict[str, str | int],
    ) -> None:
        """Open a span for this task, and let what it makes continue it."""
        parent = _NO_PARENT
        if trace and trace.begins:
            self._ids.given = int(trace.id, 16)
        elif trace:
            parent = set_span_in_context(NonRecordingSpan(_context(trace)), _NO_PARENT)
        span = self._tracer.start_span(name, parent, kind, attributes)
        otel.attach(set_span_in_context(span))
        work.span, work.trace = span, _trace(span.get_span_context())


@contextmanager
def _ending(span: Span) -> Iterator[None]:
    """End a span with the block. Of an error its type or code is told, never its words."""
    try:
        yield
    except RefusedError as refused:
        _failed(span, refused.error.code)
        raise
    except BaseException as error:
        _failed(span, type(error).__name__)
        raise
    finally:
        span.end()


def _context(trace: Trace) -> SpanContext:
    return SpanContext(
        trace_id=int(trace.id, 16),
        span_id=int(trace.span, 16),
        is_remote=True,
        trace_flags=TraceFlags(trace.flags),
        trace_state=TraceState.from_header([trace.state]) if trace.state else None,
    )


def _trace(context: SpanContext) -> Trace:
    ids = f"{context.trace_id:032x}-{context.span_id:016x}"
    return Trace(f"00-{ids}-{context.trace_flags:02x}", context.trace_state.to_header())


def _failed(span: Span, kind: str) -> None:
    span.set_attribute("error.type", kind)
    span.set_status(Status(StatusCode.ERROR))
