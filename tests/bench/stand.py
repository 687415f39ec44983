"""What is measured: each contender with a nats-server of its own, all with the same settings."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from runtime import discover, setup
from runtime.embedded import Home, embedded
from runtime.link import connect
from runtime.settings import AcgSettings, LinkSettings
from tests.bench.gateway import ON_THE_PATH
from tests.bench.load import CALLER, Load, load
from tests.bench.recording import Recording, record

FLOOR, GATEWAY, WORDS, FASTSTREAM = "floor", "gateway", "gateway, words", "FastStream"

# The number is that of the caller: each has a container of its own.
LINE = b'{"command":"docker restart web%03d"}'
WORDY = b'{"request":"restart web%03d"}'

_START_S = 30.0
_STOP_S = 10.0
_ROOT = Path(__file__).parents[2]


class BrokenStandError(Exception):
    """A contender did not start; its own words are on stderr."""


@dataclass(slots=True)
class Stand:
    """The contenders that run, by name and durability: how to ask each."""

    callers: dict[tuple[str, bool], Load] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    def contenders(self) -> list[tuple[str, str, bytes]]:
        """Return the rows of the table: contender, whom it asks, with what."""
        rows = [
            (FLOOR, FLOOR, LINE),
            (GATEWAY, GATEWAY, LINE),
            (WORDS, GATEWAY, WORDY),
            (FASTSTREAM, FASTSTREAM, LINE),
        ]
        return [row for row in rows if row[1] not in self.absent]


@asynccontextmanager
async def stand(folder: Path, *, beside: Sequence[str] = ()) -> AsyncIterator[Stand]:
    """Run every contender, with a durable server and with one that is not."""
    made = Stand()
    recording = folder / "recording.json"
    async with AsyncExitStack() as stack:
        for durable in (False, True):
            at = folder / ("durable" if durable else "quick")
            home = await stack.enter_async_context(_server(at / "gateway", durable=durable))
            pid = await _start(stack, "gateway", home, list(beside))
            caller = await stack.enter_async_context(load(home.link(CALLER), pid))
            made.callers[GATEWAY, durable] = caller
            if not durable:
                (await _record(home.link("gateway"), caller)).write(recording)
            for name, program in ((FLOOR, "floor"), (FASTSTREAM, "framework")):
                if name == FASTSTREAM and not _installed():
                    made.absent[name] = "faststream is not installed: `make setup` installs it"
                    continue
                home = await stack.enter_async_context(_server(at / program, durable=durable))
                async with connect(home.link("gateway"), "bench") as link:
                    await setup.ensure(link, map(discover.find, ON_THE_PATH))
                pid = await _start(stack, program, home, [str(recording)])
                caller = await stack.enter_async_context(load(home.link(CALLER), pid))
                made.callers[name, durable] = caller
        yield made


@asynccontextmanager
async def profiling(
    folder: Path, report: Path, *, beside: Sequence[str] = ()
) -> AsyncIterator[Load]:
    """Run the gateway alone, not durable, under the profiler, which writes to `report`."""
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(_server(folder / "profile", durable=False))
        pid = await _start(stack, "gateway", home, [*beside, "--profile", str(report)])
        yield await stack.enter_async_context(load(home.link(CALLER), pid))


@asynccontextmanager
async def _server(path: Path, *, durable: bool) -> AsyncIterator[Home]:
    async with embedded(AcgSettings(home=path, caller=CALLER), durable=durable) as home:
        yield home


async def _record(settings: LinkSettings, caller: Load) -> Recording:
    async with asyncio.timeout(_START_S):
        reply = await caller.ask(LINE % 0)
    async with connect(settings, "bench", patience=timedelta(seconds=5)) as link:
        return await record(link, reply)


async def _start(stack: AsyncExitStack, program: str, home: Home, arguments: Sequence[str]) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"tests.bench.{program}",
        *arguments,
        cwd=_ROOT,
        env={
            **os.environ,
            "NATS_URL": home.url or "",
            "NATS_NKEY": str(home.key("gateway")),
            "ACG_METRICS_PORT": "0",
        },
        stdout=PIPE,
    )
    stack.push_async_callback(_stop, process)
    try:
        async with asyncio.timeout(_START_S):
            line = await process.stdout.readline() if process.stdout else b""
    except TimeoutError:
        line = b""
    if line != b"ready\n":
        raise BrokenStandError(f"{program} did not get ready")
    return process.pid


async def _stop(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), _STOP_S)
    except TimeoutError:
        process.kill()
        await process.wait()


def _installed() -> bool:
    try:
        import faststream.nats  # noqa: F401, PLC0415 - asked for only where it may be absent
    except ImportError:
        return False
    return True
