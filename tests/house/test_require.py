"""The plugin, in a test session of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest

@pytest.mark.docker
def test_marked():
    pytest.skip("no engine")

def test_by_reason():
    pytest.skip("node: not installed")

def test_other():
    pytest.skip("only on a Tuesday")

@pytest.mark.docker
@pytest.mark.xfail
def test_expected():
    assert False
"""


@pytest.mark.parametrize(
    ("required", "failed"),
    [
        ("", set()),
        ("nats,docker", {"test_marked"}),
        ("docker,node", {"test_marked", "test_by_reason"}),
    ],
)
@pytest.mark.slow
def test_what_is_required_may_not_be_skipped(
    root: Path, tmp_path: Path, required: str, failed: set[str]
) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = docker\n")
    (tmp_path / "test_it.py").write_text(TESTS)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.require", f"--require={required}"),
            *("-p", "no:cacheprovider", "-p", "no:asyncio", "-q", "-rf", str(tmp_path)),
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    lines = (line for line in done.stdout.splitlines() if line.startswith("FAILED"))
    assert {line.split("::")[1].split()[0] for line in lines} == failed
    assert done.returncode == (1 if failed else 0), done.stdout
