"""A container that is started while its streams are attached: what it prints, how it ends."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass

from contracts.errors import Code, RefusedError
from runtime.adapters.docker.connection import EngineError, path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.output import printed
from runtime.adapters.docker.progress import Printout

_Stream = AbstractAsyncContextManager[AsyncIterator[bytes]]
_CANNOT_WAIT = 125


@dataclass(frozen=True)
class Attached:
    """Which streams of a container are attached, and whether it goes when it ends.

    `stdin` is attached and ends at once: the container reads an empty input. That needs a
    container whose input is open for one client alone (StdinOnce).
    """

    stdin: bool
    stdout: bool
    stderr: bool
    tty: bool
    removed: bool


async def run_attached(
    host: Host,
    container: str,
    attached: Attached,
    printout: Printout,
    start: Callable[[], Awaitable[None]],
) -> int:
    """Start a container by its id, print what it prints, and return its exit code.

    It is attached to, and waited for, before it starts, so that nothing is missed. Waits for as
    long as the container runs: whoever wants an end cancels. Raises EngineError where it cannot
    be started (one that goes when it ends is gone then), RefusedError (OUTCOME_UNKNOWN) where
    the engine is lost.
    """
    condition = "removed" if attached.removed else "next-exit"
    outputs = {
        name: "1" for name in ("stdout", "stderr") if getattr(attached, name) or attached.tty
    }
    async with AsyncExitStack() as streams, AsyncExitStack() as stdin:
        pieces = None
        if attached.stdout or attached.stderr:
            pieces = await streams.enter_async_context(_attach(host, container, outputs))
        if attached.stdin:
            await stdin.enter_async_context(_attach(host, container, {"stdin": "1"}))
        status = await streams.enter_async_context(
            host.connection.stream(
                path_of("containers", container, "wait"),
                {"condition": condition},
                method="POST",
                endless=True,
                changes=True,
            )
        )
        try:
            await start()
        except EngineError:
            if attached.removed:
                await _exit_code(status, printout)
            raise
        await stdin.aclose()
        if pieces is not None:
            await printed(pieces, printout, tty=attached.tty)
        return await _exit_code(status, printout)


def _attach(host: Host, container: str, what: dict[str, str]) -> _Stream:
    return host.connection.stream(
        path_of("containers", container, "attach"),
        {"stream": "1", **what},
        method="POST",
        endless=True,
        changes=True,
    )


async def _exit_code(status: AsyncIterator[bytes], printout: Printout) -> int:
    """Return what the engine says of a container that has ended."""
    answer = b"".join([piece async for piece in status])
    try:
        found = json.loads(answer)
        code, error = int(found["StatusCode"]), found.get("Error")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RefusedError(
            Code.OUTCOME_UNKNOWN,
            f"The engine did not say how the container ended: {answer[:80]!r}.",
            "Look at the container's state and exit code (docker ps -a) before asking again.",
        ) from None
    if error:
        await printout.stderr(f"Error waiting for container: {error.get('Message')}\n")
        return _CANNOT_WAIT
    return code
