"""engine-proxy before a real engine: `inventory` sees the same through it, and no secrets pass."""

import asyncio
import contextlib
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contracts.world import HostPicture
from runtime.adapters.docker import Engine, EngineSettings, hosts, open_docker
from runtime.adapters.docker.http import HttpConnection
from runtime.engine_proxy import EngineProxy, EngineProxySettings
from scripts.engine import api
from tests.adapters.conftest import Lab

pytestmark = pytest.mark.docker

SECONDS = 30


@pytest.fixture
async def port(engine: api.Engine) -> AsyncIterator[int]:
    connection = HttpConnection(EngineSettings(docker_host=engine.address.host))
    try:
        async with EngineProxy(connection, EngineProxySettings(port=0)).serving() as opened:
            yield opened
    finally:
        await connection.close()


@pytest.fixture
async def through(port: int, lab: Lab, tmp_path: Path) -> AsyncIterator[Engine]:
    """Give the adapter as `inventory` opens it in compose.yaml."""
    file = tmp_path / "hosts.toml"
    file.write_text(f'[[host]]\nname = "local"\nurl = "tcp://127.0.0.1:{port}"\ninsecure = true\n')
    settings = EngineSettings(hosts=file, only_label=lab.label)
    (entry,) = hosts(settings)
    async with open_docker(settings, entry) as opened:
        yield opened


@contextlib.asynccontextmanager
async def followed(engine: Engine) -> AsyncIterator[AsyncIterator[None]]:
    """Follow an engine's changes, as `inventory` does; what is dear to ask is asked then."""
    async with contextlib.aclosing(engine.changes()) as changes:  # type: ignore[type-var] # it is an async generator
        async with asyncio.timeout(SECONDS):
            await anext(changes)
        yield changes


def comparable(picture: HostPicture, label: str) -> dict[str, Any]:
    """Return what does not change by itself, of what this test made."""
    found = picture.model_dump(exclude={"as_of", "disk"})
    key, _, value = label.partition("=")
    for kind in ("containers", "volumes", "networks"):
        found[kind] = [each for each in found[kind] if each["labels"].get(key) == value]
        for each in found[kind]:
            each.pop("status", None)
            each.pop("size", None)
    found["images"] = sorted(each["id"] for each in found["images"])
    return found


async def test_inventory_sees_the_same_through_it(
    docker: Engine, through: Engine, lab: Lab
) -> None:
    lab.make("web", Env=["TOKEN=hunter2"], ExposedPorts={"80/tcp": {}})
    lab.volume("data")
    async with followed(docker), followed(through), asyncio.timeout(SECONDS):
        # Others may change the engine between two looks.
        while True:
            direct = comparable(await docker.picture(), lab.label)
            seen = comparable(await through.picture(), lab.label)
            if direct == seen:
                break
            await asyncio.sleep(0.1)
    (web,) = seen["containers"]
    assert web["started"]
    assert len(seen["volumes"]) == 1


async def test_a_change_is_heard_through_it(through: Engine, lab: Lab) -> None:
    async with followed(through) as changes, asyncio.timeout(SECONDS):
        name = lab.make("late")
        while (await through.picture()).container(name) is None:
            await anext(changes)


async def test_an_engines_own_answers_are_told_without_environment_and_commands(
    port: int, lab: Lab
) -> None:
    name = lab.make("web", Env=["TOKEN=hunter2"], Cmd=["sleep", "1234567"])
    container = lab.inspect(name)["Id"]

    def read(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=SECONDS) as answer:
            found: str = answer.read().decode()
            return found

    for path in ("/containers/json?all=1", f"/containers/{container}/json"):
        told = await asyncio.to_thread(read, path)
        assert container in told
        assert "hunter2" not in told
        assert "1234567" not in told
