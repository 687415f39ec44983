"""The whole gateway in one process, on a real server, before an engine that counts."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from runtime import discover
from runtime.client import Gateway, gateway
from runtime.link import Link, connect
from runtime.serve import serving
from runtime.settings import AcgSettings
from tests.faults.counting_engine import CountingEngine, counting_engine
from tests.servers import NatsServer, nats_server

CONTAINERS = 40
CALLER = "tester"


@dataclass
class Stack:
    nats: NatsServer
    engine: CountingEngine
    caller: Gateway
    link: Link
    health_port: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Every function, one caller, and a connection that may do everything."""
    async with standing(tmp_path_factory.mktemp("flow")) as stood:
        yield stood


@asynccontextmanager
async def standing(folder: Path, **variables: str) -> AsyncIterator[Stack]:
    """Run the gateway with these variables in its environment for as long as the block lasts."""
    with (
        tempfile.TemporaryDirectory(prefix="acg-") as sockets,  # a socket's path must be short
        nats_server(folder / "nats", sync_always=False) as nats,
        pytest.MonkeyPatch.context() as environment,
    ):
        async with counting_engine(Path(sockets) / "d.sock", CONTAINERS) as engine:
            environment.setenv("DOCKER_HOST", engine.url)
            for name, value in variables.items():
                environment.setenv(name, value)
            settings = AcgSettings(home=folder / "home")
            async with (
                serving(discover.everything(), settings, nats.link, prepare=True) as port,
                gateway(nats.link, CALLER) as caller,
                connect(nats.link, "anybody") as link,
            ):
                yield Stack(nats, engine, caller, link, port)
