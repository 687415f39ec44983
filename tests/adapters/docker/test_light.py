"""A function that needs no engine does not load what speaks to one."""

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_importing_the_adapter_loads_nothing_that_speaks_to_an_engine() -> None:
    program = (
        "import sys, runtime.adapters.docker\n"
        "print(sorted({'aiodocker', 'aiohttp', 'asyncssh'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
