"""Inventory: keep a compact picture of each host, for those who never touch Docker.

    the engine's own events -> inventory -> $KV.INVENTORY.<host>, inventory.<host>

Every host is followed by itself. Complete after any gap: each picture is made from what the engine
lists, never from the events, which only say when to look again. A host that cannot be reached has
a picture that says why.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Protocol

from contracts.errors import RefusedError
from contracts.inputs import Awake
from contracts.world import HostPicture
from runtime import function, open_engines

# Several events follow one another when a container restarts: one look for all of them. A host
# that is slow to look at is left in peace for as long as a look takes, so that a storm of events
# costs it half of its time at most.
_SETTLE_S = 0.05
_SETTLE_MOST_S = 2.0
# A picture that nothing changed is renewed this often, so that an old one is known to be old.
_RENEW_S = 30.0
# How long a host that cannot be reached is left alone: twice as long each time, up to the last,
# so that a login that is refused does not look like an attack.
_AGAIN_S = 2.0
_AGAIN_MOST_S = 30.0
# A host that was seen and is lost is looked for this long before that is told: what stands before
# its engine may only be restarting, and a picture that is so old harms nothing.
_LOST_S = 4.0
_LOOK_AGAIN_S = 0.25


class Engine(Protocol):
    """The engine of one host."""

    host: str
    labels: Mapping[str, str]

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
    async with aclosing(Pictures(engines)) as pictures:
        while True:
            yield await pictures.next()


class Pictures:
    """The pictures of all hosts, each followed by itself: one that is down delays no other."""

    def __init__(self, engines: Engines) -> None:
        # One at a time: where they cannot be stored as fast as they are taken, fewer are taken.
        self._taken: asyncio.Queue[HostPicture] = asyncio.Queue(maxsize=1)
        self._tasks = [asyncio.create_task(self._follow(each)) for each in engines]

    async def next(self) -> HostPicture:
        """Return the next picture of some host. Raises what ended the following of a host."""
        taking = asyncio.create_task(self._taken.get())
        try:
            await asyncio.wait({taking, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
            for task in self._tasks:
                if task.done():
                    task.result()
            return await taking
        finally:
            taking.cancel()

    async def aclose(self) -> None:
        """Stop following."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, engine: Engine) -> None:
        """Take pictures of one host for ever; where there is none, one that says why."""
        clock = asyncio.get_running_loop().time
        again = _AGAIN_S
        untold_until = clock()
        seen = False
        while True:
            try:
                async with aclosing(Changes(engine)) as changes:
                    while True:
                        began = clock()
                        await self._taken.put(await engine.picture())
                        again, seen = _AGAIN_S, True
                        await changes.next(_RENEW_S, settle=clock() - began)
            except RefusedError as refused:
                if seen:
                    untold_until, seen = clock() + _LOST_S, False
                if clock() < untold_until:
                    await asyncio.sleep(_LOOK_AGAIN_S)
                    continue
                await self._taken.put(
                    HostPicture(
                        host=engine.host,
                        as_of=datetime.now(UTC),
                        error=refused.error,
                        labels=dict(engine.labels),
                    )
                )
            await asyncio.sleep(again)
            again = min(again * 2, _AGAIN_MOST_S)


class Changes:
    """Waits for the next change without losing one that comes while nobody waits."""

    def __init__(self, engine: Engine) -> None:
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._listen(engine))

    async def next(self, within: float, *, settle: float) -> None:
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
        await asyncio.sleep(min(max(settle, _SETTLE_S), _SETTLE_MOST_S))
        self._changed.clear()

    async def aclose(self) -> None:
        """Stop listening."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self, engine: Engine) -> None:
        async for _ in engine.changes():
            self._changed.set()
