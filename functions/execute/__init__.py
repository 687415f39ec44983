"""Execute: run what was validated, once.

    command.validated -> execute -> command.started     the claim, before the effect
                                 -> output.<caller>.<id>
                                 -> command.progressed  after each step but the last
                                 -> command.executed | command.failed
                                 -> command.observed    a result that came too late

The claim is stored by compare-and-set before anything happens: of any number of executors one
can act. A claim that is found without a result is never acted on again, unless all that is
left only reads: it ends as `outcome_unknown`, with what can be seen.
"""

import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from contracts.docker.risk import Risk
from contracts.errors import RefusedError
from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandObserved,
    CommandProgressed,
    CommandStarted,
    CommandValidated,
)
from contracts.lifecycle import Command
from contracts.plan import Step, StepResult
from contracts.requests import OutputChunk
from functions.execute.acting import Acting, InDoubtError
from functions.execute.ends import failed, overdue, refusal, unknown
from functions.execute.needs import Engines
from runtime import function, open_engines

# The last is a result that lost: the runtime keeps it where others had ended the command.
Made = (
    CommandStarted
    | CommandProgressed
    | OutputChunk
    | CommandExecuted
    | CommandFailed
    | CommandObserved
)

_LONGEST = timedelta(days=8)


@function(opens=open_engines, attempts=20, deadline=_LONGEST, in_flight=256)
async def execute(
    event: CommandValidated, engines: Engines, history: Command | None
) -> AsyncGenerator[Made, None]:
    claim = secrets.token_hex(8)
    results: list[StepResult] = []
    try:
        if history and history.last(CommandStarted):
            results.extend(finished(history))
            await left_alone(event.plan.steps[len(results) :], engines)
        else:
            in_time(event, event.plan.steps[0])
            yield CommandStarted(command_id=event.command_id, claim=claim)
        async with aclosing(one_by_one(event, engines, claim, results)) as steps:
            async for made in steps:
                yield made
    except RefusedError as refused:
        yield failed(event, tuple(results), refused.error)
        return
    yield CommandExecuted(
        command_id=event.command_id,
        caller=event.caller,
        outcome="succeeded" if results[-1].exit_code == 0 else "failed",
        plan=event.plan,
        results=tuple(results),
        generator=event.generator,
    )


async def one_by_one(
    event: CommandValidated, engines: Engines, claim: str, results: list[StepResult]
) -> AsyncGenerator[OutputChunk | CommandProgressed, None]:
    """Run the steps that have no result yet, up to the first that fails. Raises RefusedError."""
    for number, step in list(enumerate(event.plan.steps))[len(results) :]:
        in_time(event, step)
        async with Acting(number, event, engines.on(step.host), claim) as acting:
            async for chunk in acting.printed():
                yield chunk
            try:
                results.append(acting.result())
            except InDoubtError:
                raise refusal(await unknown(step, engines)) from None
        if results[-1].exit_code != 0:
            return
        if number + 1 < len(event.plan.steps):
            yield CommandProgressed(command_id=event.command_id, step=number, result=results[-1])


def finished(history: Command) -> tuple[StepResult, ...]:
    """Return the results of the steps that are known to be done."""
    return tuple(
        entry.event.result
        for entry in history.entries
        if isinstance(entry.event, CommandProgressed)
    )


async def left_alone(steps: Sequence[Step], engines: Engines) -> None:
    """Raise RefusedError where one of the steps that are left may have been begun.

    Whoever claimed them may still be at work, and reach each of them: reads alone do no harm twice.
    """
    if doubtful := next((step for step in steps if step.risk is not Risk.READ), None):
        raise refusal(await unknown(doubtful, engines))


def in_time(event: CommandValidated, step: Step) -> None:
    """Raise RefusedError where nothing of this command may start any more."""
    if datetime.now(UTC) >= event.deadline:
        raise refusal(overdue(step))
