"""The stack of compose.yaml on a real engine, of images made here, and a caller inside it."""

import contextlib
import itertools
import json
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.engine import api
from scripts.engine.packages import InstallError
from scripts.stack import packages, standins
from scripts.stack.compose import Stack
from scripts.stack.standins import StandIns, docker
from tests.adapters.docker.certificates import Authority

DRIVER = Path(__file__).with_name("driver.py")
SECONDS = 180
UNIX = "unix://"
CLUSTER = ("--env-file", "deploy/cluster.env", "--profile", "cluster")


@pytest.fixture(scope="session")
def images(engine: api.Engine) -> Iterator[StandIns]:
    """Give our image, built by our Dockerfile on stand-ins, and stand-ins for the others."""
    if not engine.address.host.startswith(UNIX):
        pytest.skip("docker: the stack mounts the engine's socket, and this one has none here")
    try:
        packages.ensure()
    except InstallError as error:
        pytest.skip(f"stack: {error}")
    names = StandIns(f"acg-stack-{secrets.token_hex(4)}")
    try:
        standins.make(names)
        yield names
    finally:
        standins.remove(names)


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the HTTP door: a certificate, its key, and who vouches for it."""
    folder = tmp_path_factory.mktemp("http")
    authority = Authority(folder, "ca")
    pair = authority.signs("http", server=True)
    pair.cert.rename(folder / "cert.pem")
    pair.key.rename(folder / "key.pem")
    folder.chmod(0o777)  # its container writes the tokens, as a user of its own
    for each in folder.iterdir():
        each.chmod(0o644)
    return folder


@pytest.fixture(scope="session")
def settings(engine: api.Engine, images: StandIns, door: Path) -> dict[str, str]:
    """Give the variables that compose.yaml reads."""
    socket = engine.address.host.removeprefix(UNIX)
    ports = ("NATS_PORT", "PROMETHEUS_PORT", "ALERTMANAGER_PORT", "GRAFANA_PORT", "HTTP_PORT")
    return {
        **dict.fromkeys(ports, "0"),
        "DOCKER_SOCKET": socket,
        "DOCKER_GID": str(Path(socket).stat().st_gid),
        "ACG_IMAGE": images.gateway,
        "NATS_IMAGE": images.nats,
        "PROMETHEUS_IMAGE": images.prometheus,
        "ALERTMANAGER_IMAGE": images.alertmanager,
        "HTTP_FOLDER": str(door),
    }


@contextlib.contextmanager
def running(images: StandIns, settings: dict[str, str], *options: str) -> Iterator[Stack]:
    """Bring a stack up, and remove all of it whatever happens."""
    stack = Stack(f"{images.prefix}-{secrets.token_hex(2)}", settings, options)
    try:
        stack.up()
        yield stack
    finally:
        stack.down()


@dataclass(frozen=True)
class Caller:
    """Asks from a container on the network of NATS."""

    stack: Stack
    image: str
    urls: str

    def ask(self, **request: object) -> Any:
        return self._run("ask", json.dumps(request))

    def terminal_events(self, commands: list[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self._run("history", json.dumps(commands))
        return found

    def leader(self) -> Any:
        return self._run("leader")

    @contextlib.contextmanager
    def load(self, workers: int, containers: list[str]) -> Iterator["Load"]:
        """Keep so many requests in flight for as long as the block lasts."""
        name = f"{self.stack.project}-load-{secrets.token_hex(2)}"
        wanted = json.dumps({"workers": workers, "containers": containers})
        with (
            tempfile.TemporaryFile() as said,
            DRIVER.open("rb") as program,
            subprocess.Popen(
                self._command(name, "load", wanted),
                stdin=program,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            ) as process,
        ):
            try:
                assert process.stdout
                begun = process.stdout.readline()
                if not begun:
                    said.seek(0)
                    raise AssertionError(said.read()[-3000:].decode())
                load = Load(in_flight=json.loads(begun)["in_flight"])
                yield load
                docker("kill", "--signal", "TERM", name)
                load.done(json.loads(process.communicate(timeout=SECONDS)[0].splitlines()[-1]))
            finally:
                subprocess.run(("docker", "rm", "-f", name), capture_output=True, check=False)

    def _run(self, *arguments: str) -> Any:
        name = f"{self.stack.project}-ask-{secrets.token_hex(2)}"
        said = docker(*self._command(name, *arguments)[1:], given=DRIVER.read_bytes())
        return json.loads(said.splitlines()[-1])

    def _command(self, name: str, *arguments: str) -> tuple[str, ...]:
        return (
            *("docker", "run", "--rm", "--interactive", "--init", "--name", name),
            *("--network", f"{self.stack.project}_bus", "--read-only", "--no-healthcheck"),
            *("--env", f"NATS_URL={self.urls}"),
            *("--entrypoint", "python", self.image, "-", *arguments),
        )


class Load:
    """What became of the requests of a load, once it has ended."""

    def __init__(self, in_flight: int) -> None:
        self.in_flight = in_flight
        self.replies: list[dict[str, Any]] = []
        self.unheard: list[str] = []

    def done(self, told: dict[str, Any]) -> None:
        self.replies, self.unheard = told["replies"], told["unheard"]

    @property
    def failed(self) -> list[dict[str, Any]]:
        return [each for each in self.replies if each["outcome"] != "succeeded"]

    def stall(self, since: float = 0, within: float = SECONDS) -> float:
        """Return the longest time in seconds in which nobody was answered.

        Of those that had not ended at `since`, and began at most so long after it.
        """
        moments = sorted(each["answered"] for each in self.replies)
        gaps = itertools.pairwise(moments)
        until = since + within if since else float("inf")
        return max((b - a for a, b in gaps if b > since and a < until), default=0.0)


class Effects:
    """What an engine says that it did, container by container, from now on."""

    def __init__(self, label: str) -> None:
        self._file = tempfile.NamedTemporaryFile("w+")  # noqa: SIM115 - it lives as long as we do
        self._process = subprocess.Popen(
            (
                *("docker", "events", "--filter", f"label={label}", "--filter", "event=update"),
                *("--format", "{{.Actor.Attributes.name}}"),
            ),
            stdout=self._file,
        )

    def of(self, container: str) -> int:
        """Return how often a container was changed."""
        return Path(self._file.name).read_text().split().count(container)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(SECONDS)
        self._file.close()


@pytest.fixture(scope="module")
def containers(images: StandIns) -> Iterator[list[str]]:
    """Give containers that were made and not started; changing them costs an engine little."""
    prefix = f"{images.prefix}-c{secrets.token_hex(2)}"
    names = [f"{prefix}-{number}" for number in range(25)]
    try:
        for each in names:
            label = ("--label", f"acg.stack={prefix}")
            docker("create", "--name", each, *label, "--entrypoint", "busybox", images.nats, "true")
        yield names
    finally:
        subprocess.run(("docker", "rm", "-f", *names), capture_output=True, check=False)


@pytest.fixture(scope="module")
def effects(containers: list[str]) -> Iterator[Effects]:
    heard = Effects(f"acg.stack={containers[0].rpartition('-')[0]}")
    try:
        until = time.monotonic() + SECONDS
        # Listening has begun once a change of ours is heard.
        while not heard.of(containers[0]):
            assert time.monotonic() < until
            docker("update", "--cpu-shares", "1024", containers[0])
            time.sleep(0.1)  # between two changes, of which one will be heard
        yield heard
    finally:
        heard.close()


@pytest.fixture(autouse=True, scope="session")
def _removed_when_ended() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does: what was made on somebody's engine is removed."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Give what shows a line of figures, also of a test that passes."""

    def say(*lines: str) -> None:
        with capsys.disabled():
            sys.stdout.write("\n".join(["", *lines, ""]))

    return say
