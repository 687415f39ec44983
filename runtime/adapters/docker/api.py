"""Which version of its API an engine is spoken to in."""

from runtime.adapters.docker.host import Host


async def api(host: Host) -> tuple[int, ...]:
    """Return the version that is spoken; it is settled by the first request."""
    if not host.connection.api_version:
        await host.connection.read("version")
    return tuple(int(part) for part in host.connection.api_version.split(".") if part)
