"""What all tests share: a real nats-server for each test that wants one."""

import faulthandler
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

from runtime import discover, setup
from runtime.link import Link, connect
from runtime.resources import Resources
from tests.servers import NatsServer, nats_server

pytest_plugins = ["tests.engine", "tests.sharing"]


# How long an example takes says more of the machine than of the code; every test has a time limit.
hypothesis.settings.register_profile("acg", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("acg")

# pytest-timeout ends a test, and nothing that then cannot be ended.
_TEARDOWN_S = 120


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Generator[None, object, object]:
    """End the process, with every stack, where the end of a test hangs."""
    faulthandler.dump_traceback_later(_TEARDOWN_S, exit=True, file=2)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    """A nats-server of this test's own; it syncs at leisure, as speed is all that differs."""
    with nats_server(tmp_path / "nats", sync_always=False) as running:
        yield running


@pytest.fixture
async def link(server: NatsServer) -> AsyncIterator[Link]:
    """A connection to it, with all streams and consumers made."""
    async with connect(server.link, "test") as connected:
        await setup.ensure(connected, discover.everything())
        yield connected


@pytest.fixture
def resources(link: Link) -> Resources:
    """What workers stand on."""
    return Resources.on(link)
