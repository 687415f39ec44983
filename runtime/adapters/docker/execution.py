"""`docker exec`: a further process in a container that runs."""

import asyncio
from typing import Any

from contracts.docker.operations import Exec
from contracts.docker.outcome import Outcome
from runtime.adapters.docker.begun import begun
from runtime.adapters.docker.connection import path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.output import printed
from runtime.adapters.docker.progress import Printout
from runtime.adapters.docker.specification import environment

FIELDS = "container argv detach env interactive privileged tty user workdir"

_LOOK_AGAIN, _PATIENCE = 0.02, 2.0
"""Seconds: how often a process is looked at whose output has ended, and for how long."""


async def execute(host: Host, operation: Exec) -> Outcome:
    """Run a command in a container; unless detached, print what it prints and end as it ends.

    Its input is empty, with `--interactive` too. Whoever cancels stops waiting; the process goes
    on, for no engine has a way to end it.
    """
    environment(operation.env)
    found = await host.container(operation.container)
    body = {
        "AttachStderr": not operation.detach,
        "AttachStdin": False,
        "AttachStdout": not operation.detach,
        "Cmd": list(operation.argv),
        "Detach": operation.detach,
        "Env": [f"{each.key}={each.value}" for each in operation.env],
        "Privileged": operation.privileged,
        "Tty": operation.tty,
        "User": operation.user,
        "WorkingDir": operation.workdir,
    }
    path = await host.path(operation.container, "exec")
    made = str((await host.connection.change(path, body=body))["Id"])
    start, how = path_of("exec", made, "start"), {"Detach": operation.detach, "Tty": operation.tty}
    data = {
        "container": str(found.get("Name", "")).removeprefix("/"),
        "id": found["Id"],
        "exec_id": made,
    }
    if operation.detach:
        await host.connection.change(start, body=how)
        return Outcome(data=data)
    printout = Printout(host)
    async with host.connection.stream(
        start, method="POST", body=how, endless=True, changes=True
    ) as pieces:
        await printed(pieces, printout, tty=operation.tty)
    with begun(f"The command was run in {operation.container}."):
        code = await _exit_code(host, made)
    return printout.outcome(data | {"exit_code": code}, exit_code=code)


async def _exit_code(host: Host, made: str) -> int:
    """Return how a process ended whose output has ended; it may end a moment later."""
    path = path_of("exec", made, "json")
    try:
        async with asyncio.timeout(_PATIENCE):
            while True:
                found: dict[str, Any] = await host.connection.read(path)
                if not found.get("Running"):
                    return int(found.get("ExitCode") or 0)
                await asyncio.sleep(_LOOK_AGAIN)
    except TimeoutError:
        # It closed its output and went on, as a daemon does: of that, docker's CLI says 0.
        return 0
