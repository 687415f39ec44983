"""Sending spans: as the SDK does, telling of it once when it fails and once when it goes on."""

import logging
from collections.abc import Callable, Sequence

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

log = structlog.get_logger()

_SHOWN = 200


class Exporter(SpanExporter):
    """Sends to the endpoint of the environment; a collector that is away is news once."""

    def __init__(self) -> None:
        self._failing = False
        _hear("opentelemetry.exporter", _Heard(self._failed))
        _hear("opentelemetry.sdk", _Told())
        self._sends = OTLPSpanExporter()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send some. In a thread of the SDK's; blocks for as long as the exporter's timeout."""
        result = self._sends.export(spans)
        if result is SpanExportResult.SUCCESS and self._failing:
            self._failing = False
            log.info("spans are sent again")
        return result

    def shutdown(self) -> None:
        """Send no more; what is under way is given up."""
        self._sends.shutdown()  # type: ignore[no-untyped-call] # the library left it untyped

    def _failed(self, said: str) -> None:
        if not self._failing:
            self._failing = True
            log.warning("spans cannot be sent", error=said)


class _Heard(logging.Handler):
    """Hears what the exporter says of each attempt that fails."""

    def __init__(self, failed: Callable[[str], None]) -> None:
        super().__init__()
        self._tell = failed

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(record.getMessage()[:_SHOWN])


class _Told(logging.Handler):
    """Tells what the SDK says in our own form; it says each thing once in 20 s."""

    def emit(self, record: logging.LogRecord) -> None:
        log.warning("spans", said=record.getMessage()[:_SHOWN])


def _hear(name: str, handler: logging.Handler) -> None:
    logger = logging.getLogger(name)
    handler.setLevel(logging.WARNING)
    logger.handlers = [handler]
    logger.propagate = False
