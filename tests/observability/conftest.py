"""The files of runtime/observability, and the programs that judge them."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.observability.programs import program
from tests.observability.rules import Rule, all_rules

_WITHIN_S = 60


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def operations(root: Path) -> Path:
    return root / "runtime" / "observability"


@pytest.fixture(scope="session")
def rules(operations: Path) -> list[Rule]:
    return all_rules(operations)


@pytest.fixture(scope="session")
def alerts(rules: list[Rule]) -> dict[str, Rule]:
    """Every alert by its name, which none shares with another."""
    found = [rule for rule in rules if "alert" in rule]
    named = {str(rule["alert"]): rule for rule in found}
    assert len(named) == len(found)
    return named


@pytest.fixture(scope="session")
def alertmanager_config(operations: Path) -> dict[str, Any]:
    text = (operations / "alertmanager" / "alertmanager.yml").read_text()
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@pytest.fixture(scope="session")
def promtool() -> Callable[..., str]:
    """Run promtool; what it says, where it is content."""
    return _tool(program("promtool"))


@pytest.fixture(scope="session")
def amtool() -> Callable[..., str]:
    """Run amtool; what it says, where it is content."""
    return _tool(program("amtool"))


def _tool(path: str) -> Callable[..., str]:
    def run(*words: str) -> str:
        done = subprocess.run(
            [path, *words], capture_output=True, text=True, timeout=_WITHIN_S, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
