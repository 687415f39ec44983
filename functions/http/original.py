"""`POST /execute-docker-command`: the contract of the HTTP service that this gateway replaces.

A client written for that service needs no change but a token.
"""

import uuid
from http import HTTPStatus
from typing import Literal

from pydantic import ValidationError
from starlette.responses import Response

from contracts.decode import decoded
from contracts.errors import Code, RefusedError
from contracts.requests import Reply, RunRequest
from functions.http.commands import answer
from functions.http.contract import OriginalRequest
from functions.http.endings import response_to, silent
from functions.http.problems import ProblemError
from functions.http.visit import Visit

PATH = "/execute-docker-command"

_PRIORITIES: dict[str, Literal["low", "normal", "high", "urgent"]] = {
    "LOW": "low",
    "NORMAL": "normal",
    "MEDIUM": "normal",
    "HIGH": "high",
    "URGENT": "urgent",
    "CRITICAL": "urgent",
}


async def execute(visit: Visit) -> Response:
    """Answer as the original would have."""
    request_id, status = str(uuid.uuid4()), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        asked = decoded(OriginalRequest, await visit.body())
        key = visit.idempotency_key
        reply = await answer(visit, translated(asked, request_id if key is None else key))
    except ProblemError as problem:
        reply, status = Reply(status="rejected", error=problem.error), problem.status
    except RefusedError as refused:
        reply = Reply(status="rejected", error=refused.error)
    except TimeoutError:
        reply, status = Reply(status="failed", error=silent()), HTTPStatus.OK
    visit.about(reply)
    told = response_to(reply, request_id)
    if told.overall_status == "INTERNAL_ERROR":
        status = HTTPStatus.INTERNAL_SERVER_ERROR
    elif reply.command_id:
        status = HTTPStatus.OK
    headers = {"Location": f"/v1/commands/{reply.command_id}"} if reply.command_id else {}
    body = told.model_dump_json(exclude_none=True)
    return Response(body, status, headers, "application/json")


def translated(asked: OriginalRequest, key: str) -> RunRequest:
    """Return the request that the original's means. Raises RefusedError."""
    try:
        return RunRequest(
            request=asked.action_request.intent,
            target=asked.target_resource.name,
            context=asked.action_request.context,
            priority=_PRIORITIES.get(asked.action_request.priority.upper(), "normal"),
            source_id=asked.source_id,
            idempotency_key=key,
        )
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, found["loc"]))
        raise RefusedError(
            Code.INVALID_REQUEST,
            f"The request is not valid: {where}: {found['msg']}.",
            OriginalRequest.shape,
        ) from error
