"""What can be seen of an operation's objects after a crash: evidence, not proof.

Conclusive are two things alone: that an object bears the label of the command that was to make
it, and that what was to be removed is gone. That something did not happen is never concluded.
"""

import json
from typing import Any

from contracts.docker.errand import COMMAND
from contracts.docker.operations import Commit, Create, Filter, Operation, Rename, Rm, Run
from runtime.adapters.docker.compose.evidence import project_evidence
from runtime.adapters.docker.connection import NOT_FOUND, EngineError
from runtime.adapters.docker.host import Host, name_of
from runtime.adapters.docker.image_evidence import image_evidence
from runtime.adapters.docker.network_evidence import network_evidence
from runtime.adapters.docker.text import human

_NEVER = "0001-01-01T00:00:00Z"
_SHOWN = 10


async def evidence(host: Host, operation: Operation) -> str:
    """Return one sentence per object; raise RefusedError where the engine cannot be reached.

    What a command made is found by its label, whose value the errand has.
    """
    if isinstance(operation, Create | Run):
        return await _made(host, operation)
    if isinstance(operation, Commit):
        return await _committed(host, operation)
    if isinstance(operation, Rm) and not operation.link:
        return " ".join([await _removed(host, name) for name in operation.containers])
    for look in (image_evidence, network_evidence, project_evidence):
        if (seen := await look(host, operation)) is not None:
            return seen
    names = _objects(operation)
    if not names:
        return f"docker {operation.verb} names no object that could be looked at."
    return " ".join([await _seen(host, name) for name in names])


def _objects(operation: Operation) -> tuple[str, ...]:
    if isinstance(operation, Rename):
        return (operation.container, operation.name)
    for attribute in ("containers", "targets"):
        if names := getattr(operation, attribute, ()):
            return tuple(names)
    container = getattr(operation, "container", None)
    return (container,) if container else ()


async def _made(host: Host, operation: Create | Run) -> str:
    """Say which containers bear the command's label: those it made, for nothing else gives it."""
    label = _label(host)
    if label is None:
        return await _seen(host, operation.name) if operation.name else "It names no container."
    filters = [Filter(key="label", value=label)]
    found = [name_of(each) for each in await host.containers(everything=True, filters=filters)]
    if found:
        seen = [await _seen(host, name) for name in found[:_SHOWN]]
        return " ".join([f"It was created: it bears the label {label}.", *seen])
    gone = " One with --rm may have been removed." if operation.rm else ""
    named = f" {await _seen(host, operation.name)}" if operation.name else ""
    return f"No container bears the label {label}.{gone}{named}"


async def _committed(host: Host, operation: Commit) -> str:
    """Say which images bear the command's label."""
    source = await _seen(host, operation.container)
    if (label := _label(host)) is None:
        return source
    asked = {"filters": json.dumps({"label": [label]}), "all": "1"}
    found: list[dict[str, Any]] = await host.connection.read("images/json", asked)
    if not found:
        return f"No image bears the label {label}. {source}"
    images = ", ".join(human.short_id(each["Id"]) for each in found[:_SHOWN])
    return f"It was committed: the image {images} bears the label {label}. {source}"


async def _removed(host: Host, name: str) -> str:
    """Say whether what was to be removed is gone."""
    try:
        await host.container(name.strip("/"))
    except EngineError as error:
        if error.status == NOT_FOUND:
            return f"Container {name!r} is gone: there is no such container."
        return f"Container {name!r}: {error}."
    return f"{await _seen(host, name.strip('/'))} It is still there."


def _label(host: Host) -> str | None:
    command = host.errand.labels.get(COMMAND)
    return f"{COMMAND}={command}" if command else None


async def _seen(host: Host, name: str) -> str:
    try:
        found = await host.container(name)
    except EngineError as error:
        return f"Container {name!r}: {error}."
    state: dict[str, Any] = found.get("State") or {}
    own = str(found.get("Name", name)).removeprefix("/")
    said = [f"state {state.get('Status')}"]
    for key, words in (("StartedAt", "StartedAt"), ("FinishedAt", "FinishedAt")):
        moment = state.get(key)
        said.append(f"{words} {'never' if moment in {None, '', _NEVER} else moment}")
    said.append(f"exit code {state.get('ExitCode')}")
    called = f"Container {own!r}" if own == name else f"Container {name!r} (name {own!r})"
    return f"{called}, id {str(found.get('Id'))[:12]}: {', '.join(said)}."
