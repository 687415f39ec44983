"""From a reply to the words that the service which this gateway replaces had for it."""

from datetime import UTC, datetime

from contracts.errors import Code, Error
from contracts.requests import Reply, StepReport
from functions.http.contract import (
    ErrorDetails,
    ExecutionDetails,
    ExecutionResult,
    OriginalResponse,
    Overall,
    Result,
)

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
_LATE = frozenset({Code.DEADLINE_EXCEEDED, Code.NO_ANSWER})


def response_to(reply: Reply, request_id: str) -> OriginalResponse:
    """Return what the original would have said of a command that ended so."""
    error = reply.error
    if error is None and reply.status in {"held", "accepted"}:
        error = _held() if reply.status == "held" else silent()
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


def silent() -> Error:
    return Error(
        code=Code.NO_ANSWER,
        message="The command has not ended yet; it goes on.",
        hint="Ask for its status later, or look at what it would have changed.",
    )
