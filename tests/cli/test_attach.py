"""Which gateway answers: the one that runs, its successor, or one of the call's own."""

import json
import re
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import Acg, Done, eventually, finished
from tests.servers import nats_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def listening(acg: Acg) -> set[str]:
    """Return the names of those who hear the live feed of this home's server."""
    for each in acg.home.glob("acg/run/*.ports"):
        if found := re.search(r"http://[^\"]*:(\d+)", each.read_text()):
            url = f"http://127.0.0.1:{found[1]}/connz?subs=1"
            with urllib.request.urlopen(url, timeout=5) as answer:
                connections = json.load(answer)["connections"]
            return {
                str(each["name"])
                for each in connections
                if "command.*" in each.get("subscriptions_list", ())
            }
    return set()


def test_a_call_starts_a_gateway_of_its_own_and_stops_it_again(acg: Acg) -> None:
    first = acg("run", "--json", "docker ps")
    assert first.code == 5
    assert first.json["command_id"]
    stays = acg("history", first.json["command_id"])
    assert "engine_unreachable" in stays.stdout
    assert acg("uninstall", "--yes").code == 0


def test_many_calls_at_once_all_get_their_answer(acg: Acg) -> None:
    calls = [acg.start("run", "--json", "docker ps") for _ in range(4)]
    done = [finished(each) for each in calls]
    assert [each.code for each in done] == [5] * 4, [each.stderr for each in done]
    assert len({each.json["command_id"] for each in done}) == 4


def test_many_calls_with_one_key_are_one_command(acg: Acg) -> None:
    calls = [acg.start("run", "--json", "--key", "one", "docker ps") for _ in range(3)]
    done = [finished(each).json for each in calls]
    assert done[1:] == done[:-1]


def test_a_call_outlives_the_gateway_that_it_used(acg: Acg) -> None:
    with acg.up() as gateway:
        gateway.send_signal(signal.SIGSTOP)  # its server goes on, and nobody answers
        call = acg.start("run", "--json", "docker ps")
        eventually(lambda: "acg-local" in listening(acg))
        gateway.kill()
        done = finished(call)
    assert (done.code, done.json["error"]["code"]) == (5, "engine_unreachable")


def test_an_interrupted_call_says_how_to_go_on(acg: Acg) -> None:
    with acg.up() as gateway:
        gateway.send_signal(signal.SIGSTOP)
        call = acg.start("run", "docker ps")
        eventually(lambda: "acg-local" in listening(acg))
        call.send_signal(signal.SIGINT)
        done = finished(call)
    assert done.code == 130
    assert re.search(r"--key acg-[0-9a-f]{32} gives its answer", done.stderr)
    assert "Traceback" not in done.stderr


def test_without_functions_it_says_what_to_start(tmp_path: Path) -> None:
    with nats_server(tmp_path / "nats") as server:
        done = Acg(tmp_path, NATS_URL=server.url)("run", "--json", "docker ps")
    error = done.json["error"]
    assert (done.code, error["code"]) == (5, "unavailable")
    assert "nobody serves gateway.run.local" in error["message"]
    assert "acg serve accept" in error["hint"]


def test_without_a_server_it_says_where_it_looked(acg: Acg) -> None:
    done = Acg(acg.home, NATS_URL="nats://127.0.0.1:1")("run", "docker ps")
    assert done.code == 5
    assert "no NATS server at nats://127.0.0.1:1" in done.stderr


def test_watching_nothing_says_what_to_start(acg: Acg) -> None:
    done = acg("watch")
    assert done.code == 5
    assert "acg up" in done.stderr


def test_looking_at_the_history_starts_a_server_and_no_function(acg: Acg) -> None:
    done = acg("history")
    assert (done.code, done.stdout) == (0, "")
    assert "nothing yet" in done.stderr
    assert "Server is ready" in (acg.home / "acg" / "nats-server.log").read_text()
    assert not list(acg.home.rglob("COMMANDS")), "functions would have made their streams"


def test_the_history_of_a_command_that_there_is_not_is_no_success(blind: Acg) -> None:
    done = blind("history", "a" * 26)
    assert (done.code, done.stdout) == (3, "")
    assert f"there is no command {'a' * 26}" in done.stderr


def test_two_gateways_in_one_home_are_refused(acg: Acg) -> None:
    with acg.up():
        done: Done = finished(acg.start("up", stderr=subprocess.PIPE))
    assert done.code == 5
    assert "already runs here" in done.stderr
