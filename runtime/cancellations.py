"""Which of the commands in hand were cancelled: heard of on the live feed, believed of the stream.

Whoever works on a command asks for its cancellation before it claims it, so that nothing is
missed: what came before the claim makes the claim lose, what comes after it is heard. Whatever
a broken connection swallowed is looked up when it is back.
"""

import asyncio
from collections.abc import Callable, Iterable
from weakref import WeakValueDictionary

import structlog
from nats.aio.msg import Msg

from contracts import headers as h
from contracts.events import CommandCancelled
from runtime.envelope import opened
from runtime.errors import LinkError, PermanentError
from runtime.history import STREAM
from runtime.link import Link
from runtime.signing import Verifier
from runtime.wire import Message

log = structlog.get_logger()

_FEED = f"command.{CommandCancelled.type}"
_AT_ONCE = 512
_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)


class Awaited:
    """The cancellation of one command, for as long as somebody holds it."""

    def __init__(self) -> None:
        self._requested = False
        self._calls: list[Callable[[], None]] = []

    @property
    def requested(self) -> bool:
        """Whether it was cancelled."""
        return self._requested

    def then(self, call: Callable[[], None]) -> None:
        """Call this when it is cancelled; at once where it is."""
        if self._requested:
            call()
        else:
            self._calls.append(call)

    def come(self) -> None:
        """Tell everybody, once."""
        self._requested = True
        calls, self._calls = self._calls, []
        for call in calls:
            call()


class Cancellations:
    """The cancellations that somebody in this process awaits."""

    def __init__(self, link: Link, verifier: Verifier) -> None:
        self._link = link
        self._verifier = verifier
        self._awaited: WeakValueDictionary[str, Awaited] = WeakValueDictionary()

    async def listen(self) -> None:
        """Hear of every cancellation from here on."""
        await self._link.nc.subscribe(_FEED, cb=self._hear)
        self._link.on_reconnect(self._look_again)

    def of(self, command_id: str) -> Awaited:
        """Return the cancellation of a command, to be held for as long as it matters."""
        found = self._awaited.get(command_id)
        if found is None:
            found = self._awaited[command_id] = Awaited()
        return found

    async def _hear(self, message: Msg) -> None:
        command_id = (message.headers or {}).get(h.SUBJECT, "").rpartition(".")[2]
        if command_id not in self._awaited:
            return
        try:
            await self._look([command_id])
        except LinkError as error:  # the connection broke: looked up when it is back
            log.warning("a cancellation could not be read", error=str(error))

    async def _look_again(self) -> None:
        """Look up all that are awaited; a server that has just come back may need some time."""
        for pause in _PAUSES_S:
            try:
                await self._look(list(self._awaited))
            except LinkError as error:
                log.warning("cancellations could not be read", error=str(error))
                await asyncio.sleep(pause)
            else:
                return

    async def _look(self, command_ids: list[str]) -> None:
        """Believe what the stream holds: anybody might publish to a feed."""
        for start in range(0, len(command_ids), _AT_ONCE):
            batch = command_ids[start : start + _AT_ONCE]
            subjects = [f"{_FEED}.{each}" for each in batch]
            found = await self._link.read(STREAM, {"multi_last": subjects, "batch": len(subjects)})
            for command_id in self._of_us(found):
                if awaited := self._awaited.get(command_id):
                    awaited.come()

    def _of_us(self, messages: Iterable[Message]) -> Iterable[str]:
        for message in messages:
            headers = message.headers or {}
            subject, sequence = headers.get(h.SUBJECT, ""), int(headers.get(h.SEQUENCE, "0"))
            try:
                entry = opened(subject, headers, message.data, sequence, self._verifier)
            except PermanentError as error:
                log.warning("a cancellation is not believed", subject=subject, error=str(error))
            else:
                yield entry.event.command_id
