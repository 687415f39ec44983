"""Kill -9 of any function, and of the server, in the middle of 200 commands (P1, P2, P3)."""

import asyncio
import signal
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from contracts.lifecycle import TERMINAL
from contracts.requests import Reply, RunRequest
from runtime import discover, setup
from runtime.client import Gateway, gateway
from runtime.link import connect
from runtime.points import Point
from tests.faults.counting_engine import CountingEngine, counting_engine
from tests.servers import FunctionProcess, NatsServer, functions, nats_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]

COMMANDS = 200
AT_MOMENTS = 60
AT_ONCE = 25
ACK_WAIT = timedelta(seconds=1)


@dataclass
class Stack:
    nats: NatsServer
    engine: CountingEngine
    running: dict[str, FunctionProcess]
    caller: Gateway


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A server that syncs always, an engine that counts, every function a process of its own."""
    folder = tmp_path_factory.mktemp("kill")
    with (
        tempfile.TemporaryDirectory(prefix="acg-") as sockets,  # a socket's path must be short
        nats_server(folder / "nats") as nats,
    ):
        async with counting_engine(Path(sockets) / "d.sock", COMMANDS) as engine:
            async with connect(nats.link, "setup") as link:
                await setup.ensure(link, discover.everything(), ACK_WAIT)
            environment = {
                "NATS_URL": nats.url,
                "DOCKER_HOST": engine.url,
                "ACG_ACK_WAIT_SECONDS": str(ACK_WAIT.total_seconds()),
            }
            async with (
                functions(discover.names(), environment, folder / "logs") as running,
                gateway(nats.link, "tester") as caller,
            ):
                yield Stack(nats, engine, running, caller)


async def ask_all(
    stack: Stack, round_: str, half: asyncio.Event, commands: int = COMMANDS
) -> list[Reply]:
    """Restart every container once, many at a time; `half` is set in the middle."""
    room = asyncio.Semaphore(AT_ONCE)
    answered = 0

    async def ask(name: str) -> Reply:
        nonlocal answered
        async with room:
            request = RunRequest(
                command=f"docker restart {name}", idempotency_key=f"{round_}-{name}", deadline_s=30
            )
            reply = await stack.caller.run(request, served_within=timedelta(seconds=60))
        answered += 1
        if answered == commands // 2:
            half.set()
        return reply

    return await asyncio.gather(*(ask(name) for name in stack.engine.names[:commands]))


async def terminal_events(stack: Stack, since: datetime) -> dict[str, list[str]]:
    """Return the terminal events of each command in the stream, as `sequence type code`."""
    ended: dict[str, list[str]] = defaultdict(list)
    async for seen in stack.caller.history(since=since):
        found = ended[seen.command_id]
        if seen.type in TERMINAL:
            error = getattr(seen.entry.event, "error", None) if seen.entry else None
            found.append(f"{seen.sequence} {seen.type} {error.code if error else ''}")
    return ended


# Three rounds in which several functions die, each at a moment of its own.
MOMENTS: list[dict[str, Point]] = [
    {
        "accept": Point.REQUEST_RECEIVED,
        "generate": Point.DELIVERY_RECEIVED,
        "validate": Point.HANDLED,
        "execute": Point.CLAIMED,
        "reply": Point.ANSWERED,
    },
    {
        "accept": Point.REQUEST_STORED,
        "generate": Point.HANDLED,
        "validate": Point.PUBLISHED,
        "execute": Point.ACTED,
        "reply": Point.HANDLED,
    },
    {
        "accept": Point.WAITER_STORED,
        "generate": Point.PUBLISHED,
        "validate": Point.DELIVERY_RECEIVED,
        "execute": Point.OUTPUT_STORED,
        "reply": Point.DELIVERY_RECEIVED,
    },
]


@pytest.mark.parametrize("victim", [*discover.names(), "nats"])
async def test_a_kill_in_the_middle_loses_nothing_and_doubles_nothing(
    stack: Stack, victim: str
) -> None:
    began = datetime.now(UTC)
    stack.engine.restarts.clear()
    half = asyncio.Event()
    asking = asyncio.create_task(ask_all(stack, victim, half))
    await half.wait()
    if victim == "nats":
        stack.nats.kill()
        stack.nats.start()
    else:
        stack.running[victim].kill()
        await stack.running[victim].start()
    replies = await asking

    # Only an executor that dies with claims in hand leaves anything unknown.
    unknown = await nothing_lost_nothing_doubled(stack, began, replies)
    assert victim == "execute" or not unknown


@pytest.mark.parametrize("moments", MOMENTS, ids=lambda moments: moments["execute"].value)
async def test_dying_at_each_named_moment_loses_nothing_and_doubles_nothing(
    stack: Stack, moments: dict[str, Point]
) -> None:
    began = datetime.now(UTC)
    stack.engine.restarts.clear()
    for name in moments:
        stack.running[name].end()
    armed = [
        stack.running[name].start(extra={"KILL_POINT": point.value, "KILL_NTH": "5"})
        for name, point in moments.items()
    ]
    await asyncio.gather(*armed)
    asking = asyncio.create_task(
        ask_all(stack, moments["execute"].value, asyncio.Event(), AT_MOMENTS)
    )

    async def dies_and_comes_back(name: str) -> int:
        status = await stack.running[name].ended()
        await stack.running[name].start()
        return status

    statuses = await asyncio.gather(*(dies_and_comes_back(name) for name in moments))
    assert statuses == [-signal.SIGKILL] * len(moments)
    await nothing_lost_nothing_doubled(stack, began, await asking)


async def test_a_rolling_restart_is_not_noticed(stack: Stack) -> None:
    began = datetime.now(UTC)
    stack.engine.restarts.clear()
    half = asyncio.Event()
    asking = asyncio.create_task(ask_all(stack, "rolling", half))
    for name in stack.running:
        assert await asyncio.to_thread(stack.running[name].end) == 0
        await stack.running[name].start()
    assert not await nothing_lost_nothing_doubled(stack, began, await asking)


async def nothing_lost_nothing_doubled(
    stack: Stack, began: datetime, replies: list[Reply]
) -> list[Reply]:
    """Hold the promises against stream, engine and callers; return what ended as unknown."""
    ended = await terminal_events(stack, began)
    assert len(ended) == len(replies)
    assert [each for each in ended.values() if len(each) != 1] == []
    assert max(stack.engine.restarts.values()) == 1
    executed = [reply for reply in replies if reply.status == "executed"]
    unknown = [reply for reply in replies if reply.error and reply.error.code == "outcome_unknown"]
    assert len(executed) + len(unknown) == len(replies), [
        reply.error for reply in replies if reply.status != "executed"
    ]
    return unknown
