"""Logs and errors of ours tell nothing of what callers wrote or containers printed."""

import json
import subprocess
import sys
from random import Random

import pytest
from pydantic import ValidationError

from contracts.events import CommandRequested
from contracts.requests import OutputChunk, RunRequest
from tests.secrets.kinds import ALNUM, FORMS, chars

R = Random(13)  # noqa: S311 - the same every time
WORDS = chars(R, ALNUM, 24)


@pytest.mark.parametrize("model", [CommandRequested, OutputChunk, RunRequest])
def test_an_error_of_a_model_does_not_say_what_it_was_given(model: type[RunRequest]) -> None:
    for body in (
        json.dumps({"request": [WORDS], "stdout": [WORDS], "words": [WORDS], "line": [WORDS]}),
        f'{{"request": "{WORDS}',
    ):
        with pytest.raises(ValidationError) as caught:
            model.model_validate_json(body)
        assert WORDS not in str(caught.value)
        assert WORDS not in repr(caught.value)


PROGRAM = """
import sys
import structlog
from runtime import log
from runtime.secrets import detectors

def fail(form, text):
    log.configure("debug", form)
    logger = structlog.get_logger()
    try:
        raise ValueError(f"cannot use {text}")
    except ValueError as error:
        logger.error("given up", subject="command.x", error=str(error), exc_info=error)

said = sys.stdin.read()
fail("json", "nothing")
assert "detect_secrets" not in sys.modules
detectors()
fail("json", said)
fail("console", said)
"""


@pytest.mark.slow
def test_a_secret_in_an_error_is_left_out_of_the_log_which_loads_no_detectors() -> None:
    token = FORMS["GitHub token"](R)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=token.text,
        capture_output=True,
        text=True,
        check=True,
    )
    # In each the message and the end of the stack.
    assert done.stderr.count("cannot use nothing") >= 2
    assert done.stderr.count("cannot use [redacted]") >= 4
    assert token.core not in done.stderr
