"""The clock: finds commands whose time is up.

Deadlines stand in the stored events; no timer is stored. What was requested is read from the
stream in its order, so neither a restart nor a lost connection leaves a gap.
"""

import asyncio
import contextlib
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from nats.aio.msg import Msg

from contracts import headers as h
from contracts.events import CommandRequested
from contracts.inputs import Overdue
from contracts.lifecycle import TERMINAL, Entry
from contracts.requests import MAX_DEADLINE_S
from runtime.declare import Function
from runtime.envelope import opened
from runtime.errors import PermanentError, RuntimeFault
from runtime.history import STREAM
from runtime.publish import Publisher
from runtime.resources import Resources

log = structlog.get_logger()

TICK = timedelta(seconds=1)
_AT_ONCE = 64
_BATCH = 256


class Sweep:
    """Hands every command that is past its deadline and has not ended to one function."""

    def __init__(self, function: Function, opened_with: Any, resources: Resources) -> None:
        self._function = function
        self._opened = opened_with
        self._resources = resources
        self._publisher = Publisher(function, resources)
        self._due: list[tuple[datetime, str]] = []
        self._next: dict[str, Any] = {
            "start_time": (datetime.now(UTC) - timedelta(seconds=MAX_DEADLINE_S)).isoformat()
        }

    @asynccontextmanager
    async def running(self, drain: timedelta) -> AsyncIterator[None]:
        """Sweep for as long as the block lasts."""
        task = asyncio.create_task(self._sweep())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait_for(task, drain.total_seconds())

    async def _sweep(self) -> None:
        while True:
            try:
                await self._read()
                await self._end_overdue()
            except (RuntimeFault, TimeoutError) as error:
                log.warning("the sweep will be tried again", error=str(error))
            await asyncio.sleep(TICK.total_seconds())

    async def _read(self) -> None:
        """Take up what was requested since the last time."""
        while True:
            request = {**self._next, "batch": _BATCH, "next_by_subj": "command.requested.*"}
            messages = await self._resources.link.read(STREAM, request)
            for message in messages:
                self._next = {"seq": int((message.headers or {})[h.SEQUENCE]) + 1}
                entry = self._entry(message)
                if entry and isinstance(entry.event, CommandRequested):
                    heapq.heappush(self._due, (entry.event.deadline, entry.event.command_id))
            if len(messages) < _BATCH:
                return

    async def _end_overdue(self) -> None:
        now = datetime.now(UTC)
        while self._due and self._due[0][0] <= now:
            batch: list[str] = []
            while self._due and self._due[0][0] <= now and len(batch) < _AT_ONCE:
                batch.append(heapq.heappop(self._due)[1])
            try:
                ended = await self._ended(batch)
                for command_id in batch:
                    if command_id not in ended:
                        await self._end(command_id, now)
            except BaseException:
                for command_id in batch:
                    heapq.heappush(self._due, (now, command_id))
                raise

    async def _ended(self, batch: list[str]) -> set[str]:
        """Return those of a batch that have a terminal event, by one read."""
        subjects = [f"command.{state}.{command_id}" for command_id in batch for state in TERMINAL]
        messages = await self._resources.link.read(STREAM, {"multi_last": subjects, "batch": 1024})
        entries = (self._entry(message) for message in messages)
        return {entry.event.command_id for entry in entries if entry}

    def _entry(self, message: Msg) -> Entry | None:
        """Read a stored event; None for what was planted, which changes nothing."""
        headers = message.headers or {}
        subject, sequence = headers[h.SUBJECT], int(headers[h.SEQUENCE])
        try:
            return opened(subject, headers, message.data, sequence, self._resources.verifier)
        except PermanentError:
            return None

    async def _end(self, command_id: str, now: datetime) -> None:
        command = await self._resources.history.read(command_id)
        if command.ended or not command.entries:
            return
        made = self._function.handler(Overdue(now=now, command=command), self._opened)
        await self._publisher.all(made, command.entries[-1], command.sequence)
        if not (await self._resources.history.read(command_id)).ended:  # not yet: look again
            heapq.heappush(self._due, (now + TICK, command_id))
