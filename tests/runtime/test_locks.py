import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import NoReturn, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Code, RefusedError
from contracts.events import CommandRejected
from runtime.envelope import Cause, new_trace, seal
from runtime.errors import CrowdedError, NoAnswerError
from runtime.link import Link
from runtime.locks import Locks, key
from runtime.resources import Resources
from tests.stories import ERROR, requested

SOON = timedelta(seconds=10)
WEB, DB = ("local", "container web"), ("local", "container db")
ONE, TWO = "a" * 26, "b" * 26


def locks(resources: Resources) -> Locks:
    """Return the locks of a process of its own."""
    return Locks(resources.link, resources.history)


def soon(seconds: float = 30) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def begin(resources: Resources, command_id: str) -> int:
    event = requested(command_id=command_id)
    sealed = seal(event, "accept", cause(command_id), resources.signer, "")
    return (await resources.history.append(sealed, 0, within=SOON)).sequence


async def end(resources: Resources, command_id: str, sequence: int) -> None:
    event = CommandRejected(command_id=command_id, error=ERROR)
    sealed = seal(event, "validate", cause(command_id), resources.signer, "")
    await resources.history.append(sealed, sequence, within=SOON)


def cause(command_id: str) -> Cause:
    return Cause("", command_id, command_id, new_trace())


async def test_commands_on_one_object_run_one_after_the_other(resources: Resources) -> None:
    ours = locks(resources)
    running, order = 0, list[str]()

    async def work(command_id: str) -> None:
        nonlocal running
        async with ours.held([WEB], command_id, soon()) as lease:
            assert lease.valid
            running += 1
            assert running == 1
            await asyncio.sleep(0)
            running -= 1
            order.append(command_id)

    ids = [f"{letter * 26}" for letter in "abcdefgh"]
    await asyncio.gather(*(work(each) for each in ids))
    assert order == ids


async def test_another_process_waits_until_the_holder_has_ended(resources: Resources) -> None:
    sequence = await begin(resources, ONE)
    entered = asyncio.Event()

    async def second() -> None:
        async with locks(resources).held([WEB], TWO, soon()):
            entered.set()

    async with locks(resources).held([DB, WEB], ONE, soon()):
        waiting = asyncio.create_task(second())
        async with locks(resources).held([("other", "container web")], TWO, soon()):
            assert not entered.is_set()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await entered.wait()
    assert not entered.is_set()  # the block is left, the command has not ended
    await end(resources, ONE, sequence)
    async with asyncio.timeout(SOON.total_seconds()):
        await waiting


async def test_who_waits_too_long_is_told_what_holds_it(resources: Resources) -> None:
    await begin(resources, ONE)
    async with locks(resources).held([WEB], ONE, soon()):
        with pytest.raises(RefusedError) as refused:
            async with locks(resources).held([WEB], TWO, soon(0.3)):
                pytest.fail("both hold it")
    assert refused.value.error.code is Code.DEADLINE_EXCEEDED
    assert ONE in refused.value.error.message


async def test_a_lease_that_is_over_is_taken_over(resources: Resources) -> None:
    await begin(resources, ONE)
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    body = json.dumps({"command_id": ONE, "until": past}).encode()
    await resources.link.store(f"$KV.LOCKS.{key(*WEB)}", body)
    async with locks(resources).held([WEB], TWO, soon()) as lease:
        assert lease.valid


async def test_a_command_that_is_delivered_again_holds_what_it_holds(resources: Resources) -> None:
    async with (
        locks(resources).held([WEB], ONE, soon()),
        locks(resources).held([WEB], ONE, soon()),
    ):
        pass


async def test_what_fails_in_the_middle_leaves_the_lock_to_its_command(
    resources: Resources,
) -> None:
    sequence = await begin(resources, ONE)
    ours = locks(resources)
    with pytest.raises(LookupError):
        async with ours.held([WEB], ONE, soon()):
            raise LookupError
    with pytest.raises(RefusedError):
        async with ours.held([WEB], TWO, soon(0.2)):
            pytest.fail("its command has not ended")
    await end(resources, ONE, sequence)
    async with ours.held([WEB], TWO, soon()):
        pass


async def test_what_is_no_lock_holds_nothing(resources: Resources) -> None:
    await resources.link.store(f"$KV.LOCKS.{key(*WEB)}", b"planted")
    async with locks(resources).held([WEB], ONE, soon()):
        pass


async def test_who_needs_nothing_waits_for_nobody(resources: Resources) -> None:
    async with locks(resources).held([], ONE, soon()) as lease:
        assert lease.valid


async def test_only_so_many_wait_and_the_rest_come_again(resources: Resources) -> None:
    """Who waits for another command's object keeps an executor's place from other objects."""
    ours = Locks(resources.link, resources.history, most_waiting=1)
    deadline = soon()
    inside = asyncio.Event()

    async def wait_for_it() -> None:
        inside.set()
        async with ours.held([WEB], TWO, deadline):
            pass

    sequence = await begin(resources, ONE)
    async with ours.held([WEB], ONE, deadline):
        waiting = asyncio.create_task(wait_for_it())
        await inside.wait()
        with pytest.raises(CrowdedError) as crowded:
            async with ours.held([WEB], "c" * 26, deadline):
                pytest.fail("two wait")
        async with ours.held([DB], "c" * 26, deadline):
            pass
    assert crowded.value.deadline == deadline
    await end(resources, ONE, sequence)
    async with asyncio.timeout(SOON.total_seconds()):
        await waiting


async def test_who_waits_for_another_process_counts_as_well(resources: Resources) -> None:
    await begin(resources, ONE)
    async with locks(resources).held([WEB], ONE, soon()):
        with pytest.raises(CrowdedError):
            async with Locks(resources.link, resources.history, most_waiting=0).held(
                [WEB], TWO, soon()
            ):
                pytest.fail("both hold it")


class FakeSilentLink:
    """Never answers in time, as a server does that hangs."""

    def __init__(self) -> None:
        self.asked = 0

    async def store(self, subject: str, _body: bytes, _headers: dict[str, str]) -> NoReturn:
        await self.ask(subject)

    async def ask(self, subject: str) -> NoReturn:
        self.asked += 1
        await asyncio.sleep(0.01)
        raise NoAnswerError(subject)


async def test_while_nobody_answers_the_deadline_ends_the_wait(resources: Resources) -> None:
    silent = FakeSilentLink()
    ours = Locks(cast("Link", silent), resources.history)
    async with asyncio.timeout(SOON.total_seconds()):
        with pytest.raises(RefusedError) as refused:
            async with ours.held([WEB], ONE, soon(0.5)):
                pytest.fail("nobody gave it")
    assert refused.value.error.code is Code.DEADLINE_EXCEEDED
    assert silent.asked > 2


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_lock_has_a_name_that_a_subject_may_have(host: str, what: str) -> None:
    name = key(host, what)
    assert name.count(".") == 1
    assert not set(name) & set("*> \t\r\n")
    assert name.isascii()


def test_no_two_objects_share_a_lock() -> None:
    names = [("a.b", "c"), ("a", "b.c"), ("a", "b=2ec"), ("a=2eb", "c")]
    assert len({key(*each) for each in names}) == len(names)
