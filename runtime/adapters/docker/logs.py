"""`docker logs`: what a container printed, split into its two streams."""

import codecs
import struct
import time
from collections.abc import AsyncIterator

from pydantic import JsonValue

from contracts.docker.operations import Logs
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.connection import path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.progress import Printout
from runtime.adapters.docker.text import timestamp

_HEADER = struct.Struct(">BxxxL")
_STDERR = 2
_SYSTEM_ERROR = 3
_decoder = codecs.getincrementaldecoder("utf-8")


async def logs(host: Host, operation: Logs) -> Outcome:
    """Print the logs as they come; the outcome has them bounded.

    Following them has no end while the container runs: it is refused where nobody takes what is
    printed meanwhile.
    """
    if operation.follow and host.errand.out is None:
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            "docker logs --follow has no end, and nobody takes what it prints.",
            "Leave --follow out and ask for a part: --tail 100, or --since 10m.",
        )
    found = await host.container(operation.container)
    params = {"stdout": "1", "stderr": "1"}
    try:
        params |= _times(operation)
    except timestamp.InvalidTimeError as error:
        return Outcome(exit_code=1, stderr=f"{error}\n")
    params |= {"follow": "1"} if operation.follow else {}
    params |= {"timestamps": "1"} if operation.timestamps else {}
    params |= {"details": "1"} if operation.details else {}
    params["tail"] = "all" if operation.tail is None else str(operation.tail)
    printout, lines, size = Printout(host), [0, 0], 0
    says, decoders = (printout.stdout, printout.stderr), (_decoder("replace"), _decoder("replace"))
    path = path_of("containers", found["Id"], "logs")
    async with host.connection.stream(path, params, endless=operation.follow) as pieces:
        tty = bool((found.get("Config") or {}).get("Tty"))
        async for is_error, piece in _of_terminal(pieces) if tty else _split(pieces):
            lines[is_error] += piece.count(b"\n")
            size += len(piece)
            await says[is_error](decoders[is_error].decode(piece))
    for say, decoder in zip(says, decoders, strict=True):  # a character that has no end
        await say(decoder.decode(b"", final=True))
    data: dict[str, JsonValue] = {
        "container": str(found.get("Name", "")).removeprefix("/"),
        "id": found["Id"],
        "stdout_lines": lines[0],
        "stderr_lines": lines[1],
        "bytes": size,
    }
    return printout.outcome(data)


def _times(operation: Logs) -> dict[str, str]:
    """Return `since` and `until` as the engine takes them: Unix times."""
    asked = {"since": operation.since, "until": operation.until}
    return {
        name: timestamp.unix(name, value, time.time()) for name, value in asked.items() if value
    }


async def _of_terminal(pieces: AsyncIterator[bytes]) -> AsyncIterator[tuple[bool, bytes]]:
    """Yield what a terminal prints: one stream."""
    async for piece in pieces:
        yield False, piece


async def _split(pieces: AsyncIterator[bytes]) -> AsyncIterator[tuple[bool, bytes]]:
    """Yield the parts of a multiplexed stream, and whether each is of stderr (moby's stdcopy)."""
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
                    Code.ENGINE_ERROR,
                    f"The engine sent a log stream that cannot be read: stream {stream}.",
                    "Ask again; if it stays so, look at the container's logging driver.",
                )
