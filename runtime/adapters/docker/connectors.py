"""What aiohttp connects by to an engine: a socket, TCP with or without TLS, a channel of SSH."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp

from runtime.adapters.docker import tls
from runtime.adapters.docker.address import Address, parsed
from runtime.adapters.docker.find import Found


@dataclass(frozen=True)
class Way:
    """The way to an engine, made for one address.

    - `base`: what stands before every path: of a socket or a channel the host is only a word.
    - `server_name`: the name in the engine's certificate, where that is not the host.
    """

    base: str
    connector: aiohttp.BaseConnector
    close: Callable[[], Awaitable[object]]
    server_name: str | None = None


async def way(found: Found, within: float) -> Way:
    """Make the way; nothing is connected yet. Raises RefusedError where TLS cannot be set up."""
    address = parsed(found.url)
    if address.scheme == "ssh":
        # asyncssh is loaded by who needs it alone.
        from runtime.adapters.docker.ssh import SshConnector  # noqa: PLC0415

        over = SshConnector(address, found.ssh, within)
        return Way("http://docker", over, over.aclose)
    made: aiohttp.BaseConnector
    if address.scheme == "unix":
        made = aiohttp.UnixConnector(address.path, limit=0)
        return Way("http://docker", made, made.close)
    if found.tls is None:
        made = aiohttp.TCPConnector(limit=0)
        return Way(f"http://{_netloc(address)}", made, made.close)
    context = await asyncio.to_thread(tls.context, found.tls)
    made = aiohttp.TCPConnector(limit=0, ssl=context)
    return Way(f"https://{_netloc(address)}", made, made.close, found.tls.server_name)


def _netloc(address: Address) -> str:
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"{host}:{address.port}"
