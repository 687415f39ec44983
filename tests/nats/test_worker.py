import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from nats.aio.msg import Msg

from contracts.events import CommandGenerated, CommandRequested
from contracts.plan import GeneratorUse
from runtime import discover
from runtime.envelope import Cause, Sealed, new_trace, seal
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


def requested(resources: Resources) -> Sealed:
    event = CommandRequested(
        command_id=COMMAND, caller="test", words="list", deadline=datetime.now(UTC) + SOON
    )
    cause = Cause("", COMMAND, COMMAND, new_trace())
    return seal(event, "accept", cause, resources.signer, "accept")
