"""When two answers to one request agree."""

from datetime import UTC, datetime

import pytest

from contracts.errors import Code, Error
from contracts.events import CommandRequested
from runtime.evals.generators import Answer
from runtime.evals.recorded import Recorded
from runtime.evals.shadow import compared
from runtime.evals.worlds import world_of

WORLD = world_of({"containers": [{"name": "a", "id": "0123456789ab"}, {"name": "b"}]})
NOW = datetime(2026, 1, 1, tzinfo=UTC)
REQUEST = CommandRequested(command_id="x" * 26, caller="c", words="do it", deadline=NOW)


def does(*lines: str) -> Answer:
    return Answer(decision="command", lines=lines)


ASKS = Answer(decision="ask", error=Error(code=Code.AMBIGUOUS, message="Which?"))
REFUSES = Answer(decision="refuse", error=Error(code=Code.UNSUPPORTED, message="No."))
SECRET = Answer(decision="refuse", error=Error(code=Code.SECRET_IN_COMMAND, message="No."))


@pytest.mark.parametrize(
    ("before", "now", "agreement"),
    [
        (does("docker restart a"), does("docker container restart 0123456789ab"), "same"),
        (does("docker stop a b"), does("docker stop b", "docker stop a"), "same"),
        (does("docker stop a", "docker rm a"), does("docker rm a", "docker stop a"), "differs"),
        (does("docker ps"), does("docker ps --no-trunc"), "alike"),
        (does("docker ps"), does("docker ps -a"), "differs"),
        (does("docker pull x"), does("docker pull -q x"), "differs"),
        (does("docker ps"), ASKS, "differs"),
        (ASKS, does("docker ps"), "differs"),
        (ASKS, ASKS, "same"),
        (ASKS, REFUSES, "differs"),
        (does("docker ps | sh"), does("docker ps | sh"), "same"),
        (does("docker ps"), SECRET, "held back"),
    ],
)
def test_answers_agree_where_they_do_the_same(before: Answer, now: Answer, agreement: str) -> None:
    (pair,) = compared([(Recorded(REQUEST, NOW, before), now)], WORLD).pairs
    assert pair.agreement == agreement


@pytest.mark.parametrize(
    ("before", "now", "more"),
    [
        (does("docker ps"), does("docker rm a"), ("docker rm a",)),
        (does("docker restart a"), does("docker restart a", "docker rm b"), ("docker rm b",)),
        (does("docker rm a"), does("docker ps"), ()),
        (ASKS, does("docker restart a"), ("docker restart a",)),
        (does("docker restart a"), does("docker restart a"), ()),
    ],
)
def test_what_is_changed_beyond_what_was_is_told(
    before: Answer, now: Answer, more: tuple[str, ...]
) -> None:
    told = compared([(Recorded(REQUEST, NOW, before, times=3), now)], WORLD)
    assert told.pairs[0].more == more
    assert told.more == (3 if more else 0)


def test_requests_count_as_often_as_they_were_made() -> None:
    told = compared(
        [
            (Recorded(REQUEST, NOW, does("docker ps"), times=9), does("docker ps")),
            (Recorded(REQUEST, NOW, does("docker ps"), times=1), ASKS),
        ],
        WORLD,
    )
    assert (told.requests, told.different, told.agreement) == (10, 2, 0.9)
    assert told.decisions == {"command": {"command": 9, "ask": 1}}
