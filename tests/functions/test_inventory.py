"""Every host is followed by itself: what is known of one depends on no other."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime

import pytest

from contracts.errors import Code, RefusedError
from contracts.inputs import Awake
from contracts.world import HostPicture
from functions.inventory import inventory
from tests.stories import container

WITHIN_S = 10.0


class FakeEngine:
    """One host, as a test says that it is."""

    def __init__(self, host: str, *, down: bool = False) -> None:
        self.host = host
        self.labels: Mapping[str, str] = {"env": "prod"}
        self.down = down
        self.names: list[str] = []
        self.looks = 0
        self.broken: Exception | None = None
        self._changed: asyncio.Queue[None] = asyncio.Queue()

    def change(self, *names: str) -> None:
        """Have these containers, and tell so."""
        self.names = list(names)
        self._changed.put_nowait(None)

    async def picture(self) -> HostPicture:
        self.looks += 1
        if self.broken:
            raise self.broken
        if self.down:
            raise RefusedError(Code.ENGINE_UNREACHABLE, f"{self.host} is down.", "Start it.")
        return HostPicture(
            host=self.host,
            as_of=datetime.now(UTC),
            containers=tuple(container(name) for name in self.names),
            labels=dict(self.labels),
        )

    async def changes(self) -> AsyncIterator[None]:
        yield None
        while True:
            await self._changed.get()
            yield None


class Hosts:
    """Engines, in their order."""

    def __init__(self, *engines: FakeEngine) -> None:
        self._engines = engines

    def __iter__(self) -> Iterator[FakeEngine]:
        """Go over them."""
        return iter(self._engines)


@asynccontextmanager
async def followed(*engines: FakeEngine) -> AsyncIterator[AsyncGenerator[HostPicture, None]]:
    # The handler's second parameter is what the opener yields; a test gives what looks like it.
    made = inventory(Awake(at=datetime.now(UTC)), Hosts(*engines))
    async with asyncio.timeout(WITHIN_S), aclosing(made) as pictures:
        yield pictures


async def until(
    pictures: AsyncGenerator[HostPicture, None], wanted: Callable[[HostPicture], bool]
) -> HostPicture:
    """Return the first picture that is wanted."""
    async for picture in pictures:
        if wanted(picture):
            return picture
    raise AssertionError("it ended")


def has(host: str, *names: str) -> Callable[[HostPicture], bool]:
    return lambda picture: (
        picture.host == host and [each.name for each in picture.containers] == list(names)
    )


async def test_every_host_has_a_picture() -> None:
    alpha, beta = FakeEngine("alpha"), FakeEngine("beta")
    async with followed(alpha, beta) as pictures:
        seen = {(await anext(pictures)).host for _ in range(4)}
    assert seen == {"alpha", "beta"}


async def test_of_a_host_that_is_down_the_picture_says_why_and_others_go_on() -> None:
    alpha, beta = FakeEngine("alpha", down=True), FakeEngine("beta")
    async with followed(alpha, beta) as pictures:
        why = await until(pictures, lambda picture: picture.host == "alpha")
        assert why.error
        assert why.error.code is Code.ENGINE_UNREACHABLE
        assert why.labels == {"env": "prod"}
        for number in range(3):
            beta.change(f"web-{number}")
            await until(pictures, has("beta", f"web-{number}"))


@pytest.mark.slow
async def test_a_host_that_comes_back_is_seen_again() -> None:
    alpha = FakeEngine("alpha", down=True)
    async with followed(alpha) as pictures:
        assert (await anext(pictures)).error
        alpha.down = False
        alpha.names = ["web"]
        await until(pictures, has("alpha", "web"))


@pytest.mark.slow
async def test_a_host_that_is_lost_for_a_moment_is_never_told_to_be_down() -> None:
    alpha = FakeEngine("alpha")
    async with followed(alpha) as pictures:
        assert not (await anext(pictures)).error
        looks = alpha.looks
        alpha.down = True
        alpha.change("web")
        next_one = asyncio.ensure_future(anext(pictures))
        while alpha.looks < looks + 2:
            await asyncio.sleep(0.01)
        alpha.down = False
        seen = await next_one
    assert has("alpha", "web")(seen)


@pytest.mark.slow
async def test_a_host_that_stays_lost_is_told_to_be_down() -> None:
    alpha = FakeEngine("alpha")
    async with followed(alpha) as pictures:
        assert not (await anext(pictures)).error
        alpha.down = True
        alpha.change("web")
        assert (await anext(pictures)).error


async def test_a_storm_of_events_is_few_looks_and_the_last_one_is_complete() -> None:
    alpha = FakeEngine("alpha")
    async with followed(alpha) as pictures:
        await anext(pictures)
        for number in range(500):
            alpha.change(f"web-{number}")
        await until(pictures, has("alpha", "web-499"))
    assert alpha.looks < 10


async def test_a_fault_of_our_own_is_not_taken_for_a_host_that_is_down() -> None:
    alpha, beta = FakeEngine("alpha"), FakeEngine("beta")
    alpha.broken = KeyError("a fault of ours")
    with pytest.raises(KeyError):
        async with followed(alpha, beta) as pictures:
            await until(pictures, has("alpha", "never"))


async def test_who_stops_following_leaves_nothing_running() -> None:
    async with followed(FakeEngine("alpha"), FakeEngine("beta")) as pictures:
        await anext(pictures)
    mine = asyncio.current_task()
    assert [each for each in asyncio.all_tasks() if each is not mine] == []
