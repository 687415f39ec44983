"""Whether proposed lines are docker lines on objects that exist, in words a model can act on."""

from collections.abc import Iterator

from contracts.docker.operations import Operation
from contracts.docker.parse import parse
from contracts.docker.render import render
from contracts.docker.targets import makes, targets
from contracts.errors import RefusedError
from contracts.world import HostPicture, World
from functions.generate.builtin.typos import allowed, distance
from functions.generate.model.answer import Answer

_NEAREST = 5


class UngroundedError(ValueError):
    """What is wrong with the lines, one fault a line."""


def grounded(answer: Answer, world: World, host: str | None) -> tuple[str, ...]:
    """Return the lines in docker's canonical spelling. Raises UngroundedError."""
    lines: list[str] = []
    faults: list[str] = []
    made: set[str] = set()
    pictures = [each for each in world if host in {None, each.host}]
    for proposed in answer.commands:
        try:
            operation = parse(proposed.line)
        except RefusedError as refused:
            error = refused.error
            faults.append(f"{proposed.line!r}: {error.message} {error.hint}".strip())
            continue
        faults.extend(
            f"{proposed.line!r}: {fault}" for fault in _missing(operation, pictures, made)
        )
        if new := makes(operation):
            made.add(new.reference)
        lines.append(render(operation))
    if faults:
        raise UngroundedError("\n".join(faults))
    return tuple(lines)


def _missing(op: Operation, pictures: list[HostPicture], made: set[str]) -> Iterator[str]:
    """Yield what is named and does not exist, neither there nor made by an earlier line."""
    for target in targets(op):
        if target.kind == "image" or target.reference in made:
            continue  # an image may be pulled; validate looks at it
        if not any(_exists(target.kind, target.reference, each) for each in pictures):
            names = sorted({name for each in pictures for name in _names(target.kind, each)})
            near = [each for each in names if _near(target.reference, each)][:_NEAREST]
            hint = f" Did you mean {', '.join(near)}?" if near else ""
            yield f"no {target.kind} is called {target.reference!r}.{hint}"


def _exists(kind: str, reference: str, picture: HostPicture) -> bool:
    if kind in {"container", "any"} and picture.container(reference):
        return True
    if kind == "any" and any(
        reference in {image.id, *image.tags, *(tag.removesuffix(":latest") for tag in image.tags)}
        for image in picture.images
    ):
        return True
    ids = [each.id for each in picture.networks]
    return reference in _names(kind, picture) or any(reference in {each, each[:12]} for each in ids)


def _names(kind: str, picture: HostPicture) -> Iterator[str]:
    if kind in {"container", "any"}:
        yield from (each.name for each in picture.containers)
    if kind in {"network", "any"}:
        yield from (each.name for each in picture.networks)
    if kind in {"volume", "any"}:
        yield from (each.name for each in picture.volumes)


def _near(word: str, name: str) -> bool:
    limit = allowed(word)
    return word in name or name in word or distance(word, name, limit) <= limit
