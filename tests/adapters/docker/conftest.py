"""The fake engine, and an adapter that speaks to it with little patience."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from runtime.adapters.docker import Engine, EngineSettings, open_docker
from tests.adapters.docker.fake_engine import FakeEngine, fake_engine

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
