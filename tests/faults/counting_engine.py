"""A counting double of a Docker Engine: many containers that cost nothing, each effect counted.

It stands for a real engine where a test must know how often each of hundreds of effects
happened, over the death of the executor that asked for them.
"""

import asyncio
import itertools
import struct
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

_CREATED = 1_700_000_000
_FRAME = struct.Struct(">BxxxL")
_LINES = 3
_FIXED: dict[str, Any] = {
    "version": {"Version": "0.0-counting", "ApiVersion": "1.41"},
    "images/json": [],
    "networks": [],
    "volumes": {"Volumes": []},
}


class CountingEngine:
    """`restarts[name]` says how often a container was restarted."""

    def __init__(self, socket: Path, containers: int, takes_s: float) -> None:
        self.url = f"unix://{socket}"
        self.names = [f"c{number:03}" for number in range(containers)]
        self.restarts: Counter[str] = Counter()
        self._ids = {f"{number:064x}": name for number, name in enumerate(self.names, start=1)}
        self._takes_s = takes_s

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/{version}/containers/{name}/logs", self._logs)
        app.router.add_get("/{tail:.*}", self._read)
        app.router.add_post("/{version}/containers/{name}/restart", self._restart)
        return app

    async def _read(self, request: web.Request) -> web.StreamResponse:
        path = request.path.lstrip("/")
        path = path.partition("/")[2] if path.startswith("v1") else path
        if path == "containers/json":
            return web.json_response([self._listed(each) for each in self._ids])
        if path in _FIXED:
            return web.json_response(_FIXED[path])
        if path == "events":
            response = web.StreamResponse()
            await response.prepare(request)
            await asyncio.Event().wait()
        if path.startswith("containers/") and path.endswith("/json"):
            return self._inspect(path.split("/")[1])
        return web.json_response({"message": f"nothing at {path}"}, status=404)

    async def _logs(self, request: web.Request) -> web.StreamResponse:
        """Print numbered lines: one after the other for as long as it is followed, else three."""
        response = web.StreamResponse()
        await response.prepare(request)
        for number in itertools.count():
            line = f"line {number}\n".encode()
            await response.write(_FRAME.pack(1, len(line)) + line)
            if request.query.get("follow") != "1" and number == _LINES - 1:
                return response
            await asyncio.sleep(self._takes_s)
        raise AssertionError

    async def _restart(self, request: web.Request) -> web.StreamResponse:
        name = self._name(request.match_info["name"])
        self.restarts[name] += 1
        await asyncio.sleep(self._takes_s)
        return web.Response(status=204)

    def _name(self, reference: str) -> str:
        return self._ids.get(reference, reference)

    def _listed(self, container: str) -> dict[str, Any]:
        return {
            "Id": container,
            "Names": [f"/{self._ids[container]}"],
            "Image": "counting:latest",
            "ImageID": "sha256:" + "0" * 64,
            "State": "running",
            "Status": "Up 1 minute",
            "Created": _CREATED,
            "Labels": {},
            "Ports": [],
        }

    def _inspect(self, reference: str) -> web.Response:
        name = self._name(reference)
        found = next((each for each, named in self._ids.items() if named == name), None)
        if found is None:
            return web.json_response({"message": f"No such container: {reference}"}, status=404)
        return web.json_response(
            {
                "Id": found,
                "Name": f"/{name}",
                "Config": {"Labels": {}},
                "State": {"Status": "running", "Running": True, "StartedAt": "", "ExitCode": 0},
            }
        )


@asynccontextmanager
async def counting_engine(
    socket: Path, containers: int, takes_s: float = 0.01
) -> AsyncIterator[CountingEngine]:
    engine = CountingEngine(socket, containers, takes_s)
    runner = web.AppRunner(engine.application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.UnixSite(runner, str(socket)).start()
    try:
        yield engine
    finally:
        await runner.cleanup()
