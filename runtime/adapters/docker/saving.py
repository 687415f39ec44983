"""`docker save`: images as a tar archive, given to the caller as data; no file is written here."""

import hashlib
import json
import posixpath
from typing import Any
from urllib.parse import urlencode

from pydantic import JsonValue

from contracts.answer import MAX_DATA
from contracts.docker.operations import Save
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import archive, platforms
from runtime.adapters.docker.connection import EngineError, path_of
from runtime.adapters.docker.host import Host

_PLATFORM_SINCE = "1.48"
_END = bytes(1024)
"""Two empty records: the end of every tar archive, pax(1)."""
_WORDS = 4096
_DATA = "-"
_NAME = "images.tar"
_REST = 100
"""Characters that the answer takes beside what is said of the archive, and its bytes."""


async def save(host: Host, operation: Save) -> Outcome:
    """Return the archive in base64, with its size and digest, under the name that `-o` gives it.

    Raises RefusedError (ENGINE_ERROR) where it is larger than an answer may be: half an archive
    is none.
    """
    query = [("names", each) for each in operation.images]
    if operation.platforms:
        if old := await platforms.too_old(host, _PLATFORM_SINCE):
            return Outcome(exit_code=1, stderr=f"{old}\n")
        query += [("platform", platforms.encoded(each)) for each in operation.platforms]
    what = f"The archive of {', '.join(operation.images)}"
    said: dict[str, JsonValue] = {
        "images": list(operation.images),
        "format": "tar",
        "name": posixpath.basename("" if operation.output == _DATA else operation.output) or _NAME,
        "sha256": "0" * 64,
    }
    room = _room(host, said)
    await _refuse_early(host, operation, room, what)
    found = await _archive(host, f"images/get?{urlencode(query)}", room, what)
    said["sha256"] = hashlib.sha256(found).hexdigest()
    return Outcome(data=archive.handed(host, what, said, found))


def _room(host: Host, said: dict[str, JsonValue]) -> int:
    """Return how many bytes an archive may have, so that the answer can hold it in base64."""
    most = min(host.settings.output_limit_bytes, MAX_DATA)
    return max(0, most - len(json.dumps(said)) - _REST) // 4 * 3


async def _refuse_early(host: Host, operation: Save, room: int, what: str) -> None:
    """Refuse what is too large before the engine writes all of it to its disk.

    An image whose size says nothing of its archive is left to be seen: one that is not there, one
    of several platforms, one of an engine that stores layers packed.
    """
    sizes: dict[str, int] = {}
    for image in operation.images:
        try:
            found: dict[str, Any] = await host.connection.read(path_of("images", image, "json"))
        except EngineError:
            return
        if "Descriptor" not in found:
            sizes[str(found.get("Id"))] = int(found.get("Size") or 0)
    if max(sizes.values(), default=0) > room:
        raise _too_large(what, f"has layers of {max(sizes.values())} bytes", room)


async def _archive(host: Host, path: str, room: int, what: str) -> bytes:
    found = bytearray()
    async with host.connection.stream(path) as pieces:
        async for piece in pieces:
            found += piece
            if len(found) > room:
                raise _too_large(what, "is larger", room)
    if not found.endswith(_END):
        # What goes wrong after the first byte, the engine writes behind the last one.
        words = bytes(found[-_WORDS:]).rpartition(b"\0")[2].decode(errors="replace").strip()
        raise RefusedError(
            Code.ENGINE_ERROR,
            f"The engine did not end the archive: {words or 'it says no more'}.",
            "Look at the engine's own log; try again.",
        )
    return bytes(found)


def _too_large(what: str, size: str, room: int) -> RefusedError:
    return RefusedError(
        Code.ENGINE_ERROR,
        f"{what} {size}, and an answer can hold {room} bytes.",
        "Push the image to a registry instead: docker tag, then docker push.",
    )
