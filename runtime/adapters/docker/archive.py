"""Tar archives: what stands in one, one made of a file, and files as data for the caller."""

import base64
import io
import json
import tarfile
import time
from collections.abc import AsyncIterator

from pydantic import JsonValue

from contracts.answer import MAX_DATA
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.host import Host

HEAD = 64 * 1024
"""Bytes of an archive in which its first header surely stands, with the longest of names."""
_MODE = 0o644
_KINDS = {
    tarfile.DIRTYPE: "directory",
    tarfile.SYMTYPE: "symlink",
    tarfile.LNKTYPE: "link",
    tarfile.CHRTYPE: "character device",
    tarfile.BLKTYPE: "block device",
    tarfile.FIFOTYPE: "fifo",
}


async def head(pieces: AsyncIterator[bytes]) -> tarfile.TarInfo:
    """Return the first header of an archive, of which no more is read than that needs."""
    start = bytearray()
    async for piece in pieces:
        start += piece
        if len(start) >= HEAD:
            break
    return first(bytes(start))


def first(archive: bytes) -> tarfile.TarInfo:
    """Return the first header. Raises RefusedError (ENGINE_ERROR) for what is no archive."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as opened:
            found = opened.next()
    except tarfile.TarError as error:
        raise _unreadable(str(error)) from error
    if found is None:
        raise _unreadable("it is empty")
    return found


def content(archive: bytes, entry: tarfile.TarInfo) -> bytes:
    """Return what stands in a regular file of an archive."""
    data = archive[entry.offset_data : entry.offset_data + entry.size]
    if len(data) < entry.size:
        raise _unreadable("it ends within a file")
    return data


def of_file(name: str, data: bytes) -> bytes:
    """Return an archive with one file, owned by root, that everybody may read."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(data), _MODE, int(time.time())
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def renamed(archive: bytes, name: str) -> bytes:
    """Return an archive whose topmost entry has another name, with all that stands below it."""
    old = first(archive).name.partition("/")[0]
    buffer = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive)) as read,
        tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as written,
    ):
        for entry in read:
            data = read.extractfile(entry) if entry.isreg() else None
            entry.name = name + entry.name.removeprefix(old)
            if entry.islnk():
                entry.linkname = name + entry.linkname.removeprefix(old)
            written.addfile(entry, data)
    return buffer.getvalue()


def described(entry: tarfile.TarInfo) -> dict[str, JsonValue]:
    """Return what a header says of a file: the size is that of its content, in bytes."""
    return {
        "name": entry.name.rstrip("/").rpartition("/")[2] or entry.name,
        "kind": _KINDS.get(entry.type, "file"),
        "mode": f"{entry.mode & 0o7777:04o}",
        "size": entry.size,
        "modified": int(entry.mtime),
    }


async def whole(host: Host, pieces: AsyncIterator[bytes], what: str) -> bytes:
    """Read an archive. Raises RefusedError (ENGINE_ERROR) for more than an answer can hold."""
    limit = _most(host)
    found = bytearray()
    async for piece in pieces:
        found += piece
        if len(found) > limit:
            raise _too_large(host, what)
    return bytes(found)


def handed(host: Host, what: str, said: dict[str, JsonValue], data: bytes) -> dict[str, JsonValue]:
    """Return bytes as data for the caller, in base64. Raises RefusedError as `whole`."""
    encoded = base64.b64encode(data).decode()
    found = said | {"bytes": len(data), "encoding": "base64", "content": encoded}
    if len(json.dumps(found)) > _room(host):
        raise _too_large(host, what)
    return found


def _room(host: Host) -> int:
    return min(host.settings.output_limit_bytes, MAX_DATA)


def _most(host: Host) -> int:
    """Return how many bytes fit once each three of them are written as four characters."""
    return _room(host) * 3 // 4


def _too_large(host: Host, what: str) -> RefusedError:
    return RefusedError(
        Code.ENGINE_ERROR,
        f"{what} is larger than an answer can hold: as an archive about {_most(host)} bytes.",
        "Ask for less: one file or a smaller directory; of a long text, the part that matters"
        " (docker exec ... tail).",
    )


def _unreadable(why: str) -> RefusedError:
    return RefusedError(
        Code.ENGINE_ERROR,
        f"The engine sent an archive that cannot be read: {why}.",
        "Ask again; if it stays so, look at the engine's own log.",
    )
