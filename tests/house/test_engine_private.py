"""An engine of our own: it comes, it goes, and nothing of it stays, even when it is killed."""

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scripts.engine.api import Engine
from scripts.engine.image import busybox_image
from scripts.engine.private import can_start, private_engine

pytestmark = [
    pytest.mark.docker,
    pytest.mark.slow,
    pytest.mark.skipif(not can_start(), reason="docker: no dockerd here, or not root"),
]


def control_groups(name: str) -> list[Path]:
    root = Path("/sys/fs/cgroup")
    return [*root.glob(f"acg-{name}"), *root.glob(f"*/acg-{name}")]


def processes(file: str) -> Iterator[tuple[int, bytes]]:
    """Yield each process with what that file of it says; one that ends meanwhile is left out."""
    for path in Path("/proc").glob(f"[0-9]*/{file}"):
        with suppress(OSError):
            yield int(path.parent.name), path.read_bytes()


def start_container(engine: Engine, image: str, **options: object) -> str:
    """Start one that ignores the polite signal; return its id."""
    command = ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]
    created = engine.json("POST", "/containers/create", {"Image": image, "Cmd": command, **options})
    engine.call("POST", f"/containers/{created['Id']}/start")
    return str(created["Id"])


def daemon_below(folder: Path) -> int:
    """Return the process of the daemon whose configuration lies below that folder."""
    return next(
        pid
        for pid, command in processes("cmdline")
        if command.startswith(b"dockerd\0") and bytes(folder) in command
    )


def test_it_is_gone_afterwards_with_what_ran_in_it(tmp_path: Path) -> None:
    with private_engine(tmp_path) as address:
        engine = Engine(address)
        with busybox_image(engine) as image:
            engine.call("POST", f"/images/{image}/tag", query={"repo": "kept", "tag": "1"})
            marker = start_container(engine, "kept:1").encode()
            pid = min(pid for pid, groups in processes("cgroup") if marker in groups)
            (name,) = [path.parent.name for path in tmp_path.glob("*/daemon.json")]
            assert control_groups(name)
    assert not Path(f"/proc/{pid}").exists()
    assert not control_groups(name)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]
    assert not Path(address.host.removeprefix("unix://")).parent.exists()
    assert str(tmp_path) not in Path("/proc/mounts").read_text()


def test_the_machines_network_is_untouched(tmp_path: Path) -> None:
    ours = Path("/proc/self/ns/net").readlink()
    with private_engine(tmp_path):
        assert Path(f"/proc/{daemon_below(tmp_path)}/ns/net").readlink() != ours


def test_a_port_is_published_within_it(tmp_path: Path) -> None:
    options = {
        "ExposedPorts": {"80/tcp": {}},
        "HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]}},
    }
    with private_engine(tmp_path) as address:
        engine = Engine(address)
        with busybox_image(engine) as image:
            started = start_container(engine, image, **options)
            found = engine.json("GET", f"/containers/{started}/json")
            engine.call("DELETE", f"/containers/{started}", query={"force": "1"})
    (published,) = found["NetworkSettings"]["Ports"]["80/tcp"]
    assert int(published["HostPort"]) > 0


def test_when_we_are_killed_it_dies_and_the_next_one_sweeps(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys; from scripts.engine.private import private_engine\n"
        "with private_engine(pathlib.Path(sys.argv[1])) as address:\n"
        "    print(address.host, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        socket = Path(process.stdout.readline().strip().removeprefix("unix://"))
        (left,) = [path.parent for path in tmp_path.glob("*/lock")]
        watched = os.pidfd_open(daemon_below(left))
        process.kill()
        assert process.wait(10) == -signal.SIGKILL
    ended, _, _ = select.select([watched], [], [], 10)
    os.close(watched)
    assert ended
    assert left.exists()
    with private_engine(tmp_path):
        assert not left.exists()
        assert not socket.parent.exists()
        assert not control_groups(left.name)


@pytest.mark.skipif(
    Path("/var/run/docker.sock").exists(), reason="an engine of this machine would be used"
)
def test_a_no_at_the_terminal_starts_nothing(root: Path, tmp_path: Path) -> None:
    terminal, far_end = pty.openpty()
    os.write(terminal, b"n\n")
    done = subprocess.run(
        [sys.executable, "-m", "scripts.engine", "run", "--", "echo", "never"],
        cwd=root,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        stdin=far_end,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    os.close(terminal)
    os.close(far_end)
    assert "Start one for this run? [Y/n]" in done.stderr
    assert (done.stdout, done.returncode) == ("", 3)
