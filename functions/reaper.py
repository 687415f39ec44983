"""Reaper: nothing hangs. What is overdue ends; what could not be handled is kept and ends.

    the clock            -> reaper -> command.rejected | command.failed
    delivery advisories  -> reaper -> dead.<function>, command.failed

By compare-and-set like everybody: a result that comes at the same moment wins or loses whole.
A command that was started ends here only when its deadline and grace are over, and then as
`outcome_unknown`: nobody knows.
"""

from collections.abc import AsyncGenerator

from contracts.errors import Code, Error
from contracts.events import (
    CommandFailed,
    CommandHeld,
    CommandRejected,
    CommandRequested,
    CommandValidated,
)
from contracts.inputs import DeadLetter, Overdue, Undelivered
from contracts.lifecycle import BESIDE, GRACE, Command, State
from runtime import function, nothing

_BODY_SHOWN = 64 * 1024
# Who has to go on from each state. Nobody else's trouble (reply's, an auditor's) ends a command.
_GOES_ON = {
    State.REQUESTED: "generate",
    State.GENERATED: "validate",
    State.APPROVED: "validate",
    State.DENIED: "validate",
    State.STALE: "validate",
    State.VALIDATED: "execute",
    State.STARTED: "execute",
}


@function(opens=nothing)
async def reaper(
    event: Overdue | Undelivered, _: None
) -> AsyncGenerator[DeadLetter | CommandRejected | CommandFailed, None]:
    if isinstance(event, Overdue):
        if end := end_of(event):
            yield end
        return
    yield buried(event)
    if event.command and waits_for(event, event.command):
        yield given_up(event, event.command)


def end_of(event: Overdue) -> CommandRejected | CommandFailed | None:
    """Return how an overdue command ends; None while it may still end by itself."""
    command = event.command
    command_id = command.entries[0].event.command_id
    if command.state is State.HELD and (held := command.last(CommandHeld)):
        if event.now < held.expires:
            return None
        return CommandRejected(
            command_id=command_id, error=_EXPIRED, plan=held.plan, generator=held.generator
        )
    validated = command.last(CommandValidated)
    plan = validated.plan if validated else None
    generator = validated.generator if validated else None
    if command.state is State.STARTED:
        request = command.last(CommandRequested)
        if request and event.now < request.deadline + GRACE:
            return None
        return CommandFailed(
            command_id=command_id, error=unknown(command), plan=plan, generator=generator
        )
    if command.cancelled:
        return CommandRejected(
            command_id=command_id, error=_CANCELLED, plan=plan, generator=generator
        )
    return CommandFailed(command_id=command_id, error=_LATE, plan=plan, generator=generator)


def buried(event: Undelivered) -> DeadLetter:
    """Return the dead letter of a message."""
    return DeadLetter(
        function=event.function,
        stream=event.stream,
        sequence=event.sequence,
        subject=event.subject,
        reason=event.reason,
        deliveries=event.deliveries,
        at=event.at,
        command_id=event.command.entries[0].event.command_id if event.command else None,
        body=event.body[:_BODY_SHOWN].decode(errors="replace"),
    )


def waits_for(event: Undelivered, command: Command) -> bool:
    """Say whether a command waits for what could not be handled; nobody else has gone on then.

    Only an event of its history can hold it up: what was planted beside it is no part of it.
    Once it is started, it waits for its executor alone, who works on what was validated.
    """
    if event.function != _GOES_ON.get(command.state):
        return False
    if command.state is State.STARTED:
        awaited = command.last_entry(CommandValidated)
    else:
        beside = (each for each in reversed(command.entries) if each.event.type not in BESIDE)
        awaited = next(beside, None)
    return awaited is not None and awaited.sequence == event.sequence


def given_up(event: Undelivered, command: Command) -> CommandFailed:
    """Return the end of a command whose message a function could not handle."""
    validated = command.last(CommandValidated)
    error = (
        unknown(command)
        if command.state is State.STARTED
        else Error(
            code=Code.DEAD_LETTER,
            message=f"The function {event.function} could not handle it: {event.reason}.",
            hint="Ask again; if it happens again, the dead letter and the function's log say why.",
        )
    )
    return CommandFailed(
        command_id=command.entries[0].event.command_id,
        error=error,
        plan=validated.plan if validated else None,
        generator=validated.generator if validated else None,
    )


def unknown(command: Command) -> Error:
    """Return that a started command may have happened, and what to look at."""
    validated = command.last(CommandValidated)
    steps = validated.plan.steps if validated else ()
    lines = "; ".join(step.line for step in steps)
    names = " ".join(each.name for step in steps for each in step.objects)
    return Error(
        code=Code.OUTCOME_UNKNOWN,
        message=f"An executor began `{lines}` and was not heard of again.",
        hint=f"Look at `docker inspect {names}` before you ask for it again."
        if names
        else "Look at what it would have changed before you ask for it again.",
    )


_EXPIRED = Error(
    code=Code.APPROVAL_EXPIRED,
    message="Nobody approved it in time.",
    hint="Ask again, and tell those who can approve.",
)
_CANCELLED = Error(
    code=Code.CANCELLED,
    message="It was cancelled before it was started.",
    hint="Nothing was done. Ask again if it is wanted after all.",
)
_LATE = Error(
    code=Code.DEADLINE_EXCEEDED,
    message="The deadline passed before it was started.",
    hint="Ask again with a longer deadline_s; if it happens again, see `acg doctor`.",
)
