"""How a command ends that did not simply do what it was told."""

from asyncio import timeout
from datetime import UTC, datetime

from contracts.docker.errand import COMMAND, Errand
from contracts.errors import Code, Error, RefusedError
from contracts.events import CommandFailed, CommandValidated
from contracts.plan import Step, StepResult
from functions.execute.needs import Engines

_LOOKING = 5.0


def overdue(step: Step) -> Error:
    """Return why a step was not run, or not to its end."""
    return Error(
        code=Code.DEADLINE_EXCEEDED,
        message=f"The deadline passed before `{step.line}` was done.",
        hint="Ask again with a longer deadline_s, or for less at once.",
    )


def cancelled(step: Step) -> Error:
    """Return that a step was not run, or not to its end, since the caller wanted no more."""
    return Error(
        code=Code.CANCELLED,
        message=f"It was cancelled before `{step.line}` was done.",
        hint="What was done before stays done: see the steps. Ask again for what is still wanted.",
    )


async def unknown(step: Step, engines: Engines, command_id: str) -> Error:
    """Return that a step may have happened, with what can be seen and where to look."""
    try:
        async with timeout(_LOOKING):
            made = Errand(labels={COMMAND: command_id})
            seen = await engines.on(step.host).evidence(step.operation, made)
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


def late(event: CommandValidated) -> bool:
    """Say whether nothing of this command may start any more."""
    return datetime.now(UTC) >= event.deadline


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
