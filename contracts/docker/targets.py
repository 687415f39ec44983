"""Which objects an operation names: what must exist before it can run, and what it makes."""

from collections.abc import Iterator
from typing import NamedTuple

from contracts.docker.grammar import command_of
from contracts.docker.grammar.checks import user_defined
from contracts.docker.grammar.table import ObjectKind
from contracts.docker.operations import (
    Commit,
    Create,
    Import,
    Inspect,
    NetworkCreate,
    Operation,
    Pull,
    Rename,
    Rm,
    Run,
    Tag,
    VolumeCreate,
)


class Target(NamedTuple):
    """One object as the command names it: a name, an id, the start of an id, an image's tag."""

    kind: ObjectKind
    reference: str


def targets(op: Operation) -> tuple[Target, ...]:
    """Return the objects that an operation names, in the order of the command.

    Only objects that must exist: what it creates, what a pull brings, and patterns to list by are
    not among them. Compose commands name a project and services, which are no objects:
    `projects.choose` says which containers those are.
    """
    if isinstance(op, Inspect):
        return tuple(Target(op.type or "any", reference) for reference in op.targets)
    if isinstance(op, Run | Create):
        return tuple(used_by(op))
    if isinstance(op, Rm) and op.link:
        return tuple(Target("container", name.strip("/").split("/")[0]) for name in op.containers)
    found: list[Target] = []
    for name, kind in command_of(op).references:
        value = getattr(op, name)
        if isinstance(value, tuple):
            found.extend(Target(kind, reference) for reference in value)
        elif value:
            found.append(Target(kind, value))
    return tuple(found)


def makes(op: Operation) -> Target | None:
    """Return what an operation gives a name to; None where that is nothing, or the engine's choice.

    The volumes that a new container mounts are `volumes_of` it.
    """
    kind: ObjectKind = "image"
    name: str | None = None
    match op:
        case Run() | Create() | Rename():
            kind, name = "container", op.name
        case NetworkCreate():
            kind, name = "network", op.name
        case VolumeCreate():
            kind, name = "volume", op.name
        case Tag() | Commit() | Import():
            name = op.reference
        case Pull():
            name = op.image
        case _:
            pass
    return Target(kind, name) if name else None


def volumes_of(op: Run | Create) -> Iterator[str]:
    """Yield the names of the volumes that a new container mounts; those not there are made."""
    for binding in op.volumes:
        if binding.source and not binding.host_path:
            yield binding.source
    for mount in op.mounts:
        if mount.type == "volume" and mount.source:
            yield mount.source


def used_by(op: Run | Create) -> Iterator[Target]:
    """Yield what a new container uses of others."""
    for source in op.volumes_from:
        yield Target("container", source.partition(":")[0])
    for link in op.links:
        yield Target("container", link.partition(":")[0])
    for attachment in op.networks:
        if user_defined(attachment.name):
            yield Target("network", attachment.name)
