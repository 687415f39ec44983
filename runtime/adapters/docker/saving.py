"""`docker save`: images as a tar archive, given to the caller as data; no file is written here."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlencode

from pydantic import JsonValue

from contracts.docker.operations import Save
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import platforms
from runtime.adapters.docker.connection import EngineError, path_of
from runtime.adapters.docker.host import Host

_PLATFORM_SINCE = "1.48"
_END = bytes(1024)
"""Two empty records: the end of every tar archive, pax(1)."""
_WORDS = 4096


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
    data: dict[str, JsonValue] = {
        "name": "" if operation.output == "-" else operation.output,
        "images": list(operation.images),
        "bytes": 0,
        "sha256": "0" * 64,
        "base64": "",
    }
    room = _room(host, data)
    await _refuse_early(host, operation, room)
    archive = await _archive(host, f"images/get?{urlencode(query)}", room)
    data["bytes"] = len(archive)
    data["sha256"] = hashlib.sha256(archive).hexdigest()
    data["base64"] = base64.b64encode(archive).decode()
    return Outcome(data=data)


def _room(host: Host, data: dict[str, JsonValue]) -> int:
    """Return how many bytes an archive may have, so that the data stays within the limit."""
    largest = {**data, "bytes": host.settings.output_limit_bytes}
    return max(0, host.settings.output_limit_bytes - len(json.dumps(largest))) // 4 * 3


async def _refuse_early(host: Host, operation: Save, room: int) -> None:
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
        raise _too_large(room, f"its layers have {max(sizes.values())} bytes")


async def _archive(host: Host, path: str, room: int) -> bytes:
    archive = bytearray()
    async with host.connection.stream(path) as pieces:
        async for piece in pieces:
            archive += piece
            if len(archive) > room:
                raise _too_large(room, "and more was to come")
    if not archive.endswith(_END):
        # What goes wrong after the first byte, the engine writes behind the last one.
        words = bytes(archive[-_WORDS:]).rpartition(b"\0")[2].decode(errors="replace").strip()
        raise RefusedError(
            Code.ENGINE_ERROR,
            f"The engine did not end the archive: {words or 'it says no more'}.",
            "Look at the engine's own log; try again.",
        )
    return bytes(archive)


def _too_large(room: int, size: str) -> RefusedError:
    return RefusedError(
        Code.ENGINE_ERROR,
        f"The archive has more than the {room} bytes that an answer may carry: {size}.",
        "Push the image to a registry instead (docker push), or ask the operator for a larger"
        " ACG_OUTPUT_LIMIT_BYTES.",
    )
