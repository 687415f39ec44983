"""What is decided of lines that words became: the function `validate` as it is deployed.

Lines are parsed, resolved in the world and judged by it; what it would refuse is rejected. Its
settings are those that the sets assume: reads and changes are allowed, destruction needs an
approval, access to the host is rejected. Beyond that, a command of the words' own choice inside a
container (`exec`) needs an approval unless it is known to only read: it can do whatever the
container can.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from contracts.docker.operations import Exec
from contracts.docker.risk import Risk, assess
from contracts.errors import Error
from contracts.events import (
    CommandGenerated,
    CommandPlanned,
    CommandRejected,
    CommandRequested,
    CommandValidated,
)
from contracts.lifecycle import Command, Entry, fold
from contracts.model import Fact
from contracts.plan import GeneratorUse, Plan
from contracts.world import World
from runtime import discover
from runtime.evals.generators import CALLER, COMMAND_ID, Asked

DECISIONS = {
    Risk.READ: "allow",
    Risk.MUTATE: "allow",
    Risk.DESTROY: "require_approval",
    Risk.ESCAPE: "reject",
}
_ALLOWED = frozenset({Risk.READ, Risk.MUTATE, Risk.DESTROY})
_FAR = datetime(9999, 1, 1, tzinfo=UTC)


class Decided(Fact):
    """What is decided: `allow`, `require_approval` or `reject`.

    - `held_for`: the line for which alone an approval is needed that its risk would not need.
    - `error`: why it is rejected.
    """

    decision: str
    held_for: str | None = None
    error: Error | None = None


Decide = Callable[[Asked, tuple[str, ...]], Awaitable[Decided]]


@asynccontextmanager
async def deciding() -> AsyncIterator[Decide]:
    """Open the function `validate`."""
    function = discover.find("validate")
    if function.opens is None:
        raise LookupError("the function `validate` opens no policy")
    async with function.opens(function.settings(allow_risk=_ALLOWED)) as policy:

        async def decide(asked: Asked, lines: tuple[str, ...]) -> Decided:
            request = CommandRequested(
                command_id=COMMAND_ID,
                caller=CALLER,
                words=asked.words,
                host=asked.host,
                hosts=asked.hosts,
                deadline=_FAR,
            )
            event = CommandGenerated(
                command_id=COMMAND_ID, lines=lines, generator=GeneratorUse(kind=CALLER)
            )
            known: dict[Any, Any] = {World: asked.world, Command: _history(request, event)}
            needs = {name: known[kind] for name, kind in function.needs.items() if kind in known}
            return _read(await function.handler(event, policy, **needs))

        yield decide


def _history(*events: CommandRequested | CommandGenerated) -> Command:
    return fold(
        Entry(event=event, sequence=at, id=str(at), time=_FAR, source=CALLER, digest="")
        for at, event in enumerate(events, start=1)
    )


def _read(said: Any) -> Decided:
    match said:
        case CommandValidated(plan=plan) | CommandPlanned(plan=plan):
            decision = DECISIONS[plan.risk]
            held_for = _own_command(plan) if decision == "allow" else None
            return Decided(decision="require_approval" if held_for else decision, held_for=held_for)
        case CommandRejected(error=error):
            return Decided(decision="reject", error=error)
        case _:
            raise TypeError(f"`validate` answered {type(said).__name__}")


def _own_command(plan: Plan) -> str | None:
    """Return the first line that runs a command inside a container that may do more than read."""
    for step in plan.steps:
        if isinstance(step.operation, Exec) and not assess(step.operation).proven_read:
            return step.line
    return None
