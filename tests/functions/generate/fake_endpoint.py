"""An endpoint that speaks chat completions over HTTP and plays scripts that no real one would."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Play = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


class FakeEndpoint:
    """Answers from a script, its last play again and again; keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.script: list[Play] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        self.keys.append(request.headers.get("Authorization", ""))
        play = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return await play(request, body)

    def sent(self) -> str:
        """Return all that it was sent, as one text."""
        return json.dumps(self.asked)


@asynccontextmanager
async def fake_endpoint(*script: Play) -> AsyncIterator[FakeEndpoint]:
    fake = FakeEndpoint()
    fake.script = list(script)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", fake.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    fake.url = f"http://{host}:{port}/v1"
    try:
        yield fake
    finally:
        await runner.cleanup()


def completion(text: str, tokens_in: int = 100, tokens_out: int = 10) -> dict[str, Any]:
    return {
        "id": "c",
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"content": text}}],
        "usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out},
    }


def says(text: str) -> Play:
    """Answer with this text."""

    async def play(_: web.Request, __: dict[str, Any]) -> web.StreamResponse:
        return web.json_response(completion(text))

    return play


def answers(**answer: Any) -> Play:
    """Answer in the form that is asked for."""
    whole = {"kind": "commands", "commands": [], "text": "", "options": []} | answer
    return says(json.dumps(whole))


def proposes(*lines: str) -> Play:
    """Answer with commands."""
    return answers(commands=[{"line": line, "objects": []} for line in lines])


def fails(status: int, message: str = "no", **headers: str) -> Play:
    """Answer with an error."""

    async def play(_: web.Request, __: dict[str, Any]) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response({"error": {"message": message}}, status=status, headers=named)

    return play


def refuses(*words: str, then: Play) -> Play:
    """Refuse a request in which one of the words stands, as endpoints do that lack it."""

    async def play(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        found = next((word for word in words if word in json.dumps(body)), None)
        if found:
            return await fails(400, f"unknown parameter or value: {found}")(request, body)
        return await then(request, body)

    return play


async def hangs(request: web.Request, _: dict[str, Any]) -> web.StreamResponse:
    """Begin an answer, and never end it."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"{")
    await asyncio.Event().wait()
    return response


async def breaks_off(request: web.Request, _: dict[str, Any]) -> web.StreamResponse:
    """Cut the connection in the middle of an answer."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"choices": [')
    assert request.transport
    request.transport.close()
    return response
