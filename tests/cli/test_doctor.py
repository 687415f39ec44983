import socket
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Acg
from tests.servers import nats_server

pytestmark = pytest.mark.slow

HONEST = {"P4": "does not hold", "P7": "does not hold", "P8": "does not hold"}


def checks(document: Any) -> dict[str, str]:
    return {each["name"]: each["state"] for each in document["checks"]}


def verdicts(document: Any) -> dict[str, str]:
    return {each["id"]: each["verdict"] for each in document["promises"]}


def test_where_nothing_is_it_says_what_is_missing_and_ends_with_1(acg: Acg) -> None:
    done = acg("doctor", "--json")
    found = checks(done.json)
    assert (done.code, done.json["ok"]) == (1, False)
    assert found["docker engine"] == "no"
    assert found["python"] == found["nats-server"] == "ok"
    assert found["streams"] == "unknown"
    assert verdicts(done.json)["P1"] == "cannot be checked"
    assert not (acg.home / "acg").exists(), "it changes nothing"


def test_each_thing_missing_comes_with_what_to_do(acg: Acg) -> None:
    done = Acg(acg.home, NATS_SERVER_BIN="/nonexistent")("doctor", "--json")
    missing = [each for each in done.json["checks"] if each["state"] == "no"]
    assert {each["name"] for each in missing} >= {"nats-server", "docker engine"}
    assert all(each["fix"] for each in missing)


def test_of_a_gateway_that_runs_it_judges_every_promise(blind: Acg) -> None:
    done = blind("doctor", "--json")
    found = checks(done.json)
    assert {found[name] for name in ("gateway", "nats", "streams", "functions")} == {"ok"}
    assert found["sync to disk"] == "ok"
    assert found["inventory"] == "no", "there is no engine"
    said = verdicts(done.json)
    assert list(said) == [f"P{number}" for number in range(1, 11)]
    assert said | HONEST == said
    assert said["P1"] == said["P2"] == said["P3"] == "holds"


def test_it_reads_as_a_table_without_colour_in_a_pipe(blind: Acg) -> None:
    done = blind("doctor")
    assert "docker engine" in done.stdout
    assert "→ " in done.stdout
    assert "\x1b" not in done.stdout
    assert "\x1b[" in blind.at_terminal("doctor").stdout


def test_keys_that_others_may_read_are_found(acg: Acg) -> None:
    acg("history")
    key = acg.home / "acg" / "keys" / "gateway.nk"
    key.chmod(0o644)
    done = acg("doctor", "--json")
    (home,) = [each for each in done.json["checks"] if each["name"] == "home"]
    assert (home["state"], str(key) in home["fix"]) == ("no", True)


def test_a_server_without_streams_is_told_from_one_that_is_ready(tmp_path: Path) -> None:
    with nats_server(tmp_path / "nats") as server:
        acg = Acg(tmp_path, NATS_URL=server.url)
        before = acg("doctor", "--json").json
        assert acg("setup").code == 0
        after = acg("doctor", "--json").json
    assert (checks(before)["streams"], checks(after)["streams"]) == ("no", "ok")
    assert checks(after)["functions"] == "no"
    assert checks(after)["docker engine"] == "no"
    assert verdicts(after)["P1"] == "cannot be checked"
    assert verdicts(after)["P3"] == "does not hold"


def test_what_never_answers_does_not_hang_it(acg: Acg) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        away = Acg(acg.home, f"tcp://127.0.0.1:{port}", NATS_URL=f"nats://127.0.0.1:{port}")
        done = away("doctor", "--json")
    assert checks(done.json)["nats"] == "no"
    assert checks(done.json)["docker engine"] in {"no", "unknown"}
