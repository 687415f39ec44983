"""The floor: a bare nats-py program that does a command's traffic and nothing else.

One request-reply, the gateway's eight stored publishes in its order and with its concurrency,
the same consumers and deliveries, acks after the next event is stored. Bodies and headers are
those of a recorded command with the ids replaced. No models, no digests, no validation: what
remains is NATS and its Python client, used in the best pattern known (one inbox for all
PubAcks, continuous pull, a task per message, a frozen heap, uvloop).
"""

import asyncio
import contextlib
import gc
import itertools
import json
import secrets
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop
from nats.aio.client import Client
from nats.aio.msg import Msg

from runtime.serve import until_told
from tests.bench.load import told
from tests.bench.recording import LOCKED, Recording, Template

_BATCH = 512
_PULL = json.dumps(
    {"batch": _BATCH, "expires": 30_000_000_000, "idle_heartbeat": 1_000_000_000}
).encode()
_TIMEOUT_S = 5.0
_SEQUENCE = 5


class Floor:
    """The whole pipeline on one connection."""

    def __init__(self, nc: Client, recording: Recording) -> None:
        self._nc = nc
        self._loop = asyncio.get_running_loop()
        self._prefix = nc.new_inbox() + "."
        self._numbers = itertools.count()
        self._waiting: dict[str, tuple[float, asyncio.Future[int]]] = {}
        self._inboxes: dict[str, str] = {}
        self._objects: dict[str, str] = {}
        self._locks: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        command_id = recording.command_id
        self._events = {
            name: Template(recorded, command_id) for name, recorded in recording.events.items()
        }
        self._lock = Template(recording.lock, command_id)
        self._output = Template(recording.output, command_id)
        self._reply = recording.reply.split(command_id.encode())

    async def start(self) -> None:
        """Subscribe to everything and pull."""
        await self._nc.subscribe(self._prefix + "*", cb=self._on_stored)
        self._spawn(self._sweep())
        await self._nc.subscribe("$KV.WAITERS.*.*", cb=self._on_waiter)
        await self._pull("generate", self.generate)
        await self._pull("validate", self.validate)
        await self._pull("execute", self.execute)
        await self._pull("reply", self.reply)
        await self._nc.subscribe("gateway.run.*", queue="gateway", cb=self._on_request)

    async def accept(self, message: Msg) -> None:
        """Store who waits and what is asked for, both at once."""
        command_id = secrets.token_hex(13)
        self._objects[command_id] = message.data[-5:-2].decode()
        waiter = f"$KV.WAITERS.{command_id}.{secrets.token_hex(8)}"
        waiting = await self._send(waiter, message.reply.encode(), None)
        await self._store("requested", command_id, 0)
        await waiting

    async def generate(self, command_id: str, sequence: int) -> None:
        """Store command.generated."""
        await self._store("generated", command_id, sequence)

    async def validate(self, command_id: str, sequence: int) -> None:
        """Store command.validated."""
        await self._store("validated", command_id, sequence)

    async def execute(self, command_id: str, sequence: int) -> None:
        """Store the locks of id and name, the claim, what was printed, and the result."""
        number, body = self._objects.pop(command_id), self._lock.body(command_id.encode())
        for lock in (f"$KV.LOCKS.local.container=20{number:0>{size}}" for size in LOCKED):
            taken = self._lock.after(self._locks.get(lock, 0))
            self._locks[lock] = await (await self._send(lock, body, taken))
        claimed = await self._store("started", command_id, sequence)
        output = self._output.body(command_id.encode())
        once = self._output.once(f"{command_id}-0123456789abcdef-0-0")
        await (await self._send(f"output.local.{command_id}", output, once))
        await self._store("executed", command_id, claimed)

    async def reply(self, command_id: str, _: int) -> None:
        """Answer the caller."""
        await self._nc.publish(self._inboxes.pop(command_id), command_id.encode().join(self._reply))

    async def _store(self, event: str, command_id: str, expected: int) -> int:
        template = self._events[event]
        unique = f"{command_id}{event[:6]:<6}"
        headers = template.headers(command_id, expected, unique)
        body = template.body(command_id.encode())
        return await (await self._send(f"command.{event}.{command_id}", body, headers))

    async def _send(
        self, subject: str, body: bytes, headers: dict[str, str] | None
    ) -> Awaitable[int]:
        number = str(next(self._numbers))
        future: asyncio.Future[int] = self._loop.create_future()
        self._waiting[number] = (self._loop.time() + _TIMEOUT_S, future)
        await self._nc.publish(subject, body, reply=self._prefix + number, headers=headers)
        return future

    async def _on_stored(self, message: Msg) -> None:
        waiting = self._waiting.pop(message.subject.rpartition(".")[2], None)
        if waiting is None:
            return
        ack = json.loads(message.data)
        if error := ack.get("error"):
            waiting[1].set_exception(RuntimeError(f"not stored: {error}"))
        else:
            waiting[1].set_result(ack["seq"])

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(0.25)
            now = self._loop.time()
            for number, (due, future) in list(self._waiting.items()):
                if due < now:
                    del self._waiting[number]
                    future.set_exception(TimeoutError())

    async def _on_waiter(self, message: Msg) -> None:
        self._inboxes[message.subject.split(".")[2]] = message.data.decode()

    async def _on_request(self, message: Msg) -> None:
        self._spawn(self.accept(message))

    async def _pull(
        self, durable: str, handle: Callable[[str, int], Coroutine[Any, Any, None]]
    ) -> None:
        inbox = self._nc.new_inbox()
        ask = f"$JS.API.CONSUMER.MSG.NEXT.COMMANDS.{durable}"
        credit = _BATCH

        async def on_message(message: Msg) -> None:
            nonlocal credit
            if not message.reply:
                status = (message.headers or {}).get("Status")
                if status == "100":
                    return
                credit = 0
            else:
                credit -= 1
                self._spawn(self._handle(message, handle))
            if credit <= _BATCH // 2:
                credit += _BATCH
                await self._nc.publish(ask, _PULL, reply=inbox)

        await self._nc.subscribe(inbox, cb=on_message)
        await self._nc.publish(ask, _PULL, reply=inbox)

    async def _handle(
        self, message: Msg, handle: Callable[[str, int], Coroutine[Any, Any, None]]
    ) -> None:
        command_id = message.subject.rpartition(".")[2]
        await handle(command_id, int(message.reply.split(".")[_SEQUENCE]))
        await self._nc.publish(message.reply, b"+ACK")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def main() -> None:
    """Serve until told to stop; says `ready` when it takes requests."""
    settings = told()
    recording = Recording.read(Path(sys.argv[1]))
    nc = Client()
    await nc.connect(
        servers=settings.servers,
        inbox_prefix="_INBOX.f",
        skip_subject_validation=True,
        pending_size=8 << 20,
        **settings.credentials,
    )
    with contextlib.suppress(asyncio.CancelledError):
        await Floor(nc, recording).start()
        await nc.flush()
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await until_told()
    await nc.close()


if __name__ == "__main__":
    uvloop.run(main())
