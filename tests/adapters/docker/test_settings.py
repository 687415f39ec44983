"""Settings are read from the environment, under names that say their unit."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from runtime.adapters.docker import EngineSettings

_PROGRAM = (
    "from runtime.adapters.docker import EngineSettings\nprint(EngineSettings().model_dump_json())"
)


@pytest.mark.slow
def test_the_environment_tells_where_how_long_and_how_much() -> None:
    told = {
        "DOCKER_HOST": "unix:///x.sock",
        "ACG_ONLY_LABEL": "demo=1",
        "ACG_ENGINE_TIMEOUT_SECONDS": "2.5",
        "ACG_ENGINE_WAIT_SECONDS": "60",
        "ACG_OUTPUT_LIMIT_BYTES": "2048",
        "ACG_REGISTRY_AUTH_FILE": "registries.json",
    }
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, check=True, env=os.environ | told
    )
    assert EngineSettings.model_validate_json(done.stdout) == EngineSettings(
        docker_host="unix:///x.sock",
        only_label="demo=1",
        request_timeout=timedelta(seconds=2.5),
        wait_timeout=timedelta(minutes=1),
        output_limit_bytes=2048,
        registry_auth_file=Path("registries.json"),
    )


@pytest.mark.parametrize("label", ["=value", ""])
def test_a_label_without_a_key_is_refused(label: str) -> None:
    with pytest.raises(ValidationError):
        EngineSettings(only_label=label)
