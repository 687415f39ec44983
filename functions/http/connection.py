"""One connection: nobody keeps it without using it, and what is no HTTP is told so.

uvicorn reads requests with h11, which refuses what the standard does not allow; it waits for ever
for the rest of a head, and for a client to read. The bounds for both stand here.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from contracts.errors import Code, Error
from functions.http.problems import MEDIA_TYPE, document
from functions.http.settings import HttpSettings

# Until a connection that we closed is cut, if its peer does not let go.
_CLOSING_S = 5.0
_ANSWERABLE = (h11.IDLE, h11.SEND_RESPONSE)


class Lingering:
    """A transport whose closing first ends what we send, and lets the client end what it sends.

    A connection that is closed while something comes is reset, and the answer is lost with it
    (RFC 9112, 9.6): so would be every refusal of a body that is still being sent.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.since: float | None = None

    def __getattr__(self, name: str) -> Any:
        """Give what the transport itself has."""
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Say whether no more is sent."""
        return self.since is not None or self._transport.is_closing()

    def close(self) -> None:
        """Send what is to be sent, and no more; what still comes is for nobody."""
        if self.is_closing() or not self._transport.can_write_eof():  # TLS has no half
            self._transport.close()
            return
        self.since = time.monotonic()
        self._transport.write_eof()
        self._transport.resume_reading()

    def end(self) -> None:
        """Close it without waiting for the client."""
        self._transport.close()


class Connection(H11Protocol):
    """A connection with a clock. `look` is called often, by whoever keeps all of them.

    `refused` is told the status of what never became a request.
    """

    def __init__(
        self,
        config: Config,
        state: ServerState,
        settings: HttpSettings,
        refused: Callable[[int], None],
    ) -> None:
        super().__init__(config, state, {})
        self._settings = settings
        self._refused = refused
        self.since = time.monotonic()
        self._head_since: float | None = self.since
        self._stalled_since: float | None = None
        self._closing_since: float | None = None
        self._link: Lingering

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the base has it
        """Count the connection; where it is one too many, one that asks for nothing makes room."""
        self._link = Lingering(transport)
        super().connection_made(cast("asyncio.Transport", self._link))
        open_now = len(self.connections)
        if open_now > 2 * self._settings.connections:
            transport.abort()
        crowded = open_now > self._settings.connections and not self._makes_room()
        self.app_state = {"crowded": crowded}

    def data_received(self, data: bytes) -> None:
        """Read on; a head that has begun must end in time."""
        if self._link.since is not None:
            return
        super().data_received(data)
        self._note()

    def on_response_complete(self) -> None:
        """Go on to what was sent meanwhile."""
        super().on_response_complete()
        self._note()

    def pause_writing(self) -> None:
        """Note that the client does not read."""
        super().pause_writing()
        self._stalled_since = time.monotonic()

    def resume_writing(self) -> None:
        """Note that it does."""
        super().resume_writing()
        self._stalled_since = None

    def end(self) -> None:
        """Close it, once what is to be sent is sent."""
        self._link.end()

    def look(self, now: float) -> None:
        """End what has taken too long."""
        if self._link.is_closing():
            self._closing_since = self._closing_since or now
            if now > self._closing_since + _CLOSING_S:
                self.transport.abort()
        elif self._stalled_since and now > self._stalled_since + self._settings.stall_seconds:
            self.transport.abort()
        elif self._head_since and now > self._head_since + self._settings.read_seconds:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "The request did not come in time.")

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with what is no HTTP request; `msg` is the base's own sentence."""
        error = sys.exc_info()[1]
        hint = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        status = HTTPStatus(hint)
        if status is HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            msg = "The head of the request is too large."
        self._refuse(status, msg)

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        """Answer what never became a request, and close."""
        self._head_since = None
        self._refused(status)
        if self._served():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state not in _ANSWERABLE:
            self.transport.abort()
            return
        error = Error(
            code=Code.INVALID_REQUEST, message=message, hint="Send one whole HTTP/1.1 request."
        )
        body = json.dumps(document(error, status, "")).encode()
        headers = [
            ("content-type", MEDIA_TYPE),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        response = h11.Response(status_code=status, headers=headers, reason=status.phrase)
        for event in (response, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _note(self) -> None:
        """Note since when a head is awaited whose beginning is there."""
        if (
            self._served()
            or self.timeout_keep_alive_task is not None
            or self.transport.is_closing()
        ):
            self._head_since = None
        elif self._head_since is None:
            self._head_since = time.monotonic()

    def _makes_room(self) -> bool:
        """Drop the oldest connection on which nothing is being answered, if there is one.

        Else strangers could keep everybody out by holding connections open.
        """
        others = (each for each in self.connections if each is not self)
        idle = [each for each in others if isinstance(each, Connection) and not each.busy]
        if not idle:
            return False
        min(idle, key=lambda each: each.since).transport.abort()
        return True

    @property
    def busy(self) -> bool:
        """Whether a request is being answered, or it is on its way out already."""
        return self._served() or self.transport.is_closing()

    def _served(self) -> bool:
        """Say whether a request is being answered."""
        cycle: RequestResponseCycle | None = (
            self.cycle
        )  # the base's type forgets that it may be None
        return cycle is not None and not cycle.response_complete
