"""FastStream's NATS broker with the same shape: its own pull subscribers and publishers.

As its documentation advises: a typed handler per function, JetStream pull
subscribers, `max_workers` for concurrency, publishing with a confirmation, negative
acknowledgement on errors, uvloop. Models and sizes are the gateway's own; the compare-and-set
and the headers are those of the recorded command.
"""

import asyncio
import logging
import secrets
import sys
from pathlib import Path
from typing import Any

import uvloop
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub

from contracts.events import (
    CommandExecuted,
    CommandGenerated,
    CommandRequested,
    CommandStarted,
    CommandValidated,
    Event,
)
from contracts.requests import OutputChunk, Reply, RunRequest
from runtime.serve import until_told
from tests.bench.load import told
from tests.bench.recording import LOCKED, Recording, Template

_IN_FLIGHT = 128
_ANSWER_S = 10.0

recording = Recording.read(Path(sys.argv[1]))
settings = told()
broker = NatsBroker(settings.servers, inbox_prefix="_INBOX.f", **settings.credentials)
commands = JStream("COMMANDS", declare=False)
# A larger batch may wait for its timeout until it is full: one of 128 cost hundreds of
# milliseconds at 1 in flight, one of 10 gained nothing at 100. Push subscribers with
# `max_workers` stood still after the first hundred commands.
pull: dict[str, Any] = {
    "stream": commands,
    "pull_sub": PullSub(batch_size=1),
    "max_workers": _IN_FLIGHT,
    "ack_policy": AckPolicy.NACK_ON_ERROR,
    "no_reply": True,
}
templates = {
    name: Template(recorded, recording.command_id) for name, recorded in recording.events.items()
}


def _model(kind: type[Event]) -> Any:
    return kind.model_validate_json(recording.events[kind.type].body)


events: dict[type[Event], Any] = {
    kind: _model(kind)
    for kind in (
        CommandRequested,
        CommandGenerated,
        CommandValidated,
        CommandStarted,
        CommandExecuted,
    )
}
output = Template(recording.output, recording.command_id)
locked = Template(recording.lock, recording.command_id)
printed = OutputChunk.model_validate_json(recording.output.body)
answer = Reply.model_validate_json(recording.reply)
inboxes: dict[str, str] = {}
objects: dict[str, str] = {}
locks: dict[str, int] = {}


async def store(kind: type[Event], command_id: str, expected: int) -> int:
    """Publish an event after `expected`; return its sequence once it is stored."""
    unique = f"{command_id}{kind.type[:6]:<6}"
    stored = await broker.publish(
        events[kind].model_copy(update={"command_id": command_id}),
        f"command.{kind.type}.{command_id}",
        headers=templates[kind.type].headers(command_id, expected, unique),
        correlation_id=command_id,
        stream="COMMANDS",
        timeout=_ANSWER_S,
    )
    return int(stored.seq)


def sequence_of(message: NatsMessage) -> int:
    """Return the sequence under which the stream holds a delivered message."""
    return int(message.raw_message.metadata.sequence.stream)


async def accept(request: RunRequest, message: NatsMessage) -> None:
    """Store who waits and what is asked for, both at once."""
    command_id = secrets.token_hex(13)
    objects[command_id] = (request.command or "")[-3:]
    waiter = f"$KV.WAITERS.{command_id}.{secrets.token_hex(8)}"
    await asyncio.gather(
        broker.publish(message.raw_message.reply, waiter, stream="KV_WAITERS", timeout=_ANSWER_S),
        store(CommandRequested, command_id, 0),
    )


async def hear(inbox: str, message: NatsMessage) -> None:
    """Remember who waits."""
    inboxes[message.raw_message.subject.split(".")[2]] = inbox


async def generate(event: CommandRequested, message: NatsMessage) -> None:
    """Store command.generated."""
    await store(CommandGenerated, event.command_id, sequence_of(message))


async def validate(event: CommandGenerated, message: NatsMessage) -> None:
    """Store command.validated."""
    await store(CommandValidated, event.command_id, sequence_of(message))


async def execute(event: CommandValidated, message: NatsMessage) -> None:
    """Store the locks of id and name, the claim, what was printed, and the result."""
    command_id = event.command_id
    number = objects.pop(command_id)
    for lock in (f"$KV.LOCKS.local.container=20{number:0>{size}}" for size in LOCKED):
        taken = await broker.publish(
            locked.body(command_id.encode()),
            lock,
            headers=locked.after(locks.get(lock, 0)),
            stream="KV_LOCKS",
            timeout=_ANSWER_S,
        )
        locks[lock] = int(taken.seq)
    claimed = await store(CommandStarted, command_id, sequence_of(message))
    await broker.publish(
        printed.model_copy(update={"command_id": command_id}),
        f"output.local.{command_id}",
        headers=output.once(f"{command_id}-0123456789abcdef-0-0"),
        stream="OUTPUTS",
        timeout=_ANSWER_S,
    )
    await store(CommandExecuted, command_id, claimed)


async def reply(event: CommandExecuted) -> None:
    """Answer the caller."""
    command_id = event.command_id
    await broker.publish(
        answer.model_copy(update={"command_id": command_id}), inboxes.pop(command_id)
    )


async def main() -> None:
    """Serve until told to stop; says `ready` when it takes requests."""
    logging.disable(logging.INFO)
    broker.subscriber("gateway.run.*", queue="gateway", max_workers=_IN_FLIGHT, no_reply=True)(
        accept
    )
    broker.subscriber("$KV.WAITERS.*.*", no_reply=True)(hear)
    broker.subscriber("command.requested.*", durable="generate", **pull)(generate)
    broker.subscriber("command.generated.*", durable="validate", **pull)(validate)
    broker.subscriber("command.validated.*", durable="execute", **pull)(execute)
    broker.subscriber("command.executed.*", durable="reply", **pull)(reply)
    async with broker:
        await broker.start()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await until_told()


if __name__ == "__main__":
    uvloop.run(main())
