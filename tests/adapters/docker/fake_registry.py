"""A fake registry: enough of the registry's HTTP API for a real engine to push to and pull from.

It keeps everything in memory, speaks plain HTTP on 127.0.0.1, which an engine takes for insecure
and allows, and errs on demand. Its index answers every search with the same three images.
"""

import base64
import ctypes
import gzip
import hashlib
import json
import os
import secrets
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from scripts.engine import api
from tests.adapters.docker.shelf import filesystem

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET, setns(2)
_DOCKER_IMAGE = "application/vnd.docker.image"
_DOCKER = "application/vnd.docker.distribution"
_DOCKER_CONTAINER = "application/vnd.docker.container.image"
_TLS = b"\x16"
_FOUND = [
    {"name": "acg/web", "description": "A web\nserver" * 9, "star_count": 41, "is_official": True},
    {"name": "acg/web2", "description": "", "star_count": 7, "is_official": False},
    {"name": "acg/ウェブ", "description": "短い", "star_count": 0, "is_official": False},
]


class FakeRegistry:
    """What was pushed, what was asked, and what is to go wrong."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[tuple[str, str], tuple[str, bytes]] = {}
        self.uploads: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.login = ""
        """`user:password`, without which nothing is served."""
        self.cut: set[str] = set()
        """Blobs whose transfer breaks off in its middle, once."""
        self.spoilt: set[str] = set()
        """Blobs that arrive with other bytes than their digest says."""
        self.lost: set[str] = set()
        """Blobs that manifests name and nobody has."""

    def put(self, name: str, tag: str, label: str) -> None:
        """Store an image with a layer that no other has, which bears a label."""
        layer = filesystem(secrets.token_bytes(3000))
        key, _, value = label.partition("=")
        config = {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Labels": {key: value}},
            "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": f"{_DOCKER}.manifest.v2+json",
            "config": self._stored(f"{_DOCKER_CONTAINER}.v1+json", json.dumps(config).encode()),
            "layers": [self._stored(f"{_DOCKER_IMAGE}.rootfs.diff.tar.gzip", gzip.compress(layer))],
        }
        self.take(name, tag, str(manifest["mediaType"]), json.dumps(manifest).encode())

    def take(self, name: str, reference: str, type_: str, manifest: bytes) -> None:
        """Store a manifest under its tag, or its digest alone, and under its digest."""
        for key in (reference, _digest(manifest)):
            self.manifests[name, key] = (type_, manifest)

    def _stored(self, type_: str, blob: bytes) -> dict[str, object]:
        self.blobs[_digest(blob)] = blob
        return {"mediaType": type_, "size": len(blob), "digest": _digest(blob)}

    def layers(self, name: str, tag: str) -> list[str]:
        """Return the digests of an image's layers."""
        manifest = json.loads(self.manifests[name, tag][1])
        return [each["digest"] for each in manifest["layers"]]

    def tags(self, name: str) -> list[str]:
        """Return the tags of a repository."""
        return sorted(tag for each, tag in self.manifests if each == name and ":" not in tag)


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    registry: ClassVar[FakeRegistry]

    def handle(self) -> None:
        """Answer one request; say to who wants TLS that there is none."""
        if self.connection.recv(1, socket.MSG_PEEK) == _TLS:
            self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return
        self.handle_one_request()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer what reads."""
        url = urlsplit(self.path)
        self.registry.asked.append(f"{self.command} {self.path}")
        if url.path.startswith("/v1/"):
            self._index(url.path)
        elif self._welcome():
            self._read(url.path.removeprefix("/v2/"))

    do_HEAD = do_GET  # noqa: N815 - its name there

    def do_POST(self) -> None:
        """Begin an upload, take a part of it, or end it; take a manifest."""
        self.registry.asked.append(f"{self.command} {self.path}")
        body = self._body()
        if self._welcome():
            self._write(body)

    do_PUT = do_PATCH = do_POST  # noqa: N815 - its name there

    def _welcome(self) -> bool:
        told = self.headers.get("Authorization", "")
        expected = base64.b64encode(self.registry.login.encode()).decode()
        if not self.registry.login or told == f"Basic {expected}":
            return True
        challenge = {"WWW-Authenticate": 'Basic realm="fake"'}
        self._error(401, "UNAUTHORIZED", "authentication required", challenge)
        return False

    def _index(self, path: str) -> None:
        if path == "/v1/_ping":
            self._answer(200, b"true", {"Content-Type": "application/json"})
            return
        asked = parse_qs(urlsplit(self.path).query)
        found = {"query": asked["q"][0], "num_results": len(_FOUND), "results": _FOUND}
        self._answer(200, json.dumps(found).encode(), {"Content-Type": "application/json"})

    def _read(self, path: str) -> None:
        registry = self.registry
        name, kind, reference = _split(path)
        if not path:
            self._answer(200, b"{}")
        elif kind == "tags":
            told = {"name": name, "tags": registry.tags(name)}
            self._answer(200, json.dumps(told).encode(), {"Content-Type": "application/json"})
        elif kind == "manifests" and (name, reference) in registry.manifests:
            type_, manifest = registry.manifests[name, reference]
            headers = {"Content-Type": type_, "Docker-Content-Digest": _digest(manifest)}
            self._answer(200, manifest, headers)
        elif kind == "blobs" and reference in registry.blobs.keys() - registry.lost:
            self._blob(reference)
        elif kind == "manifests":
            self._error(404, "MANIFEST_UNKNOWN", "manifest unknown")
        else:
            self._error(404, "BLOB_UNKNOWN", "blob unknown to registry")

    def _blob(self, digest: str) -> None:
        blob = self.registry.blobs[digest]
        headers = {"Content-Type": "application/octet-stream", "Docker-Content-Digest": digest}
        if self.command == "GET" and digest in self.registry.cut:
            self.registry.cut.discard(digest)
            self._answer(200, blob, headers, only=len(blob) // 2)
            return
        if digest in self.registry.spoilt:
            blob = blob[::-1]
        if begin := self.headers.get("Range", "").removeprefix("bytes=").rstrip("-"):
            rest = {"Content-Range": f"bytes {begin}-{len(blob) - 1}/{len(blob)}"}
            self._answer(206, blob[int(begin) :], headers | rest)
            return
        self._answer(200, blob, headers)

    def _write(self, body: bytes) -> None:
        registry = self.registry
        url = urlsplit(self.path)
        name, kind, reference = _split(url.path.removeprefix("/v2/"))
        if kind == "manifests":
            registry.take(name, reference, self.headers["Content-Type"], body)
            self._answer(201, b"", {"Docker-Content-Digest": _digest(body)})
            return
        upload = reference.removeprefix("uploads/") or secrets.token_hex(8)
        registry.uploads[upload] = registry.uploads.get(upload, b"") + body
        taken = registry.uploads[upload]
        headers = {
            "Location": f"/v2/{name}/blobs/uploads/{upload}",
            "Docker-Upload-UUID": upload,
            "Range": f"0-{max(0, len(taken) - 1)}",
        }
        if self.command == "PUT":
            digest = parse_qs(url.query)["digest"][0]
            registry.blobs[digest] = registry.uploads.pop(upload)
            headers["Docker-Content-Digest"] = digest
        self._answer(201 if self.command == "PUT" else 202, b"", headers)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _error(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        errors = {"errors": [{"code": code, "message": message}]}
        told = {"Content-Type": "application/json", **(headers or {})}
        self._answer(status, json.dumps(errors).encode(), told)

    def _answer(
        self,
        status: int,
        body: bytes,
        headers: dict[str, str] | None = None,
        *,
        only: int | None = None,
    ) -> None:
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:only])


def _split(path: str) -> tuple[str, str, str]:
    """Return the repository, the kind and the reference of a path below /v2/."""
    for kind in ("manifests", "blobs", "tags"):
        name, found, reference = path.partition(f"/{kind}/")
        if found:
            return name, kind, reference
    return path, "", ""


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


@contextmanager
def fake_registry(engine: api.Engine) -> Iterator[FakeRegistry]:
    """Serve a fake registry where the engine has its 127.0.0.1.

    Raises OSError where that cannot be had: an engine on another machine, or not ours to enter.
    """
    door = _listening(engine)
    registry = FakeRegistry(f"127.0.0.1:{door.getsockname()[1]}")
    handler = type("_Bound", (_Request,), {"registry": registry})
    server = ThreadingHTTPServer(("", 0), handler, bind_and_activate=False)
    server.daemon_threads = True
    server.socket.close()
    server.socket = door
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def _listening(engine: api.Engine) -> socket.socket:
    """Return a socket that listens on the engine's own 127.0.0.1.

    A private engine has a network of its own. A socket stays in the network in which it was made,
    so that a thread which enters the engine's, and ends, is enough.
    """
    host = engine.address.host
    if not host.startswith("unix://"):
        raise OSError(f"{host} is not on this machine")
    network = f"/proc/{_process(host.removeprefix('unix://'))}/ns/net"
    made: list[socket.socket | OSError] = []

    def make() -> None:
        try:
            if not Path(network).samefile("/proc/self/ns/net"):
                _enter(network)
            made.append(socket.create_server(("127.0.0.1", 0)))
        except OSError as error:
            made.append(error)

    thread = threading.Thread(target=make)
    thread.start()
    thread.join(10)
    if isinstance(made[0], OSError):
        raise made[0]
    return made[0]


def _process(path: str) -> int:
    """Return the process that listens on a unix socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.connect(path)
        credentials = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return int(struct.unpack("3i", credentials)[0])


def _enter(network: str) -> None:
    """Move this thread into a network namespace, setns(2)."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(network, os.O_RDONLY)
    try:
        if libc.setns(descriptor, _NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(descriptor)
