"""`docker rm` and `docker container prune`."""

import json

from contracts.docker.operations import ContainerPrune, Rm
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import actions
from runtime.adapters.docker.connection import NOT_FOUND, EngineError, path_of
from runtime.adapters.docker.host import Host, grouped
from runtime.adapters.docker.text import human

_PATIENCE = 60.0
"""Seconds beyond the usual that killing a container and removing its layers may take."""


async def rm(host: Host, operation: Rm) -> Outcome:
    """Remove containers; with `force`, that one is not there is said, and is no failure."""
    if operation.link and host.only_label is not None:
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            "docker rm --link is not supported where only some containers may be seen.",
            "Leave --link out; a link goes with either of its containers.",
        )
    said = {"v": operation.volumes, "link": operation.link, "force": operation.force}
    params = {key: "1" for key, wanted in said.items() if wanted}
    gone: list[str] = []

    async def change(name: str) -> None:
        try:
            reference = await host.reference(name.strip("/"))
            await host.connection.change(
                path_of("containers", reference), params, method="DELETE", grace=_PATIENCE
            )
        except EngineError as error:
            if not operation.force or error.status != NOT_FOUND:
                raise
            gone.append(str(error))
        else:
            removed.append(name)

    removed: list[str] = []
    _, errors = await actions.each(host, operation.containers, "rm", change)
    return Outcome(
        exit_code=1 if errors else 0,
        stdout="".join(f"{name}\n" for name in removed),
        stderr="".join(f"{words}\n" for words in (*gone, *errors)),
        data={"removed": list[object](removed)},
    )


async def prune(host: Host, operation: ContainerPrune) -> Outcome:
    """Remove all stopped containers that fit; behind `only_label`, of those that bear it."""
    filters = grouped(operation.filters)
    if host.only_label is not None:
        filters.setdefault("label", {})[host.only_label] = True
    found = await host.connection.change(
        "containers/prune",
        {"filters": json.dumps(filters)} if filters else None,
        grace=host.settings.wait_timeout.total_seconds(),
    )
    deleted: list[str] = found.get("ContainersDeleted") or []
    space = int(found.get("SpaceReclaimed") or 0) if deleted else 0
    listed = "".join(f"{each}\n" for each in ("Deleted Containers:", *deleted, ""))
    return Outcome(
        stdout=f"{listed if deleted else ''}Total reclaimed space: {human.size(space)}\n",
        data={"deleted": list[object](deleted), "space_reclaimed_bytes": space},
    )
