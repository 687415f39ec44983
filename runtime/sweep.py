"""The clock: finds commands whose time is up.

Deadlines stand in the stored events; no timer is stored. What was requested is read from the
stream in its order, so neither a restart nor a lost connection leaves a gap.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from contracts import headers as h
from contracts.answer import WINDOW
from contracts.events import CommandRequested
from contracts.inputs import Overdue
from contracts.lifecycle import TERMINAL, Entry
from runtime import current
from runtime.current import Work
from runtime.declare import Function
from runtime.envelope import opened
from runtime.errors import PermanentError, RuntimeFault
from runtime.history import STREAM
from runtime.lasting import Lasting
from runtime.publish import Publisher
from runtime.resources import Resources
from runtime.tracing import spans
from runtime.unended import Unended
from runtime.wire import Message

log = structlog.get_logger()

TICK = timedelta(seconds=1)
_AT_ONCE = 64
_BATCH = 256
# Of one tick: so that what is overdue does not wait for figures.
_LOOKS = 32


class Sweep(Lasting):
    """Hands every command that is past its deadline and has not ended to one function."""

    def __init__(self, function: Function, opened_with: Any, resources: Resources) -> None:
        self._function = function
        self._opened = opened_with
        self._resources = resources
        self._publisher = Publisher(function, resources)
        self._unended = Unended(resources.link)
        self._due: list[tuple[datetime, str]] = []
        # All that the stream keeps: what no reaper ended in time is still to be ended.
        self._next: dict[str, Any] = {"start_time": (datetime.now(UTC) - WINDOW).isoformat()}

    @asynccontextmanager
    async def running(self, drain: timedelta) -> AsyncIterator[None]:
        """Hear of ends, then sweep, for as long as the block lasts."""
        await self._unended.listen()
        async with super().running(drain):
            yield

    async def go_on(self) -> None:
        """Sweep once a second."""
        while True:
            try:
                await self._read()
                await self._end_overdue()
                await self._look_up()
            except (RuntimeFault, TimeoutError) as error:
                log.warning("the sweep will be tried again", error=str(error))
            except Exception:  # the boundary: the only clock must not end with one surprise
                log.exception("the sweep will be tried again")
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
                    self._unended.requested(entry)
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
            except Exception:
                for command_id in batch:
                    self._later(command_id, now)
                raise
            self._unended.looked_up(batch, ended)
            for command_id in batch:
                if command_id not in ended:
                    await self._try_to_end(command_id, now)

    async def _look_up(self) -> None:
        """Find out which of the commands that are not overdue have ended without our hearing."""
        for _ in range(_LOOKS):
            if batch := self._unended.unsure(_AT_ONCE):
                self._unended.looked_up(batch, await self._ended(batch))
        self._unended.tell()

    async def _try_to_end(self, command_id: str, now: datetime) -> None:
        """End one command; what goes wrong with it holds up no other."""
        work, fault = current.begin(self._function.name), ""
        work.command_id = command_id
        try:
            await self._end(command_id, now, work)
        except (RuntimeFault, TimeoutError) as error:
            fault = type(error).__name__
            log.warning("to be ended later", error=str(error))
            self._later(command_id, now)
        except Exception as error:  # the boundary: one command's surprise is its own
            fault = type(error).__name__
            log.exception("to be ended later")
            self._later(command_id, now)
        finally:
            spans.end(work, "retried" if fault else "published", fault)

    def _later(self, command_id: str, now: datetime) -> None:
        heapq.heappush(self._due, (now + TICK, command_id))

    async def _ended(self, batch: list[str]) -> set[str]:
        """Return those of a batch that have a terminal event, by one read."""
        subjects = [f"command.{state}.{command_id}" for command_id in batch for state in TERMINAL]
        messages = await self._resources.link.read(STREAM, {"multi_last": subjects, "batch": 1024})
        entries = (self._entry(message) for message in messages)
        return {entry.event.command_id for entry in entries if entry}

    def _entry(self, message: Message) -> Entry | None:
        """Read a stored event; None for what was planted, which changes nothing."""
        headers = message.headers or {}
        subject, sequence = headers[h.SUBJECT], int(headers[h.SEQUENCE])
        try:
            return opened(subject, headers, message.data, sequence, self._resources.verifier)
        except PermanentError:
            return None
        except Exception:  # the boundary: one message's surprise holds up no other
            log.exception("a stored event could not be read", subject=subject, sequence=sequence)
            return None

    async def _end(self, command_id: str, now: datetime, work: Work) -> None:
        command = await self._resources.history.read(command_id)
        if command.ended or not command.entries:
            return
        spans.recorder.consumed(work, 1, command.entries[-1])
        made = self._function.handler(Overdue(now=now, command=command), self._opened)
        await self._publisher.all(made, command.entries[-1], command.sequence)
        if not (await self._resources.history.read(command_id)).ended:  # not yet: look again
            self._later(command_id, now)
