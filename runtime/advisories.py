"""What the server says of messages that could not be handled, and where those are kept."""

import base64
import json
from datetime import UTC, datetime

from contracts.headers import MESSAGE_ID
from contracts.inputs import DeadLetter, Undelivered
from runtime import metrics
from runtime.errors import PermanentError, RefusedByStreamError
from runtime.history import STREAM as COMMANDS
from runtime.resources import Resources
from runtime.wire import Message

STREAM = "ADVISORIES"
DEAD_LETTERS = "DEAD_LETTERS"
_NO_MESSAGE = 10037
_OF_A_DELIVERY = ("MAX_DELIVERIES", "MSG_TERMINATED")


async def read(message: Message, resources: Resources) -> Undelivered | None:
    """Return what an advisory says, with the message and its command; None for other advisories."""
    kind = message.subject.split(".")[4] if message.subject.count(".") > 3 else ""  # noqa: PLR2004
    if kind not in _OF_A_DELIVERY:
        return None
    try:
        said = json.loads(message.data)
        stream, consumer = str(said["stream"]), str(said["consumer"])
        sequence, deliveries = int(said["stream_seq"]), int(said.get("deliveries", 0))
    except (ValueError, KeyError, TypeError) as error:
        raise PermanentError("not an advisory of a delivery") from error
    reason = str(said.get("reason") or f"not handled in {deliveries} deliveries")
    subject, body = await _original(resources, stream, sequence)
    command_id = subject.rpartition(".")[2] if stream == COMMANDS else ""
    command = await resources.history.read(command_id) if command_id else None
    return Undelivered(
        at=datetime.now(UTC),
        function=consumer,
        stream=stream,
        sequence=sequence,
        deliveries=deliveries,
        reason=reason,
        subject=subject,
        body=body,
        command=command if command and command.entries else None,
    )


async def bury(letter: DeadLetter, resources: Resources) -> None:
    """Store a dead letter, once. Raises LinkError where that is not confirmed."""
    body = letter.__pydantic_serializer__.to_json(letter)
    once = f"{letter.stream}-{letter.sequence}-{letter.function}"
    stored = await resources.link.store(f"dead.{letter.function}", body, {MESSAGE_ID: once})
    if not stored.duplicate:
        metrics.DEAD_LETTERS.labels(letter.function).inc()


async def _original(resources: Resources, stream: str, sequence: int) -> tuple[str, bytes]:
    try:
        found = await resources.link.api(f"STREAM.MSG.GET.{stream}", {"seq": sequence})
    except RefusedByStreamError as error:
        if error.code != _NO_MESSAGE:
            raise
        return "", b""
    message = found["message"]
    return message["subject"], base64.b64decode(message.get("data", ""))
