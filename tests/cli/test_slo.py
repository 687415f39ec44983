"""`acg slo` on a history that a gateway has left."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts import headers as h
from contracts.errors import Code, Error
from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandRejected,
    CommandRequested,
    Event,
)
from runtime.envelope import Cause, seal
from runtime.resources import Resources
from tests.cli.conftest import Acg, Done
from tests.servers import NatsServer
from tests.stories import plan, result

pytestmark = pytest.mark.slow

SOON = timedelta(seconds=20)


class Story:
    """Stores commands of callers, from request to end, as functions would."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._count = 0

    async def tell(self, caller: str, event: Event, *, said: bool = True, took: float = 1) -> None:
        """`said`: the events say who asked, as those of an older version did not."""
        self._count += 1
        command_id = f"{self._count:a>26}"
        start = datetime.now(UTC) - timedelta(seconds=took)
        cause = Cause(
            "", command_id, command_id, "", start, h.timings_header(start), caller if said else ""
        )
        deadline = datetime.now(UTC) + timedelta(hours=1)
        first = CommandRequested(
            command_id=command_id, caller=caller, words="words", deadline=deadline
        )
        stored = await self._store(first, cause, 0)
        await self._store(event.model_copy(update={"command_id": command_id}), cause, stored)

    async def _store(self, event: Event, cause: Cause, after: int) -> int:
        sealed = seal(event, "test", cause, self._resources.signer, "test")
        return (await self._resources.history.append(sealed, after, within=SOON)).sequence


def ran(caller: str) -> CommandExecuted:
    return CommandExecuted(
        command_id="", caller=caller, outcome="succeeded", plan=plan(), results=(result(),)
    )


DOWN = CommandFailed(command_id="", error=Error(code=Code.ENGINE_UNREACHABLE, message="No."))
REFUSED = CommandRejected(command_id="", error=Error(code=Code.UNSUPPORTED, message="No."))


async def asked(home: Path, server: NatsServer, *words: str, **settings: str) -> Done:
    acg = Acg(home, NATS_URL=server.url, **settings)
    return await asyncio.to_thread(acg, "slo", *words)


async def test_each_caller_stands_where_its_commands_left_it(
    resources: Resources, server: NatsServer, tmp_path: Path
) -> None:
    story = Story(resources)
    for _ in range(3):
        await story.tell("alice", ran("alice"))
    await story.tell("alice", REFUSED)
    await story.tell("bob", ran("bob"), took=60)
    await story.tell("bob", DOWN)
    await story.tell("older", DOWN, said=False)
    (tmp_path / "acg").mkdir()
    (tmp_path / "acg" / "slo.toml").write_text("[callers.bob]\nseconds = 120\n")
    done = await asked(tmp_path, server, "--json")
    assert (done.code, done.stderr) == (0, "")
    found = {each["caller"]: each for each in done.json["callers"]}
    counted = {name: (each["good"], each["bad"], each["excluded"]) for name, each in found.items()}
    assert counted == {"alice": (3, 0, 1), "bob": (1, 1, 0), "older": (0, 1, 0)}
    assert found["bob"]["seconds"] == 120
    assert found["bob"]["latency"] == {"objective": 0.95, "reached": 1.0, "budget_left": 1.0}
    assert found["bob"]["burn"] == {"1h": 100.0, "6h": 100.0, "3d": 100.0}
    assert (done.json["all"]["good"], done.json["all"]["bad"]) == (4, 2)
    table = (await asked(tmp_path, server)).stdout
    rows = {line.split()[0]: line.split()[1:5] for line in table.splitlines() if line}
    assert rows["alice"] == ["3", "0", "1", "100"]
    assert rows["all"] == ["4", "2", "1", "66.66"]  # never rounded up to what it is not
    assert "promised: 99.5 % available, 95 % of it within 120 s (bob)\n" in table
    assert table.endswith("bad: engine_unreachable 2\n")


async def test_what_cannot_be_read_in_time_is_told(
    resources: Resources, server: NatsServer, tmp_path: Path
) -> None:
    await Story(resources).tell("alice", DOWN)
    done = await asked(tmp_path, server, "--within", "1ms")
    assert (done.code, done.stdout) == (5, "")
    assert "ask for less with --since" in done.stderr


def test_an_objective_that_leaves_no_budget_is_usage(acg: Acg) -> None:
    done = Acg(acg.home, SLO_AVAILABILITY="100")("slo")
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == "acg: SLO_AVAILABILITY: Input should be less than 100\n"
