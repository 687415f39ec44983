"""What can be seen of an operation's objects after a crash: evidence, not proof."""

from typing import Any

from contracts.docker.operations import Operation, Rename
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.host import Host

_NEVER = "0001-01-01T00:00:00Z"


async def evidence(host: Host, operation: Operation) -> str:
    """Return one sentence per object; raise RefusedError where the engine cannot be reached."""
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
