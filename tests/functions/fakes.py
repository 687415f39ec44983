"""Doubles of what the runtime hands to functions, told by a test what to say."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime


class FakeCancellation:
    """Comes when a test says so."""

    def __init__(self) -> None:
        self.requested = False
        self._calls: list[Callable[[], None]] = []

    def then(self, call: Callable[[], None]) -> None:
        if self.requested:
            call()
        else:
            self._calls.append(call)

    def come(self) -> None:
        self.requested = True
        for call in self._calls:
            call()


class FakeLocks:
    """Gives every lock at once, and notes which."""

    def __init__(self) -> None:
        self.valid = True
        self.taken: list[frozenset[tuple[str, str]]] = []

    @asynccontextmanager
    async def held(
        self, objects: Iterable[tuple[str, str]], command_id: str, deadline: datetime
    ) -> AsyncIterator["FakeLocks"]:
        assert command_id
        assert deadline.tzinfo
        self.taken.append(frozenset(objects))
        yield self
