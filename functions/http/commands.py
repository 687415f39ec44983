"""`/v1/commands`: begin a command, look at it, read what it printed, stop it."""

import asyncio
import secrets
from datetime import timedelta
from http import HTTPStatus
from typing import TypeVar

from pydantic import ValidationError
from starlette.responses import Response

from contracts.decode import decoded
from contracts.errors import Code, Error, RefusedError
from contracts.requests import (
    CancelRequest,
    OutputRequest,
    Reply,
    RunRequest,
    StatusRequest,
)
from functions.http.problems import ProblemError, problem
from functions.http.stream import LAST, Events, last_event
from functions.http.visit import GoneError, Visit

R = TypeVar("R", StatusRequest, OutputRequest, CancelRequest)

PREFIX = "/v1/commands"
ASK = timedelta(seconds=10)
# Until an answer is heard that was on its way when the time was over.
_SLACK = timedelta(seconds=1)
_EVENT_STREAM = "text/event-stream"


async def begin(visit: Visit) -> Response:
    """Begin a command, or find the one that this key began."""
    request = keyed(decoded(RunRequest, await visit.body()), visit.idempotency_key)
    reply = await answer(visit, request)
    visit.about(reply)
    if reply.command_id is None or (reply.error and reply.error.code is Code.UNAVAILABLE):
        raise refused(reply)
    going_on = reply.status in {"accepted", "held"}
    if reply.status == "accepted" and request.wait == "terminal":
        if visit.door.closing.is_set():
            return _response(visit, reply, HTTPStatus.ACCEPTED)
        raise ProblemError(
            Error(
                code=Code.NO_ANSWER,
                message="The command has not ended yet, and this request has waited long enough.",
                hint=f"It goes on: GET {PREFIX}/{reply.command_id} says how far it is.",
            ),
            command_id=reply.command_id,
            headers={"Location": f"{PREFIX}/{reply.command_id}"},
        )
    return _response(visit, reply, HTTPStatus.ACCEPTED if going_on else HTTPStatus.OK)


async def look(visit: Visit) -> Response:
    """Say how far a command is, once or as it goes on."""
    command_id, after = visit.request.path_params["command_id"], last_event(visit.request)
    if visit.request.method == "GET" and _EVENT_STREAM in visit.request.headers.get("accept", ""):
        if after == LAST:  # the browser's own client comes back until it is told not to
            return Response(status_code=HTTPStatus.NO_CONTENT)
        return await Events(visit, command_id, int(after)).response()
    reply = await visit.gateway.ask(_valid(StatusRequest, command_id=command_id), within=ASK)
    return _response(visit, known(reply))


async def output(visit: Visit) -> Response:
    """Give a page of what a command printed."""
    after = visit.request.query_params.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 19):  # noqa: PLR2004 - of 64 bits
        raise problem(
            Code.INVALID_REQUEST,
            "`after` is no position.",
            "Use the `after` of the page before; 0 for the first.",
        )
    command_id = visit.request.path_params["command_id"]
    wanted = _valid(OutputRequest, command_id=command_id, after=int(after))
    return _response(visit, known(await visit.gateway.ask(wanted, within=ASK)))


async def cancel(visit: Visit) -> Response:
    """Say that a command is wanted no more."""
    wanted = _valid(
        CancelRequest,
        command_id=visit.request.path_params["command_id"],
        reason=visit.request.query_params.get("reason", ""),
    )
    reply = known(await visit.gateway.ask(wanted, within=ASK))
    going_on = reply.status in {"accepted", "held"}
    return _response(visit, reply, HTTPStatus.ACCEPTED if going_on else HTTPStatus.OK)


async def answer(visit: Visit, request: RunRequest) -> Reply:
    """Return the reply; where time is over, or the door closes, what is known of the command.

    The same key asked again without waiting names the command and runs nothing twice.
    Raises RefusedError, TimeoutError; GoneError where the client has left: its command goes on.
    """
    wait = timedelta(seconds=visit.door.settings.wait_seconds)
    if request.wait == "accepted":
        return await visit.gateway.run(request, trace=visit.trace, within=ASK)
    asking = asyncio.create_task(
        visit.gateway.run(request, trace=visit.trace, within=wait + _SLACK)
    )
    closing = asyncio.create_task(visit.door.closing.wait())
    leaving = asyncio.create_task(visit.left())
    tasks: set[asyncio.Task[object]] = {asking, closing, leaving}
    try:
        await asyncio.wait(tasks, timeout=wait.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
        if asking.done():
            return asking.result()
        if leaving.done():
            raise GoneError
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    again = request.model_copy(update={"wait": "accepted"})
    return await visit.gateway.run(again, trace=visit.trace, within=ASK)


def keyed(request: RunRequest, key: str | None) -> RunRequest:
    """Return a request with the key of its header, or one of its own: it can be sent again.

    Raises ProblemError where header and body name two keys, or the header's is none.
    """
    if key is None:
        key = request.idempotency_key or f"http-{secrets.token_hex(16)}"
    elif request.idempotency_key not in {None, key}:
        raise problem(
            Code.INVALID_REQUEST,
            "The header Idempotency-Key and idempotency_key in the body differ.",
            "Send one of the two.",
        )
    try:
        return RunRequest.model_validate({**request.model_dump(), "idempotency_key": key})
    except ValidationError as error:
        raise problem(
            Code.INVALID_REQUEST,
            "The header Idempotency-Key is no key.",
            "A key has 1 to 128 printable ASCII characters without spaces.",
        ) from error


def known(reply: Reply) -> Reply:
    """Return a reply about a command. Raises ProblemError where it is about none."""
    if reply.command_id is None:
        raise refused(reply)
    return reply


def refused(reply: Reply) -> ProblemError:
    """Return why nothing was begun, or nothing is known."""
    error = reply.error or Error(
        code=Code.INTERNAL, message="The gateway gave no answer that is one.", hint="See its log."
    )
    return ProblemError(error, command_id=reply.command_id)


def _valid(kind: type[R], **fields: object) -> R:
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        if first["loc"] == ("command_id",):
            raise RefusedError(
                Code.UNKNOWN_COMMAND_ID,
                "This is no command's id.",
                "Use the command_id of a reply of yours: 26 letters and digits.",
            ) from error
        said = first["msg"].removeprefix("Value error, ")
        raise RefusedError(
            Code.INVALID_REQUEST, f"{first['loc'][0]}: {said}.", "Mend it, and send it again."
        ) from error


def _response(visit: Visit, reply: Reply, status: HTTPStatus = HTTPStatus.OK) -> Response:
    visit.about(reply)
    headers = {"Location": f"{PREFIX}/{reply.command_id}"} if visit.request.method == "POST" else {}
    if status is HTTPStatus.ACCEPTED:
        headers["Retry-After"] = "1"
    body = reply.model_dump_json().encode()
    return Response(body, status, headers, "application/json")
