"""The steps of one command, at work."""

from collections.abc import AsyncGenerator, Callable, Sequence

from contracts.events import CommandProgressed, CommandValidated
from contracts.inputs import Cancellation, Lease
from contracts.plan import Step, StepResult
from contracts.requests import OutputChunk
from functions.execute.acting import Acting, InDoubtError
from functions.execute.ends import cancelled, late, overdue, refusal, unknown
from functions.execute.needs import Engines

Made = OutputChunk | CommandProgressed


class Work:
    """What is done of a command's plan, and how it is gone on with."""

    def __init__(
        self, event: CommandValidated, engines: Engines, claim: str, cancellation: Cancellation
    ) -> None:
        self.claim = claim
        self.done: dict[int, StepResult] = {}
        self.lease: Lease | None = None
        self.event = event
        self._engines = engines
        self._cancellation = cancellation

    @property
    def results(self) -> tuple[StepResult, ...]:
        """The results so far, in the order of the steps."""
        return tuple(self.done[number] for number in sorted(self.done))

    @property
    def left(self) -> list[int]:
        """The steps that have no result yet, by their numbers."""
        return [each for each in range(len(self.event.plan.steps)) if each not in self.done]

    def step(self, number: int) -> Step:
        """Return a step by its number."""
        return self.event.plan.steps[number]

    async def one_by_one(
        self, numbers: Sequence[int], stopped: Callable[[], bool] = lambda: False
    ) -> AsyncGenerator[Made, None]:
        """Run these steps, up to the first that fails, or until it is `stopped`.

        Raises RefusedError.
        """
        for number in numbers:
            if stopped():
                return
            self.begin(number)
            async with self._acting(number) as acting:
                async for chunk in acting.printed():
                    yield chunk
                result = await self._result(acting)
            if self.event.max_parallel:
                result = result.model_copy(update={"step": number})
            self.done[number] = result
            if result.exit_code != 0:
                return
            if self.left:
                yield CommandProgressed(
                    command_id=self.event.command_id, step=number, result=result
                )

    def begin(self, number: int) -> None:
        """Raise RefusedError where a step may not start any more: too late, or unwanted."""
        step = self.step(number)
        if late(self.event) or (self.lease and not self.lease.valid):
            raise refusal(overdue(step))
        if self._cancellation.requested:
            raise refusal(cancelled(step))

    def _acting(self, number: int) -> Acting:
        engine = self._engines.on(self.step(number).host)
        return Acting(
            number,
            self.event,
            engine,
            self.claim,
            self._cancellation,
            may_begin=lambda: self.begin(number),
        )

    async def _result(self, acting: Acting) -> StepResult:
        try:
            return acting.result()
        except InDoubtError:
            raise refusal(
                await unknown(acting.step, self._engines, self.event.command_id)
            ) from None
