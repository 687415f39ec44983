"""What went wrong, as HTTP says it: problem details (RFC 9457) with our code, sentence and hint."""

from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from contracts.errors import Code, Error

MEDIA_TYPE = "application/problem+json"

# Of requests that began no command; how a command ended stands in its reply, not in the status.
STATUS = {
    Code.NOT_JSON: HTTPStatus.BAD_REQUEST,
    Code.INVALID_REQUEST: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.REQUEST_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.SECRET_IN_COMMAND: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.IDEMPOTENCY_KEY_REUSED: HTTPStatus.CONFLICT,
    Code.UNKNOWN_COMMAND_ID: HTTPStatus.NOT_FOUND,
    Code.ALREADY_ENDED: HTTPStatus.CONFLICT,
    Code.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Code.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    Code.UNSUPPORTED_MEDIA_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Code.TOO_BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.NO_ANSWER: HTTPStatus.GATEWAY_TIMEOUT,
}
_RETRY_AFTER_S = 2


class ProblemError(Exception):
    """A request cannot be answered as it was meant; `response` is the answer."""

    def __init__(
        self,
        error: Error,
        *,
        status: HTTPStatus | None = None,
        command_id: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(error.message)
        self.error = error
        self.status = status or STATUS.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)
        self.command_id = command_id
        self.headers = headers or {}

    def response(self, request_id: str) -> Response:
        """Return the answer."""
        return JSONResponse(
            document(self.error, self.status, request_id, self.command_id),
            self.status,
            {**_retry(self.status), **self.headers},
            MEDIA_TYPE,
        )


def problem(
    code: Code, message: str, hint: str, status: HTTPStatus | None = None, **headers: str
) -> ProblemError:
    """Return a problem; `headers` with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ProblemError(Error(code=code, message=message, hint=hint), status=status, headers=named)


def document(
    error: Error, status: HTTPStatus, request_id: str, command_id: str | None = None
) -> dict[str, object]:
    """Return the problem details of an error."""
    more = {
        "question": error.question,
        "options": list(error.options) or None,
        "command_id": command_id,
    }
    return {
        "type": f"urn:acg:error:{error.code}",
        "title": status.phrase,
        "status": int(status),
        "detail": error.message,
        "code": error.code.value,
        "hint": error.hint,
        "request_id": request_id,
        **{name: value for name, value in more.items() if value is not None},
    }


def _retry(status: HTTPStatus) -> dict[str, str]:
    again = {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}
    return {"Retry-After": str(_RETRY_AFTER_S)} if status in again else {}
