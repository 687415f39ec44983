"""`docker compose logs`: what the containers of a project printed, in the order of time.

Compose prints lines as they come; here those of all containers are merged by the time that the
engine noted for each, so that one can be read against the other.
"""

import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from heapq import heappop, heappush, heapreplace
from typing import Any

from pydantic import JsonValue

from contracts.docker.operations import ComposeLogs
from contracts.docker.outcome import Outcome
from contracts.docker.projects import Member
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.compose.project import FailedError, project
from runtime.adapters.docker.connection import EngineError, path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.output import split
from runtime.adapters.docker.progress import Printout
from runtime.adapters.docker.text import timestamp
from runtime.adapters.docker.together import together

_NOT_IMPLEMENTED = 501
_PAGE = 256
"""So many lines are printed as one piece where nobody waits for each."""
_LONGEST = 1024 * 1024
"""Of a line without an end so much is taken as one."""
_PART = 16 * 1024
"""A longer line comes in parts of so many bytes, each with a time before it (moby's copier)."""
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ")
_TIME_LENGTH = 31

_Line = tuple[bytes, bytes]
"""The time that the engine noted, and the text."""
_Lines = AsyncIterator[_Line]


async def logs(host: Host, operation: ComposeLogs) -> Outcome:
    """Return the logs, bounded; what goes on is printed to the errand's `out` as it comes.

    A container that is started while the logs are followed is not among them.
    """
    if operation.index > 0 and len(operation.services) != 1:
        raise FailedError("--index requires one service to be selected")
    if operation.follow and host.errand.out is None:
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            "docker compose logs --follow has no end, and nobody takes what it prints.",
            "Leave --follow out and ask for a part: --tail 100, or --since 10m.",
        )
    params = {"stdout": "1", "stderr": "1", "timestamps": "1"} | _times(operation)
    params["tail"] = "all" if operation.tail is None else str(operation.tail)
    params |= {"follow": "1"} if operation.follow else {}
    found = await project(host, operation)
    if operation.index > 0 and not found.touched:
        service, index = operation.services[0], operation.index
        raise FailedError(f'service "{service}" is not running container #{index}')
    printout = Printout(host)
    async with AsyncExitStack() as stack:
        sources: list[tuple[Member, _Lines]] = []
        for each in found.touched:
            try:
                sources.append((each, await _opened(host, stack, each, params)))
            except EngineError as error:
                if error.status != _NOT_IMPLEMENTED:
                    raise
                await printout.stderr(f'Can\'t retrieve logs for "{each.name}": {error}\n')
        await _printed(printout, operation, sources)
    data: list[JsonValue] = [
        {"name": each.name, "id": each.id, "service": each.service} for each in found.touched
    ]
    return printout.outcome({"project": found.choice.project, "containers": data})


async def _printed(
    printout: Printout, operation: ComposeLogs, sources: list[tuple[Member, _Lines]]
) -> None:
    """Print the lines behind the names of their containers: merged, or as they come."""
    width = max((len(_short(each)) for each, _ in sources), default=0) + 1

    def shown(one: Member, line: _Line) -> str:
        prefix = f"{_short(one):<{width}} | " if operation.log_prefix else ""
        text = b" ".join(line) if operation.timestamps else _untimed(line[1])
        return f"{prefix}{text.decode(errors='replace')}\n"

    async def follow(one: Member, lines: _Lines) -> None:
        async for line in lines:
            await printout.stdout(shown(one, line))

    if operation.follow:
        pumps = [follow(one, lines) for one, lines in sources]
        await together(pumps, at_once=max(1, len(pumps)))
        return
    page: list[str] = []
    async for one, line in _by_time(sources):
        page.append(shown(one, line))
        if len(page) >= _PAGE:
            await printout.stdout("".join(page))
            page.clear()
    await printout.stdout("".join(page))


def _times(operation: ComposeLogs) -> dict[str, str]:
    """Return `since` and `until` as the engine takes them: Unix times."""
    asked = {"since": operation.since, "until": operation.until}
    try:
        return {
            name: timestamp.unix(name, value, time.time()) for name, value in asked.items() if value
        }
    except timestamp.InvalidTimeError as error:
        raise FailedError(str(error)) from error


def _short(one: Member) -> str:
    """Return a container's name without its project's, where compose gave it its name."""
    usual = f"{one.project}-{one.service}-{one.number}"
    return one.name.removeprefix(f"{one.project}-") if one.name == usual else one.name


async def _opened(host: Host, stack: AsyncExitStack, one: Member, params: dict[str, str]) -> _Lines:
    """Open the log of one container."""
    found: dict[str, Any] = await host.connection.read(path_of("containers", one.id, "json"))
    pieces = await stack.enter_async_context(
        host.connection.stream(
            path_of("containers", one.id, "logs"), params, endless="follow" in params
        )
    )
    tty = (found.get("Config") or {}).get("Tty")
    return _lines(pieces if tty else _joined(pieces))


async def _joined(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Go over both streams as one: compose keeps them together."""
    async for _, piece in split(pieces):
        yield piece


async def _lines(pieces: AsyncIterator[bytes]) -> _Lines:
    """Go over the lines, each with the time that the engine wrote before it."""
    rest = b""
    async for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST:
            lines, rest = [*lines, rest], b""
        for line in lines:
            yield _timed(line)
    if rest:
        yield _timed(rest)


def _timed(line: bytes) -> _Line:
    moment, _, text = line.partition(b" ")
    return moment, text


def _untimed(text: bytes) -> bytes:
    """Take out the times that the engine wrote before each further part of a long line."""
    at = _PART
    while _TIME.match(text, at):
        text = text[:at] + text[at + _TIME_LENGTH :]
        at += _PART
    return text


async def _by_time(
    sources: list[tuple[Member, _Lines]],
) -> AsyncIterator[tuple[Member, _Line]]:
    """Merge logs, each of which is in order already."""
    heads: list[tuple[bytes, int, bytes]] = []
    for at, (_, lines) in enumerate(sources):
        if (line := await anext(lines, None)) is not None:
            heappush(heads, (line[0], at, line[1]))
    while heads:
        moment, at, text = heads[0]
        yield sources[at][0], (moment, text)
        if (line := await anext(sources[at][1], None)) is not None:
            heapreplace(heads, (line[0], at, line[1]))
        else:
            heappop(heads)
