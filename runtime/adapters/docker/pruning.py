"""`docker image prune`, `docker network prune`, `docker volume prune` and `docker system prune`.

Behind `only_label` nothing is removed that does not bear that label itself: a network or an image
that no visible container uses may be needed by one that cannot be seen.
"""

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from contracts.docker.operations import Filter, ImagePrune, NetworkPrune, SystemPrune, VolumePrune
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.api import api
from runtime.adapters.docker.begun import begun
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.gate import NotBegunError, left_undone
from runtime.adapters.docker.host import Host, grouped
from runtime.adapters.docker.progress import unknown
from runtime.adapters.docker.text import human

_ANONYMOUS_SINCE = (1, 42)
"""An older engine does not tell anonymous volumes from named ones: it removes both."""
_BOTH = "conflicting options: cannot specify both --all and --filter all=1"

_Filters = dict[str, dict[str, bool]]


@dataclass(frozen=True)
class _Pruned:
    """What of one kind was removed, as the CLI prints it, as data, and in bytes."""

    lines: tuple[str, ...] = ()
    reclaimed: int = 0
    data: dict[str, JsonValue] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The lines; nothing where nothing was removed, and an empty line behind them else."""
        return "".join(f"{line}\n" for line in (*self.lines, "")) if self.lines else ""


async def networks(host: Host, operation: NetworkPrune) -> Outcome:
    """Remove the networks that no container uses."""
    pruned = await _networks(host, _filters(host, operation.filters))
    return Outcome(stdout=pruned.text, data=pruned.data)


async def volumes(host: Host, operation: VolumePrune) -> Outcome:
    """Remove the volumes that no container uses: anonymous ones, or with `all` named ones too."""
    filters = _filters(host, operation.filters)
    if operation.all and "all" in filters:
        return Outcome(exit_code=1, stderr=f"{_BOTH}\n")
    pruned = await _volumes(host, filters, everything=operation.all)
    data: dict[str, JsonValue] = {**pruned.data, "space_reclaimed": pruned.reclaimed}
    return Outcome(stdout=pruned.text + _total(pruned.reclaimed), data=data)


async def images(host: Host, operation: ImagePrune) -> Outcome:
    """Remove the images that no container uses: those without a name, or with `all` all."""
    filters = _filters(host, operation.filters)
    pruned = await _images(host, filters, everything=operation.all)
    data: dict[str, JsonValue] = {**pruned.data, "space_reclaimed": pruned.reclaimed}
    return Outcome(stdout=pruned.text + _total(pruned.reclaimed), data=data)


async def system(host: Host, operation: SystemPrune) -> Outcome:
    """Remove what nothing uses, kind by kind; the first failure ends it."""
    filters = _filters(host, operation.filters)
    if operation.volumes:
        await _anonymous_alone(host)
    kinds: dict[str, Callable[[], Awaitable[_Pruned]]] = {
        "containers": lambda: _containers(host, filters),
        "networks": lambda: _networks(host, filters),
        "volumes": lambda: _volumes(host, filters, everything=False),
        "images": lambda: _images(host, filters, everything=operation.all),
        "build cache": lambda: _build_cache(host, filters, everything=operation.all),
    }
    if not operation.volumes:
        del kinds["volumes"]
    if host.only_label is not None:
        del kinds["build cache"]  # it bears no labels, so it is not ours to remove
    text, reclaimed, done = "", 0, ""
    data: dict[str, JsonValue] = {}
    host.gate.each = True
    for kind, prune in kinds.items():
        try:
            pruned = await _after(done, prune)
        except EngineError as error:
            data["space_reclaimed"] = reclaimed
            return Outcome(exit_code=1, stdout=text, stderr=f"{error}\n", data=data)
        except NotBegunError as refused:
            if not host.gate.begun:
                raise
            data["space_reclaimed"] = reclaimed
            left = left_undone(tuple(kinds)[list(kinds).index(kind) :], refused)
            return Outcome(exit_code=1, stdout=text, stderr=f"{left}\n", data=data)
        text += pruned.text
        reclaimed += pruned.reclaimed
        data |= pruned.data
        done = f"{done} Unused {kind} were removed.".strip()
    data["space_reclaimed"] = reclaimed
    return Outcome(stdout=text + _total(reclaimed), data=data)


async def _after(done: str, prune: Callable[[], Awaitable[_Pruned]]) -> _Pruned:
    """Prune one more kind: an engine that is lost after the first has done something."""
    if not done:
        return await prune()
    with begun(done):
        return await prune()


def _filters(host: Host, filters: Iterable[Filter]) -> _Filters:
    asked = grouped(filters)
    if host.only_label is not None:
        asked.setdefault("label", {})[host.only_label] = True
    return asked


async def _containers(host: Host, filters: _Filters) -> _Pruned:
    report = await _pruned(host, "containers", filters)
    return _of_ids("Containers", report, report.get("ContainersDeleted"))


async def _networks(host: Host, filters: _Filters) -> _Pruned:
    report = await _pruned(host, "networks", filters)
    return _of_ids("Networks", report, report.get("NetworksDeleted"))


async def _volumes(host: Host, filters: _Filters, *, everything: bool) -> _Pruned:
    """Remove volumes; an old engine is only asked for what it does anyhow: all of them."""
    if await api(host) < _ANONYMOUS_SINCE:
        if not everything:
            await _anonymous_alone(host)
    elif everything:
        filters = {**filters, "all": {"true": True}}
    report = await _pruned(host, "volumes", filters)
    return _of_ids("Volumes", report, report.get("VolumesDeleted"))


async def _anonymous_alone(host: Host) -> None:
    """Raise RefusedError where an engine would remove named volumes too, unasked."""
    if await api(host) >= _ANONYMOUS_SINCE:
        return
    version = host.connection.api_version
    raise RefusedError(
        Code.UNSUPPORTED_COMMAND,
        f"This engine (API {version}) does not tell anonymous volumes from named ones: it would"
        " remove every unused volume.",
        "Name the volumes (docker volume rm), or ask for all of them: docker volume prune --all.",
    )


async def _images(host: Host, filters: _Filters, *, everything: bool) -> _Pruned:
    dangling = {"false" if everything else "true": True}
    asked = {**filters, "dangling": {**filters.get("dangling", {}), **dangling}}
    try:
        report = await _pruned(host, "images", asked)
    except RefusedError as refused:
        if refused.error.code is not Code.OUTCOME_UNKNOWN:
            raise
        raise unknown(refused.error.message) from refused
    found: list[dict[str, str]] = report.get("ImagesDeleted") or []
    untagged = [each["Untagged"] for each in found if each.get("Untagged")]
    deleted = [each["Deleted"] for each in found if not each.get("Untagged")]
    lines = (
        f"untagged: {each['Untagged']}" if each.get("Untagged") else f"deleted: {each['Deleted']}"
        for each in found
    )
    return _Pruned(
        lines=("Deleted Images:", *lines) if found else (),
        reclaimed=_reclaimed(report) if found else 0,
        data={"untagged": list(untagged), "deleted": list(deleted)},
    )


async def _build_cache(host: Host, filters: _Filters, *, everything: bool) -> _Pruned:
    params = {"all": "1"} if everything else {}
    report = await _pruned(host, "build", filters, params)
    found: list[str] = report.get("CachesDeleted") or []
    return _Pruned(
        lines=("Deleted build cache objects:", *found) if found else (),
        reclaimed=_reclaimed(report),
        data={"build_cache": list(found)},
    )


async def _pruned(
    host: Host, kind: str, filters: _Filters, params: dict[str, str] | None = None
) -> dict[str, Any]:
    """Let the engine remove, for as long as a wait may last."""
    asked = (params or {}) | ({"filters": json.dumps(filters)} if filters else {})
    longest = host.settings.wait_timeout.total_seconds()
    report: dict[str, Any] | None = await host.connection.change(
        f"{kind}/prune", asked, grace=longest
    )
    return report or {}


def _of_ids(title: str, report: dict[str, Any], found: list[str] | None) -> _Pruned:
    return _Pruned(
        lines=(f"Deleted {title}:", *found) if found else (),
        # docker's CLI has it so: where nothing is named as deleted, nothing was reclaimed.
        reclaimed=_reclaimed(report) if found else 0,
        data={title.lower(): list(found or ())},
    )


def _reclaimed(report: dict[str, Any]) -> int:
    return int(report.get("SpaceReclaimed") or 0)


def _total(reclaimed: int) -> str:
    return f"Total reclaimed space: {human.size(reclaimed)}\n"
