"""Who waits for which command: inboxes in the WAITERS bucket, and the way to answer them.

A function that answers hears of every waiter as it is stored, so an answer costs no read.
What it did not hear (it has just started, its connection was gone) it reads.
"""

from collections import OrderedDict
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import structlog

from runtime.link import Link, Stored
from runtime.wire import Message

log = structlog.get_logger()

BUCKET = "WAITERS"
_PREFIX = f"$KV.{BUCKET}."
_REMEMBERED = 65_536
# Clocks of machines differ by this much at the most.
_CLOCKS = timedelta(seconds=2)


def may_answer(inbox: str, caller: str | None = None) -> bool:
    """Say whether this inbox can be the caller's own; without one, any caller's.

    JetStream stores whatever is sent to a subject of its streams, with our authority: an answer
    goes to inboxes only, and a caller's prefix belongs to that caller.
    """
    if any(character in inbox for character in "*> \t\r\n") or not all(inbox.split(".")):
        return False
    if inbox.startswith("_R_."):
        return True
    if not inbox.startswith("_INBOX."):
        return False
    kind, _, rest = inbox.removeprefix("_INBOX.").partition(".")
    if kind == "c" and caller is not None:
        return rest.startswith(f"{caller}.")
    return kind != "f"


class Waiters:
    """The waiting callers of this deployment."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._heard: OrderedDict[str, set[str]] = OrderedDict()
        self._since: datetime | None = None

    async def begin(self, command_id: str, inbox: str) -> Awaitable[Stored]:
        """Send an inbox off to be stored, and return what to await for the confirmation.

        Awaiting it raises LinkError where the inbox may not be stored.
        """
        return await self._link.send(f"{_PREFIX}{command_id}.{token_hex(8)}", inbox.encode())

    async def listen(self) -> None:
        """Hear of every waiter from here on."""
        await self._link.nc.listen(f"{_PREFIX}*.*", self._on_waiter)
        self._link.on_reconnect(self._afresh)
        await self._afresh()

    async def of(self, command_id: str, requested: datetime | None) -> set[str]:
        """Return the inboxes that wait for a command.

        What was heard is all of them only if we listened when the command was requested.
        """
        heard = self._heard.pop(command_id, set())
        listened = self._since and requested and self._since < requested
        return heard if heard and listened else heard | await self.stored(command_id)

    async def stored(self, command_id: str) -> set[str]:
        """Return the inboxes that the bucket holds for a command."""
        request = {"multi_last": [f"{_PREFIX}{command_id}.*"]}
        messages = await self._link.read(f"KV_{BUCKET}", request)
        return {message.data.decode(errors="replace") for message in messages}

    async def answer(self, inboxes: set[str], body: bytes, head: bytes = b"") -> None:
        """Send an answer to all, with headers of `head_of`.

        Whoever has gone does not hear it: that is no error. What is no inbox of a caller's was not
        put there by accept, and is not answered.
        """
        for inbox in inboxes:
            if may_answer(inbox):
                self._link.nc.send(inbox, body, head=head)
            else:
                log.warning("what is no inbox waits for an answer", inbox=inbox[:128])

    async def _afresh(self) -> None:
        self._since = datetime.now(UTC) + _CLOCKS
        self._heard.clear()

    def _on_waiter(self, message: Message) -> None:
        command_id = message.subject.removeprefix(_PREFIX).partition(".")[0]
        self._heard.setdefault(command_id, set()).add(message.data.decode(errors="replace"))
        if len(self._heard) > _REMEMBERED:
            self._heard.popitem(last=False)
