"""A receiver of OTLP over HTTP, as a collector is one: it decodes what is sent, and keeps it."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

WITHIN_S = 30.0


@dataclass(frozen=True)
class Received:
    """One span as it came."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    kind: int
    failed: bool
    attributes: dict[str, Any]
    events: tuple[str, ...]
    text: str


class Receiver:
    """What came; and whether requests are answered at all."""

    def __init__(self, *, answers: bool) -> None:
        self.url = ""
        self.spans: list[Received] = []
        self.requests = 0
        self.ended = threading.Event()
        self.answers = answers

    def of(self, trace: str) -> list[Received]:
        return [each for each in self.spans if each.trace == trace]

    def until(self, seen: Callable[[], bool]) -> None:
        """Return once it is so. Called in a thread of its own, beside the loop."""
        until = time.monotonic() + WITHIN_S
        while not seen():
            assert time.monotonic() < until, [each.name for each in self.spans]
            time.sleep(0.02)  # spans come from other processes: looked at until the deadline

    def take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        for of_resource in request.resource_spans:
            service = values(of_resource.resource.attributes)["service.name"]
            for scope in of_resource.scope_spans:
                self.spans.extend(received(service, each) for each in scope.spans)


def received(service: str, span: Any) -> Received:
    return Received(
        service=service,
        name=span.name,
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        kind=span.kind,
        failed=span.status.code == span.status.STATUS_CODE_ERROR,
        attributes=values(span.attributes),
        events=tuple(each.name for each in span.events),
        text=str(span),
    )


def values(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}


@contextmanager
def receiver(*, answers: bool = True) -> Iterator[Receiver]:
    """Receive on a free port; without `answers`, take requests and leave them hanging."""
    found = Receiver(answers=answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            found.requests += 1
            if not found.answers:
                found.ended.wait(WITHIN_S)
                return
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.take(gzip.decompress(body) if self.headers["Content-Encoding"] else body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base's
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.ended.set()
        server.shutdown()
        server.server_close()
        thread.join(WITHIN_S)
