import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.answer import MAX_DATA
from contracts.docker.errand import COMMAND, Errand, unhindered
from contracts.docker.operations import Logs, Operation, Restart
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from contracts.events import (
    CommandCancelled,
    CommandExecuted,
    CommandFailed,
    CommandProgressed,
    CommandStarted,
    CommandValidated,
)
from contracts.lifecycle import GRACE, Command
from contracts.requests import OutputChunk
from functions.execute import execute
from functions.execute.acting import Acting, InDoubtError
from functions.execute.ends import unknown
from functions.execute.record import CHUNK, printed, result, storable
from tests.functions.fakes import FakeCancellation, FakeLocks
from tests.stories import ID, entry, generated, history, requested, validated
from tests.stories import result as went

MAX_MESSAGE = 2 * 1024 * 1024
SEEN = "checkout is running, started 3 seconds ago."


class FakeEngine:
    """Answers from a list; an exception in it is raised, None never comes back."""

    host = "local"

    def __init__(self, *answers: Outcome | Exception | None) -> None:
        self.answers = list(answers)
        self.ran: list[Operation] = []
        self.asked: list[Operation] = []

    def on(self, host: str) -> "FakeEngine":
        assert host == self.host
        return self

    async def run(self, operation: Operation, errand: Errand | None = None) -> Outcome:
        assert errand
        assert errand.labels[COMMAND] == ID
        errand.begin()
        self.ran.append(operation)
        answer = self.answers.pop(0) if self.answers else Outcome()
        if answer is None:
            await asyncio.Event().wait()
        if isinstance(answer, Exception):
            raise answer
        assert answer is not None
        return answer

    async def evidence(self, operation: Operation, errand: Errand | None = None) -> str:
        assert errand, "what was made is known by its label"
        self.asked.append(operation)
        return SEEN


class FakeSlowEngine(FakeEngine):
    """Answers each time when the deadline is over."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until

    async def run(self, operation: Operation, errand: Errand | None = None) -> Outcome:
        assert errand
        errand.begin()
        while datetime.now(UTC) < self.until:
            await asyncio.sleep(0)
        self.ran.append(operation)
        return Outcome()


def run(
    event: CommandValidated,
    engines: Any,
    history: Command | None,
    cancellation: FakeCancellation | None = None,
) -> AsyncGenerator[Any, None]:
    return execute(event, engines, history, cancellation or FakeCancellation(), FakeLocks())


def soon(seconds: float = 60) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def claimed(*steps: tuple[str, ...], event: CommandValidated) -> Command:
    """Return the history of a command that some executor claimed, with so many steps done."""
    done = [
        CommandProgressed(command_id=ID, step=number, result=went(claim="first"))
        for number in range(len(steps))
    ]
    started = CommandStarted(command_id=ID, claim="first")
    return history(requested(), generated(), event, started, *done)


async def everything(made: AsyncGenerator[Any, None]) -> list[Any]:
    return [each async for each in made]


async def test_the_claim_comes_before_the_effect() -> None:
    engine = FakeEngine()
    made = run(validated(deadline=soon()), engine, None)
    claim = await anext(made)
    assert isinstance(claim, CommandStarted)
    assert engine.ran == []
    await anext(made)
    assert engine.ran == [Restart(containers=("checkout",))]
    await made.aclose()


async def test_nothing_happens_where_the_claim_is_lost() -> None:
    engine = FakeEngine()
    made = run(validated(deadline=soon()), engine, None)
    await anext(made)
    await made.aclose()
    assert engine.ran == []


async def test_each_attempt_claims_under_a_name_of_its_own() -> None:
    claims = set()
    for _ in range(3):
        made = run(validated(deadline=soon()), FakeEngine(), None)
        claim = await anext(made)
        assert isinstance(claim, CommandStarted)
        claims.add(claim.claim)
        await made.aclose()
    assert len(claims) == 3


async def test_a_command_is_claimed_run_and_told() -> None:
    event = validated(deadline=soon())
    engine = FakeEngine(Outcome(stdout="checkout\n", data={"containers": ["checkout"]}))
    claim, chunk, end = await everything(run(event, engine, None))
    assert chunk == OutputChunk(
        command_id=ID,
        caller="alice",
        step=0,
        claim=claim.claim,
        stdout="checkout\n",
        data={"containers": ["checkout"]},
    )
    assert isinstance(end, CommandExecuted)
    assert (end.outcome, end.caller, end.plan) == ("succeeded", "alice", event.plan)
    assert end.generator == event.generator
    assert (end.results[0].claim, end.results[0].chunks) == (claim.claim, 1)


async def test_what_was_printed_is_in_no_event() -> None:
    engine = FakeEngine(Outcome(stdout="hunter2", stderr="hunter2", data=["hunter2"]))
    for each in await everything(run(validated(deadline=soon()), engine, None)):
        assert isinstance(each, OutputChunk) or "hunter2" not in each.model_dump_json()


async def test_every_step_but_the_last_is_told_when_it_is_done() -> None:
    event = validated(*("docker stop a", "docker rename a b", "docker start b"), deadline=soon())
    engine = FakeEngine()
    made = await everything(run(event, engine, None))
    assert [(type(each).type, getattr(each, "step", None)) for each in made] == [
        *(("started", None), ("progressed", 0), ("progressed", 1), ("executed", None))
    ]
    assert [each.verb for each in engine.ran] == ["stop", "rename", "start"]
    assert len(made[-1].results) == 3
    assert made[1].result == made[-1].results[0]


async def test_the_first_failing_step_is_the_last() -> None:
    event = validated("docker stop a", "docker rename a b", "docker start b", deadline=soon())
    engine = FakeEngine(Outcome(), Outcome(exit_code=1, stderr="Conflict.\n"))
    made = await everything(run(event, engine, None))
    assert isinstance(made[-1], CommandExecuted)
    assert made[-1].outcome == "failed"
    assert [each.exit_code for each in made[-1].results] == [0, 1]
    assert len(engine.ran) == 2


async def test_a_refusal_of_the_engine_ends_it_with_what_was_done() -> None:
    event = validated("docker stop a", "docker start a", deadline=soon())
    refusal = RefusedError(Code.ENGINE_UNREACHABLE, "The engine is gone.", "Look at it.")
    end = (await everything(run(event, FakeEngine(Outcome(), refusal), None)))[-1]
    assert isinstance(end, CommandFailed)
    assert end.error == refusal.error
    assert len(end.results) == 1
    assert end.plan == event.plan


@pytest.mark.parametrize("line", ["docker restart checkout", "docker logs checkout"])
async def test_nothing_starts_after_the_deadline(line: str) -> None:
    engine = FakeEngine()
    [end] = await everything(run(validated(line, deadline=soon(-0.001)), engine, None))
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.DEADLINE_EXCEEDED
    assert engine.ran == []


async def test_a_step_that_ends_after_the_deadline_is_the_last() -> None:
    deadline = soon(0.05)
    event = validated("docker stop a", "docker start a", deadline=deadline)
    engine = FakeSlowEngine(deadline)
    end = (await everything(run(event, engine, None)))[-1]
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.DEADLINE_EXCEEDED
    assert [each.verb for each in engine.ran] == ["stop"]
    assert len(end.results) == 1


async def test_a_read_that_hangs_ends_at_the_deadline() -> None:
    event = validated("docker logs checkout", deadline=soon(0.05))
    end = (await everything(run(event, FakeEngine(None), None)))[-1]
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.DEADLINE_EXCEEDED
    assert datetime.now(UTC) < event.deadline + timedelta(seconds=5)


async def test_an_effect_that_hangs_is_unknown_and_said_before_the_reaper_would() -> None:
    nearly_over = datetime.now(UTC) - 0.7 * GRACE + timedelta(seconds=0.05)
    event = validated("docker restart checkout", deadline=nearly_over)
    async with Acting(
        0, event, FakeEngine(None), "c", FakeCancellation(), may_begin=unhindered
    ) as acting:
        assert [each async for each in acting.printed()] == []
        with pytest.raises(InDoubtError):
            acting.result()
    error = await unknown(event.plan.steps[0], FakeEngine(), event.command_id)
    assert error.code is Code.OUTCOME_UNKNOWN
    assert SEEN in error.message
    assert "docker inspect checkout" in error.hint


class FakeFullEngine(FakeEngine):
    """Has no place yet for what is asked of it; says when it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting, self.free = asyncio.Event(), asyncio.Event()

    async def run(self, operation: Operation, errand: Errand | None = None) -> Outcome:
        self.waiting.set()
        await self.free.wait()
        return await super().run(operation, errand)


async def test_an_effect_that_has_not_begun_at_the_deadline_never_does() -> None:
    engine = FakeFullEngine()
    async with asyncio.timeout(10):
        made = await everything(run(validated(deadline=soon(0.2)), engine, None))
    assert isinstance(made[-1], CommandFailed)
    assert (made[-1].error.code, engine.ran) == (Code.DEADLINE_EXCEEDED, [])


async def test_an_effect_that_is_cancelled_before_it_begins_never_does() -> None:
    engine, cancellation = FakeFullEngine(), FakeCancellation()
    going = asyncio.create_task(
        everything(run(validated(deadline=soon()), engine, None, cancellation))
    )
    async with asyncio.timeout(10):
        await engine.waiting.wait()
        cancellation.come()
        made = await going
    assert isinstance(made[-1], CommandFailed)
    assert (made[-1].error.code, engine.ran) == (Code.CANCELLED, [])


@pytest.mark.parametrize("why", ["cancelled", "lease"])
async def test_the_engine_is_told_whether_it_may_begin(why: str) -> None:
    asked = list[Code]()

    class FakeAskingEngine(FakeEngine):
        async def run(self, operation: Operation, errand: Errand | None = None) -> Outcome:
            assert errand
            errand.begin()
            if why == "cancelled":
                cancellation.come()
            else:
                locks.valid = False
            with pytest.raises(RefusedError) as refused:
                errand.begin()
            asked.append(refused.value.error.code)
            return Outcome(exit_code=1, stderr=f"docker {operation.verb} did one of two.\n")

    cancellation, locks = FakeCancellation(), FakeLocks()
    event = validated(deadline=soon())
    made = await everything(execute(event, FakeAskingEngine(), None, cancellation, locks))
    assert asked == [Code.CANCELLED if why == "cancelled" else Code.DEADLINE_EXCEEDED]
    assert isinstance(made[-1], CommandExecuted)
    assert [each.exit_code for each in made[-1].results] == [1]


async def test_a_claim_without_a_result_is_unknown_and_never_run_again() -> None:
    event = validated(deadline=soon())
    engine = FakeEngine()
    [end] = await everything(run(event, engine, claimed(event=event)))
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.OUTCOME_UNKNOWN
    assert SEEN in end.error.message
    assert engine.ran == []
    assert engine.asked == [event.plan.steps[0].operation]


async def test_a_claim_is_unknown_even_after_the_deadline() -> None:
    event = validated(deadline=soon(-60))
    [end] = await everything(run(event, FakeEngine(), claimed(event=event)))
    assert end.error.code is Code.OUTCOME_UNKNOWN


async def test_a_claimed_read_is_read_again_without_another_claim() -> None:
    event = validated("docker logs checkout", deadline=soon())
    engine = FakeEngine(Outcome(stdout="line\n"))
    chunk, end = await everything(run(event, engine, claimed(event=event)))
    assert isinstance(end, CommandExecuted)
    assert engine.ran == [Logs(container="checkout")]
    assert end.results[0].claim == chunk.claim != "first"


async def test_what_is_known_to_be_done_is_not_done_again() -> None:
    event = validated("docker restart checkout", "docker logs checkout", deadline=soon())
    engine = FakeEngine()
    made = await everything(run(event, engine, claimed(("restart",), event=event)))
    assert [each.verb for each in engine.ran] == ["logs"]
    assert [each.claim == "first" for each in made[-1].results] == [True, False]


async def test_after_a_crash_no_effect_follows_a_read_that_is_in_doubt() -> None:
    """Its first executor may only have been unheard: both would go on to the effect."""
    event = validated("docker logs checkout", "docker restart checkout", deadline=soon())
    engine = FakeEngine()
    [end] = await everything(run(event, engine, claimed(event=event)))
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.OUTCOME_UNKNOWN
    assert "docker restart checkout" in end.error.message
    assert engine.ran == []


async def test_a_crash_after_some_steps_tells_what_was_done() -> None:
    event = validated("docker stop a", "docker start a", deadline=soon())
    history_ = claimed(("stop",), event=event)
    [end] = await everything(run(event, FakeEngine(), history_))
    assert end.error.code is Code.OUTCOME_UNKNOWN
    assert [each.claim for each in end.results] == ["first"]
    assert "docker start a" in end.error.message


async def test_evidence_that_cannot_be_had_is_said() -> None:
    class FakeGoneEngine(FakeEngine):
        async def evidence(self, operation: Operation, errand: Errand | None = None) -> str:
            assert errand
            raise RefusedError(Code.ENGINE_UNREACHABLE, f"No engine for {operation.verb}.")

    event = validated(deadline=soon())
    [end] = await everything(run(event, FakeGoneEngine(), claimed(event=event)))
    assert end.error.code is Code.OUTCOME_UNKNOWN
    assert "The engine cannot be asked: No engine for restart." in end.error.message


async def test_a_history_without_a_claim_is_claimed() -> None:
    event = validated(deadline=soon())
    engine = FakeEngine()
    known = history(requested(), generated(), event)
    assert isinstance((await everything(run(event, engine, known)))[0], CommandStarted)
    assert len(engine.ran) == 1


EXPANDING = st.sampled_from(["x", "\x00", '"', "é", "👍", "\ud800"])


@settings(max_examples=40, deadline=None)
@given(
    EXPANDING,
    st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK]),
    st.sampled_from([0, 1, CHUNK, 2 * CHUNK + 1]),
    st.sampled_from([0, MAX_DATA - 2, MAX_DATA, 4 * MAX_DATA]),
)
def test_output_is_cut_into_messages_that_fit_and_join_again(
    character: str, out: int, err: int, data: int
) -> None:
    outcome = storable(Outcome(stdout=character * out, stderr=character * err, data="d" * data))
    chunks = list(printed(validated(), 0, "c", outcome))
    assert all(len(each.model_dump_json().encode()) < MAX_MESSAGE for each in chunks)
    assert "".join(each.stdout for each in chunks) == outcome.stdout
    assert "".join(each.stderr for each in chunks) == outcome.stderr
    assert [each.data for each in chunks if each.data is not None] == [
        each for each in (outcome.data,) if each is not None
    ]
    said = result(outcome, 1.0, len(chunks), "c")
    stored = outcome.stdout.encode(), outcome.stderr.encode()
    assert (said.stdout_bytes, said.stderr_bytes) == tuple(map(len, stored))
    assert said.sha256 == hashlib.sha256(b"\0".join(stored)).hexdigest()
    assert said.chunks == len(chunks)


def test_data_that_no_message_holds_is_left_out_and_that_is_said() -> None:
    outcome = storable(Outcome(stdout="x", data=["d" * MAX_DATA]))
    assert (outcome.data, outcome.truncated, outcome.stdout) == (None, True, "x")
    assert not storable(Outcome(data=["d" * 10])).truncated


def test_text_that_is_no_unicode_is_stored_all_the_same() -> None:
    outcome = storable(Outcome(stdout="a\ud800b", data={"a": "\udfff"}))
    assert (outcome.stdout, outcome.data, outcome.truncated) == ("a?b", None, True)
    json.loads(outcome.model_dump_json())


def test_an_outcome_without_words_needs_no_message() -> None:
    assert list(printed(validated(), 0, "c", Outcome())) == []
    assert len(list(printed(validated(), 0, "c", Outcome(data={})))) == 1


def test_cut_output_stays_marked() -> None:
    assert result(Outcome(truncated=True), 1.0, 0, "c").truncated


@pytest.mark.parametrize("line", ["docker restart checkout", "docker logs checkout"])
async def test_what_was_cancelled_before_any_claim_is_not_claimed_on_redelivery(line: str) -> None:
    event = validated(line, deadline=soon())
    asked = CommandCancelled(command_id=ID, by="alice")
    engine = FakeEngine()
    [end] = await everything(run(event, engine, history(requested(), generated(), event, asked)))
    assert isinstance(end, CommandFailed)
    assert (end.error.code, end.results, engine.ran) == (Code.CANCELLED, (), [])


async def test_what_was_cancelled_is_not_read_again_after_a_crash() -> None:
    event = validated("docker logs checkout", deadline=soon())
    past = claimed(event=event).then(entry(CommandCancelled(command_id=ID, by="alice"), 9))
    engine = FakeEngine()
    [end] = await everything(run(event, engine, past))
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.CANCELLED
    assert engine.ran == []


_CHECKOUT = {f"container {'a1' * 32}", "container checkout"}


@pytest.mark.parametrize(
    ("lines", "locked"),
    [
        (("docker logs checkout",), set()),
        (("docker restart checkout",), _CHECKOUT),
        (("docker logs checkout", "docker stop checkout"), _CHECKOUT),
        (("docker run --name web nginx",), {"container web"}),
        (("docker run nginx",), set()),
    ],
)
async def test_what_is_changed_is_locked_before_it_is_claimed(
    lines: tuple[str, ...], locked: set[str]
) -> None:
    locks = FakeLocks()
    made = execute(
        validated(*lines, deadline=soon()), FakeEngine(), None, FakeCancellation(), locks
    )
    assert isinstance(await anext(made), CommandStarted)
    assert locks.taken == [{("local", each) for each in locked}]
    await made.aclose()


async def test_nothing_is_claimed_while_others_change_the_same_object() -> None:
    class FakeBusyLocks(FakeLocks):
        @asynccontextmanager
        async def held(self, *_: Any) -> AsyncIterator[FakeLocks]:
            if not self.taken:
                raise RefusedError(Code.DEADLINE_EXCEEDED, "It is being changed.")
            yield self

    engine = FakeEngine()
    busy = execute(validated(deadline=soon()), engine, None, FakeCancellation(), FakeBusyLocks())
    [end] = await everything(busy)
    assert isinstance(end, CommandFailed)
    assert (end.error.code, engine.ran) == (Code.DEADLINE_EXCEEDED, [])


async def test_no_step_begins_once_the_lease_is_over() -> None:
    locks, engine = FakeLocks(), FakeEngine()
    event = validated("docker stop a", "docker start a", deadline=soon())
    made = execute(event, engine, None, FakeCancellation(), locks)
    assert isinstance(await anext(made), CommandStarted)
    assert isinstance(await anext(made), CommandProgressed)
    locks.valid = False
    [end] = [each async for each in made]
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.DEADLINE_EXCEEDED
    assert [each.verb for each in engine.ran] == ["stop"]


async def test_the_callers_file_reaches_the_engine() -> None:
    class FakeReadingEngine(FakeEngine):
        async def run(self, operation: Operation, errand: Errand | None = None) -> Outcome:
            assert errand
            assert errand.upload == b"abc"
            return await super().run(operation, errand)

    event = validated(deadline=soon()).model_copy(update={"upload": "YWJj"})
    made = await everything(run(event, FakeReadingEngine(), None))
    assert isinstance(made[-1], CommandExecuted)


@pytest.mark.parametrize("allowed", [False, True])
async def test_only_a_step_that_counted_as_an_escape_may_reach_the_host(allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    class FakeReachingEngine(FakeEngine):
        async def run(self, operation: Operation, errand: Errand | None = None) -> Outcome:
            assert errand
            assert errand.may_reach_host is allowed
            return await super().run(operation, errand)

    line = "docker run --privileged nginx" if allowed else "docker run -v data:/x nginx"
    made = await everything(run(validated(line, deadline=soon()), FakeReachingEngine(), None))
    assert isinstance(made[-1], CommandExecuted)
