"""The gateway as processes, watched by a real Prometheus and told of by a real Alertmanager."""

import asyncio
import contextlib
import json
import math
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from aiohttp import web

from contracts.requests import RunRequest
from runtime import discover
from runtime.client import Gateway, gateway
from runtime.link import connect
from runtime.setup import ensure
from tests.faults.counting_engine import counting_engine
from tests.functions.generate.fake_endpoint import FakeEndpoint, fake_endpoint, proposes
from tests.observability import hastened
from tests.servers import ROOT, NatsServer, nats_server

CALLER = "tester"
MODEL = "small"
_ANSWERS = ["executed", "executed", "executed", "rejected", "planned"]
_PRICES = f'[models."{MODEL}"]\ninput = 1.0\noutput = 2.0\n'
_START_S = 60.0
_LOOK_S = 0.1


class Program:
    """A program of its own, from its start until it answers at an address, to its end."""

    def __init__(
        self, name: str, words: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self._words = words
        self._environment = {**os.environ, **environment}
        self._folder = folder
        self._log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self, ready: str) -> None:
        """Start it, and return once a GET of this address is answered with 200."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - a fork takes a millisecond
                self._words, cwd=ROOT, env=self._environment, stdout=output, stderr=output
            )
        until = time.monotonic() + _START_S
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < until and self._process.poll() is None:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(ready, timeout=_within(2)) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(_LOOK_S)
        raise AssertionError(self._log.read_text(errors="replace")[-3000:])

    def kill(self) -> None:
        """End it as a machine that loses its power would."""
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait(_START_S)


@dataclass
class Heard:
    """What Alertmanager told whom: (receiver, alert's name, its status), with all of the alert."""

    alerts: dict[tuple[str, str, str], dict[str, Any]]

    async def take(self, request: web.Request) -> web.Response:
        for alert in (await request.json())["alerts"]:
            name = alert["labels"]["alertname"]
            self.alerts[request.path.strip("/"), name, alert["status"]] = alert
        return web.Response()


@dataclass
class Watched:
    """The stack, and the ways to hurt it."""

    nats: NatsServer
    caller: Gateway
    engine: contextlib.AsyncExitStack
    model: FakeEndpoint
    executor: Program
    executor_ready: str
    prometheus: str
    door: str
    heard: Heard

    async def use(self, number: int) -> bool:
        """Ask for one of everything; say whether all of it went as it should.

        By words anew and again, by a line, refused, planned, by HTTP.
        """
        replies = await asyncio.gather(
            self.caller.run(RunRequest(request=f"what is running, look {number}")),
            self.caller.run(RunRequest(request="what is running?")),
            self.caller.run(RunRequest(command="docker restart c000")),
            self.caller.run(RunRequest(command="docker rm c001")),
            self.caller.run(RunRequest(command="docker restart c001", mode="plan")),
        )
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.door}/health", timeout=_within(10)) as answer,
        ):
            await answer.read()
        return [each.status for each in replies] == _ANSWERS

    async def ask(self, path: str, **query: str) -> Any:
        """Return the data of an answer of Prometheus."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(
                f"{self.prometheus}/api/v1/{path}", params=query, timeout=_within(10)
            ) as answer,
        ):
            said = await answer.json()
        assert said["status"] == "success", said
        return said["data"]

    async def firing(self) -> set[str]:
        """Return the names of the alerts that fire."""
        found = await self.ask("query", query='ALERTS{alertstate="firing"}')
        return {each["metric"]["alertname"] for each in found["result"]}

    async def values(self, expression: str) -> list[tuple[dict[str, str], float]]:
        """Return what a query finds at this moment: labels and value, numbers only."""
        found = await self.ask("query", query=expression)
        values = [(each["metric"], float(each["value"][1])) for each in found["result"]]
        return [(labels, value) for labels, value in values if math.isfinite(value)]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _within(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds)


@contextlib.asynccontextmanager
async def watched(folder: Path, prometheus: str, alertmanager: str) -> AsyncIterator[Watched]:
    """Run all of it for as long as the block lasts."""
    async with contextlib.AsyncExitStack() as stack:
        sockets = stack.enter_context(tempfile.TemporaryDirectory(prefix="acg-"))
        nats = stack.enter_context(nats_server(folder / "nats", sync_always=False))
        model = await stack.enter_async_context(fake_endpoint(proposes("docker ps")))
        engine = await stack.enter_async_context(contextlib.AsyncExitStack())
        counting = await engine.enter_async_context(
            counting_engine(Path(sockets) / "d.sock", containers=3)
        )
        async with connect(nats.link, "setup") as link:
            await ensure(link, discover.everything())
        (folder / "prices.toml").write_text(_PRICES)
        common = {
            "ACG_HOME": str(folder / "home"),
            "NATS_URL": nats.url,
            "DOCKER_HOST": counting.url,
            "GENERATE_MODEL": MODEL,
            "GENERATE_BASE_URL": model.url,
            "GENERATE_PRICES": str(folder / "prices.toml"),
            "HTTP_PORT": str(door := free_port()),
        }
        ports = {"execute": free_port(), "others": free_port()}
        others = [each for each in discover.names() if each != "execute"]
        programs = {
            "execute": _serving("execute", ["execute"], folder, common, ports),
            "others": _serving("others", [*others, "http"], folder, common, ports),
        }
        for each in programs.values():
            stack.callback(each.kill)
        ready = {name: f"http://127.0.0.1:{port}/readyz" for name, port in ports.items()}
        await asyncio.gather(*(each.start(ready[name]) for name, each in programs.items()))
        heard = Heard({})
        receiver = await stack.enter_async_context(_receiver(heard.take))
        targets = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
        address = await _observers(stack, folder, prometheus, alertmanager, targets, receiver)
        caller = await stack.enter_async_context(gateway(nats.link, CALLER))
        yield Watched(
            nats=nats,
            caller=caller,
            engine=engine,
            model=model,
            executor=programs["execute"],
            executor_ready=ready["execute"],
            prometheus=address,
            door=f"http://127.0.0.1:{door}",
            heard=heard,
        )


def _serving(
    name: str,
    functions: Sequence[str],
    folder: Path,
    common: Mapping[str, str],
    ports: Mapping[str, int],
) -> Program:
    environment = {**common, "ACG_METRICS_PORT": str(ports[name]), "ACG_LOG_FORMAT": "json"}
    words = [sys.executable, "-m", "runtime", "serve", *functions]
    return Program(name, words, folder, environment)


async def _observers(
    stack: contextlib.AsyncExitStack,
    folder: Path,
    prometheus: str,
    alertmanager: str,
    targets: Mapping[str, str],
    receiver: str,
) -> str:
    """Start Alertmanager and Prometheus on hastened copies of ours; return Prometheus's address."""
    ours = ROOT / "runtime" / "observability"
    (folder / "rules").mkdir()
    for path in (ours / "prometheus" / "rules").glob("*.yml"):
        _write(folder / "rules" / path.name, hastened.rules(_read(path)))
    told, asked = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    config = hastened.alertmanager(_read(ours / "alertmanager" / "alertmanager.yml"), receiver)
    _write(folder / "alertmanager.yml", config)
    config = hastened.prometheus(_read(ours / "prometheus" / "prometheus.yml"), targets, told)
    _write(folder / "prometheus.yml", config)
    programs = {
        told: [
            alertmanager,
            f"--config.file={folder}/alertmanager.yml",
            f"--storage.path={folder}/alertmanager",
            f"--web.listen-address={told}",
            "--cluster.listen-address=",
        ],
        asked: [
            prometheus,
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/prometheus",
            f"--web.listen-address={asked}",
            "--enable-feature=exemplar-storage",
        ],
    }
    for address, words in programs.items():
        program = Program(Path(words[0]).name, words, folder, {})
        stack.callback(program.kill)
        await program.start(f"http://{address}/-/ready")
    return f"http://{asked}"


@contextlib.asynccontextmanager
async def _receiver(take: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/{receiver}", take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document))  # JSON is YAML
