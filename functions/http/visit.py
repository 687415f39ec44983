"""One HTTP request as the door sees it: who came, what was sent, how long it may take."""

import asyncio
import re
import secrets
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request

from contracts.errors import Code
from contracts.inputs import Asking, Callers
from contracts.requests import MAX_REQUEST_BYTES, Reply
from functions.http.problems import ProblemError, problem
from functions.http.settings import HttpSettings
from runtime import Token, Tokens

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
# W3C Trace Context, version 00; ids of zeros mean nothing.
_TRACE = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_JSON = re.compile(r"application/json\s*(;\s*charset=\"?utf-8\"?\s*)?", re.IGNORECASE)
_BEARER = re.compile(r"bearer +([A-Za-z0-9_.~+/=-]{1,256})", re.IGNORECASE)
_CHALLENGE = 'Bearer realm="acg"'


@dataclass(frozen=True, slots=True)
class Door:
    """What every request is served with.

    - `closing`: set when the door closes: whoever waits is told where to look later.
    - `waiting`: how many requests of each caller are being served.
    """

    settings: HttpSettings
    tokens: Tokens
    callers: Callers
    closing: asyncio.Event
    waiting: dict[str, int]


class GoneError(Exception):
    """The client closed the connection: nobody reads an answer."""


class Visit:
    """A request, its caller, and what travels with it; nobody's where nobody need come in."""

    def __init__(self, door: Door, request: Request, token: Token | None) -> None:
        self.door = door
        self.request = request
        self.token = token
        self.request_id: str = request.scope["acg.request_id"]
        self.trace = trace_of(request)

    @property
    def gateway(self) -> Asking:
        """The gateway as this caller sees it: the token's caller, whatever a body says."""
        if self.token is None:
            raise LookupError("nobody has no gateway")
        return self.door.callers.caller(self.token.caller)

    @property
    def welcome(self) -> bool:
        """Whether the token is one still: it may have been removed since."""
        self.door.tokens.refresh()
        return self.token is not None and self.door.tokens.good(self.token)

    @property
    def idempotency_key(self) -> str | None:
        """The header `Idempotency-Key`, bare or in quotation marks (a structured field)."""
        key = self.request.headers.get("idempotency-key")
        if key is None:
            return None
        return key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key

    def about(self, reply: Reply) -> None:
        """Note which command it is about, for the log."""
        self.request.scope["acg.command_id"] = reply.command_id

    async def left(self) -> None:
        """Return when the client has closed the connection; after its body was read."""
        while (await self.request.receive())["type"] != "http.disconnect":
            pass

    async def body(self) -> bytes:
        """Return the body, of bounded length and in bounded time. Raises ProblemError."""
        headers = self.request.headers
        if not _JSON.fullmatch(headers.get("content-type", "").strip()):
            raise problem(
                Code.UNSUPPORTED_MEDIA_TYPE,
                "The body is not said to be JSON.",
                "Send `Content-Type: application/json`, in UTF-8.",
            )
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise problem(
                Code.UNSUPPORTED_MEDIA_TYPE,
                "The body is compressed.",
                "Send it as it is: it has 64 KiB at most.",
            )
        declared = headers.get("content-length", "")
        if declared.isdigit() and int(declared) > MAX_REQUEST_BYTES:
            raise _too_large()
        body = bytearray()
        try:
            async with asyncio.timeout(self.door.settings.read_seconds):
                async for piece in self.request.stream():
                    body += piece
                    if len(body) > MAX_REQUEST_BYTES:
                        raise _too_large()
        except TimeoutError:
            raise problem(
                Code.INVALID_REQUEST,
                "The body did not come in time.",
                "Send the whole request at once.",
                HTTPStatus.REQUEST_TIMEOUT,
                Connection="close",
            ) from None
        return bytes(body)


def admitted(door: Door, request: Request, use: str | None = None) -> Token:
    """Return the token that a request shows. Raises ProblemError where it may not come in."""
    door.tokens.refresh()
    shown = request.headers.getlist("authorization")
    if not shown:
        raise problem(
            Code.UNAUTHENTICATED,
            "No token was sent.",
            "Send `Authorization: Bearer TOKEN`; `acg token add CALLER` makes one.",
            WWW_Authenticate=_CHALLENGE,
        )
    found = _BEARER.fullmatch(shown[0].strip()) if len(shown) == 1 else None
    token = door.tokens.find(found[1]) if found else None
    if token is None:
        raise problem(
            Code.UNAUTHENTICATED,
            "This token lets nobody in: it is unknown, has expired or was removed.",
            "Ask an operator for a new one (`acg token add CALLER`).",
            WWW_Authenticate=f'{_CHALLENGE}, error="invalid_token"',
        )
    if use is not None and token.use != use:
        raise problem(
            Code.FORBIDDEN,
            f"This token is for {token.use}, and opens nothing else.",
            f"Use a token that is for {use} (`acg token add --for {use} CALLER`).",
        )
    return token


def request_id_of(request: Request) -> str:
    """Return the id that the request came with, or a new one."""
    sent = request.headers.get("x-request-id", "")
    return sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(16)


def trace_of(request: Request) -> str:
    """Return the `traceparent` that the request came with, where it is one; else nothing."""
    sent = request.headers.getlist("traceparent")
    return sent[0] if len(sent) == 1 and _TRACE.fullmatch(sent[0]) else ""


def _too_large() -> ProblemError:
    return problem(
        Code.REQUEST_TOO_LARGE,
        f"The body has more than {MAX_REQUEST_BYTES} bytes.",
        "Shorten the request; send only what is needed to understand it.",
        Connection="close",
    )
