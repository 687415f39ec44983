"""What the README shows to whoever writes a client runs as it stands there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.errors import Code
from runtime.cli.app import COMMANDS
from tests.cli.conftest import Acg

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
NODE = ROOT / "tests" / "node"


def block(language: str) -> str:
    """Return the one block of code in this language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return str(found)


def ran(acg: Acg, command: list[str], code: str, cwd: Path) -> str:
    done = subprocess.run(
        command,
        input=code,
        env=dict(acg.environment),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_example_in_python_gets_an_answer(blind: Acg) -> None:
    said = ran(blind, [sys.executable, "-"], block("python"), blind.home)
    assert said.startswith("failed {'code': 'engine_unreachable'")


@pytest.mark.slow
def test_the_example_in_node_gets_an_answer(blind: Acg) -> None:
    if not (shutil.which("node") and (NODE / "node_modules" / "@nats-io").is_dir()):
        pytest.skip("node: needs node, and npm ci in tests/node (make test does it)")
    said = ran(blind, ["node", "--input-type=module"], block("javascript"), NODE)
    assert said.startswith("failed {")
    assert "engine_unreachable" in said


def test_it_names_every_error_code() -> None:
    table = README[README.index("| who says no | codes |") :].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z_]+)`", table)) == set(Code)


def test_it_shows_no_command_that_does_not_exist() -> None:
    shown = re.findall(r"(?:^\$ |`)acg ([a-z]+)", README, re.MULTILINE)
    assert shown
    assert set(shown) <= set(COMMANDS)
