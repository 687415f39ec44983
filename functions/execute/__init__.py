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
from asyncio import timeout
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Protocol

from contracts.docker.errand import Errand
from contracts.docker.operations import Operation
from contracts.docker.outcome import Outcome
from contracts.docker.risk import Risk
from contracts.errors import Code, Error, RefusedError
from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandObserved,
    CommandProgressed,
    CommandStarted,
    CommandValidated,
)
from contracts.lifecycle import GRACE, Command
from contracts.plan import Step, StepResult
from contracts.requests import OutputChunk
from functions.execute.record import errand, printed, result, storable
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

_EFFECT_GRACE = GRACE * 0.7
_LONGEST = timedelta(days=8)


class Engine(Protocol):
    """The engine of one host."""

    async def run(self, operation: Operation, errand: Errand | None = None) -> Outcome:
        """Run it. Raises RefusedError: `outcome_unknown` where it may have happened."""
        ...

    async def evidence(self, operation: Operation) -> str:
        """Say what can be seen of the objects of an operation that may have happened."""
        ...


class Engines(Protocol):
    """The engines of all hosts."""

    def on(self, host: str) -> Engine:
        """Return the engine of a host. Raises RefusedError."""
        ...


@function(opens=open_engines, attempts=20, deadline=_LONGEST, in_flight=64)
async def execute(
    event: CommandValidated, engines: Engines, history: Command | None
) -> AsyncGenerator[Made, None]:
    claim = secrets.token_hex(8)
    done: tuple[StepResult, ...] = ()
    if history and history.last(CommandStarted):
        done = finished(history)
        left = event.plan.steps[len(done) :]
        # Whoever claimed it may still be at work, and reach each of them.
        if doubtful := next((step for step in left if step.risk is not Risk.READ), None):
            yield failed(event, done, await unknown(doubtful, engines))
            return
    elif late(event):
        yield failed(event, (), overdue(event.plan.steps[0]))
        return
    else:
        yield CommandStarted(command_id=event.command_id, claim=claim)
    results = list(done)
    for number, step in list(enumerate(event.plan.steps))[len(done) :]:
        if late(event):
            yield failed(event, tuple(results), overdue(step))
            return
        try:
            given, spent = await act(step, event, engines)
        except RefusedError as refused:
            yield failed(event, tuple(results), refused.error)
            return
        outcome = storable(given)
        chunks = list(printed(event, number, claim, outcome))
        for chunk in chunks:
            yield chunk
        results.append(result(outcome, spent, len(chunks), claim))
        if outcome.exit_code != 0:
            break
        if number + 1 < len(event.plan.steps):
            yield CommandProgressed(command_id=event.command_id, step=number, result=results[-1])
    yield CommandExecuted(
        command_id=event.command_id,
        caller=event.caller,
        outcome="succeeded" if results[-1].exit_code == 0 else "failed",
        plan=event.plan,
        results=tuple(results),
        generator=event.generator,
    )


async def act(step: Step, event: CommandValidated, engines: Engines) -> tuple[Outcome, float]:
    """Run one step; return what it gave and the milliseconds that it took.

    A read may take until the command's deadline; an effect that has begun, somewhat longer.
    Raises RefusedError.
    """
    reads = step.risk is Risk.READ
    until = event.deadline if reads else event.deadline + _EFFECT_GRACE
    began = perf_counter()
    try:
        async with timeout((until - datetime.now(UTC)).total_seconds()):
            outcome = await engines.on(step.host).run(step.operation, errand(event))
    except TimeoutError:
        if reads:
            raise refusal(overdue(step)) from None
        raise refusal(await unknown(step, engines)) from None
    return outcome, round((perf_counter() - began) * 1000, 3)


def finished(history: Command) -> tuple[StepResult, ...]:
    """Return the results of the steps that are known to be done."""
    return tuple(
        entry.event.result
        for entry in history.entries
        if isinstance(entry.event, CommandProgressed)
    )


def late(event: CommandValidated) -> bool:
    """Say whether nothing of this command may start any more."""
    return datetime.now(UTC) >= event.deadline


def overdue(step: Step) -> Error:
    """Return why a step was not run, or not to its end."""
    return Error(
        code=Code.DEADLINE_EXCEEDED,
        message=f"The deadline passed before `{step.line}` was done.",
        hint="Ask again with a longer deadline_s, or for less at once.",
    )


async def unknown(step: Step, engines: Engines) -> Error:
    """Return that a step may have happened, with what can be seen and where to look."""
    try:
        async with timeout(5):
            seen = await engines.on(step.host).evidence(step.operation)
    except (RefusedError, TimeoutError) as error:
        seen = f"The engine cannot be asked: {str(error) or 'no answer in time'}."
    names = " ".join(each.name for each in step.objects)
    return Error(
        code=Code.OUTCOME_UNKNOWN,
        message=f"`{step.line}` may or may not have happened. {seen}",
        hint=f"Look at `docker inspect {names}` before you ask for it again."
        if names
        else "Look at what it would have changed before you ask for it again.",
    )


def failed(event: CommandValidated, results: tuple[StepResult, ...], error: Error) -> CommandFailed:
    """Return the end of a command that the world said no to."""
    return CommandFailed(
        command_id=event.command_id,
        error=error,
        plan=event.plan,
        results=results,
        generator=event.generator,
    )


def refusal(error: Error) -> RefusedError:
    """Return an error as something to raise."""
    return RefusedError(error.code, error.message, error.hint)
