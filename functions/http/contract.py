"""The request and the response of the HTTP service that this gateway replaces.

Fields that do not apply are left out of a response, as there; times are UTC without a zone.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema

from contracts.requests import Request

Overall = Literal[
    "COMPLETED_SUCCESS",
    "COMPLETED_FAILURE",
    "VALIDATION_ERROR",
    "LLM_GENERATION_FAILED",
    "EXECUTION_ERROR",
    "INTERNAL_ERROR",
]
Result = Literal["SUCCESS", "FAILURE", "TIMEOUT", "ERROR", "SSH_ERROR"]

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
    shape: ClassVar[str] = (
        'Send one JSON object, such as {"source_id": "agent-1", '
        '"target_resource": {"name": "web"}, "action_request": {"intent": "restart it"}}.'
    )
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
