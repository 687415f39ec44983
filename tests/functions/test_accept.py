import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.answer import Printout, joined, standing
from contracts.asking import is_question
from contracts.docker.risk import Risk
from contracts.errors import Code, RefusedError
from contracts.events import CommandCancelled, CommandExecuted, CommandRequested, CommandStarted
from contracts.lifecycle import Command
from contracts.requests import (
    Caller,
    CancelRequest,
    OutputChunk,
    OutputPage,
    OutputRequest,
    Reply,
    RunRequest,
    StatusRequest,
)
from functions.accept import accept, command_id, digest
from tests.stories import ID, generated, history, plan, requested, result, validated

ALICE, BOB = Caller("alice"), Caller("bob")
WORDS = "restart the checkout service"


async def accepted(caller: Caller = ALICE, **fields: Any) -> CommandRequested:
    fields = {"request": WORDS, **fields} if "command" not in fields else fields
    made = await accept(RunRequest(**fields), None, caller, None, Printout(), OutputPage())
    assert isinstance(made, CommandRequested)
    return made


async def asked(
    command: Command | None, caller: Caller = ALICE, printed: Printout | None = None
) -> Reply:
    request, said = StatusRequest(command_id=ID), printed or Printout()
    made = await accept(request, None, caller, command, said, OutputPage())
    assert isinstance(made, Reply)
    return made


async def test_a_request_begins_a_command_with_all_that_it_said() -> None:
    said: dict[str, Any] = {
        "request": WORDS,
        "target": "checkout",
        "host": "web-1",
        "context": {"ticket": "OPS-1"},
        "priority": "high",
        "source_id": "ci",
        "mode": "plan",
        "max_risk": Risk.MUTATE,
    }
    event = await accepted(**said)
    kept = {"words": said.pop("request"), "line": None, "caller": "alice", **said}
    assert {name: getattr(event, name) for name in kept} == kept


async def test_a_docker_line_is_passed_on_as_it_is() -> None:
    event = await accepted(command="docker  restart   checkout")
    assert (event.words, event.line) == (None, "docker  restart   checkout")


async def test_the_deadline_is_counted_from_here() -> None:
    before = datetime.now(UTC)
    event = await accepted(deadline_s=90)
    assert before <= event.deadline - timedelta(seconds=90) <= datetime.now(UTC)


async def test_the_same_key_of_the_same_caller_is_the_same_command() -> None:
    first, again = [await accepted(idempotency_key="k1") for _ in range(2)]
    assert first.command_id == again.command_id
    assert first.request_digest == again.request_digest
    assert first.keyed
    others = [
        await accepted(BOB, idempotency_key="k1"),
        await accepted(idempotency_key="k2"),
        await accepted(),
    ]
    assert len({first.command_id, *(each.command_id for each in others)}) == 4


async def test_without_a_key_every_request_is_a_command_of_its_own() -> None:
    events = [await accepted() for _ in range(20)]
    assert len({each.command_id for each in events}) == 20
    assert not any(each.keyed for each in events)


@given(st.text(min_size=1), st.none() | st.text(min_size=1))
def test_a_command_id_is_26_characters_of_base32(caller: str, key: str | None) -> None:
    found = command_id(caller.encode(errors="replace").decode(), key and key.encode().hex())
    assert re.fullmatch(r"[a-z2-7]{26}", found)


@given(
    st.tuples(st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True), st.text("k0-", max_size=8)),
    st.tuples(st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True), st.text("k0-", max_size=8)),
)
def test_no_caller_reaches_anothers_command_by_a_key(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert (command_id(*one) == command_id(*other)) == (one == other)


CHANGES: dict[str, Any] = {
    "request": "restart the catalog service",
    "target": "checkout",
    "host": "web-1",
    "context": {"a": 1},
    "priority": "low",
    "source_id": "ci",
    "idempotency_key": "k2",
    "mode": "plan",
    "deadline_s": 61.0,
    "max_risk": Risk.READ,
    "hosts": "env=prod",
    "max_parallel": 2,
    "upload": "YWJj",
}


@pytest.mark.parametrize("field", CHANGES)
def test_another_request_under_one_key_is_told_apart(field: str) -> None:
    one = RunRequest(request=WORDS, idempotency_key="k1")
    other = RunRequest(**{"request": WORDS, "idempotency_key": "k1", field: CHANGES[field]})
    assert digest("alice", one) != digest("alice", other)
    assert digest("alice", one) != digest("bob", one)


def test_how_a_caller_waits_makes_no_other_request() -> None:
    one = RunRequest(request=WORDS)
    assert digest("alice", one) == digest("alice", RunRequest(request=WORDS, wait="accepted"))
    assert set(CHANGES) | {"wait", "command"} == set(RunRequest.model_fields)


@pytest.mark.parametrize(
    "words",
    [
        "why is the database restarting?",
        "Which container uses port 8080",
        "what exited last week",
        "  how many containers run?",
        "Is checkout up?",
        "Isn't it running?",
        "who started it",
        "where are the logs",
        "has the restart of checkout worked?",
        "did anybody stop db",
        "WHY DID YOU RESTART IT",
        "what's wrong with db, restart it",
    ],
)
async def test_a_question_only_reads(words: str) -> None:
    assert is_question(words)
    assert (await accepted(request=words)).max_risk is Risk.READ
    assert (await accepted(request=words, max_risk=Risk.DESTROY)).max_risk is Risk.READ


@pytest.mark.parametrize(
    "words",
    [
        "restart checkout",
        "can you restart checkout?",
        "please stop whatever is unhealthy",
        "remove what exited last week",
        "show me why checkout fails",
        "island: restart it",
        "however, restart checkout",
        "",
    ],
)
def test_a_wish_is_no_question(words: str) -> None:
    assert not is_question(words)


async def test_a_wish_may_do_what_its_caller_allows_and_no_more() -> None:
    assert (await accepted()).max_risk is Risk.DESTROY
    assert (await accepted(max_risk=Risk.MUTATE)).max_risk is Risk.MUTATE


EXECUTED = CommandExecuted(
    command_id=ID, caller="alice", outcome="succeeded", plan=plan(), results=(result(),)
)
ENDED = history(
    requested(), generated(), validated(), CommandStarted(command_id=ID, claim="c"), EXECUTED
)


async def test_status_of_an_ended_command_is_its_answer_with_its_output() -> None:
    printed = joined([OutputChunk(command_id=ID, caller="alice", step=0, stdout="checkout\n")])
    reply = await asked(ENDED, printed=printed)
    assert reply == standing(ENDED, printed)
    assert (reply.status, reply.steps[0].stdout) == ("executed", "checkout\n")


async def test_status_of_an_open_command_says_its_stage() -> None:
    reply = await asked(history(requested(), generated()))
    assert (reply.status, reply.stage) == ("accepted", "generated")


@pytest.mark.parametrize(
    ("command", "caller"),
    [(None, ALICE), (Command(), ALICE), (ENDED, BOB), (history(requested()), Caller("Alice"))],
    ids=["unread", "none", "anothers", "almost"],
)
async def test_another_callers_command_is_as_unknown_as_none(
    command: Command | None, caller: Caller
) -> None:
    with pytest.raises(RefusedError) as caught:
        await asked(command, caller)
    error = caught.value.error
    assert error.code is Code.UNKNOWN_COMMAND_ID
    assert error.message == f"You have no command {ID}."


async def cancelled(
    command: Command | None, caller: Caller = ALICE, reason: str = "wrong host"
) -> CommandCancelled | Reply:
    request = CancelRequest(command_id=ID, reason=reason)
    made = await accept(request, None, caller, command, Printout(), OutputPage())
    assert isinstance(made, CommandCancelled | Reply)
    return made


async def test_an_open_command_is_cancelled_by_its_caller() -> None:
    made = await cancelled(history(requested(), generated()))
    assert made == CommandCancelled(command_id=ID, by="alice", reason="wrong host")


async def test_a_reason_with_a_secret_stops_the_command_and_is_not_kept() -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2
    made = await cancelled(history(requested(), generated()), reason=f"leaked {secret[:40]}")
    assert isinstance(made, CommandCancelled)
    assert secret[:40] not in made.model_dump_json()
    assert "looks like a secret" in made.reason


async def test_cancelling_twice_says_where_it_is() -> None:
    first = CommandCancelled(command_id=ID, by="alice")
    made = await cancelled(history(requested(), generated(), first))
    assert isinstance(made, Reply)
    assert (made.status, made.stage) == ("accepted", "cancelled")


async def test_cancelling_what_has_ended_says_so() -> None:
    with pytest.raises(RefusedError) as caught:
        await cancelled(ENDED)
    assert caught.value.error.code is Code.ALREADY_ENDED
    assert "executed" in caught.value.error.message


@pytest.mark.parametrize("command", [None, Command(), ENDED, history(requested())])
async def test_nobody_cancels_anothers_command(command: Command | None) -> None:
    with pytest.raises(RefusedError) as caught:
        await cancelled(command, BOB)
    assert caught.value.error.code is Code.UNKNOWN_COMMAND_ID


def chunk(claim: str, text: str, step: int = 0) -> OutputChunk:
    return OutputChunk(command_id=ID, caller="alice", step=step, claim=claim, stdout=text)


async def paged(command: Command | None, page: OutputPage, caller: Caller = ALICE) -> Reply:
    made = await accept(OutputRequest(command_id=ID), None, caller, command, Printout(), page)
    assert isinstance(made, Reply)
    return made


async def test_output_is_given_page_by_page_with_how_far_the_command_is() -> None:
    page = OutputPage(chunks=(chunk("c", "a"), chunk("c", "b")), after=7, more=True)
    reply = await paged(history(requested(), generated(), validated()), page)
    assert (reply.status, reply.stage, reply.page) == ("accepted", "validated", page)


async def test_what_attempts_printed_that_came_to_nothing_is_left_out_at_the_end() -> None:
    end = EXECUTED.model_copy(update={"results": (result(claim="second"),)})
    started = CommandStarted(command_id=ID, claim="second")
    command = history(requested(), generated(), validated(), started, end)
    page = OutputPage(chunks=(chunk("first", "x"), chunk("second", "y"), chunk("z", "z", 1)))
    reply = await paged(command, page)
    assert reply.page
    assert [each.stdout for each in reply.page.chunks] == ["y", "z"]
    assert (reply.status, reply.steps) == ("executed", ())


async def test_nobody_reads_what_anothers_command_printed() -> None:
    with pytest.raises(RefusedError) as caught:
        await paged(ENDED, OutputPage(), BOB)
    assert caught.value.error.code is Code.UNKNOWN_COMMAND_ID
