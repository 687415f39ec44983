"""What a reader of the code may count on."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from runtime import discover
from runtime.declare import Function

# Lines: of a file that a function's reader opens first, of any other.
FUNCTION, OTHER = 200, 400
FUNCTIONS = discover.everything()
# A folder that only one machine has. Built of parts, so as not to be one itself.
OF_A_MACHINE = re.compile(r"(?<![\w.~$}])/(?:home|Users|work|root)/" + r"[a-z][\w.-]*/")


def module(root: Path, function: Function) -> Path:
    name = str(function.handler.__module__).replace(".", "/")
    package = root / name / "__init__.py"
    return package if package.is_file() else root / f"{name}.py"


def tracked(root: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, timeout=20, check=False
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    return [root / name for name in listed.stdout.split("\0") if name and (root / name).is_file()]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_a_functions_docstring_shows_what_comes_and_what_goes(
    root: Path, function: Function
) -> None:
    said = ast.get_docstring(ast.parse(module(root, function).read_text())) or ""
    first, *_ = said.split("\n")
    assert first.startswith(f"{function.name.capitalize()}: ")
    assert f"-> {function.name} ->" in said
    shown = " ".join(line for line in said.splitlines() if line.startswith("    "))
    for event in function.events:
        assert re.search(rf"\b{event.type}\b", shown), event
    for request in function.requests:
        assert f"gateway.{request.verb}.<caller>" in shown, request
    for published in function.publishes:
        if kind := getattr(published, "type", None):
            assert f"command.{kind}" in shown, published


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_a_function_is_read_in_one_sitting(root: Path, function: Function) -> None:
    assert len(module(root, function).read_text().splitlines()) <= FUNCTION


@pytest.mark.parametrize("folder", ["contracts", "functions", "runtime"])
def test_no_file_is_too_long_to_hold_in_the_head(root: Path, folder: str) -> None:
    long = {
        path.relative_to(root).as_posix(): lines
        for path in (root / folder).rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > OTHER
    }
    assert long == {}


def test_no_name_says_nothing(root: Path) -> None:
    empty = re.compile(r"(?:^|_)(?:utils?|helpers?|managers?|services?|misc|common)(?:_|$)")
    files = [path for path in tracked(root) if path.suffix == ".py"]
    assert [path for path in files if empty.search(path.stem)] == []


def test_no_file_knows_the_machine_on_which_it_was_made(root: Path) -> None:
    found: list[tuple[Path, str]] = []
    for path in tracked(root):
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found.extend((path.relative_to(root), each) for each in OF_A_MACHINE.findall(text))
    assert found == []


def test_the_rule_on_machines_notices_one() -> None:
    for folder in ("home/somebody", "Users/somebody", "work/main"):
        assert OF_A_MACHINE.search(f"see /{folder}/notes")
    assert not OF_A_MACHINE.search("see ~/.local/state/acg and $HOME/work/x")
