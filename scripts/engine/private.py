"""Start an engine of our own, and leave nothing of it behind.

It runs in namespaces of its own (mounts, network, processes): its bridge, its packet filter, its
mounts, containerd and every container vanish with its first process, which the kernel kills when
we die, however we die. What it stores lies in one folder, which is removed. The price: containers
reach no network but their own, and no port of theirs is reached from outside.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from scripts.engine.api import Address, Engine, EngineError
from scripts.engine.first import COVERED

READY_SECONDS = 30
STOP_SECONDS = 15
POLL_SECONDS = 0.05
LOG_LINES = 12

ROOT = Path(__file__).parents[2]
# Short and its own: a socket's path is bounded at 107 bytes, unix(7), and TMPDIR may lie in /run.
SOCKETS = Path("/tmp")  # noqa: S108 - the folder made in it is ours alone, and its name random

# Tried in this order, for kernels that lack a part and for storage below another overlay.
VARIANTS: tuple[dict[str, object], ...] = (
    {},
    {"iptables": False, "ip6tables": False},
    {"iptables": False, "ip6tables": False, "bridge": "none"},
    {"iptables": False, "ip6tables": False, "bridge": "none", "storage-driver": "vfs"},
)


class StartError(Exception):
    """The engine did not come up; the text ends with what it said last."""


def can_start() -> bool:
    """Tell whether this machine and this user could run a private engine."""
    programs = ("dockerd", "unshare", "setpriv", "mount")
    return sys.platform == "linux" and os.geteuid() == 0 and all(map(shutil.which, programs))


@contextmanager
def private_engine(state: Path) -> Iterator[Address]:
    """Give an engine that exists for the length of the block. Raises StartError.

    Everything that it stores lies below `state` and is gone afterwards.
    """
    with _folder(state) as folder, _covered():
        process, address = _start(folder, _socket_folder(folder) / "docker.sock")
        try:
            yield address
        finally:
            _stop(process)


def _start(folder: Path, socket: Path) -> tuple[subprocess.Popen[bytes], Address]:
    address = Address(host=f"unix://{socket}")
    log = folder / "dockerd.log"
    for variant in VARIANTS:
        config = folder / "daemon.json"
        config.write_text(
            json.dumps(
                {
                    "hosts": [address.host],
                    "data-root": str(folder / "data"),
                    "cgroup-parent": f"/acg-{folder.name}",
                    **variant,
                }
            )
        )
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig", "KILL"),
                    *("unshare", "--mount", "--net", "--pid", "--fork"),
                    *("--kill-child", "--mount-proc"),
                    *(sys.executable, "-m", "scripts.engine.first", str(config)),
                ],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            if _ready(process, Engine(address)):
                return process, address
        except BaseException:
            _stop(process)
            raise
        _stop(process)
    said = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    raise StartError("\n".join(["dockerd does not start here. It said last:", *said]))


def _ready(process: subprocess.Popen[bytes], engine: Engine) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(EngineError):
            engine.ping()
            return True
        time.sleep(POLL_SECONDS)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the first process, and with it everything in the namespaces; all of it is ours."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _folder(state: Path) -> Iterator[Path]:
    """Give a folder that bears a lock for as long as we live."""
    state.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        with (state / "lock").open("w") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            _sweep(state)
            folder = Path(tempfile.mkdtemp(dir=state, prefix=""))
            held.callback(_remove, folder)
            fcntl.flock(held.enter_context((folder / "lock").open("w")), fcntl.LOCK_EX)
        _socket_folder(folder).mkdir(mode=0o700)
        yield folder


@contextmanager
def _covered() -> Iterator[None]:
    """Make the folders that the engine's own mounts cover; remove those that were not there."""
    made = [path for path in map(Path, COVERED) if not path.exists()]
    for path in made:
        path.mkdir(parents=True)
    try:
        yield
    finally:
        for path in made:
            with suppress(OSError):  # another engine of ours covers it, or somebody filled it
                path.rmdir()


def _socket_folder(folder: Path) -> Path:
    return SOCKETS / f"acg-{folder.name}"


def _remove(folder: Path) -> None:
    """Remove the folder and its traces elsewhere."""
    _remove_cgroups(folder.name)
    shutil.rmtree(_socket_folder(folder), ignore_errors=True)
    shutil.rmtree(folder)


def _sweep(state: Path) -> None:
    """Remove what a killed predecessor left: its lock went with it."""
    for path in state.glob("*/lock"):
        with path.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            _remove(path.parent)


def _remove_cgroups(name: str) -> None:
    """Remove the engine's control groups, which outlive processes; busy ones stay."""
    root = Path("/sys/fs/cgroup")
    for top in [*root.glob(f"acg-{name}"), *root.glob(f"*/acg-{name}")]:
        for folder, _, _ in os.walk(top, topdown=False):
            with suppress(OSError):
                Path(folder).rmdir()
