"""Install what an engine needs from the distribution, where that is ours to do."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

# Enough for an engine, and for the one small image that needs no registry.
PACKAGES = ("docker.io", "busybox-static")
ELSEWHERE = {
    "darwin": "Install Docker Desktop, or `brew install colima docker` and `colima start`.",
    "linux": "Install your distribution's Docker Engine and start it, and run this as a user who "
    "may use it.",
}
APT_OPTIONS = ("-o", "Acquire::Retries=2", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0")
APT_SECONDS = 1200
# Neither systemd nor SysV scripts start a service then: the package must not leave one running.
DO_NOT_START = {"SYSTEMD_OFFLINE": "1", "RUNLEVEL": "1"}


class InstallError(Exception):
    """The packages are not installed; the text says what to do."""


def is_debian(root: Path = Path("/")) -> bool:
    """Tell whether apt-get and Debian's package names are those of this machine."""
    try:
        text = (root / "etc/os-release").read_text()
    except OSError:
        return False
    fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    names = f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".replace('"', "").split()
    return bool({"debian", "ubuntu"} & set(names))


def advice(reason: str, platform: str = sys.platform, *, debian: bool) -> str:
    """Say exactly what a person has to do, given why no engine was found."""
    if os.strerror(errno.EACCES) in reason:
        return (
            "That engine refuses this user: run this as root, or join the group that owns its "
            "socket (`sudo usermod -aG docker $USER`, then log in again)."
        )
    if debian:
        return f"As root: apt-get install {' '.join(PACKAGES)}, or run this as root."
    return ELSEWHERE.get(platform, "Install Docker: docs.docker.com/engine/install")


def install(environment: Mapping[str, str]) -> None:
    """Install PACKAGES by apt-get. Raises InstallError."""
    quiet = {**environment, **DO_NOT_START, "DEBIAN_FRONTEND": "noninteractive"}
    _apt_get(quiet, "update")
    with _uninterrupted():
        _apt_get(quiet, "install", "--yes", "--no-install-recommends", *PACKAGES)
    if Path("/run/systemd/system").exists() and shutil.which("systemctl"):
        # What was left out above: systemd knows the new units, and starts none of them.
        subprocess.run(("systemctl", "daemon-reload"), check=False)


def _apt_get(environment: Mapping[str, str], *arguments: str) -> None:
    command = ("apt-get", "-qq", *APT_OPTIONS, *arguments)
    try:
        done = subprocess.run(
            command,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=APT_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise InstallError(f"`{' '.join(command)}` took over {APT_SECONDS} s.") from error
    if done.returncode:
        raise InstallError(f"`{' '.join(command)}` failed:\n{done.stdout.strip()}")


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold signals back: packages are not left half configured."""
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def may_install() -> bool:
    """Tell whether installing is possible here at all: Debian's family, as root."""
    return is_debian() and os.geteuid() == 0 and shutil.which("apt-get") is not None
