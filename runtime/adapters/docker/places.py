"""How many commands run on one host at once; more wait for their turn, for so long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from contracts.errors import Code, RefusedError


class Places:
    """The places on one host, given in the order in which they are asked for."""

    def __init__(self, host: str, many: int, within: float) -> None:
        self._host = host
        self._many = many
        self._within = within
        self._free = asyncio.Semaphore(many)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold a place. Raises RefusedError (DEADLINE_EXCEEDED): nothing was begun."""
        try:
            async with asyncio.timeout(self._within):
                await self._free.acquire()
        except TimeoutError:
            raise RefusedError(
                Code.DEADLINE_EXCEEDED,
                f"On {self._host!r} {self._many} commands were at work for {self._within:g} s:"
                " nothing of this one was begun.",
                "Ask again later; commands that follow (logs -f, events, wait) hold their place"
                " until they end. `concurrency` in hosts.toml says how many there may be.",
            ) from None
        try:
            yield
        finally:
            self._free.release()
