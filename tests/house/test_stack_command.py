"""`python3 -m scripts.stack`: how it is called, and which project it means."""

from pathlib import Path

import pytest

from scripts.stack import __main__ as command


@pytest.mark.parametrize("arguments", [[], ["roll"], ["--profile", "cluster"], ["execute"]])
def test_it_says_how_it_is_used_where_nothing_is_named(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(arguments) == command.USAGE
    assert "roll SERVICE" in capsys.readouterr().err


def test_the_project_is_the_one_that_compose_would_choose(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COMPOSE_PROJECT_NAME", raising=False)
    assert command.project(Path("/srv/AI Command.Gateway")) == "aicommandgateway"
    assert command.project(root / "_x-1") == "x-1"
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", "named")
    assert command.project(root) == "named"


def test_options_of_compose_stand_before_the_word() -> None:
    options, services = command.split(["--profile", "cluster", "roll", "execute", "reply"])
    assert options == ("--profile", "cluster")
    assert services == ("execute", "reply")
