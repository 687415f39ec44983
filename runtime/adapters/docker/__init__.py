"""The Docker Engine: found as docker finds it, spoken to through aiodocker.

    async with open_engines(EngineSettings()) as engines:
        outcome = await engines.on("local").run(Restart(containers=("web",)))

aiodocker is imported when an engine is opened, so that a function without one does not load it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from runtime.adapters.docker.engine import Engine
from runtime.adapters.docker.engines import Engines
from runtime.adapters.docker.find import Found, find
from runtime.adapters.docker.settings import EngineSettings

__all__ = ["Engine", "EngineSettings", "Engines", "Found", "find", "open_docker", "open_engines"]


@asynccontextmanager
async def open_engines(settings: EngineSettings) -> AsyncIterator[Engines]:
    """Open the engines of all hosts. Never fails, as `open_docker`."""
    async with open_docker(settings) as local:
        yield Engines([local])


@asynccontextmanager
async def open_docker(settings: EngineSettings) -> AsyncIterator[Engine]:
    """Open the engine of this machine.

    It is looked for at the first request, and again after it was lost. So this never fails: an
    engine that is not there is ENGINE_UNREACHABLE for each request.
    """
    from runtime.adapters.docker.http import HttpConnection  # noqa: PLC0415 - loads aiodocker

    connection = HttpConnection(settings)
    try:
        yield Engine(connection, settings)
    finally:
        await connection.close()
