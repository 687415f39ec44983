"""Verbs that change containers: one after the other, going on after a failure, as the CLI does."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from pydantic import JsonValue

from contracts.docker.operations import (
    Kill,
    Pause,
    Rename,
    Restart,
    Start,
    Stop,
    Unpause,
)
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.api import api
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.gate import NotBegunError, left_undone
from runtime.adapters.docker.host import Host

_DEFAULT_GRACE = 10
"""Seconds that the engine waits before SIGKILL where neither request nor container say."""
_SIGNAL_SINCE = (1, 42)

_Change = Callable[[str], Awaitable[None]]


async def start(host: Host, operation: Start) -> Outcome:
    """Start containers."""
    done, errors = await each(host, operation.containers, "start", _posting(host, "start"))
    failed = [name for name in operation.containers if name not in done]
    if failed:
        errors.append(f"Error: failed to start containers: {', '.join(failed)}")
    return await outcome(host, done, errors)


async def stop(host: Host, operation: Stop | Restart) -> Outcome:
    """Stop or restart containers, giving each its grace period."""
    params = {}
    if operation.timeout is not None:
        params["t"] = str(operation.timeout)
    if operation.signal and await api(host) >= _SIGNAL_SINCE:
        params["signal"] = operation.signal

    async def change(name: str) -> None:
        grace = await _grace(host, name, operation.timeout)
        path = await host.path(name, operation.verb)
        await host.connection.change(path, params, grace=grace)

    done, errors = await each(host, operation.containers, operation.verb, change)
    return await outcome(host, done, errors)


async def pause(host: Host, operation: Pause | Unpause) -> Outcome:
    """Pause or resume containers."""
    change = _posting(host, operation.verb)
    done, errors = await each(host, operation.containers, operation.verb, change)
    return await outcome(host, done, errors)


async def kill(host: Host, operation: Kill) -> Outcome:
    """Send a signal to containers."""
    params = {"signal": operation.signal} if operation.signal else {}
    change = _posting(host, "kill", params)
    done, errors = await each(host, operation.containers, "kill", change)
    return await outcome(host, done, errors)


async def rename(host: Host, operation: Rename) -> Outcome:
    """Give a container another name."""
    old, new = operation.container.strip(), operation.name.strip()
    if not old or not new:
        return Outcome(exit_code=1, stderr="Error: Neither old nor new names may be empty\n")
    try:
        await host.connection.change(await host.path(old, "rename"), {"name": new})
    except EngineError as error:
        words = f"{error}\nError: failed to rename container named {old}\n"
        return Outcome(exit_code=1, stderr=words)
    return Outcome(data={"containers": [await state_of(host, new)], "renamed_from": old})


def _posting(host: Host, verb: str, params: dict[str, str] | None = None) -> _Change:
    async def change(name: str) -> None:
        await host.connection.change(await host.path(name, verb), params)

    return change


async def each(
    host: Host, names: Iterable[str], verb: str, change: _Change
) -> tuple[list[str], list[str]]:
    """Return what was done and what went wrong, in the order of the names.

    Each asks whether it may begin: the first that may not ends it, and what is left is named.
    Where the engine is lost at the first, its refusal is passed on: nothing happened. Later it is
    one of the errors, as the CLI has it, for then something did. An unknown outcome always ends.
    """
    done: list[str] = []
    errors: list[str] = []
    host.gate.each = True
    wanted = tuple(names)
    for position, name in enumerate(wanted):
        try:
            await change(name)
        except NotBegunError as refused:
            if not host.gate.begun:
                raise
            errors.append(left_undone(wanted[position:], refused))
            break
        except EngineError as error:
            errors.append(str(error))
        except RefusedError as refused:
            if refused.error.code is Code.OUTCOME_UNKNOWN:
                raise _unknown(refused, verb, name, done) from refused
            if position == 0 or refused.error.code is not Code.ENGINE_UNREACHABLE:
                raise
            errors.append(
                f"Cannot connect to the Docker daemon at {host.connection.url}."
                " Is the docker daemon running?"
            )
        else:
            done.append(name)
    return done, errors


def _unknown(refused: RefusedError, verb: str, name: str, done: list[str]) -> RefusedError:
    before = f" Done before that: {', '.join(done)}." if done else ""
    return RefusedError(
        Code.OUTCOME_UNKNOWN,
        f"docker {verb} {name}: {refused.error.message}{before}",
        refused.error.hint,
    )


async def _grace(host: Host, name: str, asked: int | None) -> float:
    """Return the seconds that the engine may take before it kills."""
    grace = asked
    if grace is None:
        config = (await host.container(name)).get("Config") or {}
        configured = config.get("StopTimeout")
        grace = _DEFAULT_GRACE if configured is None else int(configured)
    longest = host.settings.wait_timeout.total_seconds()
    return longest if grace < 0 else min(float(grace), longest)


async def outcome(host: Host, done: list[str], errors: list[str]) -> Outcome:
    """Return what the CLI says of each, and what became of those that were changed."""
    return Outcome(
        exit_code=1 if errors else 0,
        stdout="".join(f"{name}\n" for name in done),
        stderr="".join(f"{error}\n" for error in errors),
        data={"containers": [await state_of(host, name) for name in done]},
    )


async def state_of(host: Host, name: str) -> JsonValue:
    """Return what became of a container; nothing but its name where it cannot be seen any more.

    The change is done and stays done: that it can no longer be looked at is no failure of it.
    """
    try:
        found = await host.container(name)
    except (EngineError, RefusedError):
        return {"name": name, "id": None, "state": None}
    state: dict[str, Any] = found.get("State") or {}
    return {
        "name": str(found.get("Name", name)).removeprefix("/"),
        "id": found.get("Id"),
        "state": state.get("Status"),
        "started_at": state.get("StartedAt"),
        "finished_at": state.get("FinishedAt"),
        "exit_code": state.get("ExitCode"),
    }
