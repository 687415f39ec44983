"""What existing objects hold of the host, and that no new container gets it unasked."""

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.docker.escape import holds_the_host
from contracts.docker.operations import Create, Run
from contracts.docker.targets import volumes_of
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.connection import NOT_FOUND, EngineError, path_of
from runtime.adapters.docker.host import Host

_CONTAINED = frozenset({"image", "tmpfs"})
"""Kinds of mounts that never show what is outside of the container."""


def held(volume: Mapping[str, Any]) -> bool:
    """Tell whether a volume holds what is the host's, as the engine lists it."""
    return holds_the_host(volume.get("Driver") or "", volume.get("Options") or {})


def mounted(container: Mapping[str, Any], volumes: Mapping[str, bool]) -> bool | None:
    """Tell whether a container mounts what is the host's; None where that is not known.

    `volumes` says by name which of them hold it.
    """
    if container.get("Mounts") is None:
        return None
    found = [_reaches(each, volumes) for each in container["Mounts"]]
    return True if True in found else None if None in found else False


def _reaches(mount: Mapping[str, Any], volumes: Mapping[str, bool]) -> bool | None:
    kind = mount.get("Type")
    return volumes.get(mount.get("Name") or "") if kind == "volume" else kind not in _CONTAINED


async def guard(host: Host, new: Create | Run) -> None:
    """Refuse a container that would get the host through another's mounts, or through a volume.

    Unless the errand may reach the host. A decision is made on a picture; this looks again.
    Raises RefusedError (RISK_NOT_ALLOWED); EngineError, as for a container that is not there.
    """
    if host.errand.may_reach_host:
        return
    for source in new.volumes_from:
        name = source.partition(":")[0]
        container = await host.container(name)
        used = {each.get("Name") for each in container.get("Mounts") or ()} - {None, ""}
        if mounted(container, await _held(host, sorted(map(str, used)))) is not False:
            raise _refusal(new, f"the container {name} mounts what is the host's")
    for name, reaches in (await _held(host, dict.fromkeys(volumes_of(new)))).items():
        if reaches:
            raise _refusal(new, f"the volume {name} holds what is the host's")


async def _held(host: Host, names: Iterable[str]) -> dict[str, bool]:
    """Return which volumes hold what is the host's, without those that do not exist."""
    found: dict[str, bool] = {}
    for name in names:
        try:
            found[name] = held(await host.connection.read(path_of("volumes", name)))
        except EngineError as error:
            if error.status != NOT_FOUND:
                raise
    return found


def _refusal(new: Create | Run, why: str) -> RefusedError:
    return RefusedError(
        Code.RISK_NOT_ALLOWED,
        f"`docker {new.verb}` is refused: {why}, and it was not allowed to reach the host.",
        "Use a volume that docker keeps itself, or ask again: it is judged by what is there.",
    )
