"""A durable pull consumer that never stands still: overlapping requests, heartbeats, a watchdog.

One inbox takes all messages. A new request goes out at half credit, on every status that ends
a request, after a reconnect, and when heartbeats stay away. This equals push in speed and
balances over any number of workers; fetch(1) in a loop is 3 to 4 times slower.
"""

import asyncio
import contextlib
import json
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import nats.errors
import structlog

from contracts import headers as h
from runtime.link import Link
from runtime.wire import Message

log = structlog.get_logger()

_EXPIRES_S = 30.0
_HEARTBEAT_S = 1.0
_SILENCE_S = 2.5 * _HEARTBEAT_S
_NS = 1_000_000_000
_HEARTBEAT = "100"
_V1, _V2 = 9, 12


@dataclass(slots=True)
class Delivered:
    """One delivery, and the task that works on it until `due` (of `time.perf_counter`).

    `ack` is the subject to answer on; a later delivery replaces it.
    """

    message: Message
    ack: str
    stream: str
    sequence: int
    attempt: int
    task: asyncio.Task[None] = field(init=False)
    due: float = math.inf
    overdue: bool = False

    def expire(self) -> None:
        """End the task that works on it, once: its time is up."""
        if not self.overdue:
            self.overdue = True
            self.task.cancel()


def delivered(message: Message) -> Delivered:
    """Read the delivery's facts from its ack subject (ADR-15), in its form of 9 or 12 tokens."""
    tokens = message.reply.split(".")
    shift = 2 if len(tokens) >= _V2 else 0
    return Delivered(
        message=message,
        ack=message.reply,
        stream=tokens[2 + shift],
        attempt=int(tokens[4 + shift]),
        sequence=int(tokens[5 + shift]),
    )


class Pull:
    """Asks for messages while fewer than `in_flight` are asked for or in hand.

    `consumer` is `<stream>.<durable>`. `take` is called with each message, and must not wait;
    `busy` says how many are in hand.
    """

    def __init__(
        self,
        link: Link,
        consumer: str,
        in_flight: int,
        take: Callable[[Message], None],
        busy: Callable[[], int],
    ) -> None:
        self._link = link
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{consumer}"
        self._consumer = consumer
        self._in_flight = in_flight
        self._take = take
        self._busy = busy
        self._inbox = link.nc.new_inbox()
        self._credit = 0
        self._heard = 0.0
        self._listening = False
        self._loop = asyncio.get_running_loop()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Pull for as long as the block lasts; afterwards nothing more is taken."""
        subscription = await self._link.nc.listen(self._inbox, self._on_message)
        self._link.on_reconnect(self._afresh)
        watchdog = self._loop.create_task(self._watch())
        self._listening = True
        await self._afresh()
        try:
            yield
        finally:
            self._listening = False
            watchdog.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watchdog
            with contextlib.suppress(nats.errors.Error):  # a closed connection takes no more anyway
                await subscription.unsubscribe()

    def _on_message(self, message: Message) -> None:
        self._heard = self._loop.time()
        if message.reply:
            self._credit -= 1
            self._take(message)  # now in hand: as much is asked for or in hand as before
            return
        headers = message.headers or {}
        status = headers.get(h.STATUS)
        if status == _HEARTBEAT:
            return
        # 404, 408, 409, 503: a request has ended, with this much of it unanswered
        left = headers.get("Nats-Pending-Messages", "0")
        self._credit -= int(left) if left.isdigit() else self._credit
        if status not in {"404", "408"}:
            log.info("pull ended", consumer=self._consumer, status=status)
            return  # the watchdog asks again: a server that is shutting down is not pressed
        self.more()

    def more(self) -> None:
        """Ask again if half of what may be in flight is free: after a message, or its end."""
        if self._listening and self._credit + self._busy() <= self._in_flight // 2:
            self._ask()

    def _ask(self) -> None:
        batch = self._in_flight - max(self._credit, 0) - self._busy()
        if batch <= 0:
            return
        request = {
            "batch": batch,
            "expires": int(_EXPIRES_S * _NS),
            "idle_heartbeat": int(_HEARTBEAT_S * _NS),
        }
        self._credit = max(self._credit, 0) + batch
        with contextlib.suppress(nats.errors.Error):  # not connected: the watchdog asks again
            self._link.nc.send(self._next, json.dumps(request).encode(), self._inbox)

    async def _afresh(self) -> None:
        if not self._listening:
            return
        self._credit = 0
        self._heard = self._loop.time()
        self._ask()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_HEARTBEAT_S / 2)
            if self._link.connected and self._loop.time() - self._heard > _SILENCE_S:
                await self._afresh()
