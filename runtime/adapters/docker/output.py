"""The bytes that an attached process prints, as the two texts that they are."""

import codecs
import struct
from collections.abc import AsyncIterator
from typing import NamedTuple

from contracts.errors import Code, RefusedError
from runtime.adapters.docker.progress import Printout

_HEADER = struct.Struct(">BxxxL")
_STDERR = 2
_SYSTEM_ERROR = 3


class Counted(NamedTuple):
    """How much was printed."""

    stdout_lines: int
    stderr_lines: int
    bytes: int


async def printed(
    pieces: AsyncIterator[bytes],
    printout: Printout,
    *,
    tty: bool,
    unreadable: Code = Code.OUTCOME_UNKNOWN,
) -> Counted:
    """Print all that comes, as it comes; a terminal has one stream.

    A character whose bytes come in two pieces is printed when it is whole. Raises RefusedError,
    with the code for it, for what is no such stream.
    """
    decoder = codecs.getincrementaldecoder("utf-8")
    streams = ((decoder("replace"), printout.stdout), (decoder("replace"), printout.stderr))
    lines, size = [0, 0], 0
    async for is_error, piece in _plain(pieces) if tty else split(pieces, unreadable):
        lines[is_error] += piece.count(b"\n")
        size += len(piece)
        decode, say = streams[is_error]
        await say(decode.decode(piece))
    for decode, say in streams:
        await say(decode.decode(b"", final=True))
    return Counted(lines[0], lines[1], size)


async def split(
    pieces: AsyncIterator[bytes], unreadable: Code = Code.ENGINE_ERROR
) -> AsyncIterator[tuple[bool, bytes]]:
    """Yield the parts of a multiplexed stream, and whether each is of stderr (moby's stdcopy).

    Raises RefusedError, with the code for it, for what is no such stream.
    """
    buffer, stream, remaining = b"", 0, 0
    async for piece in pieces:
        buffer += piece
        while buffer:
            if remaining:
                part, buffer = buffer[:remaining], buffer[remaining:]
                remaining -= len(part)
                yield stream >= _STDERR, part
                continue
            if len(buffer) < _HEADER.size:
                break
            stream, remaining = _HEADER.unpack_from(buffer)
            buffer = buffer[_HEADER.size :]
            if stream > _SYSTEM_ERROR:
                raise RefusedError(
                    unreadable,
                    f"The engine sent output that cannot be read: part of stream {stream}.",
                    "Look at the container (docker ps -a), at its logging driver, and at the"
                    " engine's own log; then ask again.",
                )


async def _plain(pieces: AsyncIterator[bytes]) -> AsyncIterator[tuple[bool, bytes]]:
    async for piece in pieces:
        yield False, piece
