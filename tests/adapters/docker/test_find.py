"""The engine is found as docker finds it, then where it usually lies."""

import hashlib
import json
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.errors import Code, RefusedError
from runtime.adapters.docker.find import Found, find

FAR = "ssh://somebody@host:2222"


def pems(folder: Path) -> None:
    """Write the three files that docker looks for."""
    folder.mkdir(parents=True)
    for name in ("ca", "cert", "key"):
        (folder / f"{name}.pem").touch()


@pytest.fixture
def place() -> Iterator["Place"]:
    """Give a place whose paths are short: a socket's may have some hundred characters."""
    with tempfile.TemporaryDirectory(prefix="acg") as folder:
        made = Place(Path(folder))
        yield made
        made.close()


class Place:
    """A machine of its own: a home, a root, and sockets where a test wants them."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.root = folder / "root"
        self.home.mkdir()
        self.root.mkdir()
        self._sockets: list[socket.socket] = []

    def socket(self, path: Path) -> str:
        path.parent.mkdir(parents=True)
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._sockets.append(made)
        made.bind(str(path))
        return f"unix://{path}"

    def context(
        self, name: str, host: str | None, *, current: bool = False, **more: object
    ) -> Path:
        digest = hashlib.sha256(name.encode()).hexdigest()
        config = self.home / ".docker"
        folder = config / "contexts" / "meta" / digest
        folder.mkdir(parents=True)
        endpoints = {"docker": {"Host": host, **more}} if host else {}
        (folder / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": endpoints}))
        if current:
            (config / "config.json").write_text(json.dumps({"currentContext": name}))
        return config / "contexts" / "tls" / digest

    def find(self, **environment: str) -> Found:
        return find(environment, self.home, root=self.root)

    def close(self) -> None:
        for each in self._sockets:
            each.close()


def test_docker_host_wins_over_the_context(place: Place) -> None:
    place.context("remote", "unix:///remote.sock", current=True)
    found = place.find(DOCKER_HOST="unix:///mine.sock", DOCKER_CONTEXT="remote")
    assert found == Found("unix:///mine.sock", "DOCKER_HOST")


def test_the_context_of_the_environment_wins_over_the_current_one(place: Place) -> None:
    place.context("current", "unix:///current.sock", current=True)
    place.context("asked", "unix:///asked.sock")
    assert place.find() == Found("unix:///current.sock", "docker context 'current'")
    asked = place.find(DOCKER_CONTEXT="asked")
    assert asked == Found("unix:///asked.sock", "docker context 'asked'")


def test_docker_config_names_another_folder(place: Place) -> None:
    place.context("current", "unix:///current.sock", current=True)
    moved = (place.home / ".docker").rename(place.home / "elsewhere")
    assert place.find(DOCKER_CONFIG=str(moved)).url == "unix:///current.sock"


def test_the_default_context_is_the_usual_socket(place: Place) -> None:
    place.context("current", "unix:///current.sock", current=True)
    url = place.socket(place.root / "var/run/docker.sock")
    assert place.find(DOCKER_CONTEXT="default").url == url


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (".docker/run/docker.sock", "Docker Desktop's socket"),
        (".docker/desktop/docker.sock", "Docker Desktop's socket"),
        (".colima/default/docker.sock", "Colima's socket"),
        (".orbstack/run/docker.sock", "OrbStack's socket"),
        (".local/share/containers/podman/machine/podman.sock", "Podman machine's socket"),
    ],
)
def test_a_socket_in_the_home_is_found(place: Place, path: str, source: str) -> None:
    url = place.socket(place.home / path)
    assert place.find() == Found(url, source)


def test_rootless_sockets_are_found_in_the_runtime_folder(place: Place) -> None:
    runtime = place.home / "run"
    podman = place.socket(runtime / "podman/podman.sock")
    assert place.find(XDG_RUNTIME_DIR=str(runtime)).url == podman
    (runtime / "docker.sock").symlink_to(runtime / "podman/podman.sock")
    assert place.find(XDG_RUNTIME_DIR=str(runtime)).source == "rootless Docker's socket"


def test_a_file_that_is_no_socket_is_passed_over(place: Place) -> None:
    (place.root / "var/run").mkdir(parents=True)
    (place.root / "var/run/docker.sock").write_text("no socket")
    url = place.socket(place.root / "run/podman/podman.sock")
    assert place.find().url == url


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open every socket")
def test_a_socket_that_may_be_opened_wins_over_one_that_may_not(place: Place) -> None:
    place.socket(place.root / "var/run/docker.sock")
    (place.root / "var/run/docker.sock").chmod(0)
    url = place.socket(place.home / ".docker/run/docker.sock")
    assert place.find().url == url


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({}, "No Docker Engine was found"),
        ({"DOCKER_HOST": "ssh://somebody:secret@host"}, "passwords are not used"),
        ({"DOCKER_HOST": "tcp://192.0.2.1:2375"}, "plain TCP to another machine"),
        ({"DOCKER_HOST": "not an address"}, "no address"),
        ({"DOCKER_HOST": "tcp://host:2376", "DOCKER_TLS_VERIFY": "1"}, "there is no .*ca.pem"),
        ({"DOCKER_CONTEXT": "nowhere"}, "'nowhere' does not exist"),
        ({"DOCKER_CONTEXT": "empty"}, "'empty' does not exist"),
        ({"DOCKER_CONTEXT": "secure"}, "there is no .*ca.pem"),
        ({"DOCKER_CONTEXT": "trusting"}, "does not verify who answers"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_what_to_do(
    place: Place, environment: dict[str, str], word: str
) -> None:
    place.context("empty", None)
    (place.context("secure", "tcp://host:2376") / "docker").mkdir(parents=True)
    place.context("trusting", "tcp://host:2376", SkipTLSVerify=True)
    with pytest.raises(RefusedError, match=word) as refused:
        place.find(**environment)
    assert refused.value.error.code is Code.ENGINE_UNREACHABLE
    assert refused.value.error.hint
    assert "secret" not in str(refused.value.error)


def test_certificates_are_those_that_docker_would_use(place: Place) -> None:
    for folder in (place.home / ".docker", place.home / "elsewhere"):
        pems(folder)
    asked = {"DOCKER_HOST": "tcp://host:2376", "DOCKER_TLS_VERIFY": "1"}
    usual = place.find(**asked).tls
    chosen = place.find(**asked, DOCKER_CERT_PATH=str(place.home / "elsewhere")).tls
    assert usual
    assert usual.ca == place.home / ".docker" / "ca.pem"
    assert chosen
    assert chosen.key == place.home / "elsewhere" / "key.pem"
    pems(place.context("secure", "tcp://host:2376") / "docker")
    of_context = place.find(DOCKER_CONTEXT="secure").tls
    assert of_context
    assert of_context.cert.parent.name == "docker"


@pytest.mark.parametrize("environment", [{"DOCKER_HOST": FAR}, {"DOCKER_CONTEXT": "far"}])
def test_an_engine_over_ssh_is_found(place: Place, environment: dict[str, str]) -> None:
    place.context("far", FAR)
    assert place.find(**environment).url == FAR


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost"])
def test_plain_tcp_stays_on_this_machine(place: Place, host: str) -> None:
    assert place.find(DOCKER_HOST=f"tcp://{host}:2375").tls is None


def test_a_broken_configuration_is_said_and_not_passed_over(place: Place) -> None:
    (place.home / ".docker").mkdir()
    (place.home / ".docker/config.json").write_text("{")
    place.socket(place.root / "var/run/docker.sock")
    with pytest.raises(RefusedError, match="cannot be read"):
        place.find()
