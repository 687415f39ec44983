"""The rules of the house that a glance at the tree, or import-linter, can check."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

LOCKS = ("bootstrap.txt", "dev.txt", "lock.txt", "run.txt")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def normal(name: str) -> str:
    """Return a distribution's name in the form in which names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name)[0]).lower()


def test_no_python_lies_in_nats_which_shares_its_name_with_a_package(root: Path) -> None:
    assert list((root / "nats").iterdir())
    assert list((root / "nats").rglob("*.py")) == []


def test_the_import_rules_hold(root: Path) -> None:
    done = lint_imports(root)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "line", "rule"),
    [
        ("contracts/events.py", "import runtime", "Contracts import nothing of ours"),
        ("runtime/__init__.py", "import functions.accept", "The runtime never imports a function"),
        ("functions/accept.py", "import functions.reply", "Functions are independent"),
        ("functions/accept.py", "import runtime.link", "Functions see the face of the runtime"),
    ],
)
def test_each_import_rule_notices_when_it_is_broken(
    root: Path, tmp_path: Path, module: str, line: str, rule: str
) -> None:
    shutil.copy(root / "pyproject.toml", tmp_path)
    for path in (
        *("contracts/__init__.py", "contracts/events.py"),
        *("functions/__init__.py", "functions/accept.py", "functions/reply.py"),
        *("runtime/__init__.py", "runtime/link.py"),
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    assert lint_imports(tmp_path).returncode == 0
    (tmp_path / module).write_text(f"{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert re.search(f"{rule}.* BROKEN", done.stdout)


def test_make_lists_every_target(root: Path) -> None:
    makefile = (root / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert targets
    listed = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    ).stdout
    assert re.findall(r"^  make ([\w-]+) +\S", listed, re.MULTILINE) == targets[1].split()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_each_package_by_hash_and_names_no_registry(root: Path, lock: str) -> None:
    text = (root / "requirements" / lock).read_text()
    entries = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert entries
    for entry in entries:
        assert re.match(r"\S+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


def test_the_locks_hold_everything_that_the_project_asks_for(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    run = project["project"]["dependencies"]
    for lock, wanted in {
        "run.txt": run,
        "dev.txt": [*run, *groups["dev"], *groups["bench"]],
        "bootstrap.txt": [*project["build-system"]["requires"], *groups["bootstrap"]],
        "lock.txt": groups["lock"],
    }.items():
        text = (root / "requirements" / lock).read_text()
        locked = {normal(name) for name in re.findall(r"^(\S+)==", text, re.MULTILINE)}
        assert {normal(name) for name in wanted} - locked == set(), lock


def test_the_locks_agree_where_they_meet(root: Path) -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        text = (root / "requirements" / lock).read_text()
        for name, version in re.findall(r"^(\S+)==(\S+)", text, re.MULTILINE):
            versions.setdefault(name, set()).add(version)
    assert {name: each for name, each in versions.items() if len(each) > 1} == {}


def test_nodes_lock_names_no_registry(root: Path) -> None:
    text = (root / "tests/node/package-lock.json").read_text()
    assert '"integrity": "sha512-' in text
    assert "://" not in text
