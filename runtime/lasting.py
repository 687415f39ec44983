"""What a process does by itself, of nobody's asking, for as long as it serves."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta


class Lasting(ABC):
    """Work that has no end of its own; where it ends all the same, the process is not ready."""

    _task: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """Whether it goes on."""
        return self._task is not None and not self._task.done()

    @asynccontextmanager
    async def running(self, drain: timedelta) -> AsyncIterator[None]:
        """Do it for as long as the block lasts; told to end, it has `drain` to finish."""
        self._task = task = asyncio.create_task(self.go_on())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task}, timeout=drain.total_seconds())

    @abstractmethod
    async def go_on(self) -> None:
        """Work until cancelled. One surprise must not end it."""
