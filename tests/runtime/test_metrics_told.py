"""What is counted of an event that a function has stored."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from contracts import headers as h
from contracts.errors import Code, Error
from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandRejected,
    Event,
)
from contracts.plan import GeneratorUse
from contracts.requests import Reply
from contracts.verdict import NOT_OURS, OURS, Status, Verdict, verdict
from runtime import discover
from runtime.envelope import Cause, seal
from runtime.metrics.series import OTHER, UNKNOWN, Bounded
from runtime.metrics.told import VERBS, Told, answered
from runtime.publish import Publisher
from runtime.resources import Resources
from runtime.signing import Digests
from tests.scraping import Samples, more, samples, value
from tests.stories import ID, NOW, generated, plan, requested, result

TOLD = {each: Told(discover.find(each)) for each in ("accept", "generate", "execute", "reaper")}
SECONDS = 3
# Few names, as a process tells apart only so many.
WHO, LABEL, NEW = "told-caller", "told-label", "told-new"


def stored(function: str, event: Event, **cause: str) -> tuple[Samples, Samples]:
    """Count an event of a command that began three seconds ago; return before and after."""
    began = {"time": NOW, "timings": h.timings_header(NOW), **cause}
    sealed = seal(event, function, Cause("", "", ID, "", **began), Digests(), function)  # type: ignore[arg-type] # a mapping of what a Cause takes
    before = samples()
    TOLD[function].stored(sealed._replace(time=NOW + timedelta(seconds=SECONDS)))
    return before, samples()


def executed(*lines: str, codes: Mapping[int, int], caller: str = "alice") -> CommandExecuted:
    results = tuple(result(code, step=step) for step, code in codes.items())
    return CommandExecuted(
        command_id=ID,
        caller=caller,
        outcome="failed" if any(codes.values()) else "succeeded",
        plan=plan(*lines),
        results=results,
    )


def failed(code: Code, *lines: str, done: int = 0) -> CommandFailed:
    return CommandFailed(
        command_id=ID,
        error=Error(code=code, message="No."),
        plan=plan(*lines),
        results=tuple(result() for _ in range(done)),
    )


def ran(before: Samples, after: Samples, verb: str) -> dict[str, float]:
    name = "gateway_command_execution_total"
    return {
        how: grown
        for how in ("succeeded", "failed", "outcome_unknown")
        if (grown := more(before, after, name, command_type=verb, status=how))
    }


def test_each_step_that_ran_is_an_execution_and_those_that_were_not_reached_are_none() -> None:
    event = executed("docker stop a", "docker rm a", "docker pull b", codes={0: 0, 1: 1})
    before, after = stored("execute", event)
    assert ran(before, after, "stop") == {"succeeded": 1}
    assert ran(before, after, "rm") == {"failed": 1}
    assert ran(before, after, "pull") == {}


def test_the_step_that_failed_is_the_first_without_a_result() -> None:
    lines = ("docker stop a", "docker rm a", "docker pull b")
    before, after = stored("execute", failed(Code.ENGINE_UNREACHABLE, *lines, done=1))
    assert ran(before, after, "stop") == {"succeeded": 1}
    assert ran(before, after, "rm") == {"failed": 1}
    assert ran(before, after, "pull") == {}


@pytest.mark.parametrize("function", ["execute", "reaper"])
def test_what_nobody_knows_is_an_execution_whoever_says_so(function: str) -> None:
    before, after = stored(function, failed(Code.OUTCOME_UNKNOWN, "docker kill a"))
    assert ran(before, after, "kill") == {"outcome_unknown": 1}
    ended = {"status": "failed", "code": "outcome_unknown"}
    assert more(before, after, "command_ends_total", **ended) == 1


@pytest.mark.parametrize(
    ("function", "code"),
    [("execute", Code.CANCELLED), ("reaper", Code.DEADLINE_EXCEEDED)],
)
def test_what_was_never_begun_is_no_execution(function: str, code: Code) -> None:
    before, after = stored(function, failed(code, "docker kill a"))
    assert ran(before, after, "kill") == {}


def test_a_caller_and_a_label_come_from_the_headers_of_the_event() -> None:
    caller, source = WHO, LABEL
    event = CommandRejected(command_id=ID, error=Error(code=Code.UNSUPPORTED, message="No."))
    before, after = stored("generate", event, caller=caller, source_id=source)
    asked = {"caller": caller, "status": "rejected", "slo": "excluded"}
    assert more(before, after, "caller_requests_total", **asked) == 1
    assert more(before, after, "gateway_requests_total", source_id=source, status="rejected") == 1
    spent = more(before, after, "gateway_request_duration_seconds_sum", source_id=source)
    assert spent == pytest.approx(SECONDS)
    assert value(after, "gateway_requests_total", source_id=source, status="failed") == 0
    assert more(before, after, "caller_request_seconds_count", caller=caller) == 0


def test_an_event_that_does_not_say_who_asked_is_of_somebody_unknown() -> None:
    event = CommandRejected(command_id=ID, error=Error(code=Code.UNSUPPORTED, message="No."))
    before, after = stored("generate", event)
    asked = {"caller": "unknown", "status": "rejected", "slo": "excluded"}
    assert more(before, after, "caller_requests_total", **asked) == 1


@pytest.mark.parametrize(
    ("line", "timings", "timed"),
    [
        ("docker ps", "", 1),
        ("docker logs --follow a", "", 0),
        ("docker ps", ",approve=1000", 0),
    ],
    ids=["by itself", "on and on", "after people"],
)
def test_only_what_can_be_quick_is_timed(line: str, timings: str, timed: int) -> None:
    began = f"{h.timings_header(NOW)}{timings}"
    event = executed(line, codes={0: 0})
    before, after = stored("execute", event, caller=WHO, timings=began)
    assert more(before, after, "caller_request_seconds_count", caller=WHO) == timed


@pytest.mark.parametrize("timings", ["", "start=nan", "start=inf", "start=-1", "start=words"])
def test_a_beginning_that_cannot_be_read_gives_no_duration(timings: str) -> None:
    event = executed("docker ps", codes={0: 0})
    before, after = stored("execute", event, source_id=LABEL, timings=timings)
    ended = {"source_id": LABEL, "status": "executed_succeeded"}
    assert more(before, after, "gateway_requests_total", **ended) == 1
    assert more(before, after, "gateway_request_duration_seconds_count", source_id=LABEL) == 0


def test_of_names_without_end_the_first_are_told_apart() -> None:
    begun: list[str] = []
    names = Bounded(2, begun.append)
    assert [names.of(each) for each in ("a", "b", "c", "a", "d", "", "b")] == [
        *("a", "b", OTHER, "a", OTHER, UNKNOWN, "b"),
    ]
    assert begun == ["a", "b", OTHER, UNKNOWN]  # each once, so that it can begin with 0


def test_a_caller_cannot_take_the_place_of_all_others() -> None:
    names = Bounded(1, lambda _: None)
    assert [names.of(each) for each in (OTHER, UNKNOWN, "a", "b")] == [OTHER, UNKNOWN, "a", OTHER]


def test_asking_a_model_is_told_however_the_command_ends() -> None:
    model = f"m-{secrets.token_hex(4)}"
    use = GeneratorUse(kind="openai", model=model, cost_usd=0.25)
    error = Error(code=Code.AMBIGUOUS, message="Which?")
    event = CommandRejected(command_id=ID, error=error, generator=use)
    before, after = stored("generate", event)
    assert more(before, after, "model_cost_usd_total", model=model) == 0.25
    assert more(before, after, "model_cache_total", result="miss") == 1
    kept = GeneratorUse(kind="openai", model=model, cached=True)
    event = CommandRejected(command_id=ID, error=error, generator=kept)
    before, after = stored("generate", event)
    assert more(before, after, "model_cache_total", result="hit") == 1


def test_a_caller_has_its_series_from_its_first_request_on() -> None:
    _, after = stored("accept", requested(caller=NEW), caller=NEW, source_id=NEW)
    asked = {"caller": NEW, "status": "failed", "slo": "bad"}
    assert value(after, "caller_requests_total", **asked) == 0
    assert value(after, "gateway_requests_total", source_id=NEW, status="failed") == 0


async def test_what_is_found_to_be_stored_already_was_counted_by_whoever_stored_it(
    resources: Resources,
) -> None:
    """A redelivery makes the same event of the same cause: it is stored once, and counted once."""
    made = requested(deadline=datetime.now(UTC) + timedelta(minutes=1))
    cause = Cause("", "digest", ID, "", caller=WHO)
    first = seal(made, "accept", cause, resources.signer, "accept")
    within = timedelta(seconds=20)
    stored_at = (await resources.history.append(first, 0, within=within)).sequence
    (request,) = (await resources.history.read(ID)).entries
    before = samples()
    for _ in range(3):
        publisher = Publisher(discover.find("generate"), resources)
        await publisher.one(generated(), request, stored_at)
    after = samples()
    assert more(before, after, "command_events_total", type="generated") == 1
    assert more(before, after, "gateway_command_generation_total", status="generated") == 1


@pytest.mark.parametrize(
    ("status", "code", "slo"),
    [
        ("failed", Code.UNAVAILABLE, "bad"),
        ("failed", Code.INTERNAL, "bad"),
        ("rejected", Code.SECRET_IN_COMMAND, "excluded"),
    ],
)
def test_a_request_that_began_no_command_ends_with_its_answer(
    status: Literal["failed", "rejected"], code: Code, slo: str
) -> None:
    before = samples()
    answered("run", Reply(status=status, error=Error(code=code, message="No.")), WHO)
    after = samples()
    assert more(before, after, "caller_requests_total", caller=WHO, status=status, slo=slo) == 1
    assert more(before, after, "gateway_requests_total", source_id=WHO, status=status) == 1


def test_what_has_begun_is_counted_when_it_ends_and_not_when_it_is_answered() -> None:
    before = samples()
    error = Error(code=Code.UNAVAILABLE, message="Nobody confirmed it.")
    answered("run", Reply(status="failed", command_id=ID, error=error), WHO)
    answered("status", Reply(status="rejected", error=error), WHO)
    answered("run", None, WHO)
    after = samples()
    grown = {
        name for (name, labels), number in after.items() if number != before.get((name, labels))
    }
    assert {each for each in grown if not each.startswith(("process_", "python_"))} == {
        "gateway_answers_total"
    }


def test_every_verb_can_be_counted() -> None:
    assert len(VERBS) == len(set(VERBS)) > 50


@pytest.mark.parametrize("code", Code)
def test_no_code_is_ours_and_not_ours(code: Code) -> None:
    assert not (code in OURS and code in NOT_OURS)
    assert verdict(Status.EXECUTED_FAILED, code) is Verdict.GOOD


def test_a_code_that_nobody_has_placed_counts_by_the_status() -> None:
    (code, *_) = set(Code) - OURS - NOT_OURS
    assert verdict(Status.REJECTED, code) is Verdict.EXCLUDED
    assert verdict(Status.FAILED, code) is Verdict.BAD
    assert verdict(Status.FAILED) is Verdict.BAD
