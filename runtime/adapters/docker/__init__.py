"""The Docker Engine: found as docker finds it, spoken to through aiodocker.

    async with open_docker(EngineSettings()) as engine:
        outcome = await engine.run(Restart(containers=("web",)))

aiodocker is imported when an engine is opened, so that a function without one does not load it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from runtime.adapters.docker.engine import Engine
from runtime.adapters.docker.find import Found, find
from runtime.adapters.docker.settings import EngineSettings

__all__ = ["Engine", "EngineSettings", "Found", "find", "open_docker"]


@asynccontextmanager
async def open_docker(settings: EngineSettings) -> AsyncIterator[Engine]:
    """Open an engine; it is looked for at the first request, and again after it was lost.

    So this never fails: an engine that is not there is ENGINE_UNREACHABLE for each request.
    """
    from runtime.adapters.docker.http import HttpConnection  # noqa: PLC0415 - loads aiodocker

    connection = HttpConnection(settings)
    try:
        yield Engine(connection, settings)
    finally:
        await connection.close()
