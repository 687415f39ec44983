import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from nats.aio.msg import Msg

from contracts.events import CommandGenerated, CommandRequested
from contracts.plan import GeneratorUse
from runtime import discover
from runtime.envelope import Cause, Sealed, new_trace, seal
from runtime.errors import CrowdedError
from runtime.resources import Resources
from runtime.worker import Worker

SOON = timedelta(seconds=10)
COMMAND = "a" * 26


async def test_an_attempt_that_takes_too_long_is_stopped_and_made_again(
    resources: Resources,
) -> None:
    stopped: list[bool] = []

    async def slow_at_first(event: CommandRequested, _: None) -> CommandGenerated:
        if not stopped:
            try:
                await asyncio.Event().wait()
            finally:
                stopped.append(True)
        use = GeneratorUse(kind="slow")
        return CommandGenerated(command_id=event.command_id, lines=("docker ps",), generator=use)

    stored: asyncio.Future[Msg] = asyncio.get_running_loop().create_future()

    async def hear(message: Msg) -> None:
        stored.set_result(message)

    generate = replace(
        discover.find("generate"),
        handler=slow_at_first,
        needs={},
        deadline=timedelta(milliseconds=100),
    )
    await resources.link.nc.subscribe("command.generated", cb=hear)
    async with Worker(generate, None, resources).running(SOON):
        await resources.history.append(requested(resources), 0, within=SOON)
        async with asyncio.timeout(SOON.total_seconds()):
            message = await stored

    assert stopped == [True]
    assert b'"kind":"slow"' in message.data


@pytest.mark.slow
async def test_what_finds_no_room_to_wait_comes_again_until_its_deadline(
    resources: Resources,
) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=1.2)
    came: list[datetime] = []
    told = asyncio.Event()

    async def crowded(event: CommandRequested, _: None) -> CommandGenerated | None:
        came.append(datetime.now(UTC))
        if came[-1] < event.deadline:
            raise CrowdedError("many wait", event.deadline)
        told.set()
        return None

    generate = replace(discover.find("generate"), handler=crowded, needs={}, attempts=4)
    async with Worker(generate, None, resources).running(SOON):
        await resources.history.append(requested(resources, deadline), 0, within=SOON)
        async with asyncio.timeout(SOON.total_seconds()):
            await told.wait()

    assert 2 <= len(came) <= 4
    assert came[-1] >= deadline


def requested(resources: Resources, deadline: datetime | None = None) -> Sealed:
    deadline = deadline or datetime.now(UTC) + SOON
    event = CommandRequested(command_id=COMMAND, caller="test", words="list", deadline=deadline)
    cause = Cause("", COMMAND, COMMAND, new_trace())
    return seal(event, "accept", cause, resources.signer, "accept")
