"""Asking a generator every item of a suite, any number of times, and judging what it says."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from contracts.world import World
from runtime.evals.generators import Answer, Ask, Asked
from runtime.evals.gold import Gold
from runtime.evals.verdict import Verdict, judged


@dataclass(frozen=True, slots=True)
class Measured:
    """One item, asked once: the answer, and what it is worth. `repeat` counts from 1."""

    item: Gold
    repeat: int
    answer: Answer
    verdict: Verdict


@dataclass(slots=True)
class Run:
    """A measurement as far as it has come: what is `done` stays when it is stopped.

    Every item is asked once before any is asked again. One answer may take `within`, all
    together `whole`, and cost `budget` US dollars: by the generator's own account, so what is in
    hand when that is spent comes on top. `told` is called with each answer as it comes.
    """

    items: Sequence[Gold]
    worlds: Mapping[str, World]
    repeats: int = 1
    within: timedelta = timedelta(seconds=60)
    whole: timedelta | None = None
    budget: float | None = None
    told: Callable[[Measured], None] = lambda _: None
    done: list[Measured] = field(default_factory=list)

    @property
    def due(self) -> int:
        """How many answers the whole of it has."""
        return len(self.items) * self.repeats

    @property
    def complete(self) -> bool:
        """Whether every item was asked as often as it was to be."""
        return len(self.done) == self.due

    @property
    def cost(self) -> float:
        """What the answers cost so far, in US dollars."""
        return sum(each.answer.use.cost_usd for each in self.done if each.answer.use)

    @property
    def _spent(self) -> bool:
        return self.budget is not None and self.cost >= self.budget

    async def measure(self, ask: Ask, *, concurrency: int = 1) -> None:
        """Ask all of it, so many items at a time; return early when time or money is spent."""
        left = ((item, repeat) for repeat in range(1, self.repeats + 1) for item in self.items)
        try:
            async with (
                asyncio.timeout(self.whole.total_seconds() if self.whole else None),
                asyncio.TaskGroup() as group,
            ):
                for _ in range(concurrency):
                    group.create_task(self._ask_all(left, ask))
        except TimeoutError:
            return

    async def _ask_all(self, left: Iterator[tuple[Gold, int]], ask: Ask) -> None:
        for item, repeat in left:
            if self._spent:
                return
            world = self.worlds[item.world]
            asked = Asked(
                words=item.request,
                world=world,
                host=item.host,
                target=item.target,
                context=item.context,
            )
            answer = await ask(asked, self.within)
            verdict = judged(item, answer.decision, answer.commands, world)
            measured = Measured(item, repeat, answer, verdict)
            self.done.append(measured)
            self.told(measured)
            await asyncio.sleep(0)  # a generator that never waits must let a signal through
