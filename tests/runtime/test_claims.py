"""Whoever claims a command that was cancelled, or claimed, does nothing: in whatever order."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from contracts.events import CommandCancelled, CommandStarted, Event
from contracts.lifecycle import Command, Entry
from functions.execute import execute
from runtime.declare import declared
from runtime.envelope import Cause, new_trace, seal
from runtime.errors import LostError
from runtime.publish import Publisher
from runtime.resources import Resources
from tests.stories import generated, requested, validated

SOON = timedelta(seconds=10)
ID = "c" * 26

_MAKERS = {
    "requested": "accept",
    "generated": "generate",
    "validated": "validate",
    "cancelled": "accept",
    "started": "execute",
}
_BETWEEN = [
    order
    for length in range(3)
    for order in permutations(("cancelled", "started by another"), length)
]


def happening(what: str) -> Event:
    if what == "cancelled":
        return CommandCancelled(command_id=ID, by="alice")
    return CommandStarted(command_id=ID, claim=what)


async def store(resources: Resources, event: Event, expected: int) -> int:
    event = event.model_copy(update={"command_id": ID})
    cause = Cause("", ID, ID, new_trace())
    sealed = seal(event, _MAKERS[event.type], cause, resources.signer, "")
    return (await resources.history.append(sealed, expected, within=SOON)).sequence


async def claims(
    resources: Resources, delivered: Entry, expected: int, known: Command | None
) -> bool:
    """Drive an executor that claims, and say whether it came to act."""
    function = declared(execute)
    assert function
    acted = False

    async def made() -> AsyncGenerator[Any, None]:
        nonlocal acted
        yield CommandStarted(command_id=ID, claim="ours")
        acted = True

    try:
        await Publisher(function, resources).all(made(), delivered, expected, known)
    except LostError:
        assert not acted
    return acted


@pytest.mark.parametrize("happened", _BETWEEN, ids=" then ".join)
@pytest.mark.parametrize("seen", ["nothing", "all", "all but the last"])
async def test_nobody_acts_on_what_was_cancelled_or_claimed_before(
    resources: Resources, happened: tuple[str, ...], seen: str
) -> None:
    """First deliveries have read no history; later ones have read it, or most of it."""
    sequence = 0
    for each in (requested(), generated(), validated()):
        sequence = await store(resources, each, sequence)
    reads = [await resources.history.read(ID)]
    for what in happened:
        event = happening(what)
        if reads[-1].admits(event.type):
            sequence = await store(resources, event, sequence)
        reads.append(await resources.history.read(ID))
    delivered = reads[0].entries[-1]
    known = {"nothing": None, "all": reads[-1], "all but the last": reads[max(len(reads) - 2, 0)]}
    history = known[seen]
    expected = history.sequence if history else delivered.sequence
    assert await claims(resources, delivered, expected, history) == (not happened)
    after = await resources.history.read(ID)
    assert after.ignored == ()
    assert [each.event.type for each in after.entries].count("started") <= 1
