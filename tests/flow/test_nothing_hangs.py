"""Every accepted command ends, whoever is not there to handle it (P3)."""

import asyncio
import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts import headers as h
from contracts.events import CommandRequested
from contracts.inputs import DeadLetter
from contracts.requests import RunRequest
from runtime import discover
from runtime.client import gateway
from runtime.envelope import Cause, seal
from runtime.errors import NoAnswerError
from runtime.link import Link
from runtime.serve import serving
from runtime.settings import AcgSettings
from runtime.signing import Digests
from tests.faults.counting_engine import counting_engine
from tests.servers import NatsServer

pytestmark = pytest.mark.slow


async def newest(link: Link, stream: str, subject: str) -> bytes:
    """Return the newest message of a subject, once there is one."""
    async with asyncio.timeout(10):
        while True:
            answer = await link.ask(f"$JS.API.DIRECT.GET.{stream}.{subject}")
            if (answer.headers or {}).get(h.STATUS) != "404":
                return answer.data
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("link")
async def test_what_nobody_starts_fails_at_its_deadline_and_its_caller_hears_it(
    server: NatsServer, tmp_path: Path
) -> None:
    there = [discover.find(name) for name in ("accept", "reaper", "reply")]
    async with (
        serving(there, AcgSettings(home=tmp_path), server.link),
        gateway(server.link, "tester") as caller,
    ):
        reply = await caller.run(RunRequest(request="restart web", deadline_s=1))
    assert reply.status == "failed"
    assert reply.error
    assert reply.error.code == "deadline_exceeded"


async def test_what_was_overdue_while_nothing_ran_ends_at_the_next_start(
    server: NatsServer, link: Link, tmp_path: Path
) -> None:
    command_id = "b" * 26
    event = CommandRequested(
        command_id=command_id,
        caller="tester",
        words="restart web",
        deadline=datetime.now(UTC) - timedelta(hours=1),
    )
    cause = Cause(id="", digest="0" * 64, correlation=command_id, trace="")
    sealed = seal(event, "accept", cause, Digests(), stage="")
    expectation = {h.EXPECTED_SEQUENCE: "0", h.EXPECTED_SUBJECT: f"command.*.{command_id}"}
    await link.store(sealed.subject, sealed.body, sealed.headers | expectation)
    async with serving([discover.find("reaper")], AcgSettings(home=tmp_path), server.link):
        ended = json.loads(await newest(link, "COMMANDS", f"command.failed.{command_id}"))
    assert ended["error"]["code"] == "deadline_exceeded"


async def test_what_cannot_be_read_is_kept_with_the_reason(
    server: NatsServer, link: Link, tmp_path: Path
) -> None:
    await link.store(f"command.validated.{'c' * 26}", b"\x00 not an event", {"ce-id": "x"})
    there = [discover.find(name) for name in ("execute", "reaper")]
    async with serving(there, AcgSettings(home=tmp_path), server.link):
        letter = DeadLetter.model_validate_json(await newest(link, "DEAD_LETTERS", "dead.execute"))
    assert letter.function == "execute"
    assert letter.subject == f"command.validated.{'c' * 26}"
    assert letter.reason
    assert "not an event" in letter.body


async def test_a_worker_outlives_a_restart_of_the_server(
    server: NatsServer, link: Link, tmp_path: Path
) -> None:
    there = [discover.find(name) for name in ("accept", "reaper", "reply")]
    async with (
        serving(there, AcgSettings(home=tmp_path), server.link),
        gateway(server.link, "tester") as caller,
    ):
        server.kill()
        with pytest.raises(NoAnswerError):
            await link.ask("gateway.run.tester", b"{}", within=timedelta(milliseconds=200))
        server.start()
        request = RunRequest(request="restart web", deadline_s=1, idempotency_key="after")
        reply = await caller.run(request, served_within=timedelta(seconds=30))
    assert reply.error
    assert reply.error.code == "deadline_exceeded"


async def test_leaving_drains_what_is_in_hand(
    server: NatsServer, link: Link, tmp_path: Path
) -> None:
    """A request that was taken is answered although the gateway is told to stop meanwhile."""
    there = [discover.find(name) for name in ("accept", "reaper", "reply")]
    async with gateway(server.link, "tester") as caller:
        async with serving(there, AcgSettings(home=tmp_path), server.link):
            request = RunRequest(request="restart web", wait="accepted")
            asked = [asyncio.create_task(caller.run(request)) for _ in range(50)]
            while not any(each.done() for each in asked):
                await asyncio.sleep(0)
        done, _ = await asyncio.wait(asked, timeout=1)
    for each in asked:
        each.cancel()
    info = await link.api("STREAM.INFO.COMMANDS")
    assert info["state"]["messages"] == len(done)
    assert all(each.result().status == "accepted" for each in done)


async def test_what_is_in_hand_when_told_to_stop_is_answered(
    server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The executor finishes what it began, and its caller hears of it from the same process."""
    with tempfile.TemporaryDirectory(prefix="acg-") as sockets:
        async with (
            counting_engine(Path(sockets) / "d.sock", 3, takes_s=1.0) as engine,
            gateway(server.link, "tester") as caller,
        ):
            monkeypatch.setenv("DOCKER_HOST", engine.url)
            settings = AcgSettings(home=tmp_path)
            async with serving(discover.everything(), settings, server.link, prepare=True):
                asked = asyncio.create_task(caller.run(RunRequest(command="docker restart c001")))
                async with asyncio.timeout(10):
                    while not engine.restarts["c001"]:
                        await asyncio.sleep(0.01)
            async with asyncio.timeout(1):
                reply = await asked
    assert (reply.status, reply.outcome) == ("executed", "succeeded")
    assert engine.restarts["c001"] == 1
