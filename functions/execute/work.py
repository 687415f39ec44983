"""The steps of one command, at work."""

from collections.abc import AsyncGenerator, Sequence

from contracts.events import CommandProgressed, CommandValidated
from contracts.inputs import Cancellation, Lease
from contracts.plan import Step, StepResult
from contracts.requests import OutputChunk
from functions.execute.acting import Acting, InDoubtError
from functions.execute.ends import cancelled, late, overdue, refusal, unknown
from functions.execute.needs import Engines


class Work:
    """What is done of a command's plan, and how it is gone on with."""

    def __init__(
        self, event: CommandValidated, engines: Engines, claim: str, cancellation: Cancellation
    ) -> None:
        self.claim = claim
        self.results: list[StepResult] = []
        self.lease: Lease | None = None
        self._event = event
        self._engines = engines
        self._cancellation = cancellation

    @property
    def left(self) -> Sequence[Step]:
        """The steps that have no result yet."""
        return self._event.plan.steps[len(self.results) :]

    async def one_by_one(self) -> AsyncGenerator[OutputChunk | CommandProgressed, None]:
        """Run the steps that are left, up to the first that fails. Raises RefusedError."""
        while self.left:
            number = len(self.results)
            self.begin()
            async with self._acting(number) as acting:
                async for chunk in acting.printed():
                    yield chunk
                result = await self._result(acting)
            self.results.append(result)
            if result.exit_code != 0:
                return
            if self.left:
                yield CommandProgressed(
                    command_id=self._event.command_id, step=number, result=result
                )

    def begin(self) -> None:
        """Raise RefusedError where the next step may not start any more: too late, or unwanted."""
        step = self.left[0]
        if late(self._event) or (self.lease and not self.lease.valid):
            raise refusal(overdue(step))
        if self._cancellation.requested:
            raise refusal(cancelled(step))

    def _acting(self, number: int) -> Acting:
        engine = self._engines.on(self._event.plan.steps[number].host)
        return Acting(number, self._event, engine, self.claim, self._cancellation)

    async def _result(self, acting: Acting) -> StepResult:
        try:
            return acting.result()
        except InDoubtError:
            raise refusal(
                await unknown(acting.step, self._engines, self._event.command_id)
            ) from None
