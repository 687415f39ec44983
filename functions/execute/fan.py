"""One command on several hosts: some at once, and no further step of any after the first failure.

A host that cannot be reached is no reason to spare the others: they go on, and the end says which
host it was, and why.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing

from contracts.errors import Code, Error, RefusedError
from functions.execute.ends import refusal
from functions.execute.work import Made, Work

_TOLD = 5


class Fan:
    """The hosts of one command: those that wait, those that run, and what was refused."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._waiting: deque[list[int]] = deque(_by_host(work))
        self._running: set[asyncio.Task[None]] = set()
        self._made: asyncio.Queue[Made] = asyncio.Queue(maxsize=1)
        self._refused: dict[str, Error] = {}
        self._stopped = False

    async def out(self) -> AsyncGenerator[Made, None]:
        """Run the steps that are left, host by host. Raises RefusedError."""
        getter = asyncio.create_task(self._made.get())
        try:
            while self._start() or getter.done() or not self._made.empty():
                await asyncio.wait({getter, *self._running}, return_when=asyncio.FIRST_COMPLETED)
                if getter.done():
                    yield getter.result()
                    getter = asyncio.create_task(self._made.get())
                for task in [each for each in self._running if each.done()]:
                    self._running.discard(task)
                    task.result()
        finally:
            tasks = {getter, *self._running}
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._refused:
            raise refusal(self._error())

    def _start(self) -> bool:
        """Begin with as many hosts as may run; say whether any does."""
        parallel = self._work.event.max_parallel
        while self._waiting and len(self._running) < parallel and not self._stopped:
            numbers = self._waiting.popleft()
            self._running.add(asyncio.create_task(self._host(numbers)))
        return bool(self._running)

    async def _host(self, numbers: list[int]) -> None:
        try:
            going_on = self._work.one_by_one(numbers, lambda: self._stopped)
            async with aclosing(going_on) as steps:
                async for made in steps:
                    await self._made.put(made)
        except RefusedError as refused:
            self._refused[self._work.step(numbers[0]).host] = refused.error
            if refused.error.code is not Code.ENGINE_UNREACHABLE:
                self._stopped = True
        if any(each.exit_code for each in self._work.results):
            self._stopped = True

    def _error(self) -> Error:
        """Return one error for all hosts that said no; what nobody knows is the worst."""
        worst = min(self._refused.values(), key=lambda each: each.code is not Code.OUTCOME_UNKNOWN)
        told = [f"{host}: {error.message}" for host, error in list(self._refused.items())[:_TOLD]]
        if (more := len(self._refused) - _TOLD) > 0:
            told.append(f"And {more} more hosts.")
        if self._waiting:
            spared = ", ".join(self._work.step(each[0]).host for each in self._waiting)
            told.append(f"Not begun on: {spared}.")
        return Error(code=worst.code, message=" ".join(told), hint=worst.hint)


def _by_host(work: Work) -> list[list[int]]:
    """Return the steps that are left, host by host."""
    hosts: dict[str, list[int]] = {}
    for number in work.left:
        hosts.setdefault(work.step(number).host, []).append(number)
    return list(hosts.values())
