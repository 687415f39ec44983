"""`docker run`, and `docker start` with its streams attached."""

import asyncio
from contextlib import suppress

from pydantic import JsonValue

from contracts.docker.operations import Run, Start
from contracts.docker.outcome import Outcome
from contracts.errors import RefusedError
from runtime.adapters.docker import actions, creation
from runtime.adapters.docker.attaching import Attached, run_attached
from runtime.adapters.docker.begun import begun
from runtime.adapters.docker.connection import EngineError, path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.progress import Printout
from runtime.adapters.docker.specification import ClientError
from runtime.adapters.docker.text import human

FIELDS = f"{creation.FIELDS} detach"
START_FIELDS = "containers attach interactive checkpoint checkpoint_dir"

_FAREWELL = 4.0
"""Seconds that removing may take once nobody waits any more."""
_NO_PROGRAM = (
    "executable file not found",
    "no such file or directory",
    "system cannot find the file specified",
)
_NO_PERMISSION = ("permission denied", "is a directory")
_MISSING, _FORBIDDEN, _FAILED = 127, 126, 125


async def run(host: Host, operation: Run) -> Outcome:
    """Make a container and start it; unless detached, print what it prints and end as it ends.

    Whoever cancels stops waiting. The container goes on, as docker's does without its client,
    but for one with `--rm`: that one is removed, for it was made for this wait alone.
    """
    printout = Printout(host)
    # It is told to the end what was made, cancelled or not: who else could remove it?
    making = asyncio.create_task(creation.make(host, operation, printout))
    try:
        container = await asyncio.shield(making)
        with begun(f"The container {human.short_id(container)} was created."):
            return await _started(host, container, operation, printout)
    except ClientError as error:
        return await printout.failed(error)
    except EngineError as error:
        words = await creation.words(host, operation, error)
        await printout.stderr(f"docker: {words}\n\nRun 'docker run --help' for more information\n")
        return printout.outcome(exit_code=_status(str(error)))
    except asyncio.CancelledError:
        if operation.rm:
            await _remove(host, making)
        making.cancel()
        raise


async def _started(host: Host, container: str, operation: Run, printout: Printout) -> Outcome:
    path = path_of("containers", container, "start")
    if operation.detach:
        await printout.stdout(f"{container}\n")
        await host.connection.change(path)
        return printout.outcome({"container": await actions.state_of(host, container)})

    async def start() -> None:
        await host.connection.change(path)

    attached = Attached(
        stdin=operation.interactive or "stdin" in operation.attach,
        stdout=not operation.attach or "stdout" in operation.attach,
        stderr=not operation.attach or "stderr" in operation.attach,
        tty=operation.tty,
        removed=operation.rm,
    )
    code = await run_attached(host, container, attached, printout, start)
    state = await actions.state_of(host, container)
    data: dict[str, JsonValue] = {"container": state, "exit_code": code}
    return printout.outcome(data, exit_code=code)


async def _remove(host: Host, making: asyncio.Task[str]) -> None:
    """Remove what was made, or is being made, for a wait that is over.

    What can no longer be removed in time the engine removes when it ends.
    """
    with suppress(EngineError, ClientError, RefusedError, TimeoutError):
        async with asyncio.timeout(_FAREWELL):
            path = path_of("containers", await making)
            await host.connection.change(path, {"force": "1", "v": "1"}, method="DELETE")


def _status(words: str) -> int:
    """Return the CLI's exit code for a container that could not be started (toStatusError)."""
    if any(each in words for each in _NO_PROGRAM):
        return _MISSING
    if any(each in words for each in _NO_PERMISSION):
        return _FORBIDDEN
    return _FAILED


async def start(host: Host, operation: Start) -> Outcome:
    """Start containers; one that is attached to prints, and ends the command as it ends."""
    if not (operation.attach or operation.interactive):
        return (
            await _restored(host, operation)
            if operation.checkpoint
            else await actions.start(host, operation)
        )
    found = await host.container(operation.containers[0])
    config, printout = found.get("Config") or {}, Printout(host)
    container = str(found["Id"])
    attached = Attached(
        stdin=operation.interactive and bool(config.get("OpenStdin") and config.get("StdinOnce")),
        stdout=True,
        stderr=True,
        tty=bool(config.get("Tty")),
        removed=bool((found.get("HostConfig") or {}).get("AutoRemove")),
    )
    path, params = path_of("containers", container, "start"), _checkpoint(operation)

    async def begin() -> None:
        await host.connection.change(path, params)

    code = await run_attached(host, container, attached, printout, begin)
    states = [await actions.state_of(host, container)]
    data: dict[str, JsonValue] = {"containers": states, "exit_code": code}
    return printout.outcome(data, exit_code=code)


async def _restored(host: Host, operation: Start) -> Outcome:
    name = operation.containers[0]
    await host.connection.change(await host.path(name, "start"), _checkpoint(operation))
    return Outcome(data={"containers": [await actions.state_of(host, name)]})


def _checkpoint(operation: Start) -> dict[str, str]:
    said = {"checkpoint": operation.checkpoint, "checkpoint-dir": operation.checkpoint_dir}
    return {key: value for key, value in said.items() if value}
