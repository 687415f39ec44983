"""From the words and options of a command line to a request; what is wrong is told as usage."""

import base64
import json
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any

from pydantic import ValidationError

from contracts.requests import (
    MAX_REQUEST_BYTES,
    MAX_UPLOAD,
    CancelRequest,
    PromptRequest,
    RunRequest,
    StatusRequest,
)

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?")
_SECONDS = {"ms": 0.001, "s": 1, "": 1, "m": 60, "h": 3600, "d": 86400}
_OPTIONS = {
    "request": "the request",
    "command": "the docker line",
    "idempotency_key": "--key",
    "deadline_s": "--deadline",
    "max_risk": "--max-risk",
    "source_id": "--source",
    "command_id": "ID",
    "hosts": "--hosts",
}


class UsageError(Exception):
    """The command line asks for something that no gateway could take; the message says what."""


def run_request(words: Sequence[str], **given: Any) -> RunRequest:
    """Return the request that words and options make; options that are None are left out.

    Words that begin with `docker ` are a docker line. Without a key it gets one, so that it can
    be sent again. Raises UsageError.
    """
    fields = {name: value for name, value in given.items() if value is not None}
    unquoted = len(words) > 1 and words[0] == "docker"  # the shell has taken its quotes away
    text = shlex.join(words) if unquoted else " ".join(words).strip()
    fields["command" if text.split(maxsplit=1)[:1] == ["docker"] else "request"] = text
    fields.setdefault("idempotency_key", f"acg-{token_hex(16)}")
    if "deadline_s" in fields:
        fields["deadline_s"] = seconds(fields["deadline_s"])
    if "upload" in fields:
        fields["upload"] = _upload(fields["upload"])
    if "context" in fields:
        fields["context"] = context(fields["context"])
    try:
        request = RunRequest.model_validate(fields)
    except ValidationError as error:
        raise UsageError(_explained(error)) from error
    size = len(request.model_dump_json(exclude_none=True).encode())
    if size > MAX_REQUEST_BYTES:
        raise UsageError(f"the request has {size} bytes; {MAX_REQUEST_BYTES} are taken")
    return request


def prompt_request(words: Sequence[str], **given: Any) -> PromptRequest:
    """Return the request for what a model would be sent. Raises UsageError."""
    fields = {name: value for name, value in given.items() if value is not None}
    fields["request"] = text = " ".join(words).strip()
    if text.split(maxsplit=1)[:1] == ["docker"]:
        raise UsageError("no model is asked about a docker line: nothing would be sent")
    if "context" in fields:
        fields["context"] = context(fields["context"])
    try:
        return PromptRequest.model_validate(fields)
    except ValidationError as error:
        raise UsageError(_explained(error)) from error


def status_request(command_id: str) -> StatusRequest:
    """Return the request for a command's status. Raises UsageError."""
    try:
        return StatusRequest(command_id=command_id)
    except ValidationError as error:
        raise UsageError(
            f"{command_id!r} is no command id: those are 26 letters and digits, as in `acg history`"
        ) from error


def cancel_request(command_id: str, reason: str) -> CancelRequest:
    """Return the request that cancels a command. Raises UsageError."""
    wanted = status_request(command_id).command_id
    try:
        return CancelRequest(command_id=wanted, reason=reason)
    except ValidationError as error:
        raise UsageError(_explained(error)) from error


def seconds(text: str) -> float:
    """Return the seconds of a duration: `90`, `90s`, `5m`, `2h`, `1d`. Raises UsageError."""
    found = _DURATION.fullmatch(text.strip())
    if not found:
        raise UsageError(f"{text!r} is no duration: write 90, 90s, 5m, 2h or 1d")
    return float(found[1]) * _SECONDS[found[2] or ""]


def _upload(path: str) -> str:
    """Return a file as base64; `-` is standard input. Raises UsageError."""
    try:
        body = sys.stdin.buffer.read(MAX_UPLOAD + 1) if path == "-" else _head(Path(path))
    except OSError as error:
        raise UsageError(f"--upload: {path}: {error.strerror}") from error
    if len(body) > MAX_UPLOAD:
        raise UsageError(f"--upload: more than {MAX_UPLOAD} bytes are not taken")
    return base64.b64encode(body).decode()


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_UPLOAD + 1)


def context(text: str) -> Any:
    """Return a context: the JSON object or array that a text is, else the text itself."""
    if text.lstrip().startswith(("{", "[")):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _explained(error: ValidationError) -> str:
    said = []
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        where = str(each["loc"][0]) if each["loc"] else ""
        option = _OPTIONS.get(where, f"--{where.replace('_', '-')}" if where else "the request")
        what = each["msg"].removeprefix("Value error, ").removeprefix("Input ")
        said.append(f"{option}: {what}")
    return "; ".join(dict.fromkeys(said))
