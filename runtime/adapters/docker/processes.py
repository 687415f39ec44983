"""`docker top`, `docker diff` and `docker wait`: what a container does, did and ended with."""

import asyncio
from typing import Any

from contracts.docker.operations import Diff, Top, Wait
from contracts.docker.outcome import Outcome
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.text import table

_KINDS = ("C", "A", "D")
_LEAST = 20
_MOMENT = 0.001


async def top(host: Host, operation: Top) -> Outcome:
    """Return the processes of a container."""
    params = {"ps_args": " ".join(operation.ps_args)} if operation.ps_args else {}
    found = await host.connection.read(await host.path(operation.container, "top"), params)
    titles: list[str] = found.get("Titles") or []
    processes: list[list[str]] = found.get("Processes") or []
    lines = "".join("\t".join(line) + "\n" for line in (titles, *processes))
    return Outcome(
        stdout=table.align(lines, least=_LEAST),
        data={"titles": titles, "processes": processes},
    )


async def diff(host: Host, operation: Diff) -> Outcome:
    """Return what was changed (C), added (A) and deleted (D) in a container's file system."""
    found: list[dict[str, Any]] | None = await host.connection.read(
        await host.path(operation.container, "changes")
    )
    changes = [{"kind": _KINDS[each["Kind"]], "path": each["Path"]} for each in found or ()]
    return Outcome(
        stdout="".join(f"{each['kind']} {each['path']}\n" for each in changes), data=changes
    )


async def wait(host: Host, operation: Wait) -> Outcome:
    """Block until each container has stopped, and return their exit codes."""
    codes: dict[str, int] = {}
    clock = asyncio.get_running_loop().time
    end = clock() + host.settings.wait_timeout.total_seconds()
    stdout, stderr = "", ""
    for name in operation.containers:
        try:
            path = await host.path(name, "wait")
            answer = await host.connection.wait(path, within=max(end - clock(), _MOMENT))
        except EngineError as error:
            stderr += f"{error}\n"
        else:
            codes[name] = int(answer["StatusCode"])
            stdout += f"{codes[name]}\n"
    return Outcome(
        exit_code=1 if stderr else 0, stdout=stdout, stderr=stderr, data={"exit_codes": codes}
    )
