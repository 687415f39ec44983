"""What prints while it runs: streamed in order, held back, ended, digested."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.docker.errand import Errand, Out
from contracts.docker.operations import Operation
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from contracts.events import CommandExecuted, CommandFailed, CommandStarted, CommandValidated
from contracts.requests import OutputChunk
from functions.execute import execute
from functions.execute.acting import MAX_LINES
from functions.execute.record import CHUNK
from functions.execute.streamed import MAX_STORED
from tests.functions.fakes import FakeCancellation, FakeLocks
from tests.stories import validated

FOLLOW = "docker logs --follow checkout"
Prints = Callable[[Out], Awaitable[Outcome]]


class FakePrintingEngine:
    """Runs what a test told it to print."""

    def __init__(self, prints: Prints) -> None:
        self.prints = prints

    def on(self, host: str) -> "FakePrintingEngine":
        assert host == "local"
        return self

    async def run(self, operation: Operation, errand: Errand | None = None) -> Outcome:
        assert operation.verb
        assert errand
        assert errand.out
        errand.begin()
        return await self.prints(errand.out)

    async def evidence(self, operation: Operation, errand: Errand | None = None) -> str:
        assert errand
        return f"docker {operation.verb} was seen."


def soon(seconds: float = 60) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def run(
    event: CommandValidated, prints: Prints, cancellation: FakeCancellation | None = None
) -> AsyncGenerator[Any, None]:
    engine = FakePrintingEngine(prints)
    return execute(event, engine, None, cancellation or FakeCancellation(), FakeLocks())


async def made(line: str, prints: Prints, deadline: datetime | None = None) -> list[Any]:
    event = validated(line, deadline=deadline or soon())
    return [each async for each in run(event, prints)]


def chunks(found: list[Any]) -> list[OutputChunk]:
    return [each for each in found if isinstance(each, OutputChunk)]


def stdout(found: list[Any]) -> str:
    return "".join(each.stdout for each in chunks(found))


async def for_ever(out: Out) -> Outcome:
    await out("first\n", "")
    await asyncio.Event().wait()
    raise AssertionError


async def test_what_a_follow_prints_is_stored_while_it_runs() -> None:
    more = asyncio.Event()

    async def prints(out: Out) -> Outcome:
        await out("one\n", "")
        await more.wait()
        await out("two\n", "oops\n")
        return Outcome(stdout="one\ntwo\n", stderr="oops\n", data={"lines": 2})

    event = validated(FOLLOW, deadline=soon())
    running = run(event, prints)
    assert isinstance(await anext(running), CommandStarted)
    first = await anext(running)
    assert isinstance(first, OutputChunk)
    assert (first.number, first.stdout) == (0, "one\n")
    more.set()
    second, data, end = [each async for each in running]
    assert (second.number, second.stdout, second.stderr) == (1, "two\n", "oops\n")
    assert (data.number, data.stdout, data.stderr, data.data) == (2, "", "", {"lines": 2})
    [went] = end.results
    assert (went.chunks, went.stdout_bytes, went.stderr_bytes) == (3, 8, 5)
    assert went.streamed
    assert went.ended is None


async def test_the_digest_covers_the_chunks_in_their_order() -> None:
    async def prints(out: Out) -> Outcome:
        for number in range(5):
            await out("é" * (CHUNK // 2) + f"{number}\n", "e")
        return Outcome(exit_code=3)

    found = await made("docker logs checkout", prints)
    digest = hashlib.sha256()
    for each in chunks(found):
        digest.update(each.stdout.encode() + b"\0" + each.stderr.encode() + b"\0")
    assert found[-1].results[0].sha256 == digest.hexdigest()
    assert found[-1].results[0].exit_code == 3
    assert [each.number for each in chunks(found)] == list(range(len(chunks(found))))
    assert stdout(found) == "".join("é" * (CHUNK // 2) + f"{number}\n" for number in range(5))


@pytest.mark.parametrize(
    "line", [FOLLOW, "docker stats checkout", "docker events --filter container=checkout"]
)
async def test_a_follow_that_reaches_its_deadline_has_ended_and_is_no_error(line: str) -> None:
    found = await made(line, for_ever, soon(0.3))
    end = found[-1]
    assert isinstance(end, CommandExecuted)
    assert end.outcome == "succeeded"
    assert [each.ended for each in end.results] == ["deadline"]
    assert stdout(found) == "first\n"


async def test_a_follow_that_printed_nothing_ends_as_well() -> None:
    async def prints(_: Out) -> Outcome:
        await asyncio.Event().wait()
        raise AssertionError

    _, end = await made(FOLLOW, prints, soon(0.2))
    assert (end.results[0].ended, end.results[0].chunks) == ("deadline", 0)


async def test_a_follow_ends_by_lines() -> None:
    async def prints(out: Out) -> Outcome:
        while True:
            await out("x\n" * (MAX_LINES // 8), "")
            await asyncio.sleep(0)

    found = await made(FOLLOW, prints)
    assert found[-1].results[0].ended == "lines"
    assert stdout(found).count("\n") == MAX_LINES


async def test_a_read_that_is_no_follow_and_hangs_after_words_is_overdue() -> None:
    found = await made("docker logs checkout", for_ever, soon(0.3))
    assert isinstance(found[-1], CommandFailed)
    assert found[-1].error.code is Code.DEADLINE_EXCEEDED


async def test_an_engine_prints_no_faster_than_is_stored() -> None:
    printed = 0

    async def prints(out: Out) -> Outcome:
        nonlocal printed
        for _ in range(100):
            await out("x" * CHUNK, "")
            printed += 1
        return Outcome()

    event = validated("docker logs checkout", deadline=soon())
    running = run(event, prints)
    await anext(running)
    await anext(running)
    for _ in range(50):
        await asyncio.sleep(0)
    assert printed < 6
    await running.aclose()


async def test_of_more_than_is_stored_the_tail_is_kept_and_that_is_said() -> None:
    async def prints(out: Out) -> Outcome:
        for number in range(MAX_STORED // CHUNK + 40):
            await out(f"{number:08}" * (CHUNK // 8), "")
        await out("the end\n", "")
        return Outcome(stdout="bounded", truncated=True)

    found = await made("docker logs checkout", prints)
    text = stdout(found)
    assert text.startswith("00000000")
    assert text.endswith("the end\n")
    assert "characters left out" in text
    assert len(text) < MAX_STORED + 4 * CHUNK
    assert found[-1].results[0].truncated


async def test_an_error_after_what_was_printed_is_kept_and_nothing_is_stored_twice() -> None:
    async def prints(out: Out) -> Outcome:
        await out("some\n", "warn\n")
        return Outcome(exit_code=1, stderr="Error response from daemon: gone\n")

    found = await made("docker logs checkout", prints)
    assert [each.stderr for each in chunks(found)] == [
        "warn\n",
        "Error response from daemon: gone\n",
    ]
    assert stdout(found) == "some\n"


async def test_a_refusal_after_what_was_printed_fails_the_command() -> None:
    async def prints(out: Out) -> Outcome:
        await out("some\n", "")
        raise RefusedError(Code.ENGINE_UNREACHABLE, "The engine is gone.")

    found = await made(FOLLOW, prints)
    assert isinstance(found[-1], CommandFailed)
    assert found[-1].error.code is Code.ENGINE_UNREACHABLE
    assert stdout(found) == "some\n"


async def test_who_gives_up_the_command_stops_the_engine() -> None:
    stopped = asyncio.Event()

    async def prints(out: Out) -> Outcome:
        try:
            return await for_ever(out)
        finally:
            stopped.set()

    running = run(validated(FOLLOW, deadline=soon()), prints)
    await anext(running)
    await anext(running)
    await running.aclose()
    assert stopped.is_set()


async def test_text_that_is_no_unicode_is_streamed_all_the_same() -> None:
    async def prints(out: Out) -> Outcome:
        await out("a\ud800b", "")
        return Outcome()

    assert stdout(await made(FOLLOW, prints)) == "a?b"


async def cancelled_while_printing(
    *lines: str, prints: Prints = for_ever
) -> tuple[list[Any], list[Any]]:
    """Return what was made before and after the cancellation."""
    cancellation = FakeCancellation()
    running = run(validated(*lines, deadline=soon()), prints, cancellation)
    before = [await anext(running), await anext(running)]
    cancellation.come()
    return before, [each async for each in running]


async def test_a_follow_that_is_cancelled_ends_at_once_and_did_what_it_was_told() -> None:
    _, [end] = await cancelled_while_printing(FOLLOW)
    assert isinstance(end, CommandExecuted)
    assert [each.ended for each in end.results] == ["cancelled"]
    assert end.results[0].chunks == 1


async def test_no_step_starts_after_a_follow_that_was_cancelled() -> None:
    _, after = await cancelled_while_printing(FOLLOW, "docker restart checkout")
    end = after[-1]
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.CANCELLED
    assert "docker restart checkout" in end.error.message
    assert [each.ended for each in end.results] == ["cancelled"]


async def test_a_read_that_is_cancelled_ends_at_once() -> None:
    _, [end] = await cancelled_while_printing("docker logs checkout")
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.CANCELLED
    assert end.results == ()


async def test_an_effect_in_flight_is_waited_for_and_no_later_step_starts() -> None:
    finish = asyncio.Event()

    async def prints(out: Out) -> Outcome:
        await out("stopping\n", "")
        await finish.wait()
        return Outcome(stdout="stopping\n")

    cancellation = FakeCancellation()
    event = validated("docker stop checkout", "docker start checkout", deadline=soon())
    running = run(event, prints, cancellation)
    await anext(running)
    await anext(running)
    cancellation.come()
    finish.set()
    progressed, end = [each async for each in running]
    assert progressed.result.exit_code == 0
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.CANCELLED
    assert "docker start checkout" in end.error.message
    assert [each.ended for each in end.results] == [None]


async def test_an_effect_that_is_done_when_it_is_cancelled_has_happened() -> None:
    cancellation = FakeCancellation()

    async def prints(_: Out) -> Outcome:
        cancellation.come()
        return Outcome(stdout="checkout\n")

    event = validated("docker restart checkout", deadline=soon())
    end = [each async for each in run(event, prints, cancellation)][-1]
    assert isinstance(end, CommandExecuted)


async def test_nothing_runs_of_what_is_cancelled_when_it_is_claimed() -> None:
    cancellation = FakeCancellation()
    running = run(validated("docker restart checkout", deadline=soon()), for_ever, cancellation)
    assert isinstance(await anext(running), CommandStarted)
    cancellation.come()
    [end] = [each async for each in running]
    assert isinstance(end, CommandFailed)
    assert (end.error.code, end.results) == (Code.CANCELLED, ())
