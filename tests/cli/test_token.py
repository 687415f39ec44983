"""`acg token`: made, shown once, listed without a secret, removed."""

from pathlib import Path

import pytest

from runtime.tokens import Tokens
from tests.cli.conftest import Acg

pytestmark = pytest.mark.slow


@pytest.fixture
def acg(tmp_path: Path) -> Acg:
    return Acg(tmp_path)


def test_a_token_is_printed_once_and_listed_without_its_secret(acg: Acg) -> None:
    made = acg("token", "add", "alice", "--expires", "90d", "--note", "the agent")
    assert made.code == 0, made.stderr
    text = made.stdout.strip()
    found = Tokens(acg.home / "acg" / "keys" / "tokens.json").find(text)
    assert found
    assert (found.caller, found.use) == ("alice", "commands")
    assert "not shown again" in made.stderr
    listed = acg("token", "list")
    assert found.id in listed.stdout
    assert "the agent" in listed.stdout
    as_json = acg("token", "list", "--json").json
    assert as_json["tokens"][0]["caller"] == "alice"
    secret = text.rpartition("_")[2]
    assert secret not in listed.stdout + str(as_json)
    assert "sha256" not in as_json["tokens"][0]
    gone = acg("token", "remove", found.id)
    assert gone.code == 0
    assert acg("token", "list", "--json").json == {"tokens": []}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "gateway"), 5, "no caller's name"),
        (("add", "alice", "--expires", "soon"), 2, "--expires: 'soon' is no duration"),
        (("add", "alice", "--for", "everything"), 2, "everything"),
        (("remove", "nobody"), 5, "there is no token 'nobody'"),
    ],
)
def test_what_cannot_be_is_told(acg: Acg, words: tuple[str, ...], code: int, said: str) -> None:
    done = acg("token", *words)
    assert (done.code, said in done.stderr) == (code, True), done.stderr
