"""The command as a user runs it: a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.house.conftest import FakeEngine

pytestmark = pytest.mark.slow


def run_with_engine(
    root: Path, environment: dict[str, str], command: Sequence[str], *before: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts.engine", *(before or ("run", "--")), *command],
        cwd=root,
        env={"PATH": os.defpath, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize("arguments", [["run"], ["run", "--"], ["stop", "--", "true"]])
@pytest.mark.slow
def test_a_wrong_word_shows_the_usage(root: Path, arguments: list[str]) -> None:
    done = run_with_engine(root, {}, [], *arguments)
    assert done.returncode == 2
    assert "python3 -m scripts.engine run -- COMMAND" in done.stderr


@pytest.mark.parametrize("status", [0, 7])
def test_the_command_runs_with_the_engine_found_and_its_status_is_ours(
    root: Path, tmp_path: Path, fake_engine: FakeEngine, status: int
) -> None:
    host = fake_engine(tmp_path / ".docker/run/docker.sock")
    command = ["sh", "-c", f"echo $DOCKER_HOST; exit {status}"]
    environment = {"HOME": str(tmp_path), "DOCKER_HOST": host}
    done = run_with_engine(root, environment, command)
    assert (done.stdout, done.stderr, done.returncode) == (f"{host}\n", "", status)


def test_a_command_ended_by_a_signal_has_the_shells_status(
    root: Path, tmp_path: Path, fake_engine: FakeEngine
) -> None:
    environment = {"DOCKER_HOST": fake_engine(tmp_path / "docker.sock")}
    done = run_with_engine(root, environment, ["sh", "-c", "kill -KILL $$"])
    assert done.returncode == 128 + 9


def test_an_engine_that_was_named_and_is_dead_ends_with_3(root: Path) -> None:
    done = run_with_engine(root, {"DOCKER_HOST": "unix:///nowhere"}, ["echo", "never"])
    assert (done.stdout, done.returncode) == ("", 3)
    assert "DOCKER_HOST=unix:///nowhere names an engine that does not answer" in done.stderr


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_us_ends_the_command_first(
    root: Path, tmp_path: Path, fake_engine: FakeEngine, ending: signal.Signals
) -> None:
    word = ending.name.removeprefix("SIG")
    script = f"trap 'echo told; exit 0' {word}; echo up; sleep 30 >/dev/null & wait"
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.engine", "run", "--", "sh", "-c", script],
        cwd=root,
        env={"PATH": os.defpath, "DOCKER_HOST": fake_engine(tmp_path / "docker.sock")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "up\n"
        process.send_signal(ending)
        assert process.stdout.read() == "told\n"
        assert process.wait(20) == 128 + ending
