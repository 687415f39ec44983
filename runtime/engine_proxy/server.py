"""The server: takes a request, asks the engine, tells what the view tells."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import h11
import structlog

from contracts.errors import RefusedError
from runtime.adapters.docker.connection import Connection, EngineError
from runtime.engine_proxy.request import Request, connection, received
from runtime.engine_proxy.settings import EngineProxySettings
from runtime.engine_proxy.views import Asked, NotShownError, event, understood

log = structlog.get_logger()

_LONGEST_EVENT = 1024 * 1024
_PIECE = 256 * 1024
_BUSY = 503
_NOT_REACHED = 502
_FIRST_ERROR, _LAST_ERROR = 400, 599


class EngineProxy:
    """Shows one engine to whoever can reach its port."""

    def __init__(self, engine: Connection, settings: EngineProxySettings) -> None:
        self._engine = engine
        self._settings = settings
        self._open: set[asyncio.Task[None]] = set()
        self._streams = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        """Serve for as long as the block lasts; yields the port. Raises OSError if taken."""
        server = await asyncio.start_server(
            self._accepted, self._settings.listen, self._settings.port, limit=_PIECE
        )
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)
            await server.wait_closed()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caller = _Caller(reader, writer, self._settings.write_seconds)
        task = asyncio.create_task(self._serve(caller, len(self._open)))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, caller: "_Caller", others: int) -> None:
        # The caller went away, or took nothing for too long: nobody is left to be told.
        try:
            with suppress(OSError, TimeoutError, h11.LocalProtocolError):
                if others >= self._settings.connections:
                    await self._refuse(caller, NotShownError(_BUSY, "too many requests at once"))
                    return
                try:
                    await self._answer(caller)
                except NotShownError as error:
                    await self._refuse(caller, error)
        finally:
            await caller.close()

    async def _answer(self, caller: "_Caller") -> None:
        try:
            async with asyncio.timeout(self._settings.request_seconds):
                request = await received(caller.reader, caller.http)
        except TimeoutError as error:
            raise NotShownError(408, "the request did not arrive in time") from error
        if request is None:
            return
        caller.request = request
        asked = understood(request.target)
        try:
            await self._same_version(asked)
            if asked.view.endless:
                await self._follow(caller, asked)
            else:
                found = await self._engine.read(_upstream(asked), asked.parameters)
                body = json.dumps(asked.view.tells(found)).encode()
                await caller.answer(200, body if asked.view.name != "ping" else b"OK")
        except RefusedError as refused:
            raise NotShownError(_NOT_REACHED, refused.error.message) from refused
        except EngineError as error:
            known = _FIRST_ERROR <= error.status <= _LAST_ERROR
            raise NotShownError(error.status if known else _NOT_REACHED, error.args[0]) from error

    async def _same_version(self, asked: Asked) -> None:
        """Raise NotShownError where the caller speaks another version of the API than we.

        Both agree on one with the engine, in the same way: it was replaced by one of another age.
        """
        if not asked.version:
            return
        if not self._engine.api_version:
            await self._engine.read("version")
        spoken = self._engine.api_version
        if asked.version != spoken:
            raise NotShownError(400, f"client version {asked.version} is not spoken here: {spoken}")

    async def _follow(self, caller: "_Caller", asked: Asked) -> None:
        if self._streams >= self._settings.streams:
            raise NotShownError(_BUSY, "too many streams at once")
        self._streams += 1
        following = asyncio.create_task(self._stream(caller, asked))
        # Nothing more is expected of the caller: what it says now is that it went away.
        gone = asyncio.create_task(caller.reader.read(1))
        try:
            await asyncio.wait({following, gone}, return_when=asyncio.FIRST_COMPLETED)
            if following.done():
                await following
        finally:
            self._streams -= 1
            following.cancel()
            gone.cancel()
            await asyncio.gather(following, gone, return_exceptions=True)

    async def _stream(self, caller: "_Caller", asked: Asked) -> None:
        async with self._engine.stream(asked.path, asked.parameters, endless=True) as pieces:
            await caller.begin(200)
            rest = b""
            async for piece in pieces:
                *lines, rest = (rest + piece).split(b"\n")
                if len(rest) > _LONGEST_EVENT:
                    rest = b""  # what is left of it is no event: told as one that cannot be read
                if found := b"".join(event(line) for line in lines if line.strip()):
                    await caller.more(found)
        await caller.end()

    async def _refuse(self, caller: "_Caller", error: NotShownError) -> None:
        target = caller.request.target[:200] if caller.request else ""
        log.warning("refused", status=error.status, reason=str(error)[:500], target=target)
        await caller.answer(error.status, json.dumps({"message": str(error)}).encode())


class _Caller:
    """The other end of one connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: float
    ) -> None:
        self.reader = reader
        self.http = connection()
        self.request: Request | None = None
        self._writer = writer
        # What was sent has left this process before anything more is sent: nothing piles up here.
        writer.transport.set_write_buffer_limits(high=0)
        self._patience = patience
        self._begun = False

    async def answer(self, status: int, body: bytes) -> None:
        """Answer with a whole body; nothing more where an answer has begun."""
        if self._begun:
            return
        await self.begin(status, ("Content-Length", str(len(body))))
        bare = self.request is not None and self.request.bare
        for start in range(0, 0 if bare else len(body), _PIECE):
            await self.more(body[start : start + _PIECE])
        await self.end()

    async def begin(self, status: int, *headers: tuple[str, str]) -> None:
        """Send the head of an answer."""
        self._begun = True
        always = [("Content-Type", "application/json"), ("Connection", "close")]
        await self._send(h11.Response(status_code=status, headers=[*always, *headers]))

    async def more(self, body: bytes) -> None:
        """Send a piece of the body."""
        await self._send(h11.Data(data=body))

    async def end(self) -> None:
        """Say that the answer is complete."""
        await self._send(h11.EndOfMessage())

    async def close(self) -> None:
        """Close the connection; what the caller did not take in time is thrown away."""
        if self._writer.transport.get_write_buffer_size():
            self._writer.transport.abort()
        with contextlib.suppress(OSError):
            self._writer.close()

    async def _send(self, sent: h11.Event) -> None:
        if data := self.http.send(sent):
            self._writer.write(data)
            async with asyncio.timeout(self._patience):
                await self._writer.drain()


def _upstream(asked: Asked) -> str:
    return "version" if asked.view.name == "ping" else asked.path
