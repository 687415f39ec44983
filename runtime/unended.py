"""Which commands have not ended: what was requested, less what has ended since.

The clock reads what was requested from the stream; what has ended is heard on the live feed, so
that a command costs no read. What may have been missed (before the start, while the connection
was gone, and once in a while all of it) is looked up.
"""

import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta

from contracts import headers as h
from contracts.lifecycle import TERMINAL, Entry
from runtime import metrics
from runtime.link import Link
from runtime.wire import Message

# An end that is heard before its beginning is read is remembered: the clock reads every second.
_REMEMBERED = 16_384
_FRESH = timedelta(seconds=5)
_ALL_S = 60.0


class Unended:
    """The commands that have not ended, as far as this process knows.

    Anybody might publish to a feed: what decides reads the stream. This is for the metrics.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._open: set[str] = set()
        self._unsure: set[str] = set()
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._all_at = time.monotonic() + _ALL_S
        self._known = False

    async def listen(self) -> None:
        """Hear of every end from here on."""
        for state in TERMINAL:
            await self._link.nc.listen(f"command.{state}", self._hear)
        self._link.on_reconnect(self._doubt)

    def requested(self, entry: Entry) -> None:
        """Take up a command that is read from the stream."""
        command_id = entry.event.command_id
        if command_id in self._ended:
            return
        self._open.add(command_id)
        if datetime.now(UTC) - entry.time > _FRESH:
            self._unsure.add(command_id)

    def ended(self, command_id: str) -> None:
        """Forget a command that has ended."""
        self._open.discard(command_id)
        self._unsure.discard(command_id)
        self._ended[command_id] = None
        if len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)

    def unsure(self, count: int) -> list[str]:
        """Return some of those of which it has to be looked up whether they have ended."""
        if time.monotonic() >= self._all_at:
            self._all_at = time.monotonic() + _ALL_S
            self._unsure |= self._open
        return [each for each, _ in zip(self._unsure, range(count), strict=False)]

    def looked_up(self, command_ids: list[str], ended: set[str]) -> None:
        """Take what was looked up."""
        self._unsure.difference_update(command_ids)
        for command_id in ended:
            self.ended(command_id)

    def tell(self) -> None:
        """Tell how many there are; not before each was looked up that was there at the start."""
        self._known = self._known or not self._unsure
        if self._known:
            metrics.ACTIVE.labels().set(len(self._open))

    def _hear(self, message: Message) -> None:
        subject = (message.headers or {}).get(h.SUBJECT, "")
        self.ended(subject.rpartition(".")[2])

    async def _doubt(self) -> None:
        self._unsure |= self._open
