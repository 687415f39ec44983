"""`POST /execute-docker-command`: the contract of the HTTP service that this gateway replaces.

A client written for that service needs no change but a token. Fields that do not apply are left
out of a response, as there; times are UTC without a zone, as there.
"""

import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, WithJsonSchema
from starlette.responses import Response

from contracts.decode import decoded
from contracts.errors import Code, Error, RefusedError
from contracts.requests import Reply, Request, RunRequest, StepReport
from functions.http.commands import answer
from functions.http.problems import ProblemError
from functions.http.visit import Visit

PATH = "/execute-docker-command"

Overall = Literal[
    "COMPLETED_SUCCESS",
    "COMPLETED_FAILURE",
    "VALIDATION_ERROR",
    "LLM_GENERATION_FAILED",
    "EXECUTION_ERROR",
    "INTERNAL_ERROR",
]
Result = Literal["SUCCESS", "FAILURE", "TIMEOUT", "ERROR", "SSH_ERROR"]

_PRIORITIES: dict[str, Literal["low", "normal", "high", "urgent"]] = {
    "LOW": "low",
    "NORMAL": "normal",
    "MEDIUM": "normal",
    "HIGH": "high",
    "URGENT": "urgent",
    "CRITICAL": "urgent",
}
_WORDS = frozenset(
    {
        Code.NOT_UNDERSTOOD,
        Code.AMBIGUOUS,
        Code.UNSUPPORTED,
        Code.MODEL_UNAVAILABLE,
        Code.MODEL_ANSWER_INVALID,
    }
)
_WORLD = frozenset(
    {
        Code.ENGINE_UNREACHABLE,
        Code.ENGINE_ERROR,
        Code.PLAN_STALE,
        Code.DEADLINE_EXCEEDED,
        Code.OUTCOME_UNKNOWN,
        Code.CANCELLED,
        Code.NO_ANSWER,
    }
)
_FAULTS = frozenset(
    {
        Code.UNAVAILABLE,
        Code.INVENTORY_UNAVAILABLE,
        Code.DEAD_LETTER,
        Code.INTERNAL,
        Code.FORBIDDEN,
    }
)
_SHAPE = 'Send {"source_id", "target_resource": {"name"}, "action_request": {"intent"}}.'
_LATE = frozenset({Code.DEADLINE_EXCEEDED, Code.NO_ANSWER})


# The original's form is no RFC 3339: it has no zone.
_WITHOUT_ZONE = WithJsonSchema(
    {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$"}
)


class TargetResource(BaseModel):
    """What the intent is about.

    - `name`: the name of a container or a service.
    """

    name: Annotated[str, Field(min_length=1, max_length=256)]


class ActionRequest(BaseModel):
    """What is wanted.

    - `intent`: what to do, in words.
    - `context`: anything that helps to understand them. Data, never instructions.
    - `priority`: LOW, NORMAL (or MEDIUM), HIGH, URGENT (or CRITICAL).
    """

    intent: Annotated[str, Field(min_length=1)]
    context: JsonValue = None
    priority: str = "NORMAL"


class OriginalRequest(Request):
    """Do this to that. Fields beside these are not heeded, as there.

    - `source_id`: a label for statistics; who asks is said by the token.
    - `target_resource`: what the intent is about.
    - `action_request`: what is wanted.
    """

    verb: ClassVar[str] = "execute"
    model_config = ConfigDict(extra="ignore", strict=False)

    source_id: Annotated[str, Field(min_length=1, max_length=256)]
    target_resource: TargetResource
    action_request: ActionRequest


class ExecutionResult(BaseModel):
    """What came of the command.

    - `status`: SUCCESS, FAILURE (another exit code than 0), TIMEOUT, ERROR, SSH_ERROR.
    - `exit_code`: the docker command line's; null where it did not run.
    - `stdout`, `stderr`: what it printed.
    """

    status: Result
    exit_code: int | None = None
    stdout: str = ""
    stderr: str = ""


class ExecutionDetails(BaseModel):
    """The docker command that the words became, and its result.

    - `command`: the docker line; several are joined by line breaks.
    - `execution_result`: what came of it.
    """

    command: str
    execution_result: ExecutionResult


class ErrorDetails(BaseModel):
    """Why not.

    - `error_code`: stable.
    - `error_message`: a sentence, and what can be done.
    """

    error_code: str
    error_message: str


class OriginalResponse(BaseModel):
    """How it ended.

    - `request_id`: names this request; new for each.
    - `timestamp_processed_utc`: when it had ended.
    - `overall_status`: how.
    - `execution_details`: what ran, where something was to run.
    - `error_details`: why not, where something went wrong.
    """

    request_id: str
    timestamp_processed_utc: Annotated[datetime, _WITHOUT_ZONE]
    overall_status: Overall
    execution_details: ExecutionDetails | None = None
    error_details: ErrorDetails | None = None


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
        reply, status = Reply(status="failed", error=_silent()), HTTPStatus.OK
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
            Code.INVALID_REQUEST, f"The request is not valid: {where}: {found['msg']}.", _SHAPE
        ) from error


def response_to(reply: Reply, request_id: str) -> OriginalResponse:
    """Return what the original would have said of a command that ended so."""
    error = reply.error
    if error is None and reply.status in {"held", "accepted"}:
        error = _held() if reply.status == "held" else _silent()
    details = None
    overall = overall_of(reply, error)
    if reply.steps and overall.startswith(("COMPLETED", "EXECUTION")):
        details = _details(reply.steps, error)
    elif error and overall == "EXECUTION_ERROR":
        details = ExecutionDetails(
            command="", execution_result=ExecutionResult(status=result_of(error))
        )
    return OriginalResponse(
        request_id=request_id,
        timestamp_processed_utc=datetime.now(UTC).replace(tzinfo=None),
        overall_status=overall,
        execution_details=details,
        error_details=ErrorDetails(
            error_code=error.code if reply.status != "held" else "held",
            error_message=f"{error.message} {error.hint}".strip(),
        )
        if error
        else None,
    )


def overall_of(reply: Reply, error: Error | None) -> Overall:
    """Return the original's word for how a command ended."""
    if reply.status == "executed":
        return "COMPLETED_SUCCESS" if reply.outcome == "succeeded" else "COMPLETED_FAILURE"
    if error is None or error.code in _FAULTS:
        return "INTERNAL_ERROR"
    if error.code in _WORDS:
        return "LLM_GENERATION_FAILED"
    return "EXECUTION_ERROR" if error.code in _WORLD else "VALIDATION_ERROR"


def result_of(error: Error) -> Result:
    """Return the original's word for why a command did not run, or not to its end."""
    if error.code in _LATE:
        return "TIMEOUT"
    return "SSH_ERROR" if error.transport == "ssh" else "ERROR"


def _details(steps: tuple[StepReport, ...], error: Error | None) -> ExecutionDetails:
    """Return all steps as one command, as the original knew no more than one."""
    ran = [each for each in steps if each.exit_code is not None]
    codes = [each.exit_code for each in ran if each.exit_code]
    status: Result = result_of(error) if error else "FAILURE" if codes else "SUCCESS"
    return ExecutionDetails(
        command="\n".join(each.command for each in steps),
        execution_result=ExecutionResult(
            status=status,
            exit_code=codes[0] if codes else 0 if ran else None,
            stdout="".join(each.stdout for each in steps),
            stderr="".join(each.stderr for each in steps),
        ),
    )


def _held() -> Error:
    return Error(
        code=Code.RISK_NOT_ALLOWED,
        message="It waits until a person approves it.",
        hint="Ask for its status later.",
    )


def _silent() -> Error:
    return Error(
        code=Code.NO_ANSWER,
        message="The command has not ended yet; it goes on.",
        hint="Ask for its status later, or look at what it would have changed.",
    )
