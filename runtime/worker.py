"""One function at work: decode, handle, publish, ack.

The ack comes only after what the handler made is stored. A second delivery is harmless: the
compare-and-set lets one answer in.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import nats.errors
import structlog

from contracts.answer import Printout
from contracts.inputs import Cache, Cancellation, Locks, Timings, Undelivered
from contracts.lifecycle import TERMINAL, Command, Entry
from contracts.world import World
from runtime import advisories, current, metrics
from runtime.declare import Function
from runtime.envelope import UnknownError, understood
from runtime.errors import CrowdedError, LinkError, LostError, PermanentError, TransientError
from runtime.history import STREAM
from runtime.points import Point, reach
from runtime.publish import Publisher
from runtime.pull import Delivered, Pull, delivered
from runtime.resources import Resources, timings
from runtime.tracing import spans
from runtime.wire import Message

log = structlog.get_logger()

_BACKOFF = (0.2, 1.0, 5.0, 15.0)
_LOOK_S = 0.25
_MARGIN_S = 0.1
_LEFT_AT_FIRST = 0.2
_LEFT_LONGER = 1.25
_RECEIVED, _HANDLED, _PUBLISHED = Point.DELIVERY_RECEIVED, Point.HANDLED, Point.PUBLISHED
_ACK, _IN_PROGRESS, _TERM, _NAK = b"+ACK", b"+WPI", b"+TERM ", b"-NAK "


class Worker:
    """Serves the stream-side of one function until it is drained."""

    def __init__(self, function: Function, opened_with: Any, resources: Resources) -> None:
        self._function = function
        self._opened = opened_with
        self._resources = resources
        self._publisher = Publisher(function, resources)
        self._in_hand: dict[tuple[str, int], Delivered] = {}
        self._pulls: list[Pull] = []
        self._name = name = function.name
        self._seconds = metrics.HANDLE_SECONDS.labels(name)
        metrics.IN_FLIGHT.labels(name).set_function(lambda: len(self._in_hand))
        self._again = metrics.REDELIVERIES.labels(name)
        self._outcomes = {each: metrics.DELIVERIES.labels(name, each) for each in metrics.OUTCOMES}
        self._loop = asyncio.get_running_loop()
        self._deadline_s = function.deadline.total_seconds()
        # A cancellation is awaited before the history is read: what comes in between is heard.
        self._needed = sorted(function.needs.items(), key=lambda each: each[1] is not Cancellation)

    @asynccontextmanager
    async def running(self, drain: timedelta) -> AsyncIterator[None]:
        """Work for as long as the block lasts, then finish what is in hand within `drain`."""
        function = self._function
        ticker = asyncio.create_task(self._watch())
        streams = []
        if function.events:
            streams.append(STREAM)
        if Undelivered in function.consumes:
            streams.append(advisories.STREAM)
        link, room = self._resources.link, function.in_flight
        self._pulls = [
            Pull(link, f"{stream}.{function.name}", room, self._take, lambda: len(self._in_hand))
            for stream in streams
        ]
        try:
            async with _all(self._pulls):
                yield
        finally:
            await self._finish(drain)
            ticker.cancel()

    def _take(self, message: Message) -> None:
        delivery = delivered(message)
        held = self._in_hand.get((delivery.stream, delivery.sequence))
        if held:  # the same message came again while we work on it: one effect, the newest ack
            held.ack = delivery.ack
            return
        self._in_hand[delivery.stream, delivery.sequence] = delivery
        delivery.task = self._loop.create_task(self._handle(delivery))

    async def _handle(self, delivery: Delivered) -> None:
        began = time.perf_counter()
        delivery.due = began + self._deadline_s
        if delivery.attempt > 1:
            self._again.inc()
        work = current.begin(self._name, delivery.message)
        if delivery.stream == STREAM:
            spans.recorder.consumed(work, delivery.attempt)
        outcome, fault = "stopped", ""
        try:
            reach(_RECEIVED, self._name)
            outcome = await self._work(delivery)
            reach(_PUBLISHED, self._name)
            self._answer(delivery, _ACK)
        except asyncio.CancelledError:
            if not delivery.overdue or delivery.task.uncancel():
                raise
            outcome, fault = self._after(delivery, TimeoutError()), TimeoutError.__name__
        except Exception as error:  # noqa: BLE001 - the boundary: each error becomes an answer
            outcome, fault = self._after(delivery, error), type(error).__name__
        finally:
            spans.end(work, outcome, fault)
            del self._in_hand[delivery.stream, delivery.sequence]
            for pull in self._pulls:
                pull.more()
        self._seconds.observe(time.perf_counter() - began)
        self._outcomes[outcome].inc()

    async def _work(self, delivery: Delivered) -> metrics.Outcome:
        if delivery.stream == advisories.STREAM:
            undelivered = await advisories.read(delivery.message, self._resources)
            if undelivered is None:
                return "ignored"
            command = undelivered.command or Command()
            last = command.entries[-1] if command.entries else None
            if work := current.work():
                spans.recorder.consumed(work, delivery.attempt, last)
            made = self._function.handler(undelivered, self._opened)
            await self._publisher.all(made, last, command.sequence)
            return "published"
        entry = self._resources.history.delivered(delivery.message, delivery.sequence)
        understood(entry, delivery.message.data)
        needs, history = await self._needs(entry, delivery.attempt)
        if history and all(each.sequence != entry.sequence for each in history.entries):
            log.warning("an event out of turn is ignored", **_about(entry))
            return "ignored"
        if (history and history.ended) or await self._outlived(entry, delivery.attempt):
            return "lost"  # an earlier delivery brought it to its end, and was not acknowledged
        made = self._function.handler(entry.event, self._opened, **needs)
        if not self._function.streams:
            value = await made
            reach(_HANDLED, self._name)
            await self._publisher.one(value, entry, entry.sequence)
            return "published" if value is not None else "nothing"
        return await self._drive(made, entry, history)

    async def _drive(
        self, made: AsyncGenerator[Any, None], entry: Entry, history: Command | None
    ) -> metrics.Outcome:
        try:
            expected = history.sequence if history else entry.sequence
            await self._publisher.all(made, entry, expected, history)
        except LostError as lost:
            if not lost.command.ended and not lost.command.given_up:
                # Somebody claimed it, and this delivery did not know: look again when it must
                # either have ended or be known to be left alone.
                raise TransientError(
                    "claimed by somebody else", delay=self._resources.ack_wait
                ) from lost
            raise
        return "published"

    async def _needs(self, entry: Entry, attempt: int) -> tuple[dict[str, Any], Command | None]:
        given: dict[str, Any] = {}
        history: Command | None = None
        for name, kind in self._needed:
            if kind is Command:
                known = name not in self._function.optional
                if known or attempt > 1:
                    history = await self._resources.history.before(entry)
                given[name] = history
            elif kind is World:
                given[name] = self._resources.inventory.world
            elif kind is Cancellation:
                given[name] = self._resources.cancellations.of(entry.event.command_id)
            elif kind is Cache:
                given[name] = self._resources.cache
            elif kind is Locks:
                given[name] = self._resources.locks
            elif kind is Timings:
                given[name] = timings(entry)
            elif kind is Printout:
                given[name] = await self._resources.printed(entry)
        return given, history

    def _after(self, delivery: Delivered, error: Exception) -> metrics.Outcome:
        """Say to the server what an error means for the delivery."""
        about = {
            "function": self._function.name,
            "subject": delivery.message.subject,
            "attempt": delivery.attempt,
        }
        match error:
            case LostError():
                log.info("somebody else went on", **about, state=error.command.state)
                self._answer(delivery, _ACK)
                return "lost"
            case UnknownError():
                log.warning("left for a newer worker", **about, error=str(error))
                self._later(delivery, self._left(delivery))
                return "retried"
            case PermanentError():
                log.error("given up", **about, error=str(error))
                self._answer(delivery, _TERM + _line(error))
                return "dead"
            case _ if delivery.attempt >= self._function.attempts:
                log.error("given up after the last attempt", **about, exc_info=error)
                self._answer(delivery, _TERM + _line(error))
                return "dead"
            case TransientError(delay=timedelta()) | CrowdedError():
                self._later(delivery, self._delay(delivery, error))
                return "retried"
            case TransientError() | LinkError() | TimeoutError():
                log.warning("to be tried again", **about, error=str(error) or type(error).__name__)
            case _:
                log.error("to be tried again", **about, exc_info=error)
        self._later(delivery, _BACKOFF[min(delivery.attempt, len(_BACKOFF)) - 1])
        return "retried"

    def _delay(self, delivery: Delivered, error: TransientError) -> float:
        """Return the seconds until another attempt; of what is crowded, the last is at its end."""
        if isinstance(error, CrowdedError):
            left = (error.deadline - datetime.now(UTC)).total_seconds()
            return max(left, 0) / (self._function.attempts - delivery.attempt) + _MARGIN_S
        return error.delay.total_seconds() if error.delay else 0

    async def _outlived(self, entry: Entry, attempt: int) -> bool:
        """Say whether a command has ended that could not be gone on with in all attempts.

        Older workers left the event, or each died that tried: either is over with its command.
        """
        if attempt <= self._function.attempts or entry.event.type in TERMINAL:
            return False
        return (await self._resources.history.read(entry.event.command_id)).ended

    def _left(self, delivery: Delivered) -> float:
        """Return the seconds for which what is not known here is left to others.

        A quarter longer each time: a newer worker gets it soon where there is one, and a week is
        over before the server gives it up.
        """
        soon = self._resources.ack_wait.total_seconds() * _LEFT_AT_FIRST
        return soon * _LEFT_LONGER ** (delivery.attempt - 1)

    def _later(self, delivery: Delivered, seconds: float) -> None:
        self._answer(delivery, _NAK + b'{"delay":%d}' % int(seconds * 1_000_000_000))

    def _answer(self, delivery: Delivered, word: bytes) -> None:
        try:
            self._resources.link.nc.send(delivery.ack, word)
        except (nats.errors.Error, OSError) as error:
            # It is delivered again, and then finds what was stored.
            log.warning("an ack was not sent", function=self._function.name, error=str(error))

    async def _watch(self) -> None:
        """Keep the server from handing out again what is worked on; end it when its time is up.

        One look at all of them costs less than a timer for each, which took 2 µs a delivery.
        """
        every = self._resources.ack_wait.total_seconds() / 3
        extended = time.perf_counter()
        while True:
            await asyncio.sleep(min(every, _LOOK_S))
            now = time.perf_counter()
            for delivery in list(self._in_hand.values()):
                if now > delivery.due:
                    delivery.expire()
                elif now >= extended + every:
                    self._answer(delivery, _IN_PROGRESS)
            if now >= extended + every:
                extended = now

    async def _finish(self, drain: timedelta) -> None:
        if tasks := [each.task for each in self._in_hand.values()]:
            _, left = await asyncio.wait(tasks, timeout=drain.total_seconds())
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)


@asynccontextmanager
async def _all(pulls: list[Pull]) -> AsyncIterator[None]:
    if not pulls:
        yield
        return
    async with pulls[0].running(), _all(pulls[1:]):
        yield


def _line(error: Exception) -> bytes:
    """Return an error in one line of bounded length, as a reason for the server."""
    text = (
        f"{type(error).__name__}: {error}" if not isinstance(error, PermanentError) else str(error)
    )
    return " ".join(text.split())[:512].encode()


def _about(entry: Entry) -> dict[str, Any]:
    return {"command_id": entry.event.command_id, "type": entry.event.type, "event_id": entry.id}
