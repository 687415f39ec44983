"""Execute: run what was validated, once.

    command.validated -> execute -> command.started     the claim, before the effect
                                 -> output.<caller>.<id>
                                 -> command.progressed  after each step but the last
                                 -> command.executed | command.failed
                                 -> command.observed    a result that came too late

What it changes is locked first, so that commands on one object run one after the other. The claim
is stored by compare-and-set before anything happens: of any number of executors one
can act. A claim that is found without a result is never acted on again, unless all that is
left only reads: it ends as `outcome_unknown`, with what can be seen. Of a command that is
cancelled, what reads ends at once, what is changing something is waited for, and no later step
starts.
"""

import secrets
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from datetime import timedelta

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
from contracts.inputs import Cancellation, Locks
from contracts.lifecycle import Command
from contracts.plan import StepResult
from contracts.requests import OutputChunk
from functions.execute.ends import cancelled, failed, refusal, unknown
from functions.execute.fan import Fan
from functions.execute.needs import Engines
from functions.execute.work import Work
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
    event: CommandValidated,
    engines: Engines,
    history: Command | None,
    cancellation: Cancellation,
    locks: Locks,
) -> AsyncGenerator[Made, None]:
    work = Work(event, engines, secrets.token_hex(8), cancellation)
    async with AsyncExitStack() as locked:
        try:
            if history and history.last(CommandStarted):
                work.done.update(finished(history))
                await left_alone(work, history, engines)
            elif history and history.cancelled:
                raise refusal(cancelled(work.step(0)))  # nobody is told of it a second time
            else:
                work.begin(0)
                held = locks.held(event.plan.locks, event.command_id, event.deadline)
                work.lease = await locked.enter_async_context(held)
                work.begin(0)
                yield CommandStarted(command_id=event.command_id, claim=work.claim)
            going_on = Fan(work).out() if event.max_parallel else work.one_by_one(work.left)
            async with aclosing(going_on) as steps:
                async for made in steps:
                    yield made
        except RefusedError as refused:
            yield failed(event, work.results, refused.error)
            return
        yield CommandExecuted(
            command_id=event.command_id,
            caller=event.caller,
            outcome="failed" if any(each.exit_code for each in work.results) else "succeeded",
            plan=event.plan,
            results=work.results,
            generator=event.generator,
        )


def finished(history: Command) -> dict[int, StepResult]:
    """Return the results of the steps that are known to be done, by their numbers."""
    return {
        entry.event.step: entry.event.result
        for entry in history.entries
        if isinstance(entry.event, CommandProgressed)
    }


async def left_alone(work: Work, history: Command, engines: Engines) -> None:
    """Raise RefusedError where one of the steps that are left may have been begun, or is unwanted.

    Whoever claimed them may still be at work, and reach each of them: reads alone do no harm twice.
    """
    steps = [work.step(number) for number in work.left]
    if doubtful := next((step for step in steps if step.risk is not Risk.READ), None):
        raise refusal(await unknown(doubtful, engines, history.entries[0].event.command_id))
    if history.cancelled:
        raise refusal(cancelled(steps[0]))
