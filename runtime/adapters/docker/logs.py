"""`docker logs`: what a container printed, split into its two streams."""

import struct
import time
from collections.abc import AsyncIterator

from contracts.docker.operations import Logs
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.connection import path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.text import timestamp
from runtime.adapters.docker.text.bounded import Bounded, fit

_HEADER = struct.Struct(">BxxxL")
_STDERR = 2
_SYSTEM_ERROR = 3


async def logs(host: Host, operation: Logs) -> Outcome:
    """Return the logs, bounded; following them is refused, for a step has an end."""
    if operation.follow:
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            "docker logs --follow has no end, and is not supported.",
            "Leave --follow out and ask for a part: --tail 100, or --since 10m.",
        )
    found = await host.container(operation.container)
    params = {"stdout": "1", "stderr": "1"}
    try:
        params |= _times(operation)
    except timestamp.InvalidTimeError as error:
        return Outcome(exit_code=1, stderr=f"{error}\n")
    params |= {"timestamps": "1"} if operation.timestamps else {}
    params |= {"details": "1"} if operation.details else {}
    params["tail"] = "all" if operation.tail is None else str(operation.tail)
    limit = host.settings.output_limit_bytes
    stdout, stderr = Bounded(limit), Bounded(limit)
    async with host.connection.stream(path_of("containers", found["Id"], "logs"), params) as pieces:
        if (found.get("Config") or {}).get("Tty"):
            async for piece in pieces:
                stdout.add(piece)
        else:
            await _split(pieces, stdout, stderr)
    out, err, truncated = fit(stdout, stderr, limit)
    return Outcome(
        stdout=out,
        stderr=err,
        data={
            "container": str(found.get("Name", "")).removeprefix("/"),
            "id": found["Id"],
            "stdout_lines": stdout.lines,
            "stderr_lines": stderr.lines,
            "bytes": stdout.total + stderr.total,
        },
        truncated=truncated,
    )


def _times(operation: Logs) -> dict[str, str]:
    """Return `since` and `until` as the engine takes them: Unix times."""
    asked = {"since": operation.since, "until": operation.until}
    return {
        name: timestamp.unix(name, value, time.time()) for name, value in asked.items() if value
    }


async def _split(pieces: AsyncIterator[bytes], stdout: Bounded, stderr: Bounded) -> None:
    """Give each frame of a multiplexed stream to its own output (moby's stdcopy)."""
    buffer, stream, remaining = b"", 0, 0
    async for piece in pieces:
        buffer += piece
        while buffer:
            if remaining:
                part, buffer = buffer[:remaining], buffer[remaining:]
                remaining -= len(part)
                (stderr if stream >= _STDERR else stdout).add(part)
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
