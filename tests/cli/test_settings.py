from pathlib import Path

import pytest

from tests.cli.conftest import Acg

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ACG_METRICS_PORT", "abc", "ACG_METRICS_PORT: "),
        ("VALIDATE_ALLOW_RISK", '["everything"]', "VALIDATE_ALLOW_RISK_0: "),
        ("VALIDATE_ALLOW_RISK", "read", "allow_risk"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(acg: Acg, name: str, value: str, says: str) -> None:
    done = Acg(acg.home, **{name: value})("run", "docker ps")
    assert (done.code, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "never awaited" not in done.stderr


@pytest.mark.parametrize(
    ("name", "body"),
    [("GENERATE_ALIASES", "[aliases"), ("GENERATE_PRICES", None), ("GENERATE_PROMPT", "")],
)
def test_a_file_of_a_setting_that_cannot_be_used_is_named(
    acg: Acg, tmp_path: Path, name: str, body: str | None
) -> None:
    path = tmp_path / "given"
    if body is not None:
        path.write_text(body)
    model = {"GENERATE_MODEL": "m", "GENERATE_BASE_URL": "http://127.0.0.1:9/v1"}
    done = Acg(acg.home, **model, **{name: str(path)})("run", "what is running?")
    assert (done.code, done.stdout) == (5, "")
    assert done.stderr.startswith(f"acg: {name}: {path}: ")
    assert done.stderr.count("\n") == 1


def test_who_only_asks_does_not_load_what_only_a_server_needs(blind: Acg) -> None:
    done = Acg(blind.home, PYTHONPROFILEIMPORTTIME="1")("run", "docker ps")
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "runtime.client" in loaded
    unneeded = {
        "aiohttp.client",
        "rich.console",
        "uvloop",
        "runtime.serve",
        "runtime.discover",
        "aiodocker",
    }
    assert not loaded & unneeded
