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
