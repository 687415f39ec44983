"""In which order services are changed, and when one is ready for those that depend on it."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contracts.docker.projects import COMPLETED, EITHER, HEALTHY, Dependency, Member
from runtime.adapters.docker.compose.project import FailedError
from runtime.adapters.docker.connection import path_of
from runtime.adapters.docker.host import Host

_PAUSE = 0.5
"""Seconds between two looks at what is waited for."""

Needs = Mapping[str, Mapping[str, Dependency]]


def levels(services: Iterable[str], needs: Needs) -> list[tuple[str, ...]]:
    """Return services so that each comes after all that it depends on; side by side what may be.

    Raises FailedError where they go round in a circle.
    """
    waiting = {
        name: {on for on in needs.get(name, ()) if on != name} for name in sorted(set(services))
    }
    ordered: list[tuple[str, ...]] = []
    while waiting:
        ready = tuple(name for name, on in waiting.items() if not on & waiting.keys())
        if not ready:
            raise FailedError(f"cycle found: {' -> '.join(_circle(waiting))}")
        ordered.append(ready)
        waiting = {name: on for name, on in waiting.items() if name not in ready}
    return ordered


def _circle(waiting: Mapping[str, set[str]]) -> Iterator[str]:
    """Go once round a circle: everything that waits leads into one."""
    passed: list[str] = []
    name = next(iter(waiting))
    while name not in passed:
        passed.append(name)
        name = min(waiting[name] & waiting.keys())
    yield from (*passed[passed.index(name) :], name)


def said_of(error: FailedError, service: str, dependency: Dependency, *, required: bool) -> str:
    """Return what compose says of the containers that are not ready; empty where it is silent."""
    if not required:
        why = {EITHER: "is not running or is unhealthy", HEALTHY: "failed to start"}
        optional = str(error).removeprefix(f'service "{service}" ')
        return f'Skipped: optional dependency "{service}" {why.get(dependency.condition, optional)}'
    return {EITHER: "", HEALTHY: "Error"}.get(dependency.condition, str(error))


async def until_ready(
    host: Host, service: str, dependency: Dependency, members: tuple[Member, ...]
) -> str:
    """Wait until a service is as those that depend on it need it; return the word for that.

    Raises FailedError in compose's words where it cannot become so, or where that takes too long.
    """
    try:
        async with asyncio.timeout(host.settings.wait_timeout.total_seconds()):
            while True:
                if word := await _ready(host, service, dependency, members):
                    return word
                await asyncio.sleep(_PAUSE)
    except TimeoutError:
        raise FailedError("timeout waiting for dependencies") from None


def waited_for(dependency: Dependency) -> bool:
    """Tell whether more is asked of a service than that it was started."""
    return dependency.condition in {HEALTHY, COMPLETED, EITHER}


async def _ready(
    host: Host, service: str, dependency: Dependency, members: tuple[Member, ...]
) -> str:
    found = [await host.connection.read(path_of("containers", each.id, "json")) for each in members]
    if dependency.condition == COMPLETED:
        return _completed(service, found)
    try:
        either = dependency.condition == EITHER
        return "Healthy" if all(_healthy(each, either=either) for each in found) else ""
    except FailedError as error:
        if dependency.condition == HEALTHY:
            raise FailedError(f"dependency failed to start: {error}") from error
        raise


def _completed(service: str, found: list[dict[str, Any]]) -> str:
    for each in found:
        state = each.get("State") or {}
        if state.get("Status") == "exited":
            if code := state.get("ExitCode"):
                words = f'service "{service}" didn\'t complete successfully: exit {code}'
                raise FailedError(words)
            return "Exited"
    return ""


def _healthy(found: dict[str, Any], *, either: bool) -> bool:
    """Tell whether a container is healthy; without a health check, where `either`, whether it runs.

    Raises FailedError where it will not become so by itself.
    """
    name = str(found.get("Name", "")).removeprefix("/")
    state = found.get("State") or {}
    if state.get("Status") == "exited":
        raise FailedError(f"container {name} exited ({state.get('ExitCode')})")
    if either and not (found.get("Config") or {}).get("Healthcheck"):
        return bool(state.get("Status") == "running")
    health = (state.get("Health") or {}).get("Status")
    if not health or health == "none":
        raise FailedError(f"container {name} has no healthcheck configured")
    if health == "unhealthy":
        raise FailedError(f"container {name} is unhealthy")
    return bool(health == "healthy")
