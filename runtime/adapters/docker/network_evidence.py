"""What can be seen of networks and volumes after a crash: evidence, not proof (evidence.py)."""

import json
from typing import Any

from contracts.docker.errand import COMMAND
from contracts.docker.operations import (
    NetworkConnect,
    NetworkCreate,
    NetworkDisconnect,
    NetworkRm,
    Operation,
    VolumeCreate,
    VolumeRm,
)
from runtime.adapters.docker.connection import NOT_FOUND, EngineError, path_of
from runtime.adapters.docker.host import Host

_KINDS = {"networks": "Network", "volumes": "Volume"}


async def network_evidence(host: Host, operation: Operation) -> str | None:
    """Return a sentence for each network or volume of an operation; None where it names none.

    Raises RefusedError where the engine cannot be reached.
    """
    match operation:
        case NetworkRm(networks=names):
            return " ".join([await _removed(host, "networks", name) for name in names])
        case VolumeRm(volumes=names):
            return " ".join([await _removed(host, "volumes", name) for name in names])
        case NetworkCreate(name=name):
            return await _made(host, "networks", name)
        case VolumeCreate(name=name):
            return await _made(host, "volumes", name or "")
        case NetworkConnect() | NetworkDisconnect():
            return await _attached(host, operation)
        case _:
            return None


async def _removed(host: Host, kind: str, name: str) -> str:
    """Say whether what was to be removed is gone."""
    try:
        await host.connection.read(path_of(kind, name))
    except EngineError as error:
        if error.status == NOT_FOUND:
            return f"{_KINDS[kind]} {name!r} is gone: there is no such {_KINDS[kind].lower()}."
        return f"{_KINDS[kind]} {name!r}: {error}."
    return f"{_KINDS[kind]} {name!r} is still there."


async def _made(host: Host, kind: str, name: str) -> str:
    """Say which objects bear the command's label: those it made, for nothing else gives it."""
    command = host.errand.labels.get(COMMAND)
    if command is not None:
        label = f"{COMMAND}={command}"
        asked = {"filters": json.dumps({"label": {label: True}})}
        answer: Any = await host.connection.read(kind, asked)
        listed: list[dict[str, Any]] = answer if kind == "networks" else answer["Volumes"] or []
        if listed:
            names = ", ".join(repr(each["Name"]) for each in listed)
            return f"It was created: {_KINDS[kind].lower()} {names} bears the label {label}."
        return f"No {_KINDS[kind].lower()} bears the label {label}."
    return await _removed(host, kind, name) if name else "It names no volume."


async def _attached(host: Host, operation: NetworkConnect | NetworkDisconnect) -> str:
    try:
        found = await host.container(operation.container)
    except EngineError as error:
        return f"Container {operation.container!r}: {error}."
    networks: dict[str, Any] = (found.get("NetworkSettings") or {}).get("Networks") or {}
    names = ", ".join(sorted(networks)) or "none"
    return f"Container {operation.container!r} is in the networks: {names}."
