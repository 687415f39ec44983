"""How commands ended, read from the history."""

import sys
from collections.abc import AsyncIterator
from datetime import datetime

from contracts import headers as h
from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandPlanned,
    CommandRejected,
    CommandRequested,
    Event,
)
from contracts.lifecycle import Entry
from contracts.verdict import Ending, status_of, timed, verdict
from runtime.client import Gateway
from runtime.slo.reckoning import End

UNKNOWN = "unknown"
_KINDS: tuple[type[Ending], ...] = (
    CommandExecuted,
    CommandFailed,
    CommandRejected,
    CommandPlanned,
)


class Ends:
    """Reads how commands ended. `read` says how many events it took, `reached` from when the last.

    Terminal events alone are read: their headers say who asked, when, and how long it took.
    """

    def __init__(self, gateway: Gateway, since: datetime) -> None:
        self.read = 0
        self.reached = since
        self._gateway = gateway
        self._since = since

    async def all(self) -> list[End]:
        """Return the end of each command that has ended since. Raises LinkError."""
        ends: dict[str, End] = {}
        for kind in _KINDS:
            async for command_id, entry in self._entries(kind):
                end = ended(entry)
                before = ends.get(command_id)
                if end and (before is None or end.sequence < before.sequence):
                    ends[command_id] = end
        nameless = {each for each, end in ends.items() if not end.caller}
        if nameless:  # an older version stored them: only the request says who asked
            await self._name(ends, nameless)
        return list(ends.values())

    async def _name(self, ends: dict[str, End], nameless: set[str]) -> None:
        async for command_id, entry in self._entries(CommandRequested, every=True):
            if command_id in nameless and isinstance(entry.event, CommandRequested):
                ends[command_id] = ends[command_id]._replace(caller=entry.event.caller)
                nameless.discard(command_id)
        for command_id in nameless:
            ends[command_id] = ends[command_id]._replace(caller=UNKNOWN)

    async def _entries(
        self, kind: type[Event], *, every: bool = False
    ) -> AsyncIterator[tuple[str, Entry]]:
        since = None if every else self._since
        async for seen in self._gateway.history(of=kind, since=since, limit=sys.maxsize):
            self.read += 1
            if seen.entry:
                self.reached = seen.entry.time
                yield seen.command_id, seen.entry


def ended(entry: Entry) -> End | None:
    """Return what a terminal event says of the service; None for any other event."""
    event = entry.event
    if not isinstance(event, Ending):
        return None
    status = status_of(event)
    code = event.error.code if isinstance(event, CommandRejected | CommandFailed) else None
    found = verdict(status, code)
    return End(
        sequence=entry.sequence,
        caller=entry.headers.get(h.CALLER) or str(getattr(event, "caller", "")),
        at=entry.time,
        verdict=found,
        code=code or "",
        seconds=_seconds(entry, event),
    )


def _seconds(entry: Entry, event: Ending) -> float | None:
    """Return how long it took, where that may be asked."""
    start = h.start_of(entry.headers)
    if start is None or not timed(event, entry.headers.get(h.TIMINGS, "")):
        return None
    return max((entry.time - start).total_seconds(), 0.0)
