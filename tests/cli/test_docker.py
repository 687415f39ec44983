"""The whole way, from words at a command line to a real container."""

import re
import signal
import subprocess

import pytest

from tests.cli.conftest import Acg, Containers, eventually, finished

pytestmark = [pytest.mark.docker, pytest.mark.slow]


def test_words_restart_a_container(seeing: Acg, container: Containers) -> None:
    name = container()
    before = container.started_at(name)
    eventually(lambda: seeing("plan", f"restart {name}").code == 0)
    done = seeing("run", "--json", f"restart {name}")
    assert (done.code, done.json["outcome"]) == (0, "succeeded"), done
    assert container.started_at(name) != before


def test_a_plan_says_what_would_run_and_runs_nothing(seeing: Acg, container: Containers) -> None:
    name = container()
    before = container.started_at(name)
    done = eventually(lambda: _good(seeing, "plan", f"restart {name}"))
    assert done.stdout == f"docker restart {name}\n"
    assert container.started_at(name) == before


def _good(acg: Acg, *words: str) -> object:
    done = acg(*words)
    return done if done.code == 0 else None


def test_a_pipe_gets_what_docker_prints_and_nothing_else(
    seeing: Acg, container: Containers
) -> None:
    name = container.ended(("sh", "-c", "echo to stdout; echo to stderr >&2"))
    done = eventually(lambda: _good(seeing, "run", f"docker logs {name}"))
    assert (done.stdout, done.stderr) == ("to stdout\n", "to stderr\n")


def test_a_docker_command_that_fails_ends_with_1(seeing: Acg, container: Containers) -> None:
    name = container.ended(("true",))
    eventually(lambda: seeing("run", f"docker inspect {name}").code == 0)
    done = seeing("run", f"docker kill {name}")
    assert done.code == 1
    assert "is not running" in done.stderr


def test_a_refusal_ends_with_3_and_offers_the_nearest_names(
    seeing: Acg, container: Containers
) -> None:
    name = container()
    eventually(lambda: seeing("run", f"docker inspect {name}").code == 0)
    typo = name[:-1]
    done = seeing("run", f"docker restart {typo}x")
    assert done.code == 3
    assert re.search(rf"options: .*{name}", done.stderr), done.stderr


def test_more_risk_than_allowed_is_rejected(seeing: Acg, container: Containers) -> None:
    name = container()
    before = container.started_at(name)
    eventually(lambda: seeing("run", f"docker inspect {name}").code == 0)
    done = seeing("run", "--max-risk", "read", f"docker restart {name}")
    assert done.code == 3
    assert "above_max_risk" in done.stderr
    assert container.started_at(name) == before


@pytest.mark.parametrize("tty", [True, False])
def test_what_a_container_prints_cannot_steer_the_terminal(
    seeing: Acg, container: Containers, *, tty: bool
) -> None:
    name = container.ended(("printf", r"\033]0;owned\007\033[2Jhello\n"), tty=tty)
    eventually(lambda: seeing("run", f"docker inspect {name}").code == 0)
    shown = seeing.at_terminal("run", f"docker logs {name}").stdout
    assert "\\x1b]0;owned\\x07\\x1b[2Jhello" in shown
    assert "\x1b]0" not in shown
    assert "\x1b[2J" not in shown
    assert seeing("run", f"docker logs {name}").stdout.startswith("\x1b]0;owned\x07\x1b[2Jhello")


def test_a_terminal_sees_the_stages_while_it_waits_then_a_footer(
    seeing: Acg, container: Containers
) -> None:
    name = container()
    eventually(lambda: seeing("run", f"docker inspect {name}").code == 0)
    shown = seeing.at_terminal(
        *("run", f"docker wait {name}"),
        shows="→ validated",
        then=lambda: seeing("run", f"docker kill {name}"),
    ).stdout
    assert re.search(r"requested [\d.]+ ms → generated [\d.]+ ms → validated", shown), shown
    assert "\n137\n" in shown
    assert re.search(r"succeeded.* · .*read.* · local · direct · [\d.]+ m?s \(accept ", shown)


def test_an_interrupted_call_names_its_command_which_goes_on(
    seeing: Acg, container: Containers
) -> None:
    name = container(("sleep", "600"))
    eventually(lambda: seeing("run", f"docker inspect {name}").code == 0)
    call = seeing.start("run", f"docker wait {name}", stderr=subprocess.PIPE)
    eventually(lambda: "started" in _newest(seeing, f"docker wait {name}"))
    call.send_signal(signal.SIGINT)
    done = finished(call)
    assert done.code == 130
    found = re.search(r"acg status ([a-z2-7]{26})", done.stderr)
    assert found, done.stderr
    assert seeing("status", "--json", found[1]).json["stage"] == "started"


def _newest(acg: Acg, line: str) -> str:
    shown = acg("history", "--limit", "4").stdout
    return shown if line in shown else ""
