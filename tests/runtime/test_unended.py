"""How many commands have not ended, as the clock tells it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from contracts.errors import Code, Error
from contracts.events import CommandRejected, CommandRequested
from runtime import discover, metrics
from runtime.envelope import Cause, cause_of, seal
from runtime.resources import Resources
from runtime.sweep import Sweep
from tests.scraping import samples, value

SOON = timedelta(seconds=20)
IDS = [letter * 26 for letter in "abcde"]


async def begin(resources: Resources, command_id: str, *, ago: timedelta = timedelta()) -> None:
    """Store a request, as a gateway did that is gone by now."""
    event = CommandRequested(
        command_id=command_id,
        caller="test",
        words="list",
        deadline=datetime.now(UTC) + timedelta(hours=1),
    )
    cause = Cause(id="", digest=command_id, correlation=command_id, trace="")
    sealed = seal(event, "accept", cause, resources.signer, "accept")
    headers = sealed.headers | {"ce-time": (sealed.time - ago).isoformat()}
    await resources.history.append(sealed._replace(headers=headers), 0, within=SOON)


async def end(resources: Resources, command_id: str) -> None:
    first = await resources.history.first(command_id)
    assert first
    event = CommandRejected(
        command_id=command_id, error=Error(code=Code.NOT_UNDERSTOOD, message="What?")
    )
    sealed = seal(event, "generate", cause_of(first), resources.signer, "generate")
    await resources.history.append(sealed, first.sequence, within=SOON)


async def told(count: int) -> None:
    async with asyncio.timeout(SOON.total_seconds()):
        while value(samples(), "gateway_active_requests") != count:
            await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_open_commands_are_counted_and_those_that_end_are_not(resources: Resources) -> None:
    metrics.ACTIVE.labels().set(-1)
    long_ago = timedelta(minutes=1)
    for each in IDS[:3]:
        await begin(resources, each, ago=long_ago)
    await end(resources, IDS[0])  # nobody was there to hear of it
    async with Sweep(discover.find("reaper"), None, resources).running(SOON):
        await told(2)
        for each in IDS[3:]:
            await begin(resources, each)
        await end(resources, IDS[4])  # before the clock has read that it began
        await told(3)
        for each in IDS[1:4]:
            await end(resources, each)
        await told(0)
