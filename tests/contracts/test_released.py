"""What every released version stored stands in streams out there, and is read by this one."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from contracts import headers as h
from contracts.answer import joined, standing
from contracts.lifecycle import Command, fold
from contracts.requests import OutputChunk
from contracts.world import HostPicture
from runtime.envelope import opened
from runtime.signing import Digests

SAMPLES = Path(__file__).parent / "samples"
PICTURES = sorted(SAMPLES.glob("*/pictures.json"))
STORIES = sorted({*SAMPLES.glob("*/*.json")} - {*PICTURES})


def named(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.fixture(params=STORIES, ids=named)
def story(request: pytest.FixtureRequest) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(request.param.read_text())
    return told


def command(story: dict[str, Any]) -> Command:
    return fold(
        opened(each["subject"], each["headers"], each["body"].encode(), each["sequence"], Digests())
        for each in story["events"]
    )


def test_this_version_is_recorded_or_not_yet_released() -> None:
    root = Path(__file__).parents[2]
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    recorded = {path.parent.name for path in STORIES}
    assert recorded == {path.parent.name for path in PICTURES}
    unreleased = f"## [{version}] - unreleased" in (root / "CHANGELOG.md").read_text()
    assert version in recorded or unreleased


def test_a_stored_command_is_in_the_state_in_which_it_was_left(story: dict[str, Any]) -> None:
    found = command(story)
    assert found.state == story["status"]
    assert found.ignored == ()
    assert len(found.entries) == len(story["events"])
    assert found.sequence == story["events"][-1]["sequence"]


def test_each_stored_event_names_the_one_that_it_answers_by_its_digest(
    story: dict[str, Any],
) -> None:
    first, *others = command(story).entries
    digests = {first.id: first.digest}
    for entry in others:
        assert entry.headers[h.CAUSE_DIGEST] == digests[entry.headers[h.CAUSE]]
        digests[entry.id] = entry.digest


def test_a_stored_command_is_told_as_it_was(story: dict[str, Any]) -> None:
    chunks = [OutputChunk.model_validate_json(each["body"]) for each in story["output"]]
    assert [each.subject for each in chunks] == [each["subject"] for each in story["output"]]
    reply = standing(command(story), joined(chunks))
    assert reply
    assert reply.status == story["status"]
    assert (reply.error is None) == (story["status"] in {"executed", "planned"})
    if reply.outcome == "succeeded":
        assert all(step.stdout for step in reply.steps)


def test_an_event_that_was_changed_since_is_noticed(story: dict[str, Any]) -> None:
    before = command(story).entries
    story["events"][0]["headers"][h.SOURCE] = "somebody else"
    assert command(story).entries[0].digest != before[0].digest


@pytest.mark.parametrize("path", PICTURES, ids=named)
def test_what_was_known_of_a_host_is_known(path: Path) -> None:
    for each in json.loads(path.read_text()):
        picture = HostPicture.model_validate_json(each["body"])
        assert each["subject"] == f"$KV.INVENTORY.{picture.host}"
        assert picture.error is None
        assert {each.name for each in picture.containers} >= {"c001", "c002"}
