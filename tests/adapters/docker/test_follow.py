"""What goes on by itself is printed as it comes, until whoever asked for it ends it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts.docker.errand import Errand
from contracts.docker.operations import Events, Filter, Logs, Operation, Stats
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine
from runtime.adapters.docker.events import plain
from tests.adapters.conftest import Lab
from tests.adapters.docker.cli import Cli
from tests.adapters.docker.fake_engine import FakeEngine

WITHIN_S = 30
STARTED = {
    "status": "start",
    "id": "a" * 64,
    "from": "nginx:latest",
    "Type": "container",
    "Action": "start",
    "Actor": {"ID": "a" * 64, "Attributes": {"image": "nginx:latest", "name": "web"}},
    "scope": "local",
    "time": 1700000000,
    "timeNano": 1700000000000000042,
}


class Heard:
    """Takes what is printed, and says when it is what a test waits for."""

    def __init__(self) -> None:
        self.stdout = self.stderr = ""
        self._more = asyncio.Event()

    async def __call__(self, stdout: str, stderr: str) -> None:
        self.stdout += stdout
        self.stderr += stderr
        self._more.set()

    async def until(self, seen: Callable[[], bool]) -> None:
        async with asyncio.timeout(WITHIN_S):
            while not seen():
                self._more.clear()
                await self._more.wait()


async def stopped(running: asyncio.Task[Outcome]) -> None:
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


def begin(docker: Engine, operation: Operation) -> tuple[Heard, asyncio.Task[Outcome]]:
    heard = Heard()
    return heard, asyncio.create_task(docker.run(operation, Errand(out=heard)))


@pytest.mark.parametrize(
    "operation", [Logs(container="any", follow=True), Events(), Stats(stream=True)]
)
async def test_what_has_no_end_is_refused_where_nobody_takes_what_it_prints(
    fake: FakeEngine, impatient: Engine, operation: Operation
) -> None:
    fake.says("GET /containers/json", [])
    with pytest.raises(RefusedError) as refused:
        await impatient.run(operation)
    assert refused.value.error.code is Code.UNSUPPORTED_COMMAND
    assert "--" in refused.value.error.hint


async def test_a_character_that_comes_in_two_pieces_is_printed_whole(
    fake: FakeEngine, impatient: Engine
) -> None:
    fake.says(f"GET /containers/{'f' * 64}/json", {"Id": "f" * 64, "Config": {"Tty": True}})
    text = "grüße\n".encode()
    fake.streams(f"GET /containers/{'f' * 64}/logs", text[:3], text[3:])
    heard = Heard()
    outcome = await impatient.run(Logs(container="f" * 64), Errand(out=heard))
    assert heard.stdout == outcome.stdout == "grüße\n"


def events_of(*found: dict[str, Any]) -> list[bytes]:
    return [json.dumps(each).encode() + b"\n" for each in found]


def test_an_event_is_a_line_as_the_cli_prints_it() -> None:
    line = plain(STARTED)
    assert line.partition(" ")[0].partition(".")[2][:9] == "000000042"
    assert line.endswith(f" container start {'a' * 64} (image=nginx:latest, name=web)")
    assert plain({"Type": "daemon", "Action": "reload", "Actor": {"ID": "x"}}) == "daemon reload x"


@pytest.mark.parametrize(
    ("format_", "line"),
    [
        ("{{.Type}} {{.Action}} {{.Actor.Attributes.name}}", "container start web"),
        ("{{.ID}} {{.Status}} {{.From}} {{.Time}}", f"{'a' * 64} start nginx:latest 1700000000"),
        ("{{.Scope}} {{.TimeNano}}", "local 1700000000000000042"),
        ("json", json.dumps(STARTED, separators=(",", ":"))),
        ("{{json .Actor.Attributes}}", '{"image":"nginx:latest","name":"web"}'),
    ],
)
async def test_each_event_is_shown_in_the_format_asked_for(
    fake: FakeEngine, impatient: Engine, format_: str, line: str
) -> None:
    fake.streams("GET /events", *events_of(STARTED, STARTED))
    outcome = await impatient.run(Events(format=format_, until="0s"))
    assert outcome.stdout.splitlines() == [line, line]
    assert outcome.data == {"count": 2, "events": [STARTED, STARTED]}


async def test_a_wrong_format_is_told_before_anything_is_waited_for(impatient: Engine) -> None:
    with pytest.raises(RefusedError) as refused:
        await impatient.run(Events(format="{{.Type", until="0s"))
    assert refused.value.error.code is Code.INVALID_COMMAND
    outcome = await impatient.run(Events(format="{{.Nonsense}}", until="0s"))
    assert outcome.exit_code == 1
    assert "Nonsense" in outcome.stderr


async def test_events_that_come_in_pieces_are_read_whole(
    fake: FakeEngine, impatient: Engine
) -> None:
    whole = b"".join(events_of(STARTED, STARTED))
    fake.streams("GET /events", whole[:10], whole[10:300], whole[300:])
    outcome = await impatient.run(Events(format="{{.Action}}", until="0s"))
    assert outcome.stdout == "start\nstart\n"


@pytest.mark.docker
async def test_logs_are_followed_until_whoever_asked_ends_it(docker: Engine, lab: Lab) -> None:
    name = lab.make("chatty", "sh", "-c", "i=0; while :; do echo $i; i=$((i+1)); sleep 0.1; done")
    heard, running = begin(docker, Logs(container=name, follow=True))
    await heard.until(lambda: heard.stdout.count("\n") >= 3)
    await stopped(running)
    assert heard.stdout.startswith("0\n1\n2\n")


@pytest.mark.docker
async def test_followed_logs_end_when_the_container_does(docker: Engine, lab: Lab) -> None:
    name = lab.make("brief", "sh", "-c", "echo out; echo err >&2; sleep 0.3; echo end")
    heard, running = begin(docker, Logs(container=name, follow=True))
    async with asyncio.timeout(WITHIN_S):
        outcome = await running
    assert (heard.stdout, heard.stderr) == ("out\nend\n", "err\n")
    assert (outcome.stdout, outcome.exit_code) == ("out\nend\n", 0)


@pytest.mark.docker
async def test_events_are_heard_as_they_happen_and_read_back_as_the_cli_shows_them(
    docker: Engine, lab: Lab, cli: Cli
) -> None:
    name = lab.make("noticed", start=False)
    filters = (Filter(key="container", value=name),)
    heard, running = begin(docker, Events(filters=filters, since="1h"))
    await heard.until(lambda: " container create " in heard.stdout)
    lab.real.call("POST", f"/containers/{name}/start")
    await heard.until(lambda: " container start " in heard.stdout)
    await stopped(running)
    for format_ in (None, "json", "{{.Type}}/{{.Action}}"):
        wanted = ("events", "--filter", f"container={name}", "--since", "1h", "--until", "0s")
        said = cli.run(*wanted, *(("--format", format_) if format_ else ()))
        found = await docker.run(Events(filters=filters, since="1h", until="0s", format=format_))
        shown = (found.exit_code, found.stdout.splitlines()[:2])
        if format_ == "json" and cli.version < 23:  # it knew templates alone
            continue
        assert shown == (said.code, said.out.splitlines()[:2])


@pytest.mark.docker
async def test_readings_follow_each_other(docker: Engine, lab: Lab) -> None:
    name = lab.make("measured")
    heard, running = begin(docker, Stats(containers=(name,), stream=True))
    await heard.until(lambda: heard.stdout.count("CONTAINER ID") >= 2)
    lab.real.call("DELETE", f"/containers/{name}", query={"force": "1"})
    async with asyncio.timeout(WITHIN_S):
        outcome = await running
    assert outcome.exit_code == 1
    assert "No such container" in heard.stderr
