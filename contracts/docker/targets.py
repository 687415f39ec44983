"""Which objects an operation names: what must exist before it can run, and what it locks."""

from typing import NamedTuple

from contracts.docker.grammar import command_of
from contracts.docker.grammar.table import ObjectKind
from contracts.docker.operations import Inspect, Operation


class Target(NamedTuple):
    """One object as the command names it: a name, an id, the start of an id, an image's tag."""

    kind: ObjectKind
    reference: str


def targets(op: Operation) -> tuple[Target, ...]:
    """Return the objects that an operation names, in the order of the command.

    Only objects that must exist: what it creates, what a pull brings, and patterns to list by are
    not among them.
    """
    if isinstance(op, Inspect):
        return tuple(Target(op.type or "any", reference) for reference in op.targets)
    found: list[Target] = []
    for name, kind in command_of(op).references:
        value = getattr(op, name)
        if isinstance(value, tuple):
            found.extend(Target(kind, reference) for reference in value)
        elif value is not None:
            found.append(Target(kind, value))
    return tuple(found)
