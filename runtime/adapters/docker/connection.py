"""What the adapter needs of a connection to an engine, and the two ways in which it says no."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypedDict, Unpack
from urllib.parse import quote

Params = Mapping[str, str]
Body = Mapping[str, Any] | bytes | AsyncIterable[bytes]
"""What a request carries: JSON, or bytes (a tar archive)."""
NOT_FOUND = 404
NEWEST_API = "1.50"
"""The newest API that this adapter was written for: that of docker 28.2."""


class EngineError(Exception):
    """The engine answered, and said no: an HTTP status, and its own words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status

    def __str__(self) -> str:
        """Return the words in which docker's CLI reports it."""
        return f"Error response from daemon: {self.args[0]}"


class Change(TypedDict, total=False):
    """How a change is asked for.

    - `method`: POST where it is not said; `body` and `headers`: what is sent with it.
    - `grace`: how many seconds longer than other answers it may take.
    """

    method: str
    body: Body | None
    headers: Params | None
    grace: float


class Stream(TypedDict, total=False):
    """How an answer in pieces is asked for.

    - `method`: GET where it is not said; `body` and `headers`: what is sent with it.
    - `endless`: no time limit stands between two pieces.
    - `changes`: it changes something: a loss is OUTCOME_UNKNOWN.
    """

    method: str
    body: Body | None
    headers: Params | None
    endless: bool
    changes: bool


class Connection(Protocol):
    """Requests to one engine. Paths are without the API's version.

    Each raises RefusedError: ENGINE_UNREACHABLE where nothing was sent or nothing was to change,
    OUTCOME_UNKNOWN where a change was sent and no answer came. EngineError is an answer.
    """

    @property
    def url(self) -> str:
        """The address that was last used; empty before the first request."""

    @property
    def source(self) -> str:
        """Where that address was found, in words."""

    @property
    def api_version(self) -> str:
        """The version that was agreed upon; empty before the first request."""

    async def read(self, path: str, params: Params | None = None) -> Any:
        """Return the JSON that GET answers."""

    async def wait(self, path: str, *, within: float) -> Any:
        """Return what a POST answers that changes nothing, within so many seconds."""

    async def change(self, path: str, params: Params | None = None, **more: Unpack[Change]) -> Any:
        """Change something; return the JSON of the answer, None where it is empty."""

    def stream(
        self, path: str, params: Params | None = None, **more: Unpack[Stream]
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open what is answered, piece by piece."""


def path_of(kind: str, reference: str, *rest: str) -> str:
    """Return the path of an object; its reference begins no query, and escapes nothing.

    Slashes stand in the names of images. A path that climbs is redirected by the engine, and a
    redirection is no answer.
    """
    return "/".join((kind, quote(reference, safe=":@/"), *rest))
