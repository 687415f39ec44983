"""Install what a stack needs from the distribution, where that is ours to do."""

import os
import shutil
import subprocess

from scripts.engine.packages import (
    APT_OPTIONS,
    APT_SECONDS,
    DO_NOT_START,
    InstallError,
    may_install,
)

# By program: the Debian package that brings it.
PROGRAMS = {
    "busybox": "busybox-static",
    "debootstrap": "debootstrap",
    "docker-compose": "docker-compose",
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
}


def ensure() -> None:
    """Install what is missing; no service of it is started. Raises InstallError."""
    missing = [PROGRAMS[each] for each in PROGRAMS if shutil.which(each) is None]
    if not missing:
        return
    if not may_install():
        raise InstallError(f"Missing here (names of Debian's packages): {', '.join(missing)}")
    print(f"Installing {' '.join(missing)} with apt-get.", flush=True)
    quiet = {**os.environ, **DO_NOT_START, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (("update",), ("install", "--yes", "--no-install-recommends", *missing)):
        done = subprocess.run(
            ("apt-get", "-qq", *APT_OPTIONS, *arguments),
            env=quiet,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=APT_SECONDS,
            check=False,
        )
        if done.returncode:
            raise InstallError(f"apt-get {arguments[0]} failed:\n{done.stdout.strip()}")
