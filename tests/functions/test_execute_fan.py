"""One command on several hosts."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.docker.errand import Errand
from contracts.docker.operations import Operation
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandProgressed,
    CommandStarted,
    CommandValidated,
)
from contracts.plan import Plan, by_step
from contracts.requests import OutputChunk
from functions.execute import execute
from tests.functions.fakes import FakeCancellation, FakeLocks
from tests.stories import ID, generated, history, plan, requested

GONE = RefusedError(Code.ENGINE_UNREACHABLE, "The engine is gone.", "Start it.")


class FakeHost:
    """Answers as a test told it, and says when it was asked."""

    def __init__(self, answer: Outcome | Exception | None = None) -> None:
        self.answer = answer or Outcome(stdout="checkout\n")
        self.asked = asyncio.Event()
        self.release = asyncio.Event()
        self.release.set()
        self.ran: list[str] = []

    async def run(self, operation: Operation, errand: Errand | None = None) -> Outcome:
        assert errand
        errand.begin()
        self.ran.append(operation.verb)
        self.asked.set()
        await self.release.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def evidence(self, operation: Operation) -> str:
        return f"docker {operation.verb} was seen."


class FakeHosts:
    def __init__(self, **hosts: FakeHost) -> None:
        self.hosts = hosts

    def on(self, host: str) -> FakeHost:
        return self.hosts[host]


def fanned(*hosts: str, lines: tuple[str, ...] = (), parallel: int = 1) -> CommandValidated:
    steps = tuple(step for host in hosts for step in plan(*lines, host=host).steps)
    return CommandValidated(
        command_id=ID,
        caller="alice",
        plan=Plan(steps=steps),
        deadline=datetime.now(UTC) + timedelta(seconds=60),
        max_parallel=parallel,
    )


def run(event: CommandValidated, hosts: FakeHosts, past: Any = None) -> AsyncGenerator[Any, None]:
    return execute(event, hosts, past, FakeCancellation(), FakeLocks())


async def everything(event: CommandValidated, hosts: FakeHosts, past: Any = None) -> list[Any]:
    return [each async for each in run(event, hosts, past)]


async def test_each_host_does_it_and_every_result_names_its_step() -> None:
    hosts = FakeHosts(a=FakeHost(), b=FakeHost(), c=FakeHost())
    made = await everything(fanned("a", "b", "c", parallel=2), hosts)
    assert isinstance(made[0], CommandStarted)
    end = made[-1]
    assert isinstance(end, CommandExecuted)
    assert end.outcome == "succeeded"
    assert [each.step for each in end.results] == [0, 1, 2]
    chunks = [each for each in made if isinstance(each, OutputChunk)]
    assert sorted(each.step for each in chunks) == [0, 1, 2]
    assert {each.step for each in made if isinstance(each, CommandProgressed)} <= {0, 1, 2}


async def test_as_many_hosts_as_allowed_work_at_once_and_no_more() -> None:
    hosts = FakeHosts(a=FakeHost(), b=FakeHost(), c=FakeHost())
    for each in hosts.hosts.values():
        each.release.clear()
    going = asyncio.create_task(everything(fanned("a", "b", "c", parallel=2), hosts))
    async with asyncio.timeout(10):
        await hosts.on("a").asked.wait()
        await hosts.on("b").asked.wait()
    assert not hosts.on("c").asked.is_set()
    hosts.on("b").release.set()
    async with asyncio.timeout(10):
        await hosts.on("c").asked.wait()
        for each in hosts.hosts.values():
            each.release.set()
        assert isinstance((await going)[-1], CommandExecuted)


async def test_after_the_first_failure_no_more_hosts_begin() -> None:
    hosts = FakeHosts(a=FakeHost(), b=FakeHost(Outcome(exit_code=1, stderr="No.\n")), c=FakeHost())
    end = (await everything(fanned("a", "b", "c"), hosts))[-1]
    assert isinstance(end, CommandExecuted)
    assert end.outcome == "failed"
    assert {number: each.exit_code for number, each in by_step(end.results).items()} == {0: 0, 1: 1}
    assert hosts.on("c").ran == []


async def test_a_host_that_is_down_does_not_hold_up_the_others_and_is_named() -> None:
    hosts = FakeHosts(a=FakeHost(), b=FakeHost(GONE), c=FakeHost())
    end = (await everything(fanned("a", "b", "c"), hosts))[-1]
    assert isinstance(end, CommandFailed)
    assert end.error.code is Code.ENGINE_UNREACHABLE
    assert "b: The engine is gone." in end.error.message
    assert [each.step for each in end.results] == [0, 2]


async def test_what_nobody_knows_of_one_host_stops_the_rest() -> None:
    doubt = RefusedError(Code.OUTCOME_UNKNOWN, "It may have happened.", "Look.")
    hosts = FakeHosts(a=FakeHost(GONE), b=FakeHost(doubt), c=FakeHost())
    end = (await everything(fanned("a", "b", "c"), hosts))[-1]
    assert isinstance(end, CommandFailed)
    assert (end.error.code, end.error.hint) == (Code.OUTCOME_UNKNOWN, "Look.")
    assert "Not begun on: c." in end.error.message
    assert hosts.on("c").ran == []


async def test_a_host_that_fails_does_none_of_its_later_steps() -> None:
    lines = ("docker stop checkout", "docker start checkout")
    hosts = FakeHosts(a=FakeHost(Outcome(exit_code=1)), b=FakeHost())
    await everything(fanned("a", "b", lines=lines), hosts)
    assert (hosts.on("a").ran, hosts.on("b").ran) == (["stop"], [])


async def test_after_a_failure_the_hosts_at_work_begin_no_further_step() -> None:
    lines = ("docker stop checkout", "docker start checkout")
    hosts = FakeHosts(a=FakeHost(), b=FakeHost(Outcome(exit_code=1)))
    hosts.on("a").release.clear()
    hosts.on("b").release.clear()
    event = fanned("a", "b", lines=lines, parallel=2)
    going = asyncio.create_task(everything(event, hosts))
    async with asyncio.timeout(10):
        await asyncio.gather(hosts.on("a").asked.wait(), hosts.on("b").asked.wait())
        hosts.on("b").release.set()
        for _ in range(100):  # nothing here waits for anything outside of the loop
            await asyncio.sleep(0)
        hosts.on("a").release.set()
        end = (await going)[-1]
    assert isinstance(end, CommandExecuted)
    assert end.outcome == "failed"
    assert set(by_step(end.results)) == {0, 2}
    assert (hosts.on("a").ran, hosts.on("b").ran) == (["stop"], ["stop"])


async def test_after_a_crash_reads_go_on_where_they_are_left() -> None:
    event = fanned("a", "b", "c", lines=("docker logs checkout",))
    hosts = FakeHosts(a=FakeHost(), b=FakeHost(), c=FakeHost())
    first = await everything(event, hosts)
    [done] = [each for each in first if isinstance(each, CommandProgressed) and each.step == 1]
    started = CommandStarted(command_id=ID, claim="first")
    past = history(requested(), generated(), event, started, done)
    again = FakeHosts(a=FakeHost(), b=FakeHost(), c=FakeHost())
    end = (await everything(event, again, past))[-1]
    assert [each.step for each in end.results] == [0, 1, 2]
    assert [again.on(each).ran for each in "abc"] == [["logs"], [], ["logs"]]


async def test_who_gives_up_the_command_stops_every_host() -> None:
    hosts = FakeHosts(a=FakeHost(), b=FakeHost())
    for each in hosts.hosts.values():
        each.release.clear()
    made = run(fanned("a", "b", parallel=2), hosts)
    assert isinstance(await anext(made), CommandStarted)
    waiting = asyncio.ensure_future(anext(made))
    async with asyncio.timeout(10):
        await asyncio.gather(*(each.asked.wait() for each in hosts.hosts.values()))
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await made.aclose()
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert left == []
