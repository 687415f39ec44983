"""`/metrics`, `/healthz` and `/readyz` on a port of their own.

Served from a thread, so that they answer while the loop does not: that is what `/healthz` is
for. There is no authentication: keep the port on loopback or inside the cluster's network.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_BEAT_S = 0.5
_STALLED_S = 10.0


class _Server(ThreadingMixIn, WSGIServer):
    """A thread per request; asks no name server for its own name."""

    daemon_threads = True

    def server_bind(self) -> None:
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()


class _Quiet(WSGIRequestHandler):
    """Logs nothing: a probe each second is no news."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base's
        """Say nothing."""


class Health:
    """Whether this process lives (its loop turns) and is ready (what it needs is there)."""

    def __init__(self, ready: Callable[[], dict[str, bool]]) -> None:
        self._ready = ready
        self._metrics: Any = make_wsgi_app()
        self._beat = time.monotonic()

    @asynccontextmanager
    async def serving(self, host: str, port: int) -> AsyncIterator[int]:
        """Serve for as long as the block lasts; yields the port. Raises OSError if taken."""
        server: WSGIServer = make_server(host, port, self._app, _Server, _Quiet)
        thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
        thread.start()
        beat = asyncio.create_task(self._beating())
        try:
            yield server.server_port
        finally:
            beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beat
            await asyncio.to_thread(server.shutdown)
            server.server_close()

    async def _beating(self) -> None:
        while True:
            self._beat = time.monotonic()
            await asyncio.sleep(_BEAT_S)

    def _app(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        match environ.get("PATH_INFO"):
            case "/metrics":
                found: Iterable[bytes] = self._metrics(environ, start)
                return found
            case "/healthz":
                silent = time.monotonic() - self._beat
                return _say(start, {"loop": silent < _STALLED_S})
            case "/readyz":
                return _say(start, self._ready())
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"/metrics /healthz /readyz\n"]


def _say(start: "StartResponse", checks: dict[str, bool]) -> Iterable[bytes]:
    well = all(checks.values())
    start("200 OK" if well else "503 Service Unavailable", [("Content-Type", "application/json")])
    return [json.dumps({"ok": well, **checks}).encode() + b"\n"]
