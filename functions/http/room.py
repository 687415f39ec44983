"""A room behind the door: who is let in, and how many of each caller at once."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from contracts.errors import Code
from functions.http.problems import problem
from functions.http.visit import Door, Visit, admitted

Answer = Callable[[Visit], Awaitable[Response]]


class Room:
    """One route: who is let in, and how many of each caller at once, streams among them."""

    def __init__(self, door: Door, answers: dict[str, Answer], use: str, *, public: bool) -> None:
        self._door = door
        self._answers = answers
        self._use = use
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. Raises ProblemError, and what the room raises."""
        request = Request(scope, receive)
        # HEAD is GET without its body, which is left out further down.
        answer = self._answers.get(request.method) or self._answers["GET"]
        if self._public:
            response = await answer(Visit(self._door, request, None))
            await response(scope, receive, send)
            return
        token = admitted(self._door, request, self._use)
        scope["acg.caller"] = token.caller
        waiting = self._door.waiting
        if waiting.get(token.caller, 0) >= self._door.settings.per_caller:
            raise problem(
                Code.TOO_BUSY,
                "Too many requests of yours are waiting for an answer already.",
                "Wait for some of them, or send them with `wait` set to `accepted`.",
                HTTPStatus.TOO_MANY_REQUESTS,
            )
        waiting[token.caller] = waiting.get(token.caller, 0) + 1
        try:
            response = await answer(Visit(self._door, request, token))
            await response(scope, receive, send)
        finally:
            waiting[token.caller] -= 1
            if not waiting[token.caller]:
                del waiting[token.caller]
