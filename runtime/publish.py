"""What a handler made, taken to where it belongs."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog

from contracts import headers as h
from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandObserved,
    CommandStarted,
    Event,
)
from contracts.inputs import DeadLetter
from contracts.lifecycle import Command, Entry
from contracts.requests import OutputChunk, Reply
from contracts.world import HostPicture
from runtime import advisories, current
from runtime.declare import Function
from runtime.envelope import Cause, cause_of, continued, new_trace, seal
from runtime.errors import LinkError, LostError, TransientError
from runtime.metrics.told import Told, seen
from runtime.points import Point, reach
from runtime.resources import Resources
from runtime.tracing import spans
from runtime.tracing.context import read
from runtime.wire import head_of

log = structlog.get_logger()

_STORE = timedelta(seconds=20)
# What happened must be told: a result waits for a server that is away, in the executor's hands.
_RESULT = timedelta(hours=1)
_AGAIN_S = 0.25


class Publisher:
    """Publishes for one function: events by compare-and-set, everything else as what it is."""

    def __init__(self, function: Function, resources: Resources) -> None:
        self._function = function
        self._resources = resources
        self._name = function.name
        # Bound once: a debug line that nobody wants costs 0.3 µs instead of 1.8.
        self._log = log.bind(function=function.name)
        self._within = _RESULT if CommandStarted in function.publishes else _STORE
        self._told = Told(function)

    async def all(
        self,
        made: AsyncGenerator[Any, None],
        cause: Entry | None,
        expected: int,
        known: Command | None = None,
    ) -> None:
        """Publish all that a handler yields, each stored before the handler goes on.

        `known` is the history up to `expected`, where it was read: the compare-and-set sees what
        came after it, and a claim that what came before it forbids is lost without being stored.

        Raises what storing raises; the handler is closed then, and does nothing more.
        """
        claimed = acted = False
        try:
            async for value in made:
                if acted:
                    reach(Point.ACTED, self._function.name)
                    acted = False
                if isinstance(value, CommandStarted) and known and not known.admits(value.type):
                    raise LostError(known)
                try:
                    expected = await self.one(value, cause, expected)
                except LostError as lost:
                    if claimed and lost.command.ended:
                        await self._observed(value, cause, lost.command)
                    raise
                if isinstance(value, CommandStarted):
                    reach(Point.CLAIMED, self._function.name)
                    claimed = acted = True
                elif isinstance(value, OutputChunk):
                    reach(Point.OUTPUT_STORED, self._function.name)
        finally:
            await made.aclose()

    async def _observed(self, value: Any, cause: Entry | None, command: Command) -> None:
        """Keep a result that came after others had ended the command: it is evidence."""
        if isinstance(value, CommandExecuted | CommandFailed):
            late = CommandObserved(
                command_id=value.command_id,
                results=value.results,
                error=getattr(value, "error", None),
            )
            await self._event(late, cause, command.sequence)

    async def one(self, value: Any, cause: Entry | None, expected: int) -> int:
        """Publish one value; return the sequence that the next event must expect."""
        match value:
            case Event():
                return await self._event(value, cause, expected)
            case None:
                return expected
            case Reply():
                await self._reply(value, cause)
            case OutputChunk():
                await self._confirmed(lambda: self._resources.outputs.store(value))
            case HostPicture():
                await self._confirmed(lambda: self._resources.inventory.store(value))
                seen(value)
            case DeadLetter():
                await self._confirmed(lambda: advisories.bury(value, self._resources))
            case _:
                raise TypeError(f"{self._function.name} made a {type(value).__name__}")
        return expected

    async def _event(self, event: Event, entry: Entry | None, expected: int) -> int:
        if type(event) not in self._function.publishes:
            raise TypeError(f"{self._function.name} does not publish {type(event).__name__}")
        command_id = event.command_id
        cause = cause_of(entry) if entry else Cause("", "", command_id, new_trace())
        if work := current.work():
            cause = continued(cause, work.trace)
        sealed = seal(event, self._name, cause, self._resources.signer, self._name)
        stored = await self._resources.history.append(sealed, expected, within=self._within)
        if not stored.duplicate:
            self._told.stored(sealed)
        spans.recorder.stored(event, sealed.id, stored.sequence)
        self._log.debug(
            "stored",
            command_id=command_id,
            type=event.type,
            event_id=sealed.id,
            sequence=stored.sequence,
        )
        return stored.sequence

    async def _reply(self, reply: Reply, cause: Entry | None) -> None:
        if reply.command_id is None:
            return
        waiters = self._resources.waiters
        requested = h.start_of(cause.headers) if cause else None
        inboxes = await waiters.of(reply.command_id, requested)
        if inboxes:
            body = reply.__pydantic_serializer__.to_json(reply)
            await waiters.answer(inboxes, body, _trace_head(cause))
        reach(Point.ANSWERED, self._function.name)

    async def _confirmed(self, store: Callable[[], Awaitable[None]]) -> None:
        """Store what has no place in a history; again, for as long as nobody confirms it."""
        until = time.monotonic() + self._within.total_seconds()
        while True:
            try:
                await store()
            except LinkError as error:
                if time.monotonic() >= until:
                    name = self._function.name
                    raise TransientError(f"{name} could not store: {error}") from error
                await asyncio.sleep(_AGAIN_S)
            else:
                return


def _trace_head(cause: Entry | None) -> bytes:
    """Return the headers of an answer: the trace that it belongs to."""
    work = current.work()
    trace = (work and work.trace) or read(cause.headers if cause else None)
    return head_of(trace.headers()) if trace else b""
