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

READY_SECONDS = 30
STOP_SECONDS = 15
POLL_SECONDS = 0.05
LOG_LINES = 12

# A private /run hides a containerd that runs already; dockerd 20.10 writes a key to /etc/docker,
# containerd makes a folder in /opt. The shell is the first process: it reaps what is orphaned, and
# when it ends, the kernel kills the rest before anybody is told.
FIRST_PROCESS = """
for place in /run /opt /etc/docker; do mount -t tmpfs tmpfs $place || exit 1; done
ip link set lo up 2>/dev/null
trap 'exit 0' TERM
dockerd --config-file "$1" &
wait $!
"""

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
    keys = Path("/etc/docker")
    keys_were_there = keys.exists()
    keys.mkdir(exist_ok=True)
    with _folder(state) as folder:
        try:
            process, address = _start(folder, _socket_folder(folder) / "docker.sock")
            try:
                yield address
            finally:
                _stop(process)
        finally:
            if not keys_were_there:
                keys.rmdir()


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
                    *("sh", "-c", FIRST_PROCESS, "first-process", str(config)),
                ],
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


def _socket_folder(folder: Path) -> Path:
    """Name a short path: a socket's is bounded at 107 bytes, unix(7), the project's is not."""
    return Path(tempfile.gettempdir()) / f"acg-{folder.name}"


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
