from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from contracts.answer import (
    MAX_DATA,
    MAX_TEXT,
    WINDOW,
    Ending,
    Text,
    answer,
    joined,
    standing,
)
from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandHeld,
    CommandPlanned,
    CommandRejected,
    CommandStarted,
)
from contracts.headers import TIMINGS
from contracts.inputs import Timings
from contracts.lifecycle import Command
from contracts.requests import OutputChunk, Reply
from tests.stories import (
    ERROR,
    ID,
    NOW,
    entry,
    generated,
    history,
    plan,
    requested,
    result,
    validated,
)

MAX_REPLY_BYTES = 2_000_000
TIMES = Timings(NOW, {"accept": 1.0, "generate": 2.5})
# What JSON makes longest: six bytes of a control character, four of an emoji.
EXPANDING = ["x", "\x00", "\x1b", '"', "\\", "é", "👍"]


def chunk(step: int = 0, **printed: Any) -> OutputChunk:
    return OutputChunk(command_id=ID, caller="alice", step=step, **printed)


def executed(steps: int = 1, exit_code: int = 0) -> CommandExecuted:
    return CommandExecuted(
        command_id=ID,
        caller="alice",
        outcome="failed" if exit_code else "succeeded",
        plan=plan(*["docker logs checkout"] * steps),
        results=tuple(result(exit_code) for _ in range(steps)),
    )


def cut_to(text: str, room: int, piece: int = 7) -> str:
    whole = Text()
    for start in range(0, len(text), piece):
        whole.add(text[start : start + piece])
    return whole.ends(room)


@given(st.text(max_size=400), st.integers(0, 200))
def test_the_ends_of_a_text_are_its_own(text: str, room: int) -> None:
    cut = cut_to(text, room)
    half = room // 2
    if len(text) <= room:
        assert cut == text
    else:
        said = f"\n… {len(text) - 2 * half} characters left out …\n"
        assert cut == text[:half] + said + text[len(text) - half :]


def test_what_is_left_out_is_counted() -> None:
    assert cut_to("a" * 50 + "b" * 50, 10) == "aaaaa\n… 90 characters left out …\nbbbbb"
    assert cut_to("abc", 3) == "abc"
    assert cut_to("abc", 0) == "\n… 3 characters left out …\n"


def test_a_text_of_any_length_keeps_its_ends() -> None:
    whole = Text()
    for number in range(60_000):
        whole.add(f"line {number}\n")
    cut = whole.ends(100)
    assert cut.startswith("line 0\n")
    assert cut.endswith("line 59999\n")
    assert f"… {whole.size - 100} characters left out …" in cut
    assert sum(map(len, (*whole._head, *whole._tail))) < 4 * MAX_TEXT  # noqa: SLF001 - its promise


@settings(max_examples=25, deadline=None)
@given(
    steps=st.integers(1, 20),
    character=st.sampled_from(EXPANDING),
    stdout=st.sampled_from([0, 100, MAX_TEXT // 2, MAX_TEXT + 1, 1_500_000]),
    stderr=st.sampled_from([0, MAX_TEXT, 1_500_000]),
    data=st.sampled_from([0, MAX_DATA // 21, MAX_DATA - 10, MAX_DATA + 1, 3_000_000]),
)
def test_a_reply_fits_into_a_message_whatever_was_printed(
    steps: int, character: str, stdout: int, stderr: int, data: int
) -> None:
    # The last chunk alone has the texts, since where they are cut makes no difference.
    chunks = [
        chunk(
            step, stdout=character * (stdout // steps), stderr=character * stderr, data="d" * data
        )
        for step in range(steps)
    ]
    reply = answer(executed(steps), TIMES, joined(chunks))
    assert len(reply.model_dump_json().encode()) < MAX_REPLY_BYTES


@pytest.mark.parametrize("steps", [1, 2, 20])
def test_a_reply_says_where_something_is_left_out(steps: int) -> None:
    room = MAX_TEXT // (2 * steps)
    texts = answer(executed(steps), TIMES, joined([chunk(stdout="x" * (room + 1))])).steps
    assert [each.truncated for each in texts] == [True, *[False] * (steps - 1)]
    fits = answer(
        executed(steps), TIMES, joined([chunk(stdout="x" * room, stderr="y" * room)])
    ).steps
    assert [each.truncated for each in fits] == [False] * steps
    assert fits[0].stdout == "x" * room


@pytest.mark.parametrize("steps", [1, 2, 20])
def test_data_that_has_no_room_is_left_out_and_that_is_said(steps: int) -> None:
    share = MAX_DATA // steps
    big = answer(executed(steps), TIMES, joined([chunk(data="x" * share)])).steps[0]
    assert (big.data, big.truncated) == (None, True)
    small = answer(executed(steps), TIMES, joined([chunk(data="x" * (share - 2))])).steps[0]
    assert (small.data, small.truncated) == ("x" * (share - 2), False)


def test_what_the_executor_cut_stays_marked() -> None:
    event = executed().model_copy(update={"results": (result(truncated=True),)})
    assert answer(event, TIMES, joined([chunk(stdout="x")])).steps[0].truncated


def test_chunks_are_joined_by_step_in_their_order() -> None:
    chunks = [
        chunk(0, stdout="a", data={"n": 1}),
        chunk(1, stderr="E"),
        chunk(0, stdout="b", stderr="e"),
    ]
    printed = joined(chunks)
    assert {step: each.stdout.ends(9) for step, each in printed.items()} == {0: "ab", 1: ""}
    assert {step: each.stderr.ends(9) for step, each in printed.items()} == {0: "e", 1: "E"}
    assert {step: each.data for step, each in printed.items()} == {0: {"n": 1}, 1: None}


@pytest.mark.parametrize("data", [0, False, "", [], {}, None])
def test_data_stays_what_it_is(data: JsonValue) -> None:
    assert answer(executed(), TIMES, joined([chunk(data=data)])).steps[0].data == data


ENDINGS: list[tuple[Ending, dict[str, Any]]] = [
    (executed(), {"status": "executed", "outcome": "succeeded", "error": None}),
    (executed(exit_code=1), {"status": "executed", "outcome": "failed", "error": None}),
    (
        CommandRejected(command_id=ID, error=ERROR),
        {"status": "rejected", "outcome": None, "error": ERROR},
    ),
    (
        CommandFailed(command_id=ID, error=ERROR, plan=plan(), results=(result(),)),
        {"status": "failed", "outcome": None, "error": ERROR},
    ),
    (
        CommandPlanned(command_id=ID, plan=plan()),
        {"status": "planned", "outcome": None, "error": None},
    ),
    (
        CommandHeld(command_id=ID, plan=plan(), votes_needed=1, expires=NOW),
        {"status": "held", "outcome": None, "error": None},
    ),
]


@pytest.mark.parametrize(("event", "said"), ENDINGS, ids=lambda each: str(each)[:20])
def test_every_ending_has_its_answer(event: Ending, said: dict[str, Any]) -> None:
    reply = answer(event, TIMES)
    assert {name: getattr(reply, name) for name in said} == said
    assert reply.command_id == ID
    assert reply.timings == {"accept": 1.0, "generate": 2.5, "total": 3.5}
    assert reply.idempotent_until == NOW + WINDOW
    assert [each.command for each in reply.steps] == (
        [] if event.plan is None else [each.line for each in event.plan.steps]
    )


def test_a_step_that_did_not_run_has_no_exit_code() -> None:
    event = CommandExecuted(
        command_id=ID,
        caller="alice",
        outcome="failed",
        plan=plan("docker stop checkout", "docker start checkout"),
        results=(result(1),),
    )
    ran, not_run = answer(event, TIMES).steps
    assert (ran.exit_code, not_run.exit_code) == (1, None)
    assert (ran.duration_ms, not_run.duration_ms) == (1.5, None)


def test_a_command_that_has_not_ended_is_accepted_and_says_its_stage() -> None:
    command = history(requested(), generated(), validated())
    reply = standing(command)
    assert reply is not None
    assert (reply.status, reply.stage, reply.command_id) == ("accepted", "validated", ID)


def test_the_status_of_an_ended_command_is_the_answer_that_its_callers_got() -> None:
    headers = {TIMINGS: f"start={NOW.timestamp()},accept=1.0,generate=2.5"}
    begun = history(requested(), generated(), validated(), CommandStarted(command_id=ID, claim="c"))
    ended = begun.then(entry(executed(), 5, headers))
    chunks = [chunk(stdout="checkout\n")]
    assert standing(ended, joined(chunks)) == answer(executed(), TIMES, joined(chunks))


def test_a_held_command_says_so_until_somebody_votes() -> None:
    held = CommandHeld(command_id=ID, plan=plan(), votes_needed=1, expires=NOW + timedelta(hours=1))
    reply = standing(history(requested(), generated(), held))
    assert reply is not None
    assert reply.status == "held"


def test_nothing_stands_for_a_command_that_does_not_exist() -> None:
    assert standing(Command()) is None


@pytest.mark.parametrize(("event", "_"), ENDINGS, ids=lambda each: str(each)[:20])
def test_a_reply_survives_the_wire(event: Ending, _: object) -> None:
    reply = answer(event, TIMES, joined([chunk(stdout="x", data={"a": [1.5, None]})]))
    assert Reply.model_validate_json(reply.model_dump_json()) == reply
