from pathlib import Path

import pytest

from tests.cli.conftest import Acg

pytestmark = pytest.mark.slow

HOSTS = """
    [[host]]
    name = "alpha"
    url = "unix:///nonexistent/alpha.sock"

    [[host]]
    name = "beta"
    url = "ssh://nobody@127.0.0.1:1"
"""


def test_each_host_is_looked_at_and_what_it_lacks_is_told(acg: Acg, tmp_path: Path) -> None:
    file = tmp_path / "hosts.toml"
    file.write_text(HOSTS)
    done = Acg(acg.home, ACG_HOSTS=str(file))("doctor", "--json")
    found = {each["name"]: each for each in done.json["checks"] if each["name"].startswith("host")}
    assert {name: each["state"] for name, each in found.items()} == {
        "host alpha": "no",
        "host beta": "no",
    }
    assert "alpha.sock" in found["host alpha"]["said"]
    assert all(each["fix"] for each in found.values())
    assert done.code == 1


def test_a_file_of_hosts_that_cannot_be_meant_is_told_by_table_and_key(
    acg: Acg, tmp_path: Path
) -> None:
    file = tmp_path / "hosts.toml"
    file.write_text('[[host]]\nname = "alpha"\nadress = "x"\n')
    wrong = Acg(acg.home, ACG_HOSTS=str(file))
    said = [each["said"] for each in wrong("doctor", "--json").json["checks"]]
    assert any("[[host]] 'alpha': adress: is not known here" in each for each in said)
    started = wrong("run", "docker ps")
    assert started.code != 0
    assert started.stderr == f"acg: {file}: [[host]] 'alpha': adress: is not known here.\n"
