"""What a run may change on an engine that is not its alone: nothing but its own.

Containers are guarded by the label behind which the engine stands. Networks, volumes and images
have no such wall: what would change or make one must name one of the run's own.
"""

from collections.abc import Iterator

from contracts.docker.operations import (
    Commit,
    Create,
    NetworkCreate,
    Operation,
    Run,
    Tag,
    VolumeCreate,
)
from contracts.docker.risk import Risk, assess
from contracts.docker.targets import targets, volumes_of

ELSEWHERE = frozenset({"import", "load", "pull", "push"})
"""They bring images here or send them away, under names that are not the run's."""


def beyond(op: Operation, prefix: str) -> tuple[str, ...]:
    """Return the names that an operation would change or make, and that are not a run's own.

    What docker would name itself has the empty name: nobody would find it again.
    """
    if assess(op).risk is Risk.READ:
        return ()
    if op.verb in ELSEWHERE:
        return (op.verb,)
    names = (*(each.reference for each in targets(op) if each.kind != "container"), *_made(op))
    return tuple(name for name in names if not name.startswith(prefix))


def _made(op: Operation) -> Iterator[str]:
    """Yield the names of what an operation makes, beside containers."""
    match op:
        case Run() | Create():
            yield from volumes_of(op)
        case NetworkCreate():
            yield op.name
        case VolumeCreate():
            yield op.name or ""
        case Tag():
            yield op.reference
        case Commit(reference=str(name)):
            yield name
        case _:
            pass
