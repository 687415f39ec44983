"""What the HTTP door's own user may do on the embedded server: ask as those who have a token."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from nats.aio.msg import Msg
from structlog.testing import capture_logs

from runtime import discover, setup, tokens
from runtime.embedded import Home, embedded
from runtime.errors import ForbiddenError
from runtime.link import Link, connect
from runtime.settings import AcgSettings

pytestmark = pytest.mark.slow

SOON = timedelta(seconds=2)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    folder = tmp_path / "home"
    for caller in ("alice", "carol"):
        tokens.add(folder / "keys" / "tokens.json", caller)
    async with embedded(AcgSettings(home=folder)) as running:
        yield running


@pytest.fixture
async def gateway(home: Home) -> AsyncIterator[Link]:
    async with connect(home.link("gateway"), "gateway", inbox_prefix="_INBOX.f") as link:
        await setup.ensure(link, discover.everything())
        yield link


@pytest.fixture
async def door(home: Home) -> AsyncIterator[Link]:
    async with connect(home.link("http"), "door", inbox_prefix="_INBOX.http") as link:
        yield link


@pytest.mark.parametrize(
    "subject",
    [
        "gateway.run.local",
        "gateway.run.bob",
        "gateway.status.bob",
        "gateway.run.http",
        "command.validated.x",
        "command.requested",
        "output.alice.x",
        "$JS.API.STREAM.DELETE.COMMANDS",
        "$JS.API.STREAM.INFO.COMMANDS",
        "$JS.API.DIRECT.GET.COMMANDS",
        "$JS.API.CONSUMER.CREATE.COMMANDS",
        "$JS.API.DIRECT.GET.OUTPUTS",
        "$JS.API.DIRECT.GET.KV_INVENTORY",
        "$KV.INVENTORY.local",
        "_INBOX.c.alice.x",
    ],
)
@pytest.mark.usefixtures("gateway")
async def test_the_door_may_ask_as_its_callers_and_do_no_more(door: Link, subject: str) -> None:
    with pytest.raises(ForbiddenError):
        await door.ask(subject, b"{}", within=SOON)


@pytest.mark.parametrize(
    "subject",
    [
        "gateway.run.alice",
        "gateway.cancel.alice",
        "gateway.stream.http",
        "gateway.engine.http",
        "$SRV.PING.command-gateway",
    ],
)
@pytest.mark.usefixtures("gateway")
async def test_what_the_door_needs_it_may(door: Link, subject: str) -> None:
    answer = await door.ask(subject, b"{}", within=SOON)
    assert answer.headers  # the server's word that nobody serves it here


@pytest.mark.parametrize("subject", ["output.bob.*", "output.*.*", "gateway.*.*", "_INBOX.>", ">"])
async def test_the_door_hears_nothing_of_who_has_no_token(door: Link, subject: str) -> None:
    with capture_logs() as logs:
        await door.nc.subscribe(subject)
        async with asyncio.timeout(20):
            while not any("nats forbids this" in each["event"] for each in logs):
                await asyncio.sleep(0.01)


async def test_the_door_hears_what_its_callers_commands_print(home: Home, door: Link) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(message: Msg) -> None:
        await heard.put(message.data)

    await door.nc.subscribe("output.alice.*", cb=hear)
    await door.nc.flush()
    async with connect(home.link("gateway"), "gateway", inbox_prefix="_INBOX.f") as link:
        async with asyncio.timeout(20):
            while heard.empty():
                link.nc.send(f"output.alice.{'a' * 26}", b"printed")
                await asyncio.sleep(0.05)
    assert heard.get_nowait() == b"printed"


async def test_a_caller_who_gets_a_token_may_come_in_and_nobody_is_cut_off(
    home: Home, door: Link
) -> None:
    path = home.keys / "tokens.json"
    with pytest.raises(ForbiddenError):
        await door.ask("gateway.run.bob", b"{}", within=SOON)
    made, _ = tokens.add(path, "bob")
    async with asyncio.timeout(20):
        while True:
            try:
                await door.ask("gateway.run.bob", b"{}", within=SOON)
                break
            except ForbiddenError:
                await asyncio.sleep(0.05)
    tokens.remove(path, made.id)
    async with asyncio.timeout(20):
        while True:
            try:
                await door.ask("gateway.run.bob", b"{}", within=SOON)
            except ForbiddenError:
                break
            await asyncio.sleep(0.05)
    assert (await door.ask("gateway.run.alice", b"{}", within=SOON)).headers  # nobody serves it
