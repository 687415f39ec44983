"""`acg engine-proxy`: what `inventory` reads of an engine, shown on a network."""

import asyncio

import structlog
import uvloop

from runtime.adapters.docker import EngineSettings, HostsError, hosts
from runtime.adapters.docker.find import listed
from runtime.adapters.docker.hosts import Entry
from runtime.cli.app import commands, run
from runtime.engine_proxy import EngineProxy, EngineProxySettings
from runtime.health import Health
from runtime.serve import until_told
from runtime.settings import AcgSettings

app = commands()
log = structlog.get_logger()


@app.command(name="engine-proxy")
def engine_proxy() -> None:
    """Show `inventory` what it reads of one Docker Engine, and nothing else. Needs no NATS."""
    run(_serve(), loop=uvloop.new_event_loop)


async def _serve() -> None:
    from runtime.adapters.docker.http import HttpConnection  # noqa: PLC0415 - loads aiodocker

    acg, settings, engine = AcgSettings(), EngineProxySettings(), EngineSettings()
    entry = _chosen(await asyncio.to_thread(hosts, engine), settings.host)
    connection = HttpConnection(engine, listed(entry))
    health = Health(lambda: {"listening": True})
    try:
        async with (
            EngineProxy(connection, settings).serving() as port,
            health.serving(acg.metrics_host, acg.metrics_port) as health_port,
        ):
            log.info("serving", engine=entry.name, port=port, health_port=health_port)
            await until_told()
            log.info("draining")
    finally:
        await connection.close()


def _chosen(entries: tuple[Entry, ...], name: str | None) -> Entry:
    """Return the host that is shown. Raises HostsError."""
    found = [each for each in entries if name in {None, each.name}]
    if len(found) == 1:
        return found[0]
    there = ", ".join(each.name for each in entries)
    raise HostsError(f"ENGINE_PROXY_HOST must name one of the hosts: {there}.")
