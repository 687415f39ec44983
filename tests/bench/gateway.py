"""The gateway: its real functions in one process, with a Docker Engine that does nothing."""

import asyncio
import cProfile
import io
import pstats
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import uvloop

from contracts.docker.errand import Errand
from contracts.docker.operations import Operation
from contracts.docker.outcome import Outcome
from contracts.world import Container, HostPicture
from runtime import Settings, discover, log
from runtime.serve import serving, until_told
from runtime.settings import AcgSettings
from tests.bench.load import told

ON_THE_PATH = ("accept", "generate", "validate", "execute", "reply")
# As many as there are commands in flight and more: commands on one object run one after another.
NAMES = tuple(f"web{number:03d}" for number in range(128))
_SHOWN = 45


class NoEngine:
    """Has some containers, and does at once whatever it is told."""

    host = "local"
    labels: Mapping[str, str] = MappingProxyType({})

    async def run(self, _: Operation, __: Errand | None = None) -> Outcome:
        """Say what `docker restart web000` says."""
        return Outcome(stdout="web000\n")

    async def evidence(self, _: Operation, __: Errand | None = None) -> str:
        """Have nothing to show."""
        return ""

    async def picture(self) -> HostPicture:
        """Show them."""
        containers = tuple(
            Container(
                id=f"{number:064x}", name=name, image=f"{name}:1", state="running", status="Up"
            )
            for number, name in enumerate(NAMES, 1)
        )
        return HostPicture(host=self.host, as_of=datetime.now(UTC), containers=containers)

    async def changes(self) -> AsyncIterator[None]:
        """Never change."""
        await asyncio.Event().wait()
        yield


class NoEngines:
    """The one engine, for every host."""

    def __init__(self) -> None:
        self._engine = NoEngine()

    def __iter__(self) -> Iterator[NoEngine]:
        """Go over the one."""
        yield self._engine

    def on(self, _: str) -> NoEngine:
        """Return it."""
        return self._engine


class NoSettings(Settings):
    """There is nothing to set."""


@asynccontextmanager
async def open_nothing(_: NoSettings) -> AsyncIterator[NoEngines]:
    """Open the engine that does nothing."""
    yield NoEngines()


async def main(beside: list[str]) -> None:
    """Serve until told to stop; says `ready` when it takes requests."""
    log.configure("info", "json")
    functions = [
        replace(each, opens=open_nothing, settings=NoSettings)
        if each.name in {"execute", "inventory"}
        else each
        for each in map(discover.find, (*ON_THE_PATH, "inventory", *beside))
    ]
    async with serving(functions, AcgSettings(), told(), prepare=True):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await until_told()


def profiled(beside: list[str], path: Path) -> None:
    """Serve under cProfile, and write where the time went."""
    profile = cProfile.Profile()
    profile.runcall(uvloop.run, main(beside))
    found = io.StringIO()
    for order in ("tottime", "cumulative"):
        pstats.Stats(profile, stream=found).sort_stats(order).print_stats(_SHOWN)
    path.write_text(found.getvalue())


if __name__ == "__main__":
    if "--profile" in sys.argv:
        at = sys.argv.index("--profile")
        profiled(sys.argv[1:at], Path(sys.argv[at + 1]))
    else:
        uvloop.run(main(sys.argv[1:]))
