"""Docker lines: those that came in place of words, and the canonical form of our own."""

import re

from contracts.docker.parse import parse, parse_argv
from contracts.docker.render import render
from contracts.docker.targets import targets
from contracts.errors import RefusedError
from functions.generate.builtin.index import Index
from functions.generate.builtin.steps import Step

_DOCKER = re.compile(r"\s*docker\s+[a-z-]")


def typed_line(words: str, index: Index) -> str | None:
    """Return the canonical line where the words are one that works on objects that exist.

    `docker restart the api` is no such line, since nothing is called `the`: it is read as words.
    """
    if not _DOCKER.match(words):
        return None
    try:
        operation = parse(words)
    except RefusedError:
        return None
    for target in targets(operation):
        if target.kind in {"container", "any"} and not _exists(target.reference, index):
            return None
    return render(operation)


def _exists(reference: str, index: Index) -> bool:
    shelves = (index.containers, index.images, index.volumes, index.networks)
    return any(shelf.named(reference) for shelf in shelves) or any(
        picture.container(reference) is not None for picture in index.pictures
    )


def canonical(step: Step) -> str:
    """Return the one spelling of a command; as it is where the grammar refuses it.

    What the grammar refuses stands in the history with validate's reason, not with ours.
    """
    try:
        return render(parse_argv(step.argv))
    except RefusedError:
        return step.line
