"""A fake Docker Engine: aiohttp on a unix socket, for the faults that a real one seldom has.

It keeps nothing and knows no Docker: it answers what a test told it to, and notes what was asked.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

_Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
_VERSION = re.compile(r"^/v\d+\.\d+")


class FakeEngine:
    """Answers by method and path (without the API's version); what it was not told is 404."""

    def __init__(self, socket: Path) -> None:
        self.url = f"unix://{socket}"
        self.asked: list[str] = []
        self.released = asyncio.Event()
        self._answers: dict[str, _Answer] = {}
        self.says("GET /version", {"Version": "0.0-fake", "ApiVersion": "1.41"})

    def answers(self, what: str, answer: _Answer) -> None:
        """Answer as a coroutine says."""
        self._answers[what] = answer

    def says(self, what: str, body: Any = None, *, status: int = 200) -> None:
        """Answer with JSON."""

        async def answer(_: web.BaseRequest) -> web.StreamResponse:
            return web.json_response(body, status=status)

        self._answers[what] = answer

    def writes(self, what: str, text: str, *, status: int = 200) -> None:
        """Answer with plain text."""

        async def answer(_: web.BaseRequest) -> web.StreamResponse:
            return web.Response(text=text, status=status)

        self._answers[what] = answer

    def then(self, what: str, act: Callable[[], None]) -> None:
        """Do something after the answer that was told."""
        told = self._answers[what]

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            response = await told(request)
            act()
            return response

        self._answers[what] = answer

    def hangs(self, what: str) -> None:
        """Take the request and do not answer."""

        async def answer(_: web.BaseRequest) -> web.StreamResponse:
            await self.released.wait()
            return web.Response(status=500)

        self._answers[what] = answer

    def drops(self, what: str) -> None:
        """Take the request and close the connection without an answer."""

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            assert request.transport
            request.transport.close()
            return web.Response()

        self._answers[what] = answer

    def streams(self, what: str, *pieces: bytes, cut: bool = False) -> None:
        """Answer piece by piece; with `cut`, break off before the proper end."""

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            for piece in pieces:
                await response.write(piece)
            if cut:
                assert request.transport
                request.transport.close()
            return response

        self._answers[what] = answer

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        what = f"{request.method} {_VERSION.sub('', request.path)}"
        self.asked.append(what)
        if answer := self._answers.get(what):
            return await answer(request)
        return web.json_response({"message": f"page not found: {what}"}, status=404)


@asynccontextmanager
async def fake_engine(folder: Path) -> AsyncIterator[FakeEngine]:
    """Serve a fake engine on a socket in a folder."""
    socket = folder / "fake.sock"
    fake = FakeEngine(socket)
    server = web.Server(fake.handle, lingering_time=0.1)
    runner = web.ServerRunner(server)
    await runner.setup()
    await web.UnixSite(runner, str(socket)).start()
    try:
        yield fake
    finally:
        fake.released.set()
        await runner.cleanup()
