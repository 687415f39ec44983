"""The fake engine and an adapter with little patience; docker's own CLI and what it may read."""

import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from runtime.adapters.docker import Engine, EngineSettings, open_docker
from scripts.engine import api
from tests.adapters.conftest import opened_lab
from tests.adapters.docker.cli import Cli, Said
from tests.adapters.docker.fake_engine import FakeEngine, fake_engine
from tests.adapters.docker.fake_registry import FakeRegistry, fake_registry
from tests.adapters.docker.shelf import Shelf, opened_shelf

PATIENCE = timedelta(milliseconds=300)


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[FakeEngine]:
    async with fake_engine(tmp_path) as served:
        yield served


@pytest.fixture
async def impatient(fake: FakeEngine) -> AsyncIterator[Engine]:
    """Give an adapter that waits 0.3 s for an answer of the fake engine."""
    settings = EngineSettings(docker_host=fake.url, request_timeout=PATIENCE, wait_timeout=PATIENCE)
    async with open_docker(settings) as opened:
        yield opened


@pytest.fixture
def cli(engine: api.Engine, tmp_path: Path) -> Cli:
    """Give docker's CLI with a configuration of its own, on the same engine."""
    program = shutil.which("docker")
    if program is None:
        pytest.skip("docker: there is no docker CLI on PATH to compare with")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    version = re.search(r"(\d+)\.", said.stdout)
    assert version, said.stdout
    environment = os.environ | {
        "DOCKER_HOST": engine.address.host,
        "DOCKER_CONFIG": str(tmp_path),
    }

    def run(*arguments: str) -> Said:
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            check=False,
            env=environment,
            timeout=30,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    return Cli(run, int(version[1]))


@pytest.fixture(scope="session")
def shop(engine: api.Engine, busybox: str) -> Iterator[dict[str, str]]:
    """Make one container of each kind that a list may show; tests read them, and no more."""
    with opened_lab(engine, busybox) as lab:
        volume = lab.volume("a-volume-with-a-long-name")
        yield {
            "label": lab.label,
            "volume": volume,
            "web": lab.make(
                "web",
                labels={"tier": "front", "odd": "<a>&b"},
                Env=["MODE=prod"],
                ExposedPorts={"80/tcp": {}, "7000/udp": {}, "9001/tcp": {}, "9000/tcp": {}},
                HostConfig={
                    "PortBindings": {
                        "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}],
                        "9000/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}],
                    },
                    "Binds": [f"{volume}:/data"],
                },
            ),
            "job": lab.finished("job", "sh", "-c", "echo out; echo error >&2; exit 3"),
            "new": lab.make("new", "sh", "-c", 'echo "quoted"\techo 日本語の長い名前', start=False),
            "sick": lab.make(
                "sick", Healthcheck={"Test": ["CMD", "false"], "Interval": 10**9, "Retries": 1}
            ),
        }


@pytest.fixture
def shelf(engine: api.Engine) -> Iterator[Shelf]:
    """Give images of this test's own."""
    with opened_shelf(engine) as made:
        yield made


@pytest.fixture
def registry(engine: api.Engine) -> Iterator[FakeRegistry]:
    """Give a registry that the engine finds on its own 127.0.0.1."""
    with ExitStack() as opened:
        try:
            served = opened.enter_context(fake_registry(engine))
        except OSError as error:
            pytest.skip(f"docker: no registry can be put where the engine would look: {error}")
        yield served
