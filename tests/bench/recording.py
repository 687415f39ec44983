"""One real command, as the streams hold it: what the other contenders replay byte for byte."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts import headers as h
from runtime.link import Link

EVENTS = ("requested", "generated", "validated", "started", "executed")
# A change locks its object by id and by name: how long the two are, in the key of a lock.
LOCKED = (64, 8)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One stored message."""

    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """The stored messages of one command (five events, its lock, what it printed) and its reply."""

    command_id: str
    events: Mapping[str, Recorded]
    lock: Recorded
    output: Recorded
    reply: bytes

    def write(self, path: Path) -> None:
        """Write it to a file."""
        document: dict[str, Any] = {
            "command_id": self.command_id,
            "events": {name: _plain(each) for name, each in self.events.items()},
            "lock": _plain(self.lock),
            "output": _plain(self.output),
            "reply": base64.b64encode(self.reply).decode(),
        }
        path.write_text(json.dumps(document))

    @classmethod
    def read(cls, path: Path) -> "Recording":
        """Read it from a file."""
        document = json.loads(path.read_text())
        return cls(
            command_id=document["command_id"],
            events={name: _recorded(each) for name, each in document["events"].items()},
            lock=_recorded(document["lock"]),
            output=_recorded(document["output"]),
            reply=base64.b64decode(document["reply"]),
        )


async def record(link: Link, reply: bytes) -> Recording:
    """Read back the command that `reply` answered."""
    command_id: str = json.loads(reply)["command_id"]
    events = {
        each: await _read(link, "COMMANDS", f"command.{each}.{command_id}") for each in EVENTS
    }
    lock = await _read(link, "KV_LOCKS", "$KV.LOCKS.>")
    output = await _read(link, "OUTPUTS", f"output.*.{command_id}")
    return Recording(command_id, events, lock, output, reply)


async def _read(link: Link, stream: str, subject: str) -> Recorded:
    message, *_ = await link.read(stream, {"seq": 1, "next_by_subj": subject})
    held = message.headers or {}
    ours = {name: value for name, value in held.items() if not _of_the_read(name)}
    return Recorded(ours, message.data)


def _of_the_read(name: str) -> bool:
    """Say whether the server adds this header to what it reads back."""
    kept = {h.MESSAGE_ID, h.EXPECTED_SEQUENCE, h.EXPECTED_SUBJECT}
    return name.startswith("Nats-") and name not in kept


def _plain(each: Recorded) -> dict[str, Any]:
    return {"headers": each.headers, "body": base64.b64encode(each.body).decode()}


def _recorded(plain: Mapping[str, Any]) -> Recorded:
    return Recorded(plain["headers"], base64.b64decode(plain["body"]))


class Template:
    """A recorded message that is made again for other commands: only the ids are replaced."""

    def __init__(self, recorded: Recorded, command_id: str) -> None:
        self._parts = recorded.body.split(command_id.encode())
        self._headers = recorded.headers

    def body(self, command_id: bytes) -> bytes:
        """Return the body for a command."""
        return command_id.join(self._parts)

    def once(self, unique: str) -> dict[str, str]:
        """Return the headers of what is no event: what was recorded, with an id of its own."""
        return {**self._headers, h.MESSAGE_ID: unique}

    def after(self, expected: int) -> dict[str, str]:
        """Return the headers of what is no event, and replaces what was stored before."""
        return {**self._headers, h.EXPECTED_SEQUENCE: str(expected)}

    def headers(self, command_id: str, expected: int, unique: str) -> dict[str, str]:
        """Return the headers for a command: the same number, of the same sizes."""
        return {
            **self._headers,
            h.ID: unique,
            h.MESSAGE_ID: unique,
            h.CORRELATION: command_id,
            h.EXPECTED_SEQUENCE: str(expected),
            h.EXPECTED_SUBJECT: f"command.*.{command_id}",
        }
