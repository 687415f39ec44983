"""The demonstration, as `make demo` runs it once the environment is there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.engine.api import Engine

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(180)]


def containers(engine: Engine) -> dict[str, str]:
    """Return the id and state of what bears the demo's label."""
    query = {"all": "1", "filters": json.dumps({"label": {"acg.demo": True}})}
    found = engine.json("GET", "/containers/json", query=query)
    return {each["Id"]: each["State"] for each in found}


def test_it_is_right_six_times_touches_nothing_else_and_leaves_nothing(
    root: Path, engine: Engine, busybox: str
) -> None:
    stranger = {
        "Image": busybox,
        "Cmd": ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"],
        "Labels": {"com.docker.compose.service": "checkout", "acg.demo": "another"},
    }
    mine = engine.json("POST", "/containers/create", stranger)["Id"]
    try:
        engine.call("POST", f"/containers/{mine}/start")
        before = containers(engine)
        started = engine.json("GET", f"/containers/{mine}/json")["State"]["StartedAt"]
        done = subprocess.run(
            [sys.executable, "-m", "scripts.demo"],
            cwd=root,
            env={**os.environ, **engine.address.environment()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("   ✓ ") == 6
        assert "refused (risk_not_allowed)" in done.stdout
        assert mine[:12] not in done.stdout
        assert containers(engine) == before
        assert engine.json("GET", f"/containers/{mine}/json")["State"]["StartedAt"] == started
    finally:
        engine.call("DELETE", f"/containers/{mine}", query={"force": "1"})
    images = json.dumps(engine.json("GET", "/images/json"))
    assert "acg-busybox:demo-" not in images
    assert list((root / ".acg/demo").glob("run-*")) == []
