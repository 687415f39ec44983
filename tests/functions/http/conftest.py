"""The door in front of the whole gateway, on a real server, before an engine that counts."""

import asyncio
import json
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from runtime import discover, tokens
from runtime.client import Gateway, gateway
from runtime.serve import serving
from runtime.settings import AcgSettings
from tests.faults.counting_engine import CountingEngine, counting_engine
from tests.servers import NatsServer, nats_server

WITHIN_S = 20.0
CALLER = "tester"


def free_port() -> int:
    """Return a port of loopback that nobody has at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Site:
    """A door that is open: `token` lets in as `CALLER`, `other` as somebody else."""

    url: str
    port: int
    token: str
    other: str
    tokens: Path
    engine: CountingEngine
    nats: NatsServer
    caller: Gateway
    client: aiohttp.ClientSession

    async def ask(
        self, method: str, path: str, *, token: str | None = "", **more: Any
    ) -> tuple[int, dict[str, str], Any]:
        """Return status, headers and body of an answer; without a token where it is None."""
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token or self.token}"
        within = aiohttp.ClientTimeout(WITHIN_S)
        request = self.client.request(
            method, self.url + path, headers=headers, timeout=within, **more
        )
        async with request as answer:
            text = await answer.text()
            named = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status, named, json.loads(text) if text[:1] == "{" else text

    async def run(self, **body: Any) -> tuple[int, dict[str, str], Any]:
        """Send a request for a command."""
        return await self.ask("POST", "/v1/commands", json=body)

    async def raw(self, sent: bytes, *, end: bool = False) -> bytes:
        """Send bytes and return all that comes back until the door closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(sent)
            await writer.drain()
            if end:
                writer.write_eof()
            async with asyncio.timeout(WITHIN_S):
                return await reader.read(-1)
        finally:
            writer.close()


async def eventually(found: Callable[[], Any]) -> Any:
    """Return what `found` returns as soon as that is true."""
    async with asyncio.timeout(WITHIN_S):
        while not (value := found()):
            await asyncio.sleep(0.01)
    return value


@asynccontextmanager
async def opened(folder: Path, **settings: str) -> AsyncIterator[Site]:
    """Open a door with these settings; all that is behind it is there, too."""
    kept = folder / "tokens.json"
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="acg-") as sockets,  # a socket's path must be short
        nats_server(folder / "nats", sync_always=False) as nats,
        pytest.MonkeyPatch.context() as environment,
    ):
        given = {"HTTP_PORT": str(port), "HTTP_TOKENS": str(kept), **settings}
        for name, value in given.items():
            environment.setenv(name, value)
        _, token = tokens.add(kept, CALLER)
        _, other = tokens.add(kept, "somebody")
        async with counting_engine(Path(sockets) / "d.sock", 40) as engine:
            environment.setenv("DOCKER_HOST", settings.get("DOCKER_HOST", engine.url))
            functions = [*discover.everything(), discover.find("http")]
            acg = AcgSettings(home=folder / "home")
            async with (
                serving(functions, acg, nats.link, prepare=True),
                gateway(nats.link, CALLER) as caller,
                aiohttp.ClientSession() as client,
            ):
                scheme = "https" if "HTTP_TLS_KEY" in settings else "http"
                url = f"{scheme}://127.0.0.1:{port}"
                yield Site(url, port, token, other, kept, engine, nats, caller, client)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A door with settings that let a test see the end of time."""
    quick = {"HTTP_READ_SECONDS": "1", "HTTP_STALL_SECONDS": "1", "HTTP_KEEP_ALIVE_SECONDS": "0.05"}
    async with opened(tmp_path_factory.mktemp("door"), **quick) as site:
        yield site
