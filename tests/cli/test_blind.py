"""Everything that a gateway without an engine can show: it takes, refuses, fails and remembers."""

import json
import signal

import pytest

from contracts.requests import Reply
from tests.cli.conftest import Acg, eventually

pytestmark = pytest.mark.slow


def test_json_is_exactly_one_document_the_reply(blind: Acg) -> None:
    done = blind("run", "--json", "docker ps")
    reply = Reply.model_validate_json(done.stdout)
    assert (done.code, reply.status, done.stderr) == (5, "failed", "")
    assert reply.error
    assert reply.error.code == "engine_unreachable"


def test_an_error_is_told_with_code_sentence_and_hint(blind: Acg) -> None:
    done = blind("run", "docker ps")
    assert (done.code, done.stdout) == (5, "")
    assert done.stderr.startswith("acg: failed (engine_unreachable): ")
    assert "\n  hint: " in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--deadline", "0", "x"),
        ("plan", "--max-risk", "escape", "x"),
        ("run", "--no-such-option", "x"),
        ("history", "--since", "yesterday"),
        ("serve", "no-such-function"),
        ("no-such-command",),
    ],
)
def test_usage_is_told_and_ends_with_2(blind: Acg, words: tuple[str, ...]) -> None:
    done = blind(*words)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_usage_is_a_document_too_for_whoever_reads_json(blind: Acg) -> None:
    done = blind("run", "--json", "--deadline", "0", "x")
    assert (done.code, done.json["error"]["code"]) == (2, "invalid_request")


def test_one_key_is_one_command_and_another_request_under_it_is_rejected(blind: Acg) -> None:
    first = blind("run", "--json", "--key", "k-1", "docker ps").json
    again = blind("run", "--json", "--key", "k-1", "docker ps").json
    other = blind("run", "--json", "--key", "k-1", "docker images")
    assert again == first
    assert (other.code, other.json["error"]["code"]) == (3, "idempotency_key_reused")


def test_who_does_not_wait_gets_the_id_and_asks_for_the_status_later(blind: Acg) -> None:
    done = blind("run", "--no-wait", "docker ps")
    assert done.code == 0
    command_id = done.stdout.strip()
    eventually(lambda: blind("status", command_id).code == 5)
    assert blind("status", "--json", command_id).json["command_id"] == command_id


def test_the_status_of_an_unknown_command_is_rejected(blind: Acg) -> None:
    done = blind("status", "a" * 26)
    assert done.code == 3
    assert "unknown_command_id" in done.stderr


def test_the_history_of_one_command_is_replayed_in_order(blind: Acg) -> None:
    command_id = blind("run", "--json", "docker ps").json["command_id"]
    lines = blind("history", "--json", command_id).stdout.splitlines()
    events = [json.loads(line) for line in lines]
    assert [each["type"] for each in events] == ["requested", "failed"]
    assert {each["command_id"] for each in events} == {command_id}
    assert events[0]["event"]["line"] == "docker ps"


def test_the_history_of_all_ends_with_the_newest_and_its_length_can_be_limited(blind: Acg) -> None:
    command_id = blind("run", "--json", "docker ps").json["command_id"]
    lines = blind("history", "--limit", "1").stdout.splitlines()
    assert len(lines) == 1
    assert command_id in lines[0]
    everything = blind("history", "--limit", "0", "--json").stdout.splitlines()
    recent = blind("history", "--since", "1h", "--limit", "0", "--json").stdout.splitlines()
    assert everything == recent
    sequences = [json.loads(line)["sequence"] for line in everything]
    assert sequences == sorted(sequences)
    assert json.loads(everything[-1])["command_id"] == command_id


def test_a_history_that_begins_later_is_empty(blind: Acg) -> None:
    done = blind("history", "--since", "2999-01-01", "--json")
    assert (done.code, done.stdout) == (0, "")


def test_watching_shows_each_event_as_it_is_stored(blind: Acg) -> None:
    with blind.start("watch") as watching:
        assert watching.stderr
        assert watching.stdout
        assert "watching" in watching.stderr.readline()
        command_id = blind("run", "--json", "docker ps").json["command_id"]
        seen = [watching.stdout.readline() for _ in range(2)]
        watching.send_signal(signal.SIGINT)
    assert "requested" in seen[0]
    assert "failed" in seen[1]
    assert all(command_id in line for line in seen)
    assert watching.returncode == 130


def test_the_graph_is_printed_alone(blind: Acg) -> None:
    done = blind("graph")
    assert (done.code, done.stderr) == (0, "")
    assert "command.requested" in done.stdout


def test_a_terminal_gets_colour_and_a_footer_a_pipe_gets_neither(blind: Acg) -> None:
    shown = blind.at_terminal("run", "docker ps")
    assert shown.code == 5
    assert "\x1b[" in shown.stdout
    piped = blind("run", "docker ps")
    assert "\x1b" not in piped.stderr
    assert " · " not in piped.stderr


def test_no_color_is_respected(blind: Acg) -> None:
    plain = Acg(blind.home, NO_COLOR="1")
    assert "\x1b[3" not in plain.at_terminal("run", "docker ps").stdout


def test_a_reader_that_has_seen_enough_is_no_error(blind: Acg) -> None:
    with blind.start("history", "--json", "--limit", "0") as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        said = running.stderr.read()
    assert "Traceback" not in said
    assert "BrokenPipe" not in said
    assert running.returncode == 141
