"""What each function's process takes while it has nothing to do, and how soon it is ready.

    python -m tests.rest

Starts each function as `acg serve <name>` against a real nats-server and an engine that does
nothing, and all of them as `acg up`; prints the table of docs/performance.md. Resident memory is
`Rss` of `/proc/<pid>/smaps_rollup`, in MB of 1024 kB, once the process is ready; *own* leaves out
what it shares with the others, as `Private` there. *Ready* is from the start of the process until
`/readyz` would say yes: the log line `serving`. *CPU* is the processor time of that, which says the
same on a machine that does other things as well.
"""

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from runtime import discover, setup
from runtime.link import connect
from tests.faults.counting_engine import counting_engine
from tests.servers import ROOT, nats_server

LIMIT_MB = {"generate": 90, "execute": 90}
OTHERS_MB = 70
READY_S = 1.0
UP_READY_S = 1.5
_WITHIN_S = 60.0
_LOOK_S = 0.01
_SETTLE_S = 0.5


@dataclass(frozen=True)
class Rest:
    """One process at rest."""

    name: str
    ready_s: float
    cpu_s: float
    rss_mb: float
    own_mb: float


def limit(name: str) -> int:
    """Return how many MB a function's process may take."""
    return LIMIT_MB.get(name, OTHERS_MB)


class Started:
    """A process that serves, and its log."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], folder: Path) -> None:
        self._log = folder / f"{'-'.join(arguments)}-{time.monotonic_ns()}.log"
        self._began = time.perf_counter()
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "runtime", *arguments],
                cwd=ROOT,
                env={**os.environ, "ACG_LOG_FORMAT": "json", **environment},
                stdout=output,
                stderr=output,
            )

    async def ready(self) -> tuple[float, float]:
        """Return the seconds until it served, and those of processor time."""
        while time.perf_counter() - self._began < _WITHIN_S:
            if '"event": "serving"' in self.log():
                spent = Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0]
                return time.perf_counter() - self._began, int(spent) / 1e9
            assert self.process.poll() is None, self.log()
            await asyncio.sleep(_LOOK_S)
        raise AssertionError(self.log())

    def log(self) -> str:
        return self._log.read_text()

    def memory(self) -> tuple[float, float]:
        """Return what is resident, and what of it is its own, in MB."""
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        found = {name: int(kb) / 1024 for name, kb in re.findall(r"(\w+):\s+(\d+) kB", text)}
        return found["Rss"], found["Private_Clean"] + found["Private_Dirty"]

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(_WITHIN_S)


async def measured(name: str, environment: Mapping[str, str], folder: Path) -> Rest:
    """Start a function, let it come to rest, and look at it."""
    started = Started(["serve", name], environment, folder)
    try:
        ready = await started.ready()
        await asyncio.sleep(_SETTLE_S)
        return Rest(name, *ready, *started.memory())
    finally:
        started.end()


async def functions(folder: Path, *, times: int = 0) -> list[Rest]:
    """Measure every function, beside an inventory that tells of an engine.

    One by one, so many `times` each; or, without, all at once: then their times say nothing.
    """
    async with AsyncExitStack() as stack:
        sockets = stack.enter_context(tempfile.TemporaryDirectory(prefix="acg-"))
        nats = stack.enter_context(nats_server(folder / "nats", sync_always=False))
        engine = await stack.enter_async_context(counting_engine(Path(sockets) / "d.sock", 8))
        async with connect(nats.link, "rest") as link:
            await setup.ensure(link, discover.everything())
        environment = {
            "NATS_URL": nats.url,
            "DOCKER_HOST": engine.url,
            "ACG_HOME": str(folder / "home"),
        }
        beside = Started(["serve", "inventory"], environment, folder)
        stack.callback(beside.end)
        await beside.ready()
        names = discover.names()
        if not times:
            at_once = (measured(name, environment, folder) for name in names)
            return list(await asyncio.gather(*at_once))
        return [
            _typical([await measured(name, environment, folder) for _ in range(times)])
            for name in names
        ]


async def everything(folder: Path, *, times: int = 1) -> Rest:
    """Measure `acg up`: all functions in one process, with a server of its own."""
    async with AsyncExitStack() as stack:
        sockets = stack.enter_context(tempfile.TemporaryDirectory(prefix="acg-"))
        engine = await stack.enter_async_context(counting_engine(Path(sockets) / "d.sock", 8))
        of_it = []
        for number in range(times):
            home = folder / f"up-{number}"
            environment = {"DOCKER_HOST": engine.url, "ACG_HOME": str(home), "NATS_URL": ""}
            started = Started(["up"], environment, folder)
            try:
                ready = await started.ready()
                await asyncio.sleep(_SETTLE_S)
                of_it.append(Rest("up", *ready, *started.memory()))
            finally:
                started.end()
        return _typical(of_it)


def table(found: list[Rest], up: Rest) -> str:
    """Return the table as Markdown."""
    lines = [
        "| process | resident MB | allowed | own MB | ready s | allowed | CPU s |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines.extend(
        f"| `acg serve {each.name}` | {each.rss_mb:.1f} | {limit(each.name)} | {each.own_mb:.1f} "
        f"| {each.ready_s:.2f} | {READY_S:.1f} | {each.cpu_s:.2f} |"
        for each in found
    )
    lines.append(
        f"| `acg up` | {up.rss_mb:.1f} | | {up.own_mb:.1f} | {up.ready_s:.2f} | {UP_READY_S:.1f} "
        f"| {up.cpu_s:.2f} |"
    )
    return "\n".join(lines)


def _typical(found: list[Rest]) -> Rest:
    """Return the median of each figure."""
    return Rest(
        found[0].name,
        statistics.median(each.ready_s for each in found),
        statistics.median(each.cpu_s for each in found),
        statistics.median(each.rss_mb for each in found),
        statistics.median(each.own_mb for each in found),
    )


async def main() -> None:
    """Print the table, each figure the median of five."""
    with tempfile.TemporaryDirectory(prefix="acg-rest-") as name:
        folder = Path(name)
        found = await functions(folder, times=5)
        up = await everything(folder, times=5)
    load = json.dumps(os.getloadavg())
    sys.stdout.write(f"{table(found, up)}\n\n{os.cpu_count()} processors, load {load}\n")


if __name__ == "__main__":
    asyncio.run(main())
