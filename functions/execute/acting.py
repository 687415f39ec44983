"""One step at work: what it prints is handed on while it runs, and it ends when it must."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Self

from contracts.docker.follow import follows
from contracts.docker.outcome import Outcome
from contracts.docker.risk import Risk
from contracts.events import CommandValidated
from contracts.inputs import Cancellation
from contracts.lifecycle import GRACE
from contracts.plan import Ended, Step, StepResult
from contracts.requests import OutputChunk
from functions.execute.ends import cancelled, overdue, refusal
from functions.execute.needs import Engine
from functions.execute.record import errand, storable
from functions.execute.sealed import sealed
from functions.execute.streamed import MAX_STORED, Streamed

# How many lines a follow may print.
MAX_LINES = 100_000
_EFFECT_GRACE = GRACE * 0.7
_STOPPING = 5.0


class InDoubtError(Exception):
    """An effect was begun, and its time is over: it may have happened."""


class Acting:
    """A step while it runs. Go over `printed`, then ask for its `result`.

    A read may take until the command's deadline, and ends when the command is cancelled; so does
    an effect that has not begun. One that has may take somewhat longer, and is waited for.
    `may_begin` is asked before each change, and raises RefusedError where it comes too late.
    """

    def __init__(  # noqa: PLR0913 - whose step, where it runs, and what may end it
        self,
        number: int,
        event: CommandValidated,
        engine: Engine,
        claim: str,
        cancellation: Cancellation,
        *,
        may_begin: Callable[[], None],
    ) -> None:
        self.step: Step = event.plan.steps[number]
        self._reads = self.step.risk is Risk.READ
        self._follows = follows(self.step.operation)
        self._deadline = event.deadline
        self._may_begin = may_begin
        self._begun = False
        self._ended: Ended | None = None
        self._began = perf_counter()
        self._spent = 0.0
        self._streamed = Streamed(event, number, claim)
        made = replace(errand(event, self.step, self._out), objects=sealed(event.plan, number))
        if not self._reads:
            made = replace(made, begin=self._begin)
        work = engine.run(self.step.operation, made)
        self._task = asyncio.create_task(work)
        self._task.add_done_callback(self._over)
        self._timer = self._at(event.deadline, self._late)
        cancellation.then(self._unwanted)

    async def printed(self) -> AsyncIterator[OutputChunk]:
        """Yield what it prints, until it is over."""
        over = False
        while not over:
            await self._streamed.some()
            over = self._task.done()
            for chunk in self._streamed.take():
                yield chunk
        if not self._task.cancelled() and not self._task.exception():
            for chunk in self._streamed.rest(storable(self._task.result()), self._spent):
                yield chunk

    def result(self) -> StepResult:
        """Return how it went. Raises RefusedError; InDoubtError where that is not known."""
        if not self._task.cancelled():
            return self._streamed.result(storable(self._task.result()), self._spent)
        if self._follows:
            return self._streamed.result(Outcome(), self._spent, self._ended)
        if self._ended == "cancelled":
            raise refusal(cancelled(self.step))
        if self._reads or not self._begun:
            raise refusal(overdue(self.step))
        raise InDoubtError

    async def __aenter__(self) -> Self:
        """Give it, at work already."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it where it still runs."""
        self._timer.cancel()
        if not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=_STOPPING)
        if self._task.done() and not self._task.cancelled():
            self._task.exception()  # `result` tells it to whoever asks

    def _begin(self) -> None:
        """Let a change be sent, and note it. Raises RefusedError."""
        self._may_begin()
        self._begun = True

    def _at(self, moment: datetime, call: Callable[[], None]) -> asyncio.TimerHandle:
        left = (moment - datetime.now(UTC)).total_seconds()
        return asyncio.get_running_loop().call_later(left, call)

    def _late(self) -> None:
        """End it at its deadline; an effect in flight has some time more."""
        if self._begun:
            self._timer = self._at(self._deadline + _EFFECT_GRACE, lambda: self._end("deadline"))
        else:
            self._end("deadline")

    def _unwanted(self) -> None:
        """End it where it is cancelled; an effect in flight is waited for."""
        if not self._begun:
            self._end("cancelled")

    def _over(self, _: asyncio.Task[Outcome]) -> None:
        self._spent = round((perf_counter() - self._began) * 1000, 3)
        self._streamed.over()

    async def _out(self, stdout: str, stderr: str) -> None:
        """Take what the engine prints; wait where it prints faster than is stored."""
        await self._streamed.add(stdout, stderr)
        if self._follows and self._streamed.lines >= MAX_LINES:
            self._end("lines")
        elif self._follows and self._streamed.size >= MAX_STORED:
            self._end("size")

    def _end(self, why: Ended) -> None:
        """End it before its own end."""
        self._ended = self._ended or why
        self._task.cancel()
