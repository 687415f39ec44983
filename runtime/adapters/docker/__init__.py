"""The Docker Engine: found as docker finds it, spoken to through aiodocker.

    async with open_engines(EngineSettings()) as engines:
        outcome = await engines.on("local").run(Restart(containers=("web",)))

The adapter and aiodocker are imported when an engine is opened, so that a function without one
does not load them: they take a third of its start, and 10 MB.
"""

import asyncio
import importlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from runtime.adapters.docker.find import Found, find, listed
from runtime.adapters.docker.hosts import FILE, LOCAL, Entry, HostsError, read
from runtime.adapters.docker.settings import EngineSettings
from runtime.secrets import detectors
from runtime.settings import AcgSettings

if TYPE_CHECKING:
    from runtime.adapters.docker.engine import Engine
    from runtime.adapters.docker.engines import Engines

__all__ = [
    "Engine",
    "EngineSettings",
    "Engines",
    "Entry",
    "Found",
    "HostsError",
    "find",
    "hosts",
    "open_docker",
    "open_engines",
]


_ROOMS = {"Engine": "engine", "Engines": "engines"}


def __getattr__(name: str) -> Any:
    """Import what is asked for from its own file, when it is asked for (PEP 562)."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)


def hosts(settings: EngineSettings) -> tuple[Entry, ...]:
    """Return the hosts that there are, in the order of the file. Raises HostsError.

    They are those of the file that ACG_HOSTS names, else of the one in ACG_HOME; without either,
    one host `local`, whose engine is found as docker finds it.
    """
    usual = AcgSettings().home / FILE
    if settings.hosts is None and not usual.exists():
        return (Entry(name=LOCAL),)
    return read(settings.hosts.expanduser() if settings.hosts else usual)


@asynccontextmanager
async def open_engines(settings: EngineSettings) -> "AsyncIterator[Engines]":
    """Open the engines of all hosts.

    None of them is connected to before it is asked for something: a host that is down delays
    nobody. Raises HostsError.
    """
    from runtime.adapters.docker.engines import Engines  # noqa: PLC0415 - see above

    entries = await asyncio.to_thread(hosts, settings)
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(open_docker(settings, each)) for each in entries]
        yield Engines(opened)


@asynccontextmanager
async def open_docker(
    settings: EngineSettings, entry: Entry | None = None
) -> "AsyncIterator[Engine]":
    """Open the engine of a host, by default of this machine.

    It is looked for at the first request, and again after it was lost. So this never fails: an
    engine that is not there is ENGINE_UNREACHABLE for each request.
    """
    from runtime.adapters.docker.engine import Engine  # noqa: PLC0415 - see above
    from runtime.adapters.docker.http import HttpConnection  # noqa: PLC0415 - loads aiodocker

    detectors()  # loaded at the start, so that the first outcome does not wait for them
    host = entry or Entry(name=LOCAL)
    connection = HttpConnection(settings, listed(host))
    try:
        yield Engine(connection, settings, host)
    finally:
        await connection.close()
