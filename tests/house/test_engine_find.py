import hashlib
import json
from pathlib import Path

import pytest

from scripts.engine.api import Address, Engine, EngineError
from scripts.engine.find import ChosenError, NotFoundError, find
from tests.house.conftest import FakeEngine


def add_context(home: Path, name: str, host: str, *, tls: bool = False) -> Path:
    key = hashlib.sha256(name.encode()).hexdigest()
    meta = home / ".docker/contexts/meta" / key / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host}}}))
    certificates = home / ".docker/contexts/tls" / key / "docker"
    if tls:
        certificates.mkdir(parents=True)
    return certificates


def test_docker_host_comes_first(tmp_path: Path, fake_engine: FakeEngine) -> None:
    chosen = fake_engine(tmp_path / "mine.sock")
    fake_engine(tmp_path / "var/run/docker.sock")
    add_context(tmp_path, "there", fake_engine(tmp_path / "there.sock"))
    environment = {"DOCKER_HOST": chosen, "DOCKER_CONTEXT": "there"}
    assert find(environment, tmp_path, tmp_path) == Address(host=chosen)


@pytest.mark.parametrize(
    "host", ["unix:///nowhere/docker.sock", "tcp://127.0.0.1:1", "ssh://ops@host", "fd://"]
)
def test_a_named_engine_that_does_not_answer_is_no_reason_to_use_another(
    tmp_path: Path, fake_engine: FakeEngine, host: str
) -> None:
    fake_engine(tmp_path / "var/run/docker.sock")
    with pytest.raises(ChosenError, match="DOCKER_HOST="):
        find({"DOCKER_HOST": host}, tmp_path, tmp_path)


@pytest.mark.parametrize("by", ["variable", "configuration"])
def test_the_current_context_is_used(tmp_path: Path, fake_engine: FakeEngine, by: str) -> None:
    fake_engine(tmp_path / "var/run/docker.sock")
    host = fake_engine(tmp_path / "there.sock")
    add_context(tmp_path, "there", host)
    if by == "configuration":
        (tmp_path / ".docker/config.json").write_text('{"currentContext": "there"}')
    environment = {"DOCKER_CONTEXT": "there"} if by == "variable" else {}
    assert find(environment, tmp_path, tmp_path).host == host


def test_a_context_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ChosenError, match="'gone'"):
        find({"DOCKER_CONTEXT": "gone"}, tmp_path, tmp_path)


def test_a_configuration_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").write_text("{")
    with pytest.raises(ChosenError, match=r"config\.json"):
        find({}, tmp_path, tmp_path)


def test_the_default_context_means_the_usual_sockets(
    tmp_path: Path, fake_engine: FakeEngine
) -> None:
    host = fake_engine(tmp_path / "var/run/docker.sock")
    assert find({"DOCKER_CONTEXT": "default"}, tmp_path, tmp_path).host == host


@pytest.mark.parametrize(
    "socket",
    [
        "var/run/docker.sock",
        "runtime/docker.sock",
        ".docker/run/docker.sock",
        ".docker/desktop/docker.sock",
        ".colima/default/docker.sock",
        ".orbstack/run/docker.sock",
        ".rd/docker.sock",
        "runtime/podman/podman.sock",
        "run/podman/podman.sock",
    ],
)
def test_each_usual_socket_is_found(tmp_path: Path, fake_engine: FakeEngine, socket: str) -> None:
    host = fake_engine(tmp_path / socket)
    environment = {"XDG_RUNTIME_DIR": str(tmp_path / "runtime")}
    assert find(environment, tmp_path, tmp_path).host == host


def test_a_dead_socket_is_passed_over(tmp_path: Path, fake_engine: FakeEngine) -> None:
    (tmp_path / "var/run").mkdir(parents=True)
    (tmp_path / "var/run/docker.sock").touch()
    host = fake_engine(tmp_path / ".docker/run/docker.sock")
    assert find({}, tmp_path, tmp_path).host == host


def test_what_the_dead_sockets_said_is_told(tmp_path: Path) -> None:
    (tmp_path / "var/run").mkdir(parents=True)
    (tmp_path / "var/run/docker.sock").touch()
    with pytest.raises(NotFoundError, match=r"var/run/docker\.sock: Connection refused"):
        find({}, tmp_path, tmp_path)


def test_an_address_leads_every_client_to_its_engine(tmp_path: Path) -> None:
    assert Address(host="unix:///a").environment() == {"DOCKER_HOST": "unix:///a"}
    assert Address(host="tcp://a:2376", certificates=tmp_path).environment() == {
        "DOCKER_HOST": "tcp://a:2376",
        "DOCKER_CERT_PATH": str(tmp_path),
        "DOCKER_TLS_VERIFY": "1",
    }


def test_a_refusal_is_told_in_the_engines_words(tmp_path: Path, fake_engine: FakeEngine) -> None:
    engine = Engine(Address(host=fake_engine(tmp_path / "docker.sock")))
    with pytest.raises(EngineError, match=r"^no such$"):
        engine.json("GET", "/containers/json")
