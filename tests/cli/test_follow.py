"""What goes on by itself: seen live, ended by Ctrl-C or `acg cancel`, read back by `acg output`."""

import json
import signal
from pathlib import Path

import pytest

from tests.cli.conftest import Acg, Containers, eventually, finished

CHATTY = ("sh", "-c", "i=0; while :; do echo line $i; i=$((i+1)); sleep 0.1; done")
UNKNOWN = "a" * 26


def until(lines: int, written: Path) -> None:
    eventually(lambda: written.exists() and written.read_text().count("\n") >= lines)


def numbered(text: str) -> list[str]:
    return [f"line {number}" for number in range(len(text.splitlines()))]


@pytest.mark.docker
@pytest.mark.slow
def test_a_follow_is_seen_live_and_ctrl_c_ends_it(
    seeing: Acg, container: Containers, tmp_path: Path
) -> None:
    name, out = container(CHATTY), tmp_path / "out"
    with out.open("w") as stdout:
        process = seeing.start("run", f"docker logs --follow {name}", stdout=stdout)
    until(3, out)
    process.send_signal(signal.SIGINT)
    done = finished(process)
    assert done.code == 0, done.stderr
    assert "ending it" in done.stderr
    assert "ended, as it was cancelled" in done.stderr
    assert out.read_text().splitlines() == numbered(out.read_text())


@pytest.mark.docker
@pytest.mark.slow
def test_what_runs_is_followed_by_its_id_and_cancelled_by_it(
    seeing: Acg, container: Containers, tmp_path: Path
) -> None:
    name, out = container(CHATTY), tmp_path / "out"
    begun = seeing("run", "--no-wait", f"docker logs --follow {name}")
    assert begun.code == 0, begun.stderr
    command_id = begun.stdout.strip()
    with out.open("w") as stdout:
        following = seeing.start("output", "--follow", command_id, stdout=stdout)
    until(2, out)
    cancelled = seeing("cancel", command_id, "--reason", "seen enough")
    assert cancelled.code == 0, cancelled.stderr
    assert finished(following).code == 0
    whole = seeing("output", "--json", command_id).stdout
    pieces = [json.loads(line) for line in whole.splitlines()]
    assert "".join(each["stdout"] for each in pieces) == out.read_text()
    assert out.read_text().splitlines() == numbered(out.read_text())
    again = seeing("cancel", "--json", command_id)
    assert again.code == 3
    assert again.json["error"]["code"] == "already_ended"


@pytest.mark.slow
def test_what_is_no_id_is_wrong_usage(blind: Acg) -> None:
    done = blind("cancel", "nonsense")
    assert done.code == 2
    assert "no command id" in done.stderr


@pytest.mark.slow
def test_nothing_is_known_of_a_command_that_is_not_ones_own(blind: Acg) -> None:
    done = blind("output", UNKNOWN)
    assert done.code == 3
    assert "unknown_command_id" in done.stderr
