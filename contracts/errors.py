"""Why something was not done: a stable code, a sentence for a person, a hint to act on.

Codes are API: a code keeps its meaning for ever and is never reused. Sentences may change.
"""

from enum import StrEnum
from typing import Literal

from contracts.model import Fact


class Code(StrEnum):
    """Every reason that the gateway gives."""

    # Each group's comment says who gives these reasons, and when.

    # the request itself (accept; nothing was stored)
    NOT_JSON = "not_json"
    INVALID_REQUEST = "invalid_request"
    REQUEST_TOO_LARGE = "request_too_large"
    SECRET_IN_COMMAND = "secret_in_command"  # noqa: S105 - a reason, no secret
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    UNKNOWN_COMMAND_ID = "unknown_command_id"
    ALREADY_ENDED = "already_ended"
    UNAVAILABLE = "unavailable"

    # the words (generate)
    NOT_UNDERSTOOD = "not_understood"
    AMBIGUOUS = "ambiguous"
    UNSUPPORTED = "unsupported"
    MODEL_UNAVAILABLE = "model_unavailable"
    MODEL_ANSWER_INVALID = "model_answer_invalid"

    # the docker line (validate)
    INVALID_COMMAND = "invalid_command"
    SHELL_SYNTAX = "shell_syntax"
    UNSUPPORTED_COMMAND = "unsupported_command"
    UNKNOWN_OBJECT = "unknown_object"
    UNKNOWN_HOST = "unknown_host"
    RISK_NOT_ALLOWED = "risk_not_allowed"
    ABOVE_MAX_RISK = "above_max_risk"
    CANCELLED = "cancelled"

    # the world (execute, inventory)
    ENGINE_UNREACHABLE = "engine_unreachable"
    ENGINE_ERROR = "engine_error"
    INVENTORY_UNAVAILABLE = "inventory_unavailable"
    PLAN_STALE = "plan_stale"

    # time and faults (every function; the reaper)
    DEADLINE_EXCEEDED = "deadline_exceeded"
    APPROVAL_EXPIRED = "approval_expired"
    OUTCOME_UNKNOWN = "outcome_unknown"
    DEAD_LETTER = "dead_letter"
    INTERNAL = "internal"

    # the way in (http; nothing was asked of the gateway, or its answer is not there yet)
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    TOO_BUSY = "too_busy"
    NO_ANSWER = "no_answer"


class Error(Fact):
    """One refusal or fault, as a caller reads it and as the history keeps it.

    - `code`: the reason, stable for ever.
    - `message`: a sentence for a person.
    - `hint`: what to do next, in words that a model can act on.
    - `question`: what the caller is asked back.
    - `options`: answers that would go on, such as the nearest names.
    - `transport`: what failed on the way to a host: `ssh`; null where that is not what it was.
    """

    code: Code
    message: str
    hint: str = ""
    question: str | None = None
    options: tuple[str, ...] = ()
    transport: Literal["ssh"] | None = None


class RefusedError(Exception):
    """A request, a sentence or a line cannot go on; `error` is the answer."""

    def __init__(  # noqa: PLR0913 - each is a part of the answer
        self,
        code: Code,
        message: str,
        hint: str = "",
        *,
        question: str | None = None,
        options: tuple[str, ...] = (),
        transport: Literal["ssh"] | None = None,
    ) -> None:
        super().__init__(message)
        self.error = Error(
            code=code,
            message=message,
            hint=hint,
            question=question,
            options=options,
            transport=transport,
        )
