"""Playing scenarios, one after the other, on one engine; each is cleaned up, whatever happens."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from contracts.docker.outcome import Outcome
from contracts.docker.parse import parse
from contracts.errors import RefusedError
from contracts.model import Fact
from contracts.plan import GeneratorUse
from contracts.requests import Reply, RunRequest
from runtime.errors import RuntimeFault
from runtime.evals.engine.checks import Check
from runtime.evals.engine.gateway import Stage, engine_of, staged
from runtime.evals.engine.judge import Happened, others, wrong
from runtime.evals.engine.scenario import PREFIX, Scenario, ScenarioError, Written
from runtime.evals.engine.seen import LookError, Own, Seen

CLEANUP_S = 60.0
SETTLE_S = 3.0
"""How long what a request set going may take until every check holds."""
_SETS_GOING = frozenset({"accepted", "executed", "failed"})
_LOOK_S = 0.1


class Played(Fact):
    """What came of one scenario.

    - `passed`: every check held, and nothing else changed.
    - `broken`: why it could not be played, which says nothing of the generator; empty where it was.
    - `wrong`: what was not as it must be.
    - `status`, `code`: how the request ended. `lines`: what ran, or would have.
    - `generator`: what made the lines, and what that took.
    - `seconds`: from the first line of its setup to the last check.

    Names stand in it as the scenario writes them, with `{p}`: so that two runs can be compared.
    """

    id: str
    request: str
    passed: bool = False
    broken: str = ""
    wrong: tuple[str, ...] = ()
    status: str = ""
    code: str = ""
    lines: tuple[str, ...] = ()
    generator: GeneratorUse | None = None
    seconds: float = 0.0


async def play(
    scenarios: Sequence[Written], *, generator: str, image: str, told: Callable[[str], None]
) -> AsyncGenerator[Played, None]:
    """Play scenarios on the engine that docker would use; yield what came of each.

    Whenever this ends, by an error or because it is told to, nothing of it is left on the engine;
    what could not be removed is `told`. Raises RuntimeFault, OSError, ValueError where engine or
    gateway cannot be had.
    """
    run = f"eval{secrets.token_hex(3)}-"
    async with engine_of(run) as engine:
        own = Own(engine, run)
        await _reached(own)
        try:
            async with staged(engine, run, generator) as stage:
                for number, written in enumerate(scenarios):
                    prefix = f"{run}{number:02d}-"
                    player = _Player(stage, own, prefix, told)
                    yield await player.play(written.read(prefix, image))
        finally:
            # Once the gateway has drained: what it had in hand may have made something.
            await _clean(own, told)


@dataclass(frozen=True, slots=True)
class _Player:
    """Plays a scenario whose own names begin with a prefix."""

    stage: Stage
    own: Own
    prefix: str
    told: Callable[[str], None]

    async def play(self, scenario: Scenario) -> Played:
        """Play it. What is wrong with it, or with the engine meanwhile, is told in it."""
        began = monotonic()
        try:
            played = await self._played(scenario)
        finally:
            spent = monotonic() - began
            await _clean(self.own, self.told)
        return self._comparable(played.model_copy(update={"seconds": round(spent, 3)}))

    async def _played(self, scenario: Scenario) -> Played:
        played = Played(id=scenario.id, request=scenario.request)
        ready = False
        try:
            async with asyncio.timeout(scenario.deadline_s):
                before = await self._set_up(scenario)
                ready = True
                return await self._asked(scenario, before, played)
        except TimeoutError:
            late = f"it was not {'over' if ready else 'set up'} within {scenario.deadline_s:g} s"
            told = {"wrong": (late,)} if ready else {"broken": late}
            return played.model_copy(update=told)
        except RefusedError as refused:
            return played.model_copy(update={"broken": refused.error.message})
        except (ScenarioError, RuntimeFault, OSError) as error:
            return played.model_copy(update={"broken": str(error)})

    async def _set_up(self, scenario: Scenario) -> Seen:
        for op in scenario.operations(self.prefix):
            await self.own.do(op)
        await _until(scenario.until, self.own)
        await self.stage.caught_up()
        return await self.own.look()

    async def _asked(self, scenario: Scenario, before: Seen, played: Played) -> Played:
        request = RunRequest(
            request=scenario.request,
            max_risk=scenario.max_risk,
            deadline_s=scenario.deadline_s,
            idempotency_key=f"eval-{secrets.token_hex(16)}",
        )
        reply = await self.stage.gateway.run(request)
        found = await _settled(scenario, before, reply, self.own)
        return played.model_copy(
            update={
                "passed": not found,
                "wrong": found,
                "status": reply.status,
                "code": reply.error.code if reply.error else "",
                "lines": tuple(step.command for step in reply.steps),
                "generator": reply.generator,
            }
        )

    def _comparable(self, played: Played) -> Played:
        """Return what says the same of every run: names as the scenario writes them."""

        def plain(text: str) -> str:
            return text.replace(self.prefix, PREFIX)

        return played.model_copy(
            update={
                "request": plain(played.request),
                "broken": plain(played.broken),
                "wrong": tuple(map(plain, played.wrong)),
                "lines": tuple(map(plain, played.lines)),
            }
        )


async def _reached(own: Own) -> None:
    """Raise LookError where there is no engine to play on."""
    try:
        await own.look()
    except RefusedError as refused:
        raise LookError(f"{refused.error.message} {refused.error.hint}".rstrip()) from refused


async def _until(checks: Sequence[Check], own: Own) -> None:
    """Return once every check holds. The deadline of the scenario ends it."""
    while True:
        seen = await own.look()
        happened = Happened(seen, seen, Reply(status="planned"), _ask(own))
        if not [why for each in checks if (why := await wrong(each, happened))]:
            return
        await asyncio.sleep(_LOOK_S)


async def _settled(scenario: Scenario, before: Seen, reply: Reply, own: Own) -> tuple[str, ...]:
    """Return what is wrong once nothing is, or when what was set going has had its time."""
    until = monotonic() + SETTLE_S
    while True:
        happened = Happened(before, await own.look(), reply, _ask(own))
        found = [why for each in scenario.checks if (why := await wrong(each, happened))]
        found += others(happened, scenario.named)
        # What was refused sets nothing going.
        if not found or reply.status not in _SETS_GOING or monotonic() > until:
            return tuple(found)
        await asyncio.sleep(_LOOK_S)


def _ask(own: Own) -> Callable[[str], "asyncio.Future[Outcome]"]:
    return lambda line: asyncio.ensure_future(own.run(parse(line)))


async def _clean(own: Own, told: Callable[[str], None]) -> None:
    try:
        async with asyncio.timeout(CLEANUP_S):
            await own.remove()
    except (RefusedError, RuntimeFault, OSError, TimeoutError) as error:
        told(f"what begins with {own.prefix} may still be there: {error}")
