from pathlib import Path

import pytest

from scripts.engine.packages import advice, is_debian


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("ID=debian\n", True),
        ('ID=ubuntu\nID_LIKE="debian"\n', True),
        ('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', True),
        ('ID=fedora\nVARIANT="debian-like"\n', False),
        ("# nothing\n", False),
        (None, False),
    ],
)
def test_only_debian_and_its_family_are_taken_for_it(
    tmp_path: Path, release: str | None, *, expected: bool
) -> None:
    (tmp_path / "etc").mkdir()
    if release is not None:
        (tmp_path / "etc/os-release").write_text(release)
    assert is_debian(tmp_path) is expected


NONE = "no engine's socket exists"
REFUSED = "unix:///var/run/docker.sock: Permission denied"


@pytest.mark.parametrize(
    ("reason", "platform", "debian", "words"),
    [
        (NONE, "linux", True, "apt-get install docker.io busybox-static"),
        (NONE, "linux", False, "your distribution's Docker Engine"),
        (NONE, "darwin", False, "colima start"),
        (NONE, "freebsd14", False, "docs.docker.com"),
        (REFUSED, "linux", True, "usermod -aG docker"),
        (REFUSED, "darwin", False, "usermod -aG docker"),
    ],
)
def test_the_advice_says_what_to_do(
    reason: str, platform: str, words: str, *, debian: bool
) -> None:
    assert words in advice(reason, platform, debian=debian)
