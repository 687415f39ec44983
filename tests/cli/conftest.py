"""The real `acg` as a program: its own home, a gateway that runs, a terminal to look at."""

import contextlib
import json
import os
import pty
import secrets
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.engine.api import Engine

_WITHIN_S = 45.0
_LOOK_S = 0.05
NO_ENGINE = "unix:///nonexistent/docker.sock"


def eventually(found: Callable[[], Any], *, within: float = _WITHIN_S) -> Any:
    """Return what `found` returns as soon as that is true."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if value := found():
            return value
        time.sleep(_LOOK_S)
    raise AssertionError(f"not within {within} s: {found}")


@dataclass(frozen=True)
class Done:
    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        assert self.stdout, self.stderr
        return json.loads(self.stdout)


class Acg:
    """Runs `acg` with a home of its own, and nothing of this machine's configuration."""

    def __init__(self, home: Path, docker: str = NO_ENGINE, **more: str) -> None:
        self.home = home
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        self.environment: Mapping[str, str] = {
            **kept,
            "HOME": str(home),
            "ACG_HOME": str(home / "acg"),
            "DOCKER_HOST": docker,
            "PYTHONWARNINGS": "error",
            "TERM": "xterm",
            **more,
        }

    def start(self, *words: str, **streams: Any) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(
            [sys.executable, "-m", "runtime", *words],
            env=dict(self.environment),
            text=True,
            errors="surrogateescape",
            cwd=Path(__file__).parents[2],
            **{**pipes, **streams},
        )

    def __call__(self, *words: str) -> Done:
        """Run a command to its end, behind pipes."""
        return finished(self.start(*words))

    def at_terminal(
        self,
        *words: str,
        answer: str = "",
        shows: str = "",
        then: Callable[[], object] = lambda: None,
    ) -> Done:
        """Run a command to its end at a terminal; what it shows is all in `stdout`.

        Once it `shows` that, something is done, `then`.
        """
        ours, theirs = pty.openpty()
        try:
            process = self.start(*words, stdin=theirs, stdout=theirs, stderr=theirs)
        finally:
            os.close(theirs)
        with contextlib.closing(os.fdopen(ours, "r+b", buffering=0)) as terminal:
            if answer:
                terminal.write(answer.encode())
            shown, waits = b"", bool(shows)
            for piece in _read(terminal.fileno()):
                shown += piece
                if waits and shows.encode() in shown:
                    waits = False
                    then()
        code = process.wait(_WITHIN_S)
        return Done(code, shown.decode(errors="surrogateescape").replace("\r\n", "\n"), "")

    @contextlib.contextmanager
    def up(self) -> Iterator[subprocess.Popen[str]]:
        """Keep a gateway running for as long as the block lasts."""
        log = self.home / "up.log"
        with log.open("w") as output:
            process = self.start("up", stdout=output, stderr=output)
        try:
            eventually(lambda: "gateway ready" in log.read_text() or process.poll() is not None)
            assert process.poll() is None, log.read_text()
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
            process.wait(_WITHIN_S)


def finished(process: subprocess.Popen[str]) -> Done:
    """Wait for a program to end."""
    try:
        stdout, stderr = process.communicate(timeout=_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        raise AssertionError(f"it hangs: {stdout}{stderr}") from None
    return Done(process.returncode, stdout, stderr)


def _read(terminal: int) -> Iterator[bytes]:
    """Yield what appears until the program closes its side (EIO on Linux, nothing elsewhere)."""
    until = time.monotonic() + _WITHIN_S
    while select.select([terminal], [], [], max(0.0, until - time.monotonic()))[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            return
        if not piece:
            return
        yield piece
    raise AssertionError("it hangs at the terminal")


@pytest.fixture
def acg(tmp_path: Path) -> Acg:
    """Give `acg` with an empty home and no engine."""
    return Acg(tmp_path)


@pytest.fixture(scope="session")
def blind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acg]:
    """Give `acg` beside a gateway that runs and finds no engine."""
    made = Acg(tmp_path_factory.mktemp("blind"))
    with made.up():
        yield made


@pytest.fixture(scope="session")
def seeing(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Iterator[Acg]:
    """Give `acg` beside a gateway that runs, with the real engine."""
    made = Acg(tmp_path_factory.mktemp("seeing"), engine.address.host)
    with made.up():
        yield made


class Containers:
    """Makes containers with random names and removes exactly those."""

    def __init__(self, engine: Engine, image: str) -> None:
        self._engine = engine
        self._image = image
        self._made: list[str] = []

    def __call__(self, command: Sequence[str] = ("sleep", "600"), *, tty: bool = False) -> str:
        name = f"acg-cli-{secrets.token_hex(4)}"
        body = {"Image": self._image, "Cmd": [*command], "StopTimeout": 1, "Tty": tty}
        self._engine.json("POST", "/containers/create", body, {"name": name})
        self._made.append(name)
        self._engine.call("POST", f"/containers/{name}/start")
        return name

    def ended(self, command: Sequence[str], *, tty: bool = False) -> str:
        """Make one and let it run to its end."""
        name = self(command, tty=tty)
        self._engine.json("POST", f"/containers/{name}/wait")
        return name

    def started_at(self, name: str) -> str:
        found = self._engine.json("GET", f"/containers/{name}/json")
        return str(found["State"]["StartedAt"])

    def remove(self) -> None:
        for name in self._made:
            self._engine.call("DELETE", f"/containers/{name}", query={"force": "1", "v": "1"})


@pytest.fixture
def container(engine: Engine, busybox: str) -> Iterator[Containers]:
    made = Containers(engine, busybox)
    try:
        yield made
    finally:
        made.remove()
