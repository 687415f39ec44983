from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from contracts.errors import Code
from contracts.events import (
    CommandApproved,
    CommandCancelled,
    CommandDenied,
    CommandExecuted,
    CommandFailed,
    CommandHeld,
    CommandProgressed,
    CommandRejected,
    CommandStale,
    CommandStarted,
    Event,
)
from contracts.inputs import DeadLetter, Overdue, Undelivered
from contracts.lifecycle import GRACE, Command, admits
from functions.reaper import reaper
from tests.stories import (
    BUILTIN,
    ID,
    NOW,
    generated,
    history,
    plan,
    requested,
    result,
    validated,
)

DEADLINE = requested().deadline
LATER = DEADLINE + timedelta(hours=1)

HELD = CommandHeld(command_id=ID, plan=plan(), votes_needed=1, expires=LATER, generator=BUILTIN)
STARTED = CommandStarted(command_id=ID, claim="c")
DONE = CommandProgressed(command_id=ID, step=0, result=result())


async def handled(event: Overdue | Undelivered) -> list[Any]:
    return [each async for each in reaper(event, None)]


async def overdue(command: Command, after: timedelta) -> list[Any]:
    return await handled(Overdue(now=DEADLINE + after, command=command))


def undelivered(command: Command | None, function: str, sequence: int, **more: Any) -> Undelivered:
    said = {"stream": "COMMANDS", "deliveries": 5, "reason": "the disk is full", "at": NOW}
    return Undelivered.model_validate(
        {"function": function, "sequence": sequence, "command": command, **said, **more}
    )


OPEN: list[tuple[Event, ...]] = [
    (requested(),),
    (requested(), generated()),
    (requested(), generated(), validated()),
    (requested(), generated(), HELD, CommandApproved(command_id=ID, voter="bob")),
    (requested(), generated(), HELD, CommandDenied(command_id=ID, voter="bob")),
    (requested(), generated(), validated(), CommandStale(command_id=ID, changed=())),
]
last_type: Callable[[Any], str] = lambda events: events[-1].type if events else ""  # noqa: E731


@pytest.mark.parametrize("events", OPEN, ids=last_type)
async def test_what_was_not_started_by_its_deadline_has_failed(events: tuple[Event, ...]) -> None:
    command = history(*events)
    [end] = await overdue(command, timedelta())
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.DEADLINE_EXCEEDED
    assert admits(command.state, end.type)


async def test_the_plan_that_did_not_run_is_told() -> None:
    [end] = await overdue(history(requested(), generated(), validated()), timedelta())
    assert (end.plan, end.generator) == (validated().plan, BUILTIN)


async def test_what_was_started_has_until_its_grace_is_over() -> None:
    command = history(requested(), generated(), validated(), STARTED)
    assert await overdue(command, GRACE - timedelta(milliseconds=1)) == []


async def test_what_was_started_and_never_told_is_unknown() -> None:
    command = history(requested(), generated(), validated(), STARTED, DONE)
    [end] = await overdue(command, GRACE)
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.OUTCOME_UNKNOWN
    assert "docker restart checkout" in end.error.message
    assert "docker inspect checkout" in end.error.hint
    assert end.plan == validated().plan


async def test_what_is_held_waits_until_its_own_time_is_over() -> None:
    command = history(requested(), generated(), HELD)
    assert await handled(Overdue(now=LATER - timedelta(seconds=1), command=command)) == []
    [end] = await handled(Overdue(now=LATER, command=command))
    assert isinstance(end, CommandRejected)
    assert end.error.code is Code.APPROVAL_EXPIRED
    assert (end.plan, end.generator) == (HELD.plan, BUILTIN)


@pytest.mark.parametrize(
    ("events", "function"),
    [
        ((requested(),), "generate"),
        ((requested(), generated()), "validate"),
        ((requested(), generated(), validated()), "execute"),
        ((requested(), generated(), CommandCancelled(command_id=ID, by="a")), "validate"),
    ],
    ids=str,
)
async def test_what_could_not_be_handled_is_kept_and_ends(
    events: tuple[Event, ...], function: str
) -> None:
    command = history(*events)
    waits_on = next(
        number for number, each in enumerate(events, 1) if each.type == command.state.value
    )
    letter, end = await handled(undelivered(command, function, waits_on, body=b"{}"))
    assert letter == DeadLetter(
        function=function,
        stream="COMMANDS",
        sequence=waits_on,
        subject="",
        reason="the disk is full",
        deliveries=5,
        at=NOW,
        command_id=ID,
        body="{}",
    )
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.DEAD_LETTER
    assert function in end.error.message
    assert "the disk is full" in end.error.message


async def test_what_execute_gave_up_after_its_claim_is_unknown() -> None:
    command = history(requested(), generated(), validated(), STARTED)
    _, end = await handled(undelivered(command, "execute", 3))
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.OUTCOME_UNKNOWN


@pytest.mark.parametrize(
    ("events", "function", "sequence"),
    [
        # somebody else handled it, and its own executor will end it
        ((requested(), generated(), validated(), STARTED), "validate", 2),
        ((requested(), generated(), validated(), STARTED), "generate", 1),
        # somebody else handled it
        ((requested(), generated(), validated()), "validate", 2),
        ((requested(), generated()), "generate", 1),
        # what was planted beside its history is not what its executor works on
        ((requested(), generated(), validated(), STARTED), "execute", 5),
        ((requested(), generated(), validated(), validated()), "execute", 4),
        # nobody waits for those who only look on
        ((requested(), generated(), HELD), "reply", 3),
        ((requested(), generated()), "auditor", 2),
        # what happens beside is not what it waits for
        ((requested(), generated(), CommandCancelled(command_id=ID, by="a")), "validate", 3),
    ],
    ids=str,
)
async def test_a_command_that_went_on_is_not_ended(
    events: tuple[Event, ...], function: str, sequence: int
) -> None:
    [letter] = await handled(undelivered(history(*events), function, sequence))
    assert isinstance(letter, DeadLetter)


async def test_a_command_that_has_ended_stays_as_it_is() -> None:
    end = CommandExecuted(
        command_id=ID, caller="alice", outcome="succeeded", plan=plan(), results=(result(),)
    )
    command = history(requested(), generated(), validated(), STARTED, end)
    [letter] = await handled(undelivered(command, "reply", 5))
    assert isinstance(letter, DeadLetter)


async def test_a_message_without_a_command_is_kept() -> None:
    event = undelivered(None, "validate", 7, subject="command.generated.x", body=b"\xffx" * 50_000)
    [letter] = await handled(event)
    assert letter.command_id is None
    assert letter.subject == "command.generated.x"
    assert len(letter.body) == 64 * 1024
    assert letter.body.startswith("\ufffdx")


async def test_what_was_cancelled_and_ended_by_nobody_is_rejected() -> None:
    cancelled = CommandCancelled(command_id=ID, by="alice")
    [end] = await overdue(history(requested(), generated(), cancelled), timedelta(seconds=1))
    assert isinstance(end, CommandRejected)
    assert end.error.code is Code.CANCELLED
