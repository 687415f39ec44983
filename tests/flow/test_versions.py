"""Old and new workers together: what one does not know waits for one that does."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from contracts import headers as h
from contracts.errors import Code
from contracts.events import CommandFailed, CommandValidated
from contracts.plan import Plan
from contracts.requests import Reply, RunRequest
from runtime import discover, setup
from runtime.client import Gateway, gateway
from runtime.envelope import Cause, UnknownError, new_trace, opened, seal, understood
from runtime.errors import PermanentError
from runtime.link import Link, connect
from runtime.signing import Digests
from runtime.version import VERSION
from tests.faults.counting_engine import counting_engine
from tests.rest import Started
from tests.servers import ROOT, FunctionProcess, NatsServer, nats_server
from tests.stories import ERROR, ID, validated

WITHIN_S = 40.0
OTHERS = ["accept", "validate", "execute", "reply", "reaper", "inventory"]
# Soon enough for a test: what is left comes again after a fifth of it, then a quarter later each.
ACK_WAIT = {"ACG_ACK_WAIT_SECONDS": "0.5"}


@dataclass
class Mixed:
    """A gateway whose `generate` is of whatever version a test starts."""

    nats: NatsServer
    link: Link
    caller: Gateway
    folder: Path
    environment: dict[str, str]

    async def newer(self, does: str) -> subprocess.Popen[bytes]:
        """Start a newer generate, and return once it serves."""
        log = self.folder / f"newer-{does}-{time.monotonic_ns()}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: ASYNC220 - a fork takes a millisecond
                [sys.executable, str(ROOT / "tests" / "flow" / "newer.py"), does],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=output,
            )
        await until(lambda: '"event": "serving"' in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        return process

    async def sketched(self, *requests: RunRequest) -> list[asyncio.Task[Reply]]:
        """Ask for things of which a newer generate makes sketches, and then is killed."""
        newer = await self.newer("makes")
        asked = [asyncio.create_task(self.caller.run(each)) for each in requests]
        async with asyncio.timeout(WITHIN_S):
            while not await self._in_hand(len(requests)):
                await asyncio.sleep(0.02)
        await gone(newer)
        return asked

    async def _in_hand(self, number: int) -> bool:
        """Say whether so many requests are done with, and their sketches in somebody's hands."""
        found = [(seen.type, seen.sequence) async for seen in self.caller.history()]
        sketches = [sequence for kind, sequence in found if kind == "sketched"]
        if len(sketches) < number:
            return False
        info = await self.link.api("CONSUMER.INFO.COMMANDS.generate")
        given = info["delivered"]["stream_seq"] >= sketches[-1]
        return bool(given and info["num_ack_pending"] == number)

    async def types(self, command_id: str | None) -> list[str]:
        return [seen.type async for seen in self.caller.history(command_id)]


async def gone(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    await asyncio.to_thread(process.wait, WITHIN_S)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not is_so():
            await asyncio.sleep(0.02)


@pytest_asyncio.fixture
async def mixed(tmp_path: Path) -> AsyncIterator[Mixed]:
    """Every function but generate, in a process of this version."""
    async with AsyncExitStack() as stack:
        sockets = stack.enter_context(tempfile.TemporaryDirectory(prefix="acg-"))
        nats = stack.enter_context(nats_server(tmp_path / "nats", sync_always=False))
        engine = await stack.enter_async_context(counting_engine(Path(sockets) / "d.sock", 4))
        link = await stack.enter_async_context(connect(nats.link, "test"))
        await setup.ensure(link, discover.everything())
        home = {"ACG_HOME": str(tmp_path / "home")}
        environment = {"NATS_URL": nats.url, "DOCKER_HOST": engine.url, **home, **ACK_WAIT}
        others = Started(["serve", *OTHERS], environment, tmp_path)
        stack.callback(others.end)
        await others.ready()
        caller = await stack.enter_async_context(gateway(nats.link, "alice"))
        yield Mixed(nats, link, caller, tmp_path, environment)


@pytest.mark.slow
async def test_an_event_that_a_worker_does_not_know_waits_for_one_that_does_or_its_deadline(
    mixed: Mixed,
) -> None:
    """For longer than a worker that knows it would try."""
    patient, hasty = await mixed.sketched(
        RunRequest(request="list", idempotency_key="1"),
        RunRequest(request="list", idempotency_key="2", deadline_s=3),
    )
    older = FunctionProcess("generate", mixed.environment, mixed.folder)
    await older.start()
    newer: subprocess.Popen[bytes] | None = None
    try:
        attempts = discover.find("generate").attempts
        await until(lambda: older.log().count("left for a newer worker") > 2 * attempts)
        async with asyncio.timeout(WITHIN_S):
            late = await hasty
        newer = await mixed.newer("handles")
        async with asyncio.timeout(WITHIN_S):
            reply = await patient
    finally:
        older.kill()
        if newer is not None:
            await gone(newer)
    assert (reply.status, reply.outcome) == ("executed", "succeeded")
    assert reply.generator
    assert reply.generator.kind == "newer"
    types = await mixed.types(reply.command_id)
    assert types[:3] == ["requested", "sketched", "generated"]
    assert types.count("executed") == 1
    assert late.error
    assert (late.status, late.error.code) == ("failed", Code.DEADLINE_EXCEEDED)
    assert await mixed.types(late.command_id) == ["requested", "sketched", "failed"]
    assert (await mixed.link.api("STREAM.INFO.DEAD_LETTERS"))["state"]["messages"] == 0


def stored(event: CommandFailed | CommandValidated, version: str) -> tuple[Any, dict[str, str]]:
    """Return the body of an event as data, and its headers, as made by another version."""
    made = seal(event, "validate", Cause("c", "d" * 64, ID, new_trace()), Digests(), stage="")
    headers = {**made.headers, h.EXPECTED_SUBJECT: f"command.*.{ID}", h.VERSION: version}
    return json.loads(made.body), headers


def read(event: CommandFailed | CommandValidated, body: Any, headers: dict[str, str]) -> None:
    data = json.dumps(body).encode()
    understood(opened(event.subject, headers, data, 1, Digests()), data)


def test_a_code_of_another_version_is_left_and_one_of_nobodys_is_given_up() -> None:
    event = CommandFailed(command_id=ID, error=ERROR)
    for version, error in (("99.0.0", UnknownError), (VERSION, PermanentError)):
        body, headers = stored(event, version)
        body["error"]["code"] = "brought_by_a_newer_version"
        with pytest.raises(PermanentError) as raised:
            read(event, body, headers)
        assert raised.type is error


@pytest.mark.parametrize(
    ("value", "known"), [(True, False), ("x", False), (None, True), ([], True)]
)
def test_nothing_runs_that_asks_for_more_than_is_known(value: Any, known: bool) -> None:  # noqa: FBT001 - a column of the table
    """A field that a newer version brought, and did not set, asks for nothing."""
    event = validated("docker restart checkout")
    body, headers = stored(event, "99.0.0")
    body["plan"]["steps"][0]["operation"]["brought_by_a_newer_version"] = value
    if known:
        read(event, body, headers)
    else:
        with pytest.raises(UnknownError):
            read(event, body, headers)


def test_what_this_version_made_is_known() -> None:
    event = validated("docker restart checkout")
    assert event.plan == Plan.model_validate(stored(event, VERSION)[0]["plan"])
    read(event, *stored(event, VERSION))
    read(event, *stored(event, "0.0.1"))
