"""Who waits for which command: inboxes in the WAITERS bucket, and the way to answer them.

A function that answers hears of every waiter as it is stored, so an answer costs no read.
What it did not hear (it has just started, its connection was gone) it reads.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable
from secrets import token_hex

from nats.aio.msg import Msg

from runtime.link import Link, Stored

BUCKET = "WAITERS"
_PREFIX = f"$KV.{BUCKET}."
_REMEMBERED = 65_536


def may_answer(inbox: str, caller: str) -> bool:
    """Say whether this inbox can be the caller's own.

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
    return kind != "f" and (kind != "c" or rest.startswith(f"{caller}."))


class Waiters:
    """The waiting callers of this deployment."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._heard: OrderedDict[str, set[str]] = OrderedDict()

    async def begin(self, command_id: str, inbox: str) -> Awaitable[Stored]:
        """Send an inbox off to be stored, and return what to await for the confirmation.

        Awaiting it raises LinkError where the inbox may not be stored.
        """
        return await self._link.send(f"{_PREFIX}{command_id}.{token_hex(8)}", inbox.encode())

    async def listen(self) -> None:
        """Hear of every waiter from here on."""
        await self._link.nc.subscribe(f"{_PREFIX}*.*", cb=self._on_waiter)

    async def of(self, command_id: str) -> set[str]:
        """Return the inboxes that wait for a command."""
        if heard := self._heard.pop(command_id, None):
            return heard
        return await self.stored(command_id)

    async def stored(self, command_id: str) -> set[str]:
        """Return the inboxes that the bucket holds for a command."""
        request = {"multi_last": [f"{_PREFIX}{command_id}.*"]}
        messages = await self._link.read(f"KV_{BUCKET}", request)
        return {message.data.decode() for message in messages if message.data}

    async def answer(self, inboxes: set[str], body: bytes) -> None:
        """Send an answer to all. Whoever has gone does not hear it: that is no error."""
        if len(inboxes) == 1:  # the usual case, without tasks of their own: 12 µs less
            await self._link.nc.publish(next(iter(inboxes)), body)
            return
        await asyncio.gather(*(self._link.nc.publish(inbox, body) for inbox in inboxes))

    async def _on_waiter(self, message: Msg) -> None:
        command_id = message.subject.removeprefix(_PREFIX).partition(".")[0]
        self._heard.setdefault(command_id, set()).add(message.data.decode())
        if len(self._heard) > _REMEMBERED:
            self._heard.popitem(last=False)
