"""The door as an ASGI application: who may come in, which room, what is said of faults."""

import time
from http import HTTPStatus

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route, Router
from starlette.types import Message, Receive, Scope, Send

from contracts.errors import Code, Error, RefusedError
from functions.http import commands, health, original, page
from functions.http.problems import ProblemError, problem
from functions.http.room import Answer, Room
from functions.http.visit import Door, GoneError, admitted, request_id_of

log = structlog.get_logger()

# What is counted that is no route of ours.
OTHER = "other"
_HEADERS = 64
_HEAD = 16 * 1024
_GONE = 499  # as nginx counts those who did not wait
_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_ALWAYS = {
    "cache-control": "no-store",
    "content-security-policy": _POLICY,
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_STRICT = {"strict-transport-security": "max-age=31536000"}
_QUIET = frozenset({"/health", "/metrics"})


class App:
    """Answers every request, whatever it is."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._headers = {**_ALWAYS, **(_STRICT if door.settings.tls else {})}
        one, docs = f"{commands.PREFIX}/{{command_id}}", door.settings.public_docs
        self._router = Router(
            [
                self._route(commands.PREFIX, POST=commands.begin),
                self._route(one, GET=commands.look, DELETE=commands.cancel),
                self._route(f"{one}/output", GET=commands.output),
                self._route(original.PATH, POST=original.execute),
                self._route("/health", public=True, GET=health.health),
                self._route("/metrics", use="metrics", GET=health.metrics),
                self._route("/openapi.json", public=docs, GET=page.document),
                self._route("/docs", public=docs, GET=page.read),
            ],
            redirect_slashes=False,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        began, request = time.perf_counter(), Request(scope, receive)
        scope["acg.request_id"] = request_id = request_id_of(request)
        scope["app"] = self  # so that the router raises what it cannot serve
        status = 0

        async def out(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": self._dressed(message["headers"], request_id)}
            await send(message)

        try:
            await self._served(scope, receive, out, request)
        except (GoneError, ClientDisconnect):
            status = _GONE
        except Exception as error:  # the boundary: each error becomes an answer
            if status:  # too late to say anything: what has begun breaks off
                log.warning("an answer broke off", request_id=request_id, exc_info=error)
                raise
            await _problem(error).response(request_id)(scope, receive, out)
        finally:
            self._tell(request, status, time.perf_counter() - began)

    async def _served(self, scope: Scope, receive: Receive, send: Send, request: Request) -> None:
        """Serve what may be served. Raises ProblemError and what the rooms raise."""
        headers = request.headers
        if "transfer-encoding" in headers and "content-length" in headers:
            raise problem(  # RFC 9112, 6.1: what others may read as two requests
                Code.INVALID_REQUEST,
                "The request has both Transfer-Encoding and Content-Length.",
                "Send one of the two.",
                HTTPStatus.BAD_REQUEST,
                Connection="close",
            )
        if len(scope["headers"]) > _HEADERS or _size(scope) > _HEAD:
            raise problem(
                Code.REQUEST_TOO_LARGE,
                f"The head of the request has more than {_HEADERS} fields or {_HEAD} bytes.",
                "Send what is needed.",
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                Connection="close",
            )
        if scope.get("state", {}).get("crowded"):
            raise problem(
                Code.TOO_BUSY,
                "Too many are connected at this moment.",
                "Come back in a moment; keep fewer connections open.",
                Connection="close",
            )
        try:
            await self._router(scope, receive, send)
        except HTTPException:
            admitted(self._door, request)  # who has no token is not told what there is, either
            raise

    def _route(
        self, path: str, *, use: str = "commands", public: bool = False, **answers: Answer
    ) -> Route:
        return Route(path, Room(self._door, answers, use, public=public), methods=list(answers))

    def _dressed(
        self, headers: list[tuple[bytes, bytes]], request_id: str
    ) -> list[tuple[bytes, bytes]]:
        given = {name.lower() for name, _ in headers}
        more = {**self._headers, "x-request-id": request_id}
        named = [(name.encode(), value.encode()) for name, value in more.items()]
        return [*headers, *(each for each in named if each[0] not in given)]

    def _tell(self, request: Request, status: int, seconds: float) -> None:
        route = request.scope.get("route")
        path = route.path if isinstance(route, Route) else OTHER
        self._door.callers.answered(path, status)
        if path not in _QUIET:
            log.info(
                "answered",
                function="http",
                request_id=request.scope["acg.request_id"],
                method=request.method[:16],
                route=path,
                status=status,
                caller=request.scope.get("acg.caller", ""),
                command_id=request.scope.get("acg.command_id"),
                ms=round(seconds * 1000, 1),
            )


def _size(scope: Scope) -> int:
    head = sum(len(name) + len(value) for name, value in scope["headers"])
    return head + len(scope["raw_path"]) + len(scope["query_string"])


def _problem(error: Exception) -> ProblemError:
    """Return what an error means for whoever asked."""
    match error:
        case ProblemError():
            return error
        case RefusedError():
            return ProblemError(error.error)
        case TimeoutError():
            return problem(
                Code.NO_ANSWER,
                "The gateway did not answer in time.",
                "Repeat it with the same Idempotency-Key: it cannot run twice.",
            )
        case HTTPException(status_code=HTTPStatus.METHOD_NOT_ALLOWED):
            allowed = (error.headers or {}).get("Allow", "")
            return problem(
                Code.METHOD_NOT_ALLOWED,
                "This is not done with this method.",
                f"Use {allowed}.",
                Allow=allowed,
            )
        case HTTPException():
            return problem(
                Code.NOT_FOUND, "There is nothing here.", "/openapi.json says what there is."
            )
    log.error("a request failed", exc_info=error)
    return ProblemError(
        Error(
            code=Code.INTERNAL,
            message="The door failed on this request.",
            hint="Repeat it with the same Idempotency-Key; the door's log says why.",
        )
    )
