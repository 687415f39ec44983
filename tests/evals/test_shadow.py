"""Recorded requests are asked again, compared, and nothing else happens."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from contracts.lifecycle import Entry
from contracts.requests import RunRequest
from runtime.evals.generators import generating
from runtime.evals.recorded import known_world, records
from runtime.evals.shadow import Replay, compared
from tests.flow.conftest import Stack, standing
from tests.functions.generate.fake_endpoint import (
    FakeEndpoint,
    Play,
    answers,
    fake_endpoint,
    proposes,
)
from tests.servers import ROOT, NatsServer

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

ASKED = (
    {"request": "restart c001"},
    {"request": "restart c001"},
    {"request": "show the logs of c002"},
    {"request": "stop c003"},
    {"request": "restart the turbine"},
    {"command": "docker ps"},
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def recorded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A gateway that was asked a few things."""
    async with standing(tmp_path_factory.mktemp("shadow")) as stack:
        for each in ASKED:
            await stack.caller.run(RunRequest.model_validate({**each, "mode": "plan"}))
        yield stack


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out, self.err
        return json.loads(self.out)


async def shadow(nats: NatsServer, *words: str, **variables: str) -> Done:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GENERATE_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "runtime", "shadow", *words),
        cwd=ROOT,
        env={**kept, "NATS_URL": nats.url, "NO_COLOR": "1", **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(50):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Done(process.returncode, out.decode(), err.decode())


async def stored(stack: Stack) -> dict[str, int]:
    """Return how much every stream holds."""
    found = await stack.link.api("STREAM.LIST")
    quiet = (each for each in found["streams"] if each["config"]["name"] != "KV_INVENTORY")
    return {each["config"]["name"]: each["state"]["last_seq"] for each in quiet}


async def test_the_generator_that_answered_agrees_with_itself_and_nothing_is_stored(
    recorded: Stack,
) -> None:
    before = await stored(recorded)
    async with fake_endpoint(proposes("docker ps")) as fake:
        unasked = {**endpoint(fake), "GENERATE_MODEL": "m-1"}
        done = await shadow(recorded.nats, "--model", "builtin", "--json", **unasked)
        assert fake.asked == []  # nobody named a model here
    assert done.code == 0, done.err
    found = done.json
    assert found["complete"] is True
    assert (found["asked"], found["lines"], found["unanswered"]) == (5, 1, 0)
    compared = found["comparison"]
    assert (compared["requests"], compared["different"]) == (5, 4)
    assert compared["agreement"] == 1.0
    assert compared["decisions"] == {"ask": {"ask": 1}, "command": {"command": 4}}
    assert set(found["world"]) == {"local"}
    assert await stored(recorded) == before
    assert sum(recorded.engine.restarts.values()) == 0


def by_words(**plays: Play) -> Play:
    """Answer by a word that the request holds; refuse all else."""

    async def play(request: Any, body: dict[str, Any]) -> Any:
        asked = body["messages"][-1]["content"]
        found = next((each for word, each in plays.items() if word in asked), None)
        return await (found or answers(kind="refusal", text="no"))(request, body)

    return play


def endpoint(fake: FakeEndpoint) -> dict[str, str]:
    return {"GENERATE_BASE_URL": fake.url, "GENERATE_API_KEY": "none"}


async def test_a_model_is_compared_with_what_was_answered(recorded: Stack, tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text('[models."m-1"]\ninput = 10.0\noutput = 100.0\n')
    script = by_words(
        c001=proposes("docker container restart c001"),
        c002=proposes("docker logs --tail 5 c002"),
        c003=proposes("docker rm -f c003"),
    )
    async with fake_endpoint(script) as fake:
        done = await shadow(
            recorded.nats,
            *("--model", "m-1", "--json"),
            **endpoint(fake),
            GENERATE_PRICES=str(prices),
        )
        assert done.code == 0, done.err
        assert f"are sent to {fake.url}" in done.err
        assert {each["model"] for each in fake.asked} == {"m-1"}
        assert len(fake.asked) == 4  # what was asked twice is asked once
    compared = done.json["comparison"]
    assert (compared["same"], compared["alike"], compared["differs"]) == (2, 0, 3)
    assert compared["agreement"] == 0.4
    assert compared["decisions"] == {"ask": {"refuse": 1}, "command": {"command": 4}}
    assert compared["new"]["tokens_in"] == 400
    assert compared["new"]["cost_usd"] == pytest.approx(4 * (100 * 10 + 10 * 100) / 1e6)
    (more,) = [each for each in compared["pairs"] if each["more"]]
    assert (more["words"], more["more"]) == ("stop c003", ["docker rm --force c003"])
    assert compared["more"] == 1


async def test_another_prompt_is_tried_and_differences_stand_side_by_side(
    recorded: Stack, tmp_path: Path
) -> None:
    prompt = tmp_path / "prompt.md"
    prompt.write_text("Answer in JSON, and carefully.")
    words = ("--model", "m-1", "--limit", "4", "--prompt", str(prompt))
    async with fake_endpoint(by_words(c001=proposes("docker stop c001"))) as fake:
        done = await shadow(recorded.nats, *words, **endpoint(fake))
    assert done.code == 0, done.err
    assert {each["messages"][0]["content"] for each in fake.asked} == {prompt.read_text()}
    digest = sha256(prompt.read_bytes()).hexdigest()[:16]
    assert f"answered by, now        4 m-1 with prompt {digest}" in done.out
    line = next(each for each in done.out.splitlines() if each.startswith("restart c001"))
    assert line.split("  ")[0] == "restart c001 (2 times)"
    assert line.index("docker restart c001") < line.index("docker stop c001")
    assert "refuse: no" in done.out


async def entries(stack: Stack, since: datetime) -> AsyncIterator[Entry]:
    async for seen in stack.caller.history(since=since):
        if seen.entry:
            yield seen.entry


async def test_the_newest_requests_are_kept_and_what_is_older_is_left_out(recorded: Stack) -> None:
    long_ago, to_come = (datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2999))
    found = await records(entries(recorded, long_ago), limit=2)
    assert [each.request.words for each in found.found] == ["stop c003", "restart the turbine"]
    assert [each.ended for each in found.found] == ["planned", "rejected (unknown_object)"]
    assert (found.asked, found.lines) == (5, 1)
    assert (await records(entries(recorded, to_come))).asked == 0


async def test_what_nobody_would_take_today_is_sent_to_nobody(
    recorded: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await records(entries(recorded, datetime(2000, 1, 1, tzinfo=UTC)), limit=1)
    (record,) = found.found
    words = "restart c001 with POSTGRES_PASSWORD=hunter2hunter2"
    record.request = record.request.model_copy(update={"words": words})
    async with fake_endpoint(proposes("docker ps")) as fake:
        for name, value in endpoint(fake).items():
            monkeypatch.setenv(name, value)
        world = await known_world(recorded.link)
        replay = Replay(found.found, world)
        async with generating("m-1") as ask:
            await replay.replay(ask)
        assert fake.asked == []
    told = compared(replay.done, world)
    assert (told.held_back, told.requests) == (1, 0)


async def test_no_answer_is_no_agreement(recorded: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await records(entries(recorded, datetime(2000, 1, 1, tzinfo=UTC)))
    monkeypatch.setenv("GENERATE_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("GENERATE_RETRIES", "0")
    world = await known_world(recorded.link)
    replay = Replay(found.found, world)
    async with generating("m-1") as ask:
        await replay.replay(ask, concurrency=4)
    told = compared(replay.done, world)
    assert (told.agreement, told.differs) == (0.0, 5)
    assert told.decisions == {"ask": {"failed": 1}, "command": {"failed": 4}}


async def test_where_nothing_has_run_there_is_nothing_to_compare(server: NatsServer) -> None:
    done = await shadow(server, "--model", "builtin")
    assert done.code == 0, done.err
    assert "nothing that was asked in words" in done.out
