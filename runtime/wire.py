"""nats-py's client, with a shorter way for what passes most often: publishing and listening.

The client matches, strips and copies each header by itself, wakes a task for each flush, and takes
each message through a queue and a task of its subscription. Here a message goes out in one piece,
with all others of the same turn of the loop in one write, and what comes in is handed over where
it is read: a fifth less processor for a command. All else (connecting, reconnecting, which
subscriptions there are, errors) stays the client's. This is the only place that relies on names
of the client's own; `tests/nats/test_wire.py` holds both ways to the same on a real server.
"""

import asyncio
import re
from collections.abc import Callable, Mapping

from nats.aio.client import Client
from nats.aio.subscription import Subscription
from nats.aio.transport import TcpTransport
from nats.errors import (
    BadHeaderError,
    BadSubjectError,
    ConnectionClosedError,
    MaxPayloadError,
    OutboundBufferLimitError,
)

from contracts.headers import STATUS

_VERSION = "NATS/1.0"
_BLANK = " \t\r\n\v\f"
# What would end a subject and let the sender write protocol lines of his own.
_NO_SUBJECT = re.compile(r"[ \t\r\n]|\A\Z")


class Message:
    """A message as it came. Its headers are read when somebody asks for them."""

    __slots__ = ("_headers", "data", "head", "reply", "subject")

    def __init__(self, subject: str, reply: str, data: bytes, head: bytes | None) -> None:
        self.subject = subject
        self.reply = reply
        self.data = data
        self.head = head
        self._headers: dict[str, str] | None = None

    @property
    def headers(self) -> dict[str, str] | None:
        """The headers by name, the server's own status among them as `Status`; None without any."""
        if self._headers is None and self.head:
            self._headers = read_head(self.head)
        return self._headers


def head_of(headers: Mapping[str, str]) -> bytes:
    """Return headers as the wire has them: 1.5 µs for the 13 of an event, the client takes 11.

    Raises BadHeaderError where one holds a line break: what follows it would be one more header.
    """
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    if not lines.count("\r") == lines.count("\n") == len(headers):
        raise BadHeaderError("a header holds a line break")
    return f"{_VERSION}\r\n{lines}\r\n".encode()


def read_head(head: bytes) -> dict[str, str]:
    """Read headers as the wire has them: 3 µs for the 13 of an event, the client takes 15."""
    first, *lines = head.decode(errors="replace").split("\r\n")
    headers = {}
    if status := first.removeprefix(_VERSION).strip():
        headers[STATUS] = status.partition(" ")[0]
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name] = value.strip(_BLANK)
    return headers


class Wire(Client):
    """A connection to NATS."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._takes: dict[int, Callable[[Message], None]] = {}
        self._writing = False

    def send(self, subject: str, body: bytes = b"", reply: str = "", head: bytes = b"") -> None:
        """Send, together with all else of this turn of the loop. `head` are headers of `head_of`.

        While there is no connection it is kept for the next, as the client does. Raises what the
        client's `publish` raises. Nobody waits for a slow server here: how much is on its way is
        bounded by how many deliveries and requests are in hand.
        """
        if _NO_SUBJECT.search(subject) or (reply and _NO_SUBJECT.search(reply)):
            raise BadSubjectError
        if self.is_closed:
            raise ConnectionClosedError
        size = len(head) + len(body)
        if size > self._max_payload:
            raise MaxPayloadError
        if head:
            line = f"HPUB {subject} {reply} {len(head)} {size}\r\n"
        else:
            line = f"PUB {subject} {reply} {size}\r\n"
        command = b"".join((line.encode(), head, body, b"\r\n"))
        if self._status != Client.CONNECTED:
            if len(command) + self._pending_data_size > self._max_pending_size:
                raise OutboundBufferLimitError
        elif not self._writing:
            self._writing = True
            self._loop.call_soon(self._write)
        self._pending.append(command)
        self._pending_data_size += len(command)
        self.stats["out_msgs"] += 1
        self.stats["out_bytes"] += size

    def _write(self) -> None:
        self._writing = False
        if self._status != Client.CONNECTED or not self._pending:
            return  # the client writes what is pending when it has connected again
        if isinstance(self._transport, TcpTransport):
            pending, self._pending, self._pending_data_size = self._pending, [], 0
            self._transport.write(b"".join(pending))  # type: ignore[no-untyped-call]
        elif self._flush_queue and self._flush_queue.empty():  # a WebSocket wants to be drained
            self._flush_queue.put_nowait(self._loop.create_future())

    async def listen(
        self, subject: str, take: Callable[[Message], None], *, queue: str = ""
    ) -> Subscription:
        """Subscribe. `take` gets each message where it is read, and must not wait."""
        self._takes[self._sid + 1] = take  # the number that `subscribe` takes next
        return await self.subscribe(subject, queue=queue)

    async def _process_msg(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes
    ) -> None:
        take = self._takes.get(sid)
        if take is None:
            await super()._process_msg(sid, subject, reply, data, headers)
            return
        self.stats["in_msgs"] += 1
        self.stats["in_bytes"] += len(data)
        try:
            take(Message(subject.decode(), reply.decode(), data, headers))
        except Exception as error:  # noqa: BLE001 - as the client does: reading goes on
            await self._error_cb(error)

    def _remove_sub(self, sid: int, max_msgs: int = 0) -> None:
        super()._remove_sub(sid, max_msgs)
        self._takes.pop(sid, None)
