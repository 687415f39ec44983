"""Log lines say what they are about; and never what callers wrote or containers printed."""

import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from contracts.errors import Code
from contracts.requests import Reply, RunRequest
from runtime import current, discover, setup
from runtime.client import Gateway, gateway
from runtime.link import Link, connect
from runtime.log import about_the_work
from runtime.wire import Message
from tests.faults.counting_engine import CountingEngine
from tests.rest import Started
from tests.servers import nats_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
# Of a published form, built of parts so as not to be one itself; and words that are no secret.
TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
WRITTEN, PRINTED, COMPLAINED = "zebra-of-the-caller", "zebra-of-the-output", "zebra-of-the-engine"


class FakeTalkingEngine(CountingEngine):
    """An engine whose containers print what nobody may log, and which says it in its errors."""

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/{version}/containers/{name}/logs", self._prints)
        app.router.add_post("/{version}/containers/{name}/restart", self._complains)
        app.router.add_get("/{tail:.*}", self._read)
        return app

    async def _prints(self, request: web.Request) -> web.StreamResponse:
        line = f"{PRINTED} {TOKEN}\n".encode()
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"\x01\0\0\0" + len(line).to_bytes(4, "big") + line)
        return response

    async def _complains(self, _: web.Request) -> web.StreamResponse:
        said = f"{COMPLAINED} password={TOKEN}"
        return web.json_response({"message": said}, status=500)


@dataclass
class Logged:
    caller: Gateway
    link: Link
    process: Started

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.process.log().splitlines()]

    def of(self, command_id: str | None) -> list[dict[str, Any]]:
        return [each for each in self.lines() if each.get("command_id") == command_id]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def logged(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Logged]:
    """The whole gateway in a process that logs all that it can."""
    folder = tmp_path_factory.mktemp("log")
    async with AsyncExitStack() as stack:
        sockets = stack.enter_context(tempfile.TemporaryDirectory(prefix="acg-"))
        nats = stack.enter_context(nats_server(folder / "nats", sync_always=False))
        engine = FakeTalkingEngine(Path(sockets) / "d.sock", 4, takes_s=0)
        runner = web.AppRunner(engine.application(), shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.UnixSite(runner, engine.url.removeprefix("unix://")).start()
        link = await stack.enter_async_context(connect(nats.link, "test"))
        await setup.ensure(link, discover.everything())
        environment = {
            "NATS_URL": nats.url,
            "DOCKER_HOST": engine.url,
            "ACG_HOME": str(folder / "home"),
            "ACG_LOG_LEVEL": "debug",
        }
        process = Started(["serve", *discover.names()], environment, folder)
        stack.callback(process.end)
        await process.ready()
        caller = await stack.enter_async_context(gateway(nats.link, "alice"))
        yield Logged(caller, link, process)


@pytest.mark.slow
async def test_each_line_about_a_command_says_whose_it_is_and_what_of_it(logged: Logged) -> None:
    reply = await logged.caller.run(RunRequest(command="docker ps"), trace=PARENT)
    assert reply.outcome == "succeeded"
    lines = logged.of(reply.command_id)
    assert {each["function"] for each in lines} >= {"accept", "generate", "validate", "execute"}
    for line in lines:
        assert line["caller"] == "alice"
        assert line["trace_id"] == TRACE
        assert len(line["event_id"]) == 32


@pytest.mark.slow
async def test_a_line_about_what_cannot_be_read_says_what_it_was(logged: Logged) -> None:
    command_id = "a" * 26
    body = json.dumps({"command_id": command_id, "words": WRITTEN, "deadline": 7}).encode()
    await logged.link.store(f"command.requested.{command_id}", body, {"acg-caller": "bad\x1bname"})
    reply = await logged.caller.run(RunRequest(command="docker ps"))  # handled after it
    assert reply.outcome == "succeeded"
    (line,) = [each for each in logged.of(command_id) if each["event"] == "given up"]
    assert line["function"] == "generate"
    assert "caller" not in line


@pytest.mark.slow
async def test_neither_words_nor_output_nor_secrets_are_logged(logged: Logged) -> None:
    async def run(**request: Any) -> Reply:
        return await logged.caller.run(RunRequest(**request))

    printed = await run(command="docker logs c001")
    assert PRINTED in printed.steps[0].stdout
    assert TOKEN not in printed.steps[0].stdout
    failed = await run(command="docker restart c002", source_id=WRITTEN, context={"of": WRITTEN})
    assert failed.outcome == "failed"
    assert COMPLAINED in failed.steps[0].stderr
    refused = await run(request=f"restart c003 with the token {TOKEN}")
    assert refused.error
    assert refused.error.code == Code.SECRET_IN_COMMAND
    unknown = await run(request=f"restart {WRITTEN}")
    assert unknown.status == "rejected"
    await run(command=f"docker exec c001 echo {WRITTEN}")
    text = logged.process.log()
    assert len(logged.of(failed.command_id)) > 3
    for never in (TOKEN, TOKEN[8:], WRITTEN, PRINTED, COMPLAINED):
        assert never not in text


async def test_a_line_of_a_task_that_goes_on_is_not_about_what_has_ended() -> None:
    message = Message(f"command.validated.{'b' * 26}", "", b"", b"NATS/1.0\r\n\r\n")
    work = current.begin("execute", message)
    told = about_the_work(None, "info", {"event": "one"})
    assert told == {"event": "one", "function": "execute", "command_id": "b" * 26}
    assert about_the_work(None, "info", {"function": "own"})["function"] == "own"
    work.over = True
    assert about_the_work(None, "info", {"event": "two"}) == {"event": "two"}
