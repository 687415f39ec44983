"""Whether a change may still be begun, asked right before it is sent.

Between the decision to run an operation and its first change lie a place on the host, a look at
what is there, a connection: its deadline may pass meanwhile, or its caller want no more.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Unpack

from contracts.docker.errand import unhindered
from contracts.errors import RefusedError
from runtime.adapters.docker.connection import Change, Connection, Params, Stream


class NotBegunError(RefusedError):
    """A change was not sent: it may not be begun any more."""


class Gate:
    """What every change of one operation passes.

    `each`: whether every change stands for itself, as one container of several does. Otherwise
    what was begun is gone through with: a container that was created is started.
    """

    def __init__(self, begin: Callable[[], None] = unhindered) -> None:
        self.begun = False
        self.each = False
        self._begin = begin

    def enter(self) -> None:
        """Let a change through. Raises NotBegunError: it must not be sent."""
        if self.begun and not self.each:
            return
        try:
            self._begin()
        except RefusedError as refused:
            error = refused.error
            raise NotBegunError(error.code, error.message, error.hint) from refused
        self.begun = True


class Gated:
    """A connection on which changes pass a gate, and reads do not."""

    def __init__(self, connection: Connection, gate: Gate) -> None:
        self._connection = connection
        self._gate = gate

    @property
    def url(self) -> str:
        """The address that was last used."""
        return self._connection.url

    @property
    def source(self) -> str:
        """Where that address was found."""
        return self._connection.source

    @property
    def api_version(self) -> str:
        """The version that was agreed upon."""
        return self._connection.api_version

    async def read(self, path: str, params: Params | None = None) -> Any:
        """Return the JSON that GET answers."""
        return await self._connection.read(path, params)

    async def wait(self, path: str, *, within: float) -> Any:
        """Return what a POST answers that changes nothing, within so many seconds."""
        return await self._connection.wait(path, within=within)

    async def change(self, path: str, params: Params | None = None, **more: Unpack[Change]) -> Any:
        """Change something, if that may be begun; else raise NotBegunError."""
        self._gate.enter()
        return await self._connection.change(path, params, **more)

    def stream(
        self, path: str, params: Params | None = None, **more: Unpack[Stream]
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open what is answered; of what `changes` something, if that may be begun."""
        if more.get("changes"):
            self._gate.enter()
        return self._connection.stream(path, params, **more)


def left_undone(names: tuple[str, ...], refused: NotBegunError) -> str:
    """Return what an operation says of the objects that it did not come to."""
    return f"Not done: {', '.join(names)}. {refused.error.message}"
