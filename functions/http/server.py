"""The socket, TLS, and all connections: opened first, served until told to stop, then drained."""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate
from functools import partial
from pathlib import Path
from typing import Self

import structlog
from uvicorn.config import Config
from uvicorn.server import ServerState

from contracts.inputs import Callers
from functions.http.app import OTHER, App
from functions.http.connection import Connection
from functions.http.settings import HttpSettings
from functions.http.visit import Door
from runtime import Tokens

log = structlog.get_logger()

_LARGEST_HEAD = 16 * 1024
_BACKLOG = 256
_LOOK_S = 0.5
_HANDSHAKE_S = 10.0
# Who waits is told at once; this is for answers on their way.
_LAST_WORDS_S = 5.0
_FLUSH_S = 1.0
_ANSWERS_S = 0.02


class Server:
    """One socket that is open, and what is served on it."""

    def __init__(
        self, settings: HttpSettings, listening: socket.socket, tls: ssl.SSLContext | None
    ) -> None:
        self._settings = settings
        self._socket = listening
        self._tls = tls
        self._certified = _dates(settings)
        self._tokens = Tokens(settings.tokens)
        self._problem = ""

    @classmethod
    @asynccontextmanager
    async def opened(cls, settings: HttpSettings) -> AsyncIterator[Self]:
        """Open the socket. Raises OSError, which says what cannot be used."""
        tls = await asyncio.to_thread(_tls, settings)
        listening = _bound(settings)
        with listening:
            listening.setblocking(False)  # noqa: FBT003 - the library's own signature
            yield cls(settings, listening, tls)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._socket.getsockname()[:2]
        scheme = "https" if self._tls else "http"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    async def serve(self, callers: Callers) -> None:
        """Answer requests until cancelled; then tell those who wait, and end."""
        for name in ("uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
            logging.getLogger(name).disabled = True  # what they would say is answered and logged
        door = Door(self._settings, self._tokens, callers, asyncio.Event(), {})
        config = Config(
            App(door),
            http=Connection,
            ws="none",
            lifespan="off",
            interface="asgi3",
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            h11_max_incomplete_event_size=_LARGEST_HEAD,
            timeout_keep_alive=max(round(self._settings.idle_seconds), 1),
        )
        config.load()
        state, refused = ServerState(), partial(callers.answered, OTHER)
        again = self._socket.dup()  # what is closed at the end is not what was opened
        server = await asyncio.get_running_loop().create_server(
            lambda: Connection(config, state, self._settings, refused),
            sock=again,
            ssl=self._tls,
            backlog=_BACKLOG,
            ssl_handshake_timeout=_HANDSHAKE_S if self._tls else None,
        )
        log.info("the HTTP door is open", url=self.url, tokens=str(self._settings.tokens))
        try:
            await self._keep(state)
        finally:
            server.close()
            door.closing.set()
            await self._drained(state)

    async def _keep(self, state: ServerState) -> None:
        """Look after connections, the date, the certificate and the tokens, for ever."""
        while True:
            now = time.monotonic()
            state.default_headers = [(b"date", formatdate(usegmt=True).encode())]
            for each in list(state.connections):
                if isinstance(each, Connection):
                    each.look(now)
            self._renew()
            self._tokens.refresh()
            if self._tokens.problem != self._problem:
                self._problem = self._tokens.problem
                if self._problem:
                    log.error("nobody is let in", because=self._problem)
            await asyncio.sleep(_LOOK_S)

    async def _drained(self, state: ServerState) -> None:
        """Let answers that are on their way be sent; then end every connection."""
        for each in list(state.connections):
            each.shutdown()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=_LAST_WORDS_S)
        for task in list(state.tasks):
            task.cancel()
        for each in list(state.connections):
            if isinstance(each, Connection):
                each.end()
        until = time.monotonic() + _FLUSH_S
        while state.connections and time.monotonic() < until:  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(_ANSWERS_S)
        for each in list(state.connections):
            each.transport.abort()
        await asyncio.gather(*state.tasks, return_exceptions=True)

    def _renew(self) -> None:
        """Take up a certificate that was renewed; one that cannot be used leaves the old one."""
        dates = _dates(self._settings)
        if dates == self._certified or not self._tls or not self._settings.tls:
            return
        self._certified = dates
        try:
            self._tls.load_cert_chain(*self._settings.tls)
        except (OSError, ssl.SSLError) as error:
            log.error("the new certificate cannot be used", error=str(error))  # noqa: TRY400 - its message says it all
        else:
            log.info("the certificate was renewed")


def _bound(settings: HttpSettings) -> socket.socket:
    """Return a socket at the address of the settings. Raises OSError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY: else every answer waits 40 ms for an ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(_BACKLOG)  # who comes before it is served is served then
    except OSError as error:
        listening.close()
        where = f"{settings.host} port {settings.port}"
        raise OSError(
            f"the HTTP door cannot listen on {where}: {error.strerror}; set HTTP_PORT, HTTP_HOST"
        ) from error
    return listening


def _tls(settings: HttpSettings) -> ssl.SSLContext | None:
    """Return what serves TLS 1.2 and newer with the certificate. Raises OSError."""
    if not settings.tls:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    certificate, key = settings.tls
    try:
        # A passphrase would be asked for at a terminal that is not there.
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise OSError(
            f"HTTP_TLS_CERTIFICATE {certificate} with HTTP_TLS_KEY {key} cannot be used: {said}"
        ) from error
    return context


def _dates(settings: HttpSettings) -> tuple[int, ...]:
    """Return when certificate and key were written; 0 for what is not there."""
    found: tuple[Path, ...] = settings.tls or ()
    return tuple(_date(each) for each in found)


def _date(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # it is being replaced: the next look sees what came
        return 0
