"""The bucket CACHE: it may forget anything, and is never a reason to fail."""

import pytest

from runtime.cache import Cache
from runtime.link import Link
from tests.servers import NatsServer


async def test_what_is_put_is_there_and_the_newest_counts(link: Link) -> None:
    cache = Cache(link)
    assert await cache.get("a-key") is None
    await cache.put("a-key", b"first")
    await cache.put("a-key", b"second")
    assert await cache.get("a-key") == b"second"
    assert await cache.get("another") is None


async def test_what_is_too_large_is_not_kept(link: Link) -> None:
    cache = Cache(link)
    await cache.put("large", b"x" * 100_000)
    assert await cache.get("large") is None


@pytest.mark.slow
async def test_without_a_server_it_is_empty(link: Link, server: NatsServer) -> None:
    cache = Cache(link)
    server.kill()
    await cache.put("a-key", b"value")
    assert await cache.get("a-key") is None
