"""`docker compose start`, `stop`, `restart`, `pause`, `unpause`, `kill` and `rm`.

What is said of each container while it is changed goes to stderr, as compose has it where there
is no terminal. Containers of one service, and services that do not depend on each other, are
changed side by side; where one fails, the others of its kind go on, and what depends on it is
left as it is.
"""

from collections.abc import Iterable

from contracts.docker import projects
from contracts.docker.operations import (
    ComposeKill,
    ComposePause,
    ComposeRestart,
    ComposeRm,
    ComposeStart,
    ComposeStop,
    ComposeUnpause,
)
from contracts.docker.outcome import Outcome
from contracts.docker.projects import Dependency, Member
from runtime.adapters.docker.compose import order
from runtime.adapters.docker.compose.acting import Acts, grace
from runtime.adapters.docker.compose.project import FailedError, Project, sealed_project
from runtime.adapters.docker.connection import NOT_FOUND, EngineError, path_of
from runtime.adapters.docker.host import Host

_KILL = "SIGKILL"


async def start(host: Host, operation: ComposeStart) -> Outcome:
    """Start what does not run, each service after those that it depends on."""
    found = await sealed_project(host, operation)
    acts = Acts(host, operation.verb, found)
    needs = _needs(found)
    wanted = {each.service for each in found.touched}
    _all_there(wanted, needs)

    async def one(each: Member) -> None:
        await acts.say(each, "Starting")
        await host.connection.change(path_of("containers", each.id, "start"))
        await acts.say(each, "Started")

    with acts.known():
        for services in order.levels(needs, needs):
            due = tuple(name for name in services if name in wanted)
            if not await _ready(acts, due, needs):
                break
            if not await acts.all(_of(found.touched, due), one):
                break
    return await acts.outcome()


async def restart(host: Host, operation: ComposeRestart) -> Outcome:
    """Restart services and what is to be restarted with them, each after what it depends on."""
    found = await sealed_project(host, operation)
    acts = Acts(host, operation.verb, found)
    params = _within(operation.timeout)
    wanted = {each.service for each in found.touched}
    needs = {
        name: {each: need for each, need in on.items() if need.restart and each in wanted}
        for name, on in _needs(found).items()
    }

    async def one(each: Member) -> None:
        await acts.say(each, "Restarting")
        within = await grace(host, each, operation.timeout)
        await host.connection.change(
            path_of("containers", each.id, "restart"), params, grace=within
        )
        await acts.say(each, "Started")

    with acts.known():
        for services in order.levels(wanted, needs):
            await _ready(acts, services, needs, required=False)
            if not await acts.all(_of(found.touched, services), one):
                break
    return await acts.outcome()


async def stop(host: Host, operation: ComposeStop) -> Outcome:
    """Stop services, each before those that it depends on."""
    found = await sealed_project(host, operation)
    acts = Acts(host, operation.verb, found)
    await _stopped(acts, found.touched, operation.timeout)
    return await acts.outcome()


async def _stopped(acts: Acts, touched: tuple[Member, ...], seconds: int | None) -> bool:
    """Stop containers; tell whether all are."""
    params = _within(seconds)

    async def one(each: Member) -> None:
        await acts.say(each, "Stopping")
        within = await grace(acts.host, each, seconds)
        path = path_of("containers", each.id, "stop")
        await acts.host.connection.change(path, params, grace=within)
        await acts.say(each, "Stopped")

    needs = _needs(acts.project)
    for services in reversed(order.levels(needs, needs)):
        if not await acts.all(_of(touched, services), one, failing="Error while Stopping"):
            return False
    return True


async def pause(host: Host, operation: ComposePause) -> Outcome:
    """Freeze what runs."""
    return await _each(host, operation, "pause", after="Paused")


async def unpause(host: Host, operation: ComposeUnpause) -> Outcome:
    """Let what is frozen go on."""
    return await _each(host, operation, "unpause", after="Unpaused")


async def _each(
    host: Host, operation: ComposePause | ComposeUnpause, verb: str, *, after: str
) -> Outcome:
    found = await sealed_project(host, operation)
    acts = Acts(host, operation.verb, found)

    async def one(each: Member) -> None:
        await host.connection.change(path_of("containers", each.id, verb))
        await acts.say(each, after)

    await acts.all(found.touched, one)
    return await acts.outcome()


async def kill(host: Host, operation: ComposeKill) -> Outcome:
    """Send a signal to what runs."""
    found = await sealed_project(host, operation)
    acts = Acts(host, operation.verb, found)
    if not found.touched:
        return Outcome(stderr="no container to kill", data={"containers": []})
    params = {"signal": operation.signal or _KILL}

    async def one(each: Member) -> None:
        await acts.say(each, "Killing")
        await host.connection.change(path_of("containers", each.id, "kill"), params)
        await acts.say(each, "Killed")

    await acts.all(found.touched, one, failing="Error while Killing")
    return await acts.outcome()


async def rm(host: Host, operation: ComposeRm) -> Outcome:
    """Remove stopped containers; with `stop`, stop them first. What runs is never removed."""
    found = await sealed_project(host, operation)
    acts = Acts(host, operation.verb, found)
    with acts.known():
        if operation.stop and not await _stopped(acts, found.touched, None):
            return await acts.outcome()
    if not found.touched:
        return Outcome(stderr="No stopped containers\n", data={"containers": []})
    params = {"v": "1"} if operation.volumes else {}

    async def one(each: Member) -> None:
        await acts.say(each, "Removing")
        longest = host.settings.wait_timeout.total_seconds()
        try:
            await host.connection.change(
                path_of("containers", each.id), params, method="DELETE", grace=longest
            )
        except EngineError as error:
            # It removes itself once it has stopped.
            if error.status != NOT_FOUND:
                raise
        await acts.say(each, "Removed")

    await acts.tell(f"Going to remove {', '.join(each.name for each in found.touched)}\n")
    await acts.all(found.touched, one)
    return await acts.outcome()


async def _ready(
    acts: Acts, services: Iterable[str], needs: order.Needs, *, required: bool = True
) -> bool:
    """Wait for what these services depend on; tell whether all of it is as it must be."""
    waiting: dict[str, Dependency] = {}
    for service in services:
        on = needs.get(service, {})
        waiting |= {name: need for name, need in on.items() if order.waited_for(need)}
    for name, need in sorted(waiting.items()):
        found = (each for each in acts.project.choice.members if each.service == name)
        members = tuple(each for each in found if not each.one_off)
        for each in members:
            await acts.say(each, "Waiting")
        failure = ""
        try:
            word = await order.until_ready(acts.host, name, need, members)
        except FailedError as error:
            word, failure = order.said_of(error, name, need, required=required), str(error)
        except EngineError as error:
            word, failure = "", str(error)
        for each in members if word else ():
            await acts.say(each, word)
        if failure and required:
            acts.fail(failure)
            return False
    return True


def _all_there(wanted: Iterable[str], needs: order.Needs) -> None:
    """Raise FailedError where what a service depends on has no container any more."""
    for service in sorted(wanted):
        for name in needs.get(service, ()):
            if name not in needs:
                raise FailedError(f"{service} is missing dependency {name}")


def _needs(found: Project) -> dict[str, dict[str, Dependency]]:
    return projects.dependencies(found.choice.members)


def _of(touched: Iterable[Member], services: Iterable[str]) -> tuple[Member, ...]:
    chosen = frozenset(services)
    return tuple(each for each in touched if each.service in chosen)


def _within(timeout: int | None) -> dict[str, str]:
    return {} if timeout is None else {"t": str(timeout)}
