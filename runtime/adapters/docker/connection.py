"""What the adapter needs of a connection to an engine, and the two ways in which it says no."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol
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

    async def change(  # noqa: PLR0913 - what to ask, and how long to wait for it
        self,
        path: str,
        params: Params | None = None,
        *,
        method: str = "POST",
        body: Body | None = None,
        headers: Params | None = None,
        grace: float = 0,
    ) -> Any:
        """Change something; return the JSON of the answer, None where it is empty.

        Waits `grace` seconds longer than for other answers.
        """

    def stream(  # noqa: PLR0913 - what to ask, and how long to wait for it
        self,
        path: str,
        params: Params | None = None,
        *,
        method: str = "GET",
        body: Body | None = None,
        headers: Params | None = None,
        endless: bool = False,
        changes: bool = False,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open what is answered, piece by piece.

        `endless` has no time limit between pieces; of what `changes` something a loss is
        OUTCOME_UNKNOWN.
        """


def path_of(kind: str, reference: str, *rest: str) -> str:
    """Return the path of an object; its reference begins no query, and escapes nothing.

    Slashes stand in the names of images. A path that climbs is redirected by the engine, and a
    redirection is no answer.
    """
    return "/".join((kind, quote(reference, safe=":@/"), *rest))
