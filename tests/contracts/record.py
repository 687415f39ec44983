"""Record what this version stores, for every later version to read.

    python -m tests.contracts.record

Runs the whole gateway on a real nats-server, lets commands end in each way that a caller can
bring about, and writes what the streams then hold to `samples/<version>/<story>.json`: of each
message its subject, headers and body as stored; and to `pictures.json` what is known of the
hosts. Run it once, when a version is released: what
was released does not change, so a folder that is there is left alone.
"""

import asyncio
import json
import os
import sys
import tempfile
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog

from contracts.requests import CancelRequest, Reply, RunRequest, StatusRequest
from runtime import discover
from runtime.client import Gateway, gateway
from runtime.link import Link, connect
from runtime.serve import serving
from runtime.settings import AcgSettings
from runtime.wire import Message
from tests.faults.counting_engine import counting_engine
from tests.servers import ROOT, NatsServer, nats_server

SAMPLES = Path(__file__).parent / "samples"
PICTURES = "pictures.json"
CALLER = "alice"
WITHIN_S = 30.0

Story = Callable[[Gateway], Awaitable[Reply]]


def asked(**request: Any) -> Story:
    """Return the story of one request that its caller waits for."""

    async def told(caller: Gateway) -> Reply:
        return await caller.run(RunRequest(**request))

    return told


async def cancelled_while_it_ran(caller: Gateway) -> Reply:
    request = RunRequest(command="docker logs --follow c003", wait="accepted")
    command_id = (await caller.run(request)).command_id
    assert command_id
    await _until(caller, command_id, lambda reply: reply.stage == "started")
    await caller.ask(CancelRequest(command_id=command_id, reason="seen enough: schön"))
    return await _until(caller, command_id, lambda reply: reply.status != "accepted")


async def cancelled_before_it_began(caller: Gateway) -> Reply:
    request = RunRequest(request="restart c004", wait="accepted", deadline_s=1)
    command_id = (await caller.run(request)).command_id
    assert command_id
    await caller.ask(CancelRequest(command_id=command_id))
    return await _until(caller, command_id, lambda reply: reply.status != "accepted")


STORIES: dict[str, Story] = {
    "restarted": asked(
        request="restart c001",
        target="c001",
        host="local",
        context={"ticket": "OPS-1", "said": "bitte zügig ✓", "tags": ["a", None, 1.5, True]},
        priority="high",
        source_id="ci",
        idempotency_key="the-first",
        max_risk="mutate",
    ),
    "in-two-steps": asked(request="restart c001 and then show the logs of c002"),
    "on-all-hosts": asked(command="docker ps --all", hosts="*", max_parallel=4),
    "refused-by-the-engine": asked(command="docker stop c005"),
    "planned": asked(request="restart c002", mode="plan"),
    "not-understood": asked(request="sing a song about containers"),
    "not-there": asked(request="restart checkout"),
    "not-allowed": asked(command="docker rm --force c006"),
    "cancelled-while-it-ran": cancelled_while_it_ran,
}
UNHANDLED: dict[str, Story] = {
    "out-of-time": asked(request="restart c007", deadline_s=1),
    "cancelled-before-it-began": cancelled_before_it_began,
}
"""Told while nobody generates."""


async def record(folder: Path) -> None:
    """Write a file for each story."""
    with tempfile.TemporaryDirectory(prefix="acg-") as place:
        os.environ["DOCKER_HOST"] = f"unix://{place}/d.sock"
        with nats_server(Path(place) / "nats", sync_always=False) as nats:
            async with counting_engine(Path(place) / "d.sock", containers=8):
                async with _gateway(nats, Path(place)) as (caller, link):
                    await _told(STORIES, caller, link, folder)
                    pictures = await _stored(link, "KV_INVENTORY", "$KV.INVENTORY.>")
                    _write(folder / PICTURES, pictures)
                async with _gateway(nats, Path(place), without="generate") as (caller, link):
                    await _told(UNHANDLED, caller, link, folder)


@asynccontextmanager
async def _gateway(
    nats: NatsServer, home: Path, without: str = ""
) -> AsyncIterator[tuple[Gateway, Link]]:
    functions = [each for each in discover.everything() if each.name != without]
    async with (
        serving(functions, AcgSettings(home=home), nats.link, prepare=True),
        gateway(nats.link, CALLER) as caller,
        connect(nats.link, "recorder") as link,
    ):
        yield caller, link


async def _told(stories: dict[str, Story], caller: Gateway, link: Link, folder: Path) -> None:
    for name, story in stories.items():
        reply = await story(caller)
        assert reply.command_id, f"{name}: {reply}"
        outcome = reply.outcome or (reply.error and reply.error.code) or ""
        events = await _stored(link, "COMMANDS", f"command.*.{reply.command_id}")
        document = {
            "status": reply.status,
            "events": events,
            "output": await _stored(link, "OUTPUTS", f"output.*.{reply.command_id}"),
        }
        _write(folder / f"{name}.json", document)
        types = [each["subject"].split(".")[1] for each in events]
        sys.stdout.write(f"{name}: {reply.status} {outcome} ({', '.join(types)})\n")


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


async def _stored(link: Link, stream: str, subject: str) -> list[dict[str, Any]]:
    messages = await link.read(stream, {"seq": 1, "next_by_subj": subject})
    return [_as_stored(each) for each in messages]


def _as_stored(message: Message) -> dict[str, Any]:
    """Return a message without what the server adds to whoever reads it directly."""
    headers = dict(message.headers or {})
    subject, sequence = headers.pop("Nats-Subject"), int(headers.pop("Nats-Sequence"))
    for added in ("Nats-Stream", "Nats-Time-Stamp", "Nats-Num-Pending", "Nats-Last-Sequence"):
        headers.pop(added, None)
    body = message.data.decode()
    return {"sequence": sequence, "subject": subject, "headers": headers, "body": body}


async def _until(caller: Gateway, command_id: str, is_so: Callable[[Reply], bool]) -> Reply:
    async with asyncio.timeout(WITHIN_S):
        while True:
            reply = await caller.ask(StatusRequest(command_id=command_id))
            if is_so(reply):
                return reply
            await asyncio.sleep(0.02)


def main() -> None:
    """Record the version that the project says it is."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    folder = SAMPLES / version
    if folder.exists():
        sys.exit(f"{version} has been recorded: what was released does not change")
    folder.mkdir()
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))
    asyncio.run(record(folder))


if __name__ == "__main__":
    main()
