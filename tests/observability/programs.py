"""The programs of Prometheus, where they are."""

import shutil

import pytest


def program(name: str) -> str:
    """Return the path of a program of Prometheus; skip the test where it is not installed."""
    package = (
        "prometheus-alertmanager" if name in {"amtool", "prometheus-alertmanager"} else "prometheus"
    )
    found = shutil.which(name) or shutil.which(name.removeprefix("prometheus-"))
    if not found:
        pytest.skip(f"prometheus: {name} is not here; on Debian: apt-get install {package}")
    return found
