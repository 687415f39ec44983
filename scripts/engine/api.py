"""As much of the Engine API as is needed before anything is installed."""

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

PLAIN_PORT = 2375
TLS_PORT = 2376
Body = bytes | Mapping[str, Any] | None
Query = Mapping[str, str] | None


class EngineError(Exception):
    """An engine could not be reached, or it refused; the text is its own words."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where an engine listens, in docker's own terms.

    `host` is what DOCKER_HOST would hold; `certificates` is a folder with ca.pem, cert.pem and
    key.pem, and its presence means TLS, verified.
    """

    host: str
    certificates: Path | None = None

    def environment(self) -> dict[str, str]:
        """Return the variables that lead every Docker client to this engine."""
        if self.certificates is None:
            return {"DOCKER_HOST": self.host}
        return {
            "DOCKER_HOST": self.host,
            "DOCKER_CERT_PATH": str(self.certificates),
            "DOCKER_TLS_VERIFY": "1",
        }


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("docker", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


@dataclass(frozen=True)
class Engine:
    """Calls one engine; one connection per call, so nothing is left open."""

    address: Address

    def ping(self, *, seconds: float = 3.0) -> None:
        """Raise EngineError unless the engine answers within that time."""
        self.call("GET", "/_ping", seconds=seconds)

    def json(self, method: str, path: str, body: Body = None, query: Query = None) -> Any:
        """Return the answer as data."""
        return json.loads(self.call(method, path, body, query) or b"null")

    def post_and_follow(
        self, path: str, query: Query, body: Body = None, *, seconds: float
    ) -> None:
        """Post and read the progress to its end; an error told in it is raised."""
        for line in self.call("POST", path, body, query, seconds=seconds).splitlines():
            if line.strip() and (error := json.loads(line).get("error")):
                raise EngineError(error)

    def call(
        self,
        method: str,
        path: str,
        body: Body = None,
        query: Query = None,
        *,
        seconds: float = 30.0,
    ) -> bytes:
        """Return the raw answer. Raises EngineError with the engine's words, or the network's.

        No single wait on the connection is longer than `seconds`.
        """
        target = quote(path) + (f"?{urlencode(query)}" if query else "")
        kind = "application/x-tar" if isinstance(body, bytes) else "application/json"
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        try:
            connection = self._connect(seconds)
            try:
                connection.request(method, target, content, {"Content-Type": kind})
                answer = connection.getresponse()
                text = answer.read()
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise EngineError(f"{self.address.host}: {_words(error)}") from error
        if answer.status >= http.client.BAD_REQUEST:
            raise EngineError(_message(text) or f"{method} {path}: HTTP {answer.status}")
        return text

    def _connect(self, seconds: float) -> http.client.HTTPConnection:
        host = self.address.host
        if host.startswith("unix://"):
            return _UnixConnection(host.removeprefix("unix://"), seconds)
        if not host.startswith("tcp://"):
            raise EngineError(f"{host}: only unix:// and tcp:// are understood here")
        parts = urlsplit(host)
        name = parts.hostname or "localhost"
        if (folder := self.address.certificates) is None:
            return http.client.HTTPConnection(name, parts.port or PLAIN_PORT, timeout=seconds)
        trust = ssl.create_default_context(cafile=folder / "ca.pem")
        if (folder / "cert.pem").exists():
            trust.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        return http.client.HTTPSConnection(
            name, parts.port or TLS_PORT, timeout=seconds, context=trust
        )


def _words(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or repr(error)


def _message(text: bytes) -> str:
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text.decode(errors="replace").strip()
