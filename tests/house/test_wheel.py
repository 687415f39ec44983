"""The wheel, built and installed as a stranger would: into an environment that has nothing."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Container, Sequence
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def run(command: Sequence[str | Path], statuses: Container[int] = (0,), **environment: str) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode in statuses, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    run((*build, Path(__file__).parents[2]))
    (found,) = folder.glob("*.whl")
    return found


def test_it_holds_ours_and_the_configuration_and_nothing_named_nats(
    wheel: Path, root: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tops = {name.split("/")[0] for name in names}
    assert tops == {"contracts", "functions", "runtime", "ai_command_gateway-0.1.0.dist-info"}
    shipped = {name for name in names if name.startswith("runtime/share/nats/")}
    ours = {f"runtime/share/{path.relative_to(root)}" for path in (root / "nats").rglob("*.*")}
    assert shipped == ours
    assert "ai_command_gateway-0.1.0.dist-info/licenses/LICENSE" in names


def test_it_runs_in_an_empty_environment(wheel: Path, root: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    binaries = tmp_path / "venv/bin"
    pip = (sys.executable, "-m", "pip", "--python", binaries / "python")
    install = (*pip, "install", "--quiet", "--no-compile")
    locked = (*install, "--require-hashes", "--no-build-isolation", "--use-pep517", "-r")
    run((*locked, root / "requirements/bootstrap.txt"))
    run((*locked, root / "requirements/run.txt"))
    run((*install, "--no-deps", wheel))
    doctor = (binaries / "acg", "doctor", "--json")
    # It ends with 1 where this machine has no engine, which says nothing about the wheel.
    said = run(doctor, {0, 1}, ACG_HOME=str(tmp_path / "home"), PYTHONPATH="")
    states = {check["name"]: check["state"] for check in json.loads(said)["checks"]}
    assert (states["python"], states["nats-server"], states["policy"]) == ("ok", "ok", "ok")
