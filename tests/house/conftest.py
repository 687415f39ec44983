"""Fixtures of the house: the checkout, and a stand-in that answers as an engine does."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Protocol

import pytest


class FakeEngine(Protocol):
    def __call__(self, socket: Path) -> str: ...


class _Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True


class _Answers(BaseHTTPRequestHandler):
    """Answers a ping, refuses everything else in the form in which an engine does."""

    def do_GET(self) -> None:
        status, text = (200, b"OK") if self.path == "/_ping" else (404, b'{"message": "no such"}')
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def address_string(self) -> str:
        return "unix"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass


@pytest.fixture
def fake_engine() -> Iterator[FakeEngine]:
    """Start a stand-in at a socket and return its address as DOCKER_HOST would hold it."""
    servers = []

    def start(socket: Path) -> str:
        socket.parent.mkdir(parents=True, exist_ok=True)
        server = _Server(str(socket), _Answers)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"unix://{socket}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def root() -> Path:
    """Return the checkout."""
    return Path(__file__).parents[2]
