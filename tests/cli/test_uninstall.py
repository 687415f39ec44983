from pathlib import Path

import pytest

from runtime.embedded import Home
from runtime.settings import AcgSettings
from tests.cli.conftest import Acg

pytestmark = pytest.mark.slow


@pytest.fixture
def home(acg: Acg) -> Path:
    """Give a home as a gateway leaves it."""
    path = acg.home / "acg"
    Home(AcgSettings(home=path)).prepare()
    (path / "nats" / "stored").write_text("history")
    return path


def test_it_lists_and_removes_state_and_keys(acg: Acg, home: Path) -> None:
    done = acg("uninstall", "--yes")
    assert done.code == 0
    assert all(str(home / name) in done.stdout for name in ("nats", "keys", "run"))
    assert not home.exists()


def test_it_asks_first(acg: Acg, home: Path) -> None:
    assert acg.at_terminal("uninstall", answer="n\n").code == 5
    assert home.exists()
    assert acg.at_terminal("uninstall", answer="y\n").code == 0
    assert not home.exists()


def test_with_nobody_to_ask_it_removes_nothing(acg: Acg, home: Path) -> None:
    done = acg("uninstall")
    assert done.code == 5
    assert "--yes" in done.stderr
    assert home.exists()


def test_what_is_not_ours_stays(acg: Acg, home: Path) -> None:
    (home / "notes.txt").write_text("mine")
    done = acg("uninstall", "--yes")
    assert (home / "notes.txt").read_text() == "mine"
    assert "notes.txt" in done.stderr
    assert not (home / "keys").exists()


def test_a_folder_that_is_no_home_is_left_alone(acg: Acg) -> None:
    folder = acg.home / "acg"
    (folder / "run").mkdir(parents=True)
    (folder / "run" / "somebody's").write_text("file")
    assert acg("uninstall", "--yes").code == 0
    assert (folder / "run" / "somebody's").exists()


def test_of_a_link_the_target_stays(acg: Acg, home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (home / "nats" / "stored").unlink()
    (home / "nats").rmdir()
    elsewhere.mkdir()
    (elsewhere / "stored").write_text("big disk")
    (home / "nats").symlink_to(elsewhere)
    assert acg("uninstall", "--yes").code == 0
    assert (elsewhere / "stored").exists()


def test_it_refuses_while_the_gateway_runs(blind: Acg) -> None:
    done = blind("uninstall", "--yes")
    assert done.code == 5
    assert "stop it first" in done.stderr
    assert (blind.home / "acg" / "keys" / "gateway.nk").exists()
