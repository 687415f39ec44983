"""One HTTP request, read strictly: one for each connection, without a body.

As a connection is closed after its answer, nothing that follows a request is ever taken for another
one.
"""

import asyncio
from dataclasses import dataclass

import h11

from runtime.engine_proxy.views import NotShownError

_LONGEST = 16 * 1024
_PIECE = 4096
_METHODS = frozenset({b"GET", b"HEAD"})
# What would make a connection something else than one request and its answer.
_REFUSED = frozenset({b"upgrade", b"transfer-encoding", b"expect", b"http2-settings", b"trailer"})


@dataclass(frozen=True)
class Request:
    """What was asked: the target as it was sent; with `bare`, the head of the answer alone."""

    target: str
    bare: bool


async def received(reader: asyncio.StreamReader, http: h11.Connection) -> Request | None:
    """Return the request of a connection; None where none came. Raises NotShownError."""
    try:
        first = await _event(reader, http)
        if not isinstance(first, h11.Request):
            return None
        _check(first)
    except h11.RemoteProtocolError as error:
        raise NotShownError(error.error_status_hint, "this is no request of HTTP 1.1") from error
    return Request(first.target.decode("ascii", "replace"), first.method == b"HEAD")


def connection() -> h11.Connection:
    """Return the state of one connection; a head is at most 16 KiB."""
    return h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST)


async def _event(reader: asyncio.StreamReader, http: h11.Connection) -> object:
    while (event := http.next_event()) is h11.NEED_DATA:
        http.receive_data(await reader.read(_PIECE))
    return event


def _check(request: h11.Request) -> None:
    if request.method not in _METHODS:
        raise NotShownError(405, "nothing can be changed through engine-proxy: GET and HEAD alone")
    for name, value in request.headers:
        if name in _REFUSED or (name == b"content-length" and value != b"0"):
            raise NotShownError(400, f"a request has no {name.decode('ascii')} here")
        if name == b"connection" and b"upgrade" in value.lower():
            raise NotShownError(400, "a connection becomes nothing else here")
