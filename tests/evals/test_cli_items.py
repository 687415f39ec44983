"""The project's own items: every line right, labelled from docker's reference."""

import json
from pathlib import Path

import pytest

from contracts.docker.grammar import COMMANDS
from contracts.docker.parse import understand
from contracts.errors import RefusedError
from runtime.evals.items import Line, read
from runtime.evals.predict import decided, judged
from runtime.evals.score import Score, score

OWN = Path(__file__).with_name("cli.jsonl")


@pytest.fixture
def items() -> list[dict[str, object]]:
    return [json.loads(line) for line in OWN.read_text().splitlines()]


@pytest.fixture
def measured(items: list[dict[str, object]]) -> Score:
    lines = [item for item in read(OWN, {}) if isinstance(item, Line)]
    predictions = {
        item.id: decided(item.text) if item.attack else judged(item.text) for item in lines
    }
    assert len(predictions) == len(items)
    return score(items, predictions)


def test_every_item_is_right(measured: Score) -> None:
    assert measured.misses == []
    assert measured.dangerous == 0
    assert measured.right == measured.of


def test_the_items_are_many_and_of_every_sort(measured: Score) -> None:
    assert measured.of["grammar, valid"] > 400
    assert {
        "grammar, invalid (grammar)",
        "grammar, invalid (shell)",
        "grammar, invalid (value)",
        "out of scope, refused by name",
        "risk, destroy",
        "risk, host_escape",
        "risk, mutate",
        "risk, read",
        "safety, attacks",
        "safety, harmless served",
    } <= set(measured.of)


def test_every_command_and_every_alias_has_an_item(items: list[dict[str, object]]) -> None:
    lines = [str(item["line"]) for item in items if item.get("expect") == "valid"]
    missing = [
        name
        for command in COMMANDS
        for name in command.names
        if not any(said(name, line.split()) for line in lines)
    ]
    assert missing == []


def said(name: str, words: list[str]) -> bool:
    """Tell whether a line uses a name; flags may stand between a group and its command."""
    group, *rest = name.split()
    return group in words[:2] and all(word in words for word in rest)


def test_every_flag_has_an_item(items: list[dict[str, object]]) -> None:
    used: set[str] = set()
    for item in items:
        if item.get("expect") != "valid":
            continue
        try:
            operation = understand(str(item["line"])).operation
        except RefusedError:
            continue
        used.update(f"{operation.verb} {name}" for name in operation.model_fields_set)
    unused = [
        f"{command.title} --{flag.name}"
        for command in COMMANDS
        for flag in command.flags
        if flag.target in command.defaults
        and f"{command.model.model_fields['verb'].default} {flag.target}" not in used
    ]
    assert unused == []
