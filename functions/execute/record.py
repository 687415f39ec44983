"""What goes along with a step, and what is kept of its outcome.

Its text and data go into messages of OUTPUTS, its sizes and its digest into events.
"""

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic_core import to_json

from contracts.answer import MAX_DATA
from contracts.docker.errand import CALLER, COMMAND, TIME, Errand, Out
from contracts.docker.outcome import Outcome
from contracts.docker.risk import Risk
from contracts.events import CommandValidated
from contracts.plan import Step, StepResult
from contracts.requests import OutputChunk

# In characters. Two such texts, at the six bytes that JSON can make of each character, and the
# data fit into a message of 2 MB.
CHUNK = 64 * 1024


def errand(event: CommandValidated, step: Step, out: Out) -> Errand:
    """Return what goes along with a step: labels for what it creates, the caller's file."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    labels = {COMMAND: event.command_id, CALLER: event.caller, TIME: now}
    upload = base64.b64decode(event.upload) if event.upload is not None else None
    escape = step.risk is Risk.ESCAPE
    return Errand(labels=labels, out=out, upload=upload, may_reach_host=escape)


def clean(text: str) -> str:
    """Return a text that messages can hold."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def storable(outcome: Outcome) -> Outcome:
    """Return an outcome that messages can hold: data that is too large is left out."""
    stdout, stderr = clean(outcome.stdout), clean(outcome.stderr)
    try:
        fits = outcome.data is None or len(to_json(outcome.data)) <= MAX_DATA
    except ValueError:  # text that is no Unicode
        fits = False
    if fits and stdout is outcome.stdout and stderr is outcome.stderr:
        return outcome
    lost = {} if fits else {"data": None, "truncated": True}
    return outcome.model_copy(update={"stdout": stdout, "stderr": stderr, **lost})


def printed(
    event: CommandValidated, number: int, claim: str, outcome: Outcome, first: int = 0
) -> Iterator[OutputChunk]:
    """Cut what a step printed into messages, from number `first` on; the data stands in that."""
    texts = (outcome.stdout, outcome.stderr)
    if not any(texts) and outcome.data is None:
        return
    longest = max(map(len, texts))
    for start in range(0, max(longest, 1), CHUNK):
        yield OutputChunk(
            command_id=event.command_id,
            caller=event.caller,
            step=number,
            claim=claim,
            number=first + start // CHUNK,
            stdout=outcome.stdout[start : start + CHUNK],
            stderr=outcome.stderr[start : start + CHUNK],
            data=outcome.data if start == 0 else None,
        )


def result(outcome: Outcome, spent: float, chunks: int, claim: str) -> StepResult:
    """Return what an event may say of an outcome: sizes and a digest, no text."""
    out, err = outcome.stdout.encode(), outcome.stderr.encode()
    return StepResult(
        exit_code=outcome.exit_code,
        duration_ms=spent,
        stdout_bytes=len(out),
        stderr_bytes=len(err),
        sha256=hashlib.sha256(out + b"\0" + err).hexdigest(),
        chunks=chunks,
        claim=claim,
        truncated=outcome.truncated,
        redactions=outcome.redactions,
    )
