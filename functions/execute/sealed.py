"""What the names in a step mean: the objects that it was validated for."""

from collections.abc import Iterator

from contracts.docker.errand import Sealed
from contracts.docker.operations import (
    Commit,
    Create,
    Import,
    Load,
    Operation,
    Run,
)
from contracts.docker.operations.compose import Compose
from contracts.docker.targets import makes, targets
from contracts.plan import Plan

_ANY = ""


def sealed(plan: Plan, number: int) -> tuple[Sealed, ...]:
    """Return the objects that a step of a plan may touch, by the names that it has for them.

    What an earlier step makes on the same host has no id before it runs: its name is taken as it
    is then. A compose command names none, and what it touches depends on what the steps before it
    did to the containers that they were validated for. Where the host was not seen when the step
    was validated, there are none.
    """
    step = plan.steps[number]
    earlier = [each for each in plan.steps[:number] if each.host == step.host]
    if isinstance(step.operation, Compose):
        known = (each for one in (*earlier, step) for each in one.objects)
        return tuple(Sealed(each.kind, each.name, each.id) for each in known if each.id)
    wanted = targets(step.operation)
    made = {each for one in earlier for each in _made(one.operation)}
    named = zip(wanted, step.objects, strict=False)
    return tuple(
        Sealed(
            each.kind,
            target.reference,
            each.id if made.isdisjoint(_names(each.kind, target.reference)) else "",
        )
        for target, each in named
    )


def _made(op: Operation) -> Iterator[tuple[str, str]]:
    """Yield what an operation gives a name to, as kind and name."""
    if made := makes(op):
        yield made.kind, _repository(made.reference) if made.kind == "image" else made.reference
    elif isinstance(op, Load | Commit | Import):
        yield "image", _ANY
    if isinstance(op, Run | Create):  # it may pull its image
        yield "image", _repository(op.image)


def _names(kind: str, reference: str) -> tuple[tuple[str, str], ...]:
    """Return what a reference may be called where it is made."""
    if kind == "image":
        return (kind, _repository(reference)), (kind, _ANY)
    return ((kind, reference.strip("/ ")),)


def _repository(reference: str) -> str:
    """Return the name of an image without its tag, and without where images are by default."""
    name = reference.partition("@")[0]
    before, _, tag = name.rpartition(":")
    bare = before if before and "/" not in tag else name
    return bare.removeprefix("docker.io/").removeprefix("library/")
