"""Inventory: keep a compact picture of each host, for those who never touch Docker.

    the engine's own events -> inventory -> $KV.INVENTORY.<host>, inventory.<host>

Complete after any gap: each picture is made from what the engine lists, never from the events,
which only say when to look again. A host that cannot be reached has a picture that says why.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Protocol

from contracts.errors import RefusedError
from contracts.inputs import Awake
from contracts.world import HostPicture
from runtime import function, open_engines

# Several events follow one another when a container restarts: one look for all of them.
_SETTLE_S = 0.05
# A picture that nothing changed is renewed this often, so that an old one is known to be old.
_RENEW_S = 30.0
_UNREACHABLE_S = 2.0


class Engine(Protocol):
    """The engine of one host."""

    host: str

    async def picture(self) -> HostPicture:
        """Return everything on the host. Raises RefusedError where it cannot be seen."""
        ...

    def changes(self) -> AsyncIterator[None]:
        """Yield whenever something changed. Raises RefusedError when it can no longer tell."""
        ...


class Engines(Protocol):
    """The engines of all hosts."""

    def __iter__(self) -> Iterator[Engine]:
        """Go over them."""
        ...


@function(opens=open_engines)
async def inventory(_: Awake, engines: Engines) -> AsyncGenerator[HostPicture, None]:
    (engine,) = engines
    while True:
        try:
            async with aclosing(Changes(engine)) as changes:
                while True:
                    yield await engine.picture()
                    await changes.next(_RENEW_S)
        except RefusedError as refused:
            yield HostPicture(host=engine.host, as_of=datetime.now(UTC), error=refused.error)
            await asyncio.sleep(_UNREACHABLE_S)


class Changes:
    """Waits for the next change without losing one that comes while nobody waits."""

    def __init__(self, engine: Engine) -> None:
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._listen(engine))

    async def next(self, within: float) -> None:
        """Return after a change that has settled, or when the time is over.

        Raises RefusedError when changes can no longer be told.
        """
        waiting = asyncio.create_task(self._changed.wait())
        try:
            await asyncio.wait(
                {waiting, self._task}, timeout=within, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            waiting.cancel()
        if self._task.done():
            await self._task
        await asyncio.sleep(_SETTLE_S)
        self._changed.clear()

    async def aclose(self) -> None:
        """Stop listening."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self, engine: Engine) -> None:
        async for _ in engine.changes():
            self._changed.set()
