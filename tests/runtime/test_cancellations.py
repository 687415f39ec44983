import asyncio
from datetime import timedelta

import pytest

from contracts.events import CommandCancelled, CommandGenerated, CommandRequested, Event
from contracts.plan import GeneratorUse
from runtime.cancellations import Awaited
from runtime.envelope import Cause, Sealed, new_trace, seal
from runtime.errors import LostError
from runtime.resources import Resources
from tests.servers import NatsServer
from tests.stories import requested

SOON = timedelta(seconds=10)
ONE, OTHER = "a" * 26, "b" * 26


def sealed(resources: Resources, event: Event) -> Sealed:
    cause = Cause("", event.command_id, event.command_id, new_trace())
    return seal(event, "accept", cause, resources.signer, "")


async def begun(resources: Resources, command_id: str) -> int:
    event = requested(command_id=command_id)
    assert isinstance(event, CommandRequested)
    return (await resources.history.append(sealed(resources, event), 0, within=SOON)).sequence


async def cancel(resources: Resources, command_id: str, after: int) -> None:
    event = sealed(resources, CommandCancelled(command_id=command_id, by="alice"))
    await resources.history.append(event, after, within=SOON)


async def come(awaited: Awaited) -> None:
    told = asyncio.Event()
    awaited.then(told.set)
    async with asyncio.timeout(SOON.total_seconds()):
        await told.wait()
    assert awaited.requested


async def test_a_cancellation_is_heard_by_whoever_works_on_that_command(
    resources: Resources,
) -> None:
    await resources.cancellations.listen()
    one, other = (resources.cancellations.of(each) for each in (ONE, OTHER))
    assert resources.cancellations.of(ONE) is one
    await cancel(resources, ONE, await begun(resources, ONE))
    await come(one)
    assert not other.requested


async def test_what_is_only_said_on_the_feed_is_not_believed(resources: Resources) -> None:
    await resources.cancellations.listen()
    one, other = (resources.cancellations.of(each) for each in (ONE, OTHER))
    headers = {"Nats-Subject": f"command.cancelled.{ONE}", "Nats-Sequence": "1"}
    body = CommandCancelled(command_id=ONE, by="mallory").model_dump_json().encode()
    await resources.link.nc.publish("command.cancelled", body, headers=headers)
    await cancel(resources, OTHER, await begun(resources, OTHER))
    await come(other)  # so the other was heard before
    assert not one.requested


async def test_what_was_missed_while_the_server_was_away_is_looked_up(
    resources: Resources, server: NatsServer
) -> None:
    sequence = await begun(resources, ONE)
    await cancel(resources, ONE, sequence)
    await resources.cancellations.listen()  # too late for the feed
    one = resources.cancellations.of(ONE)
    server.stop()
    server.start()
    await come(one)


async def test_nothing_leads_on_once_a_command_is_cancelled(resources: Resources) -> None:
    sequence = await begun(resources, ONE)
    await cancel(resources, ONE, sequence)
    made = CommandGenerated(command_id=ONE, lines=("docker ps",), generator=GeneratorUse(kind="x"))
    with pytest.raises(LostError) as lost:
        await resources.history.append(sealed(resources, made), sequence, within=SOON)
    assert lost.value.command.given_up


async def test_who_asks_late_is_told_at_once() -> None:
    awaited = Awaited()
    awaited.come()
    told: list[bool] = []
    awaited.then(lambda: told.append(True))
    awaited.come()
    assert told == [True]
