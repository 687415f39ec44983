"""A command as it goes on: server-sent events (WHATWG HTML, 9.2), to be resumed at any time.

stage   how far it is, whenever that changed
output  what it printed since; its id is what a client sends back as `Last-Event-ID`
end     its reply, as a caller who had waited would have got it; then the stream is over
error   why it cannot be followed on from here; come back
"""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import StreamingResponse

from contracts.errors import Code, Error, RefusedError
from contracts.requests import Reply, StatusRequest
from functions.http.problems import ProblemError, document, problem
from functions.http.visit import Visit

LAST = "end"
_ASK = timedelta(seconds=10)
_FIRST = asyncio.FIRST_COMPLETED
_RETRY_MS = 2000
_ID = re.compile(r"[0-9]{1,18}")
_OVER = frozenset({"executed", "rejected", "failed", "planned"})


def last_event(request: Request) -> str:
    """Return the id after which to go on: `0` for the beginning. Raises ProblemError."""
    sent = request.headers.get("last-event-id") or "0"
    if sent != LAST and not _ID.fullmatch(sent):
        raise problem(
            Code.INVALID_REQUEST,
            "Last-Event-ID is no id of an event of ours.",
            "Send the id of the newest event that you have, or none.",
        )
    return sent


class Events:
    """The events of one command for one client."""

    def __init__(self, visit: Visit, command_id: str, after: int) -> None:
        self._visit = visit
        self._id = command_id
        self._pages = visit.gateway.output(command_id, follow=True, after=after)
        self._stage: tuple[str, str | None] | None = None

    async def response(self) -> StreamingResponse:
        """Return the stream. Raises ProblemError where there is no such command of the caller's."""
        wanted = StatusRequest.model_construct(command_id=self._id)
        reply = await self._visit.gateway.ask(wanted, within=_ASK)
        if reply.command_id is None:
            error = reply.error or Error(code=Code.NOT_FOUND, message="There is no such command.")
            raise ProblemError(error)
        self._visit.about(reply)
        headers = {"X-Accel-Buffering": "no"}  # a proxy in between must not collect them
        return StreamingResponse(self._events(), 200, headers, "text/event-stream")

    async def _events(self) -> AsyncIterator[bytes]:
        settings, now = self._visit.door.settings, asyncio.get_running_loop().time
        closing = asyncio.create_task(self._visit.door.closing.wait())
        until, told = now() + settings.stream_seconds, now()
        page = asyncio.ensure_future(anext(self._pages))
        yield b"retry: %d\n\n" % _RETRY_MS
        try:
            while now() < until and not closing.done():
                left = told + settings.keep_alive_seconds - now()
                await asyncio.wait({page, closing}, timeout=max(left, 0), return_when=_FIRST)
                if not self._visit.welcome:  # looked at before anything more is told
                    return
                if page.done():
                    for event in self._told(page.result()):
                        told = now()
                        yield event
                    page = asyncio.ensure_future(anext(self._pages))
                if now() >= told + settings.keep_alive_seconds:
                    told = now()
                    yield b": still here\n\n"
        except StopAsyncIteration:
            yield await self._end()
        except (RefusedError, TimeoutError) as error:
            yield _event("error", json.dumps(self._problem(error)))
        finally:
            for each in (page, closing):
                each.cancel()
            await asyncio.gather(page, closing, return_exceptions=True)
            with contextlib.suppress(RefusedError, TimeoutError):
                await self._pages.aclose()  # type: ignore[attr-defined] # it is a generator

    def _told(self, reply: Reply) -> list[bytes]:
        found = []
        stage = (reply.status, reply.stage)
        if stage != self._stage:
            self._stage = stage
            said = {"command_id": self._id, "status": reply.status, "stage": reply.stage}
            found.append(_event("stage", json.dumps(said)))
        if reply.page and reply.page.chunks:
            body = reply.page.model_dump_json(include={"chunks"})
            found.append(_event("output", body, str(reply.page.after)))
        return found

    async def _end(self) -> bytes:
        wanted = StatusRequest.model_construct(command_id=self._id)
        reply = await self._visit.gateway.ask(wanted, within=_ASK)
        if reply.status not in _OVER:
            raise TimeoutError
        return _event("end", reply.model_dump_json(), LAST)

    def _problem(self, error: RefusedError | TimeoutError) -> dict[str, object]:
        if isinstance(error, RefusedError):
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return document(error.error, status, self._visit.request_id, self._id)
        silent = Error(
            code=Code.NO_ANSWER, message="The gateway did not answer in time.", hint="Come back."
        )
        return document(silent, HTTPStatus.GATEWAY_TIMEOUT, self._visit.request_id, self._id)


def _event(name: str, data: str, event_id: str = "") -> bytes:
    """Return one event; JSON has no line breaks, so it is one line of data."""
    given = f"id: {event_id}\n" if event_id else ""
    return f"event: {name}\n{given}data: {data}\n\n".encode()
