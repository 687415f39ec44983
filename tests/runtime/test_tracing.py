"""Traces as a collector receives them: of several processes, and of none where nobody wants any."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from contracts import headers as h
from contracts.requests import Reply
from runtime import discover, setup
from runtime.link import Link, connect
from runtime.tracing.context import Trace, begun, read
from runtime.tracing.spans import FLUSH_S, unspoken, wanted
from tests.faults.counting_engine import counting_engine
from tests.runtime.otlp import WITHIN_S, Received, Receiver, receiver
from tests.servers import ROOT, nats_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

PARENT = Trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "vendor=seven")
PROCESSES = (("accept", "generate"), ("validate", "reply", "reaper"), ("execute", "inventory"))
EVERYTHING = (tuple(discover.names()),)
STAGES = ("accept", "generate", "validate", "execute", "reply")
SERVER, CLIENT, CONSUMER = 2, 3, 5
PRIVATE = "mark-of-what-is-nobody-elses"


@dataclass
class Gateway:
    """Processes that record, and a connection of a caller's that sees headers."""

    link: Link
    nats_url: str
    engine_url: str
    received: Receiver
    processes: list["Process"]

    async def ask(self, request: dict[str, Any], trace: Trace | None = None) -> tuple[Reply, Trace]:
        headers = trace.headers() if trace else {}
        body = json.dumps({"idempotency_key": os.urandom(8).hex(), **request}).encode()
        async with asyncio.timeout(WITHIN_S):
            answer = await self.link.ask("gateway.run.alice", body, headers)
        carried = read(answer.headers)
        assert carried
        return Reply.model_validate_json(answer.data), carried

    async def spans(self, trace: str, *stages: str) -> list[Received]:
        """Return the spans of a trace, once each of these functions has told of its own."""
        wanted = set(stages)

        def there() -> bool:
            told = {each.attributes.get("acg.function") for each in self.received.of(trace)}
            return wanted <= told

        await asyncio.to_thread(self.received.until, there)
        return self.received.of(trace)


class Process:
    """`acg serve` of some functions."""

    def __init__(self, names: tuple[str, ...], environment: dict[str, str], folder: Path) -> None:
        self._log = folder / f"{'-'.join(names)}.log"
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "runtime", "serve", *names],
                cwd=ROOT,
                env={**os.environ, "ACG_LOG_FORMAT": "json", **environment},
                stdout=output,
                stderr=output,
            )

    def log(self) -> str:
        return self._log.read_text()

    async def ready(self) -> None:
        until = time.monotonic() + WITHIN_S * 2
        while '"event": "serving"' not in self.log():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            await asyncio.sleep(0.02)

    def end(self) -> float:
        """Return the seconds that it took to end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(WITHIN_S) == 0, self.log()
        return time.monotonic() - began


@asynccontextmanager
async def recording(
    received: Receiver, folder: Path, processes: tuple[tuple[str, ...], ...], **variables: str
) -> AsyncIterator[Gateway]:
    async with AsyncExitStack() as stack:
        sockets = stack.enter_context(tempfile.TemporaryDirectory(prefix="acg-"))
        nats = stack.enter_context(nats_server(folder / "nats", sync_always=False))
        engine = await stack.enter_async_context(counting_engine(Path(sockets) / "d.sock", 4))
        link = await stack.enter_async_context(
            connect(nats.link, "caller", inbox_prefix="_INBOX.c.alice")
        )
        await setup.ensure(link, discover.everything())
        environment = {
            "NATS_URL": nats.url,
            "DOCKER_HOST": engine.url,
            "ACG_HOME": str(folder / "home"),
            "OTEL_EXPORTER_OTLP_ENDPOINT": received.url,
            "OTEL_BSP_SCHEDULE_DELAY": "50",
            **variables,
        }
        running = [Process(names, environment, folder) for names in processes]
        try:
            await asyncio.gather(*(each.ready() for each in running))
            yield Gateway(link, nats.url, engine.url, received, running)
        finally:
            for each in running:
                each.process.kill()
                each.process.wait(WITHIN_S)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    """The gateway in three processes, each of which tells one collector."""
    with receiver() as received:
        async with recording(received, tmp_path_factory.mktemp("otlp"), PROCESSES) as running:
            yield running


def of(spans: list[Received], function: str) -> Received:
    (found,) = [each for each in spans if each.attributes.get("acg.function") == function]
    return found


@pytest.mark.slow
async def test_a_command_is_one_trace_over_all_processes(gateway: Gateway) -> None:
    reply, carried = await gateway.ask({"request": "restart c001"}, PARENT)
    assert reply.outcome == "succeeded"
    spans = await gateway.spans(PARENT.id, *STAGES)
    stages = [of(spans, name) for name in STAGES]
    assert [each.parent for each in stages] == [PARENT.span, *(each.id for each in stages[:-1])]
    assert [each.kind for each in stages] == [SERVER, *[CONSUMER] * 4]
    assert [each.name for each in stages] == [
        "run gateway.run",
        "generate command.requested",
        "validate command.generated",
        "execute command.validated",
        "reply command.executed",
    ]
    assert {each.service for each in stages} == {"acg"}
    assert not any(each.failed for each in spans)
    assert (carried.id, carried.span, carried.state) == (PARENT.id, stages[-1].id, PARENT.state)


@pytest.mark.slow
async def test_a_step_and_what_it_asks_of_the_engine_are_spans_of_its_executor(
    gateway: Gateway,
) -> None:
    reply, carried = await gateway.ask({"command": "docker restart c001 c002"})
    assert reply.outcome == "succeeded"
    spans = await gateway.spans(carried.id, *STAGES)
    (step,) = [each for each in spans if each.name == "docker restart"]
    assert step.parent == of(spans, "execute").id
    assert step.attributes == {"acg.verb": "restart", "acg.host": "local", "acg.exit_code": 0}
    asked = [each for each in spans if each.kind == CLIENT]
    assert [each.name for each in asked].count("POST containers/{name}/restart") == 2
    assert {each.parent for each in asked} == {step.id}
    assert {each.attributes["http.request.method"] for each in asked} <= {"GET", "POST"}


@pytest.mark.slow
async def test_a_request_without_a_trace_is_the_root_of_one(gateway: Gateway) -> None:
    reply, carried = await gateway.ask({"command": "docker ps", "mode": "plan"})
    assert reply.status == "planned"
    spans = await gateway.spans(carried.id, "accept", "generate", "validate", "reply")
    assert [each.name for each in spans if not each.parent] == ["run gateway.run"]


@pytest.mark.slow
async def test_a_trace_that_a_caller_only_began_has_its_root_in_accept(gateway: Gateway) -> None:
    """So `acg run` asks, which follows its trace and records nothing."""
    trace = Trace(begun())
    _, carried = await gateway.ask({"command": "docker ps", "mode": "plan"}, trace)
    assert carried.id == trace.id
    spans = await gateway.spans(trace.id, "accept", "reply")
    assert [each.name for each in spans if not each.parent] == ["run gateway.run"]


@pytest.mark.slow
async def test_acg_run_continues_the_trace_of_whoever_calls_it(gateway: Gateway) -> None:
    trace = Trace(f"00-{os.urandom(16).hex()}-00f067aa0ba902b7-01")
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "runtime", "plan", "--json", "docker ps"],
        cwd=ROOT,
        env={**os.environ, "NATS_URL": gateway.nats_url, "TRACEPARENT": trace.parent},
        capture_output=True,
        timeout=WITHIN_S,
        check=True,
    )
    assert json.loads(done.stdout)["status"] == "planned"
    spans = await gateway.spans(trace.id, "accept", "reply")
    assert of(spans, "accept").parent == trace.span


@pytest.mark.slow
@pytest.mark.parametrize("hostile", ["00-1-2-01", "x" * 4000, f"ff{PARENT.parent[2:]}"])
async def test_a_hostile_trace_is_replaced(gateway: Gateway, hostile: str) -> None:
    _, carried = await gateway.ask(
        {"command": "docker ps", "mode": "plan"}, Trace(hostile, hostile)
    )
    assert carried.state == ""
    assert carried.id not in {PARENT.id, hostile}
    assert of(await gateway.spans(carried.id, "accept"), "accept").parent == ""


@pytest.mark.slow
async def test_what_the_caller_does_not_sample_is_not_recorded(gateway: Gateway) -> None:
    unsampled = Trace(f"{begun()[:36]}00f067aa0ba902b7-00")
    _, carried = await gateway.ask({"command": "docker ps"}, unsampled)
    assert (carried.id, carried.flags & 1) == (unsampled.id, 0)
    _, later = await gateway.ask({"command": "docker ps"})  # told after it, so that is told by now
    await gateway.spans(later.id, *STAGES)
    assert gateway.received.of(unsampled.id) == []


@pytest.mark.slow
async def test_spans_say_what_was_decided_and_never_a_word_of_it(gateway: Gateway) -> None:
    request = {
        "request": "restart c003",
        "context": PRIVATE,
        "target": "c003",
        "source_id": PRIVATE,
    }
    reply, carried = await gateway.ask(request)
    assert reply.outcome == "succeeded"
    spans = await gateway.spans(carried.id, *STAGES)
    told = {name: of(spans, name).attributes for name in STAGES}
    assert {each["acg.command.id"] for each in told.values()} == {reply.command_id}
    assert {each["acg.caller"] for each in told.values()} == {"alice"}
    assert told["generate"]["acg.generator"] == "builtin"
    assert told["generate"]["messaging.system"] == "nats"
    assert told["generate"]["messaging.destination.template"] == "command.requested.{command_id}"
    assert told["validate"]["acg.risk"] == "mutate"
    assert told["execute"]["acg.result"] == "succeeded"
    assert told["execute"]["acg.event.type"] == "executed"
    assert of(spans, "execute").events == ("command.started", "command.executed")
    for word in (PRIVATE, "restart c003", "docker restart c003"):
        assert not [each.name for each in spans if word in each.text]


@pytest.mark.slow
async def test_a_refusal_is_told_by_its_code_and_is_no_error(gateway: Gateway) -> None:
    reply, carried = await gateway.ask({"command": "docker rm --force c001"})
    assert reply.error
    spans = await gateway.spans(carried.id, "accept", "generate", "validate", "reply")
    assert of(spans, "validate").attributes["acg.code"] == reply.error.code
    assert not any(each.failed for each in spans)


@pytest.mark.slow
async def test_a_collector_that_hangs_stops_neither_commands_nor_the_end(tmp_path: Path) -> None:
    """Spans wait in a queue of bounded length."""
    small = {"OTEL_BSP_MAX_QUEUE_SIZE": "4", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "2"}
    with receiver(answers=False) as received:
        async with recording(received, tmp_path, EVERYTHING, **small) as gateway:
            (process,) = gateway.processes
            for _ in range(3):
                reply, _ = await gateway.ask({"request": "restart c001"})
                assert reply.outcome == "succeeded"
            await asyncio.to_thread(received.until, lambda: received.requests > 0)
            assert "Queue full" in process.log()
            assert await asyncio.to_thread(process.end) < FLUSH_S + 10
            assert "some spans were not sent" in process.log()
        assert received.spans == []


@pytest.mark.slow
async def test_a_collector_that_is_away_is_said_once(tmp_path: Path) -> None:
    with receiver() as received:
        pass  # and is gone
    async with recording(received, tmp_path, EVERYTHING) as gateway:
        (process,) = gateway.processes
        for _ in range(3):
            reply, _ = await gateway.ask({"request": "restart c001"})
            assert reply.outcome == "succeeded"
        said = "spans cannot be sent"
        await asyncio.to_thread(received.until, lambda: said in process.log())
        again = (await gateway.ask({"request": "restart c001"}))[0]
        assert again.outcome == "succeeded"
        assert process.log().count(said) == 1


@pytest.mark.slow
async def test_where_the_extra_is_missing_that_is_said_and_the_gateway_serves(
    tmp_path: Path,
) -> None:
    (tmp_path / "opentelemetry").mkdir()
    (tmp_path / "opentelemetry" / "__init__.py").touch()  # found first, and holds nothing
    with receiver() as received:
        shadowed = {"PYTHONPATH": str(tmp_path)}
        async with recording(received, tmp_path, (("accept",),), **shadowed) as gateway:
            (process,) = gateway.processes
            assert "the extra `otel` is not installed" in process.log()
            assert "ai-command-gateway[otel]" in process.log()


@pytest.mark.slow
async def test_where_nobody_wants_traces_nothing_of_them_is_imported() -> None:
    program = (
        "import sys; from runtime import discover, serve; discover.everything();"
        "print([each for each in sys.modules if each.startswith(('opentelemetry', 'google'))])"
    )
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=True,
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("environment", "are"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "console"}, False),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"}, False),
    ],
)
async def test_the_standard_variables_say_whether_traces_are_wanted(
    environment: dict[str, str],
    are: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert wanted(environment) is are


async def test_a_protocol_that_is_not_spoken_is_named() -> None:
    assert unspoken({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}) == "grpc"
    assert unspoken({"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}) == ""
    assert h.TRACE == "traceparent"
