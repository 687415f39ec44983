"""Tokens: shown once, kept as digests, good until they expire or are removed."""

import base64
import json
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runtime import tokens
from runtime.secrets import detectors
from runtime.tokens import Tokens, TokensError

LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "tokens.json"


def test_a_token_is_its_callers_and_256_bits_of_it_are_random(path: Path) -> None:
    made, text = tokens.add(path, "alice", expires=LATER, note="the agent")
    prefix, name, secret = text.split("_", 2)
    assert (prefix, name) == ("acg", made.id)
    assert len(base64.urlsafe_b64decode(secret + "=")) == 32
    assert Tokens(path).find(text) == made
    assert made.caller == "alice"


def test_no_two_are_the_same(path: Path) -> None:
    texts = {tokens.add(path, "alice")[1] for _ in range(20)}
    assert len(texts) == len({each.split("_", 2)[2] for each in texts}) == 20


def test_what_is_kept_lets_nobody_in(path: Path) -> None:
    made, text = tokens.add(path, "alice")
    kept = path.read_text()
    assert text not in kept
    assert text.split("_", 2)[2] not in kept
    assert Tokens(path).find(f"acg_{made.id}_{made.sha256}") is None
    assert Tokens(path).find(made.sha256) is None


def test_the_file_is_its_owners_alone(path: Path) -> None:
    tokens.add(path, "alice")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text + "A",
        lambda text: text.swapcase(),
        lambda text: text.replace("acg_", "ACG_"),
        lambda text: text.replace("acg_", "xyz_"),
        lambda text: f" {text}",
        lambda _: "",
        lambda _: "__",
        lambda _: "acg_\ud800_x",
    ],
)
def test_almost_a_token_is_none(path: Path, change: object) -> None:
    _, text = tokens.add(path, "alice")
    assert callable(change)
    assert Tokens(path).find(change(text)) is None


def test_a_token_expires(path: Path) -> None:
    _, text = tokens.add(path, "alice", expires=LATER)
    known = Tokens(path)
    assert known.find(text, LATER - timedelta(seconds=1))
    assert known.find(text, LATER) is None


def test_a_change_of_the_file_is_heeded(path: Path) -> None:
    known = Tokens(path)
    made, text = tokens.add(path, "alice")
    assert known.find(text) is None
    known.refresh()
    assert known.find(text) == made
    tokens.remove(path, made.id)
    known.refresh()
    assert known.find(text) is None
    assert not known.good(made)


def test_only_those_who_may_ask_are_its_callers(path: Path) -> None:
    tokens.add(path, "bob")
    tokens.add(path, "alice")
    tokens.add(path, "prometheus", use="metrics")
    assert Tokens(path).callers == ("alice", "bob")


@pytest.mark.parametrize("caller", ["", "gateway", "http", "a b", "a.b", "*", ">", "a" * 65, "é"])
def test_a_name_that_is_no_callers_is_refused(path: Path, caller: str) -> None:
    with pytest.raises(TokensError, match="no caller's name"):
        tokens.add(path, caller)
    assert not path.exists()


@pytest.mark.parametrize(
    "held",
    [
        "",
        "[]",
        '{"version": 2, "tokens": []}',
        '{"version": 1, "tokens": [{"id": "a"}]}',
        '{"version": 1, "tokens": [], "more": 1}',
        "\x00" * 64,
    ],
)
def test_a_file_that_cannot_be_read_lets_nobody_in_and_says_why(path: Path, held: str) -> None:
    _, text = tokens.add(path, "alice")
    known = Tokens(path)
    path.write_text(held)
    known.refresh()
    assert known.find(text) is None
    assert "is no file of `acg token`" in known.problem


def test_a_file_that_others_may_write_lets_nobody_in(path: Path) -> None:
    _, text = tokens.add(path, "alice")
    path.chmod(0o620)
    known = Tokens(path)
    assert known.find(text) is None
    assert "chmod 600" in known.problem
    path.chmod(0o444)  # as a secret is mounted
    known.refresh()
    assert known.find(text)


def test_an_unknown_one_cannot_be_removed(path: Path) -> None:
    with pytest.raises(TokensError, match="there is no token 'x'"):
        tokens.remove(path, "x")


def test_of_many_who_add_at_once_none_is_lost(path: Path) -> None:
    def add(number: int) -> None:
        for each in range(5):
            tokens.add(path, f"caller-{number}-{each}")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert len(tokens.read(path)) == 40
    assert len(json.loads(path.read_text())["tokens"]) == 40


@pytest.mark.parametrize(
    "around", ["use {} to ask", "run -e TOKEN={} web", '{{"token":"{}"}}', "{}"]
)
def test_a_token_that_is_told_by_mistake_is_a_known_secret(path: Path, around: str) -> None:
    _, text = tokens.add(path, "alice")
    assert text not in detectors().redact(around.format(text))
    assert detectors().redact("acg_home is a folder, acg_metrics_port a port")[:8] == "acg_home"
