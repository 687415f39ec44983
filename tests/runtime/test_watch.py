"""What the server says of streams and consumers, on a real one."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from runtime.link import Link
from runtime.watch import Watch
from tests.scraping import Samples, samples, value

_SOON_S = 20.0


async def bounded(link: Link, stream: str, limit: int) -> None:
    config: dict[str, Any] = (await link.api(f"STREAM.INFO.{stream}"))["config"]
    await link.api(f"STREAM.UPDATE.{stream}", {**config, "max_bytes": limit})


async def seen(watch: Watch, wanted: Callable[[Samples], bool]) -> Samples:
    async with asyncio.timeout(_SOON_S):
        while True:
            await watch.look()
            if wanted(found := samples()):
                return found
            await asyncio.sleep(0.05)


async def test_what_no_worker_fetches_is_the_lag_of_its_consumer(link: Link) -> None:
    for number in range(3):
        await link.store(f"command.requested.{number}", b"{}")
    watch = Watch(link)
    found = await seen(
        watch, lambda found: value(found, "consumer_pending", consumer="generate") == 3
    )
    assert value(found, "consumer_waiting", consumer="generate") == 0  # nobody pulls
    assert value(found, "consumer_pending", consumer="validate") == 0
    assert value(found, "stream_messages", stream="COMMANDS") == 3


async def test_only_the_consumers_of_functions_are_told(link: Link) -> None:
    config = {"durable_name": "somebodys", "ack_policy": "none"}
    await link.api(
        "CONSUMER.CREATE.COMMANDS.somebodys", {"stream_name": "COMMANDS", "config": config}
    )
    await Watch(link).look()
    assert value(samples(), "consumer_pending", consumer="execute") == 0
    assert value(samples(), "consumer_pending", consumer="somebodys") is None


@pytest.mark.slow
async def test_an_archive_that_takes_nothing_more_lags_and_catches_up(link: Link) -> None:
    await bounded(link, "ARCHIVE", 2000)
    for number in range(10):
        await link.store(f"command.requested.{number}", b"x" * 500)
    watch = Watch(link)
    found = await seen(watch, lambda found: (value(found, "archive_lag_seconds") or 0) > 0.5)
    assert 5 < (value(found, "archive_lag_messages") or 0) < 10
    await bounded(link, "ARCHIVE", 1_000_000)
    await seen(watch, lambda found: value(found, "archive_lag_messages") == 0)
    assert value(samples(), "archive_lag_seconds") == 0


async def test_a_stream_without_a_limit_has_none(link: Link) -> None:
    watch = Watch(link)
    await watch.look()
    assert value(samples(), "stream_limit_bytes", stream="ADMIN") == 268435456
    await bounded(link, "ADMIN", -1)
    await watch.look()
    assert value(samples(), "stream_limit_bytes", stream="ADMIN") is None
    assert value(samples(), "stream_bytes", stream="ADMIN") == 0
