"""Three servers of NATS: the death of the one that leads loses nothing that was acknowledged."""

import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from scripts.stack.compose import Stack
from scripts.stack.standins import StandIns, docker
from tests.stack.conftest import CLUSTER, Caller, Effects, running

pytestmark = [
    pytest.mark.docker,
    pytest.mark.slow,
    pytest.mark.stack,
    pytest.mark.timeout(600),
]

URLS = "nats://nats:4222,nats://nats-2:4222,nats://nats-3:4222"
SECONDS = 60


@pytest.fixture(scope="module")
def stack(images: StandIns, settings: dict[str, str]) -> Iterator[Stack]:
    with running(images, settings, *CLUSTER) as started:
        yield started


@pytest.fixture(scope="module")
def caller(stack: Stack, images: StandIns) -> Caller:
    return Caller(stack, images.gateway, URLS)


def test_the_death_of_the_leader_under_load_loses_and_doubles_nothing(
    stack: Stack,
    caller: Caller,
    containers: list[str],
    effects: Effects,
    tell: Callable[..., None],
) -> None:
    led = caller.leader()
    assert led["replicas"] == 3
    leader = stack.one(led["leader"])["Id"]
    before = {each: effects.of(each) for each in containers}
    with caller.load(20, containers) as load:
        docker("kill", leader)
        _wait_for_another_leader(caller, led["leader"])
        docker("start", leader)
        stack.healthy(leader)
    assert load.unheard == []
    assert load.failed == []
    ends = caller.terminal_events([each["id"] for each in load.replies])
    assert Counter(map(len, ends.values())) == {1: len(load.replies)}
    asked = Counter(each["container"] for each in load.replies)
    changed = {each: effects.of(each) - before[each] for each in containers}
    assert {name: number for name, number in changed.items() if number} == asked
    tell(
        f"{led['leader']} led and was killed: {len(load.replies)} requests,"
        f" none lost, doubled or failed; longest silence {load.stall():.1f} s"
    )


def _wait_for_another_leader(caller: Caller, gone: str) -> None:
    until = time.monotonic() + SECONDS
    while caller.leader()["leader"] in {gone, None}:
        assert time.monotonic() < until
