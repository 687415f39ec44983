"""One docker command as it will be written, and what it is about."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.docker.parse import parse_argv
from contracts.docker.risk import Risk, assess
from contracts.errors import RefusedError
from functions.generate.builtin.index import Thing


@dataclass(frozen=True, slots=True)
class Step:
    """One command. `host` is None where it is about no object; `about` is what `it` means next."""

    argv: tuple[str, ...]
    host: str | None = None
    about: tuple[Thing, ...] = ()

    @property
    def line(self) -> str:
        """The command as docker's own CLI takes it."""
        return shlex.join(self.argv)


def together(words: Sequence[str], things: Iterable[Thing], *after: str) -> list[Step]:
    """Return one command per host with all its things as targets."""
    hosts: dict[str, list[Thing]] = {}
    for thing in things:
        hosts.setdefault(thing.host, []).append(thing)
    return [
        Step(("docker", *words, *(thing.name for thing in those), *after), host, tuple(those))
        for host, those in hosts.items()
    ]


def one_each(words: Sequence[str], things: Iterable[Thing], *after: str) -> list[Step]:
    """Return one command per thing."""
    return [Step(("docker", *words, thing.name, *after), thing.host, (thing,)) for thing in things]


def changes(step: Step) -> bool:
    """Tell whether a command would change anything; one that is not served counts as a change."""
    try:
        return assess(parse_argv(step.argv)).risk is not Risk.READ
    except RefusedError:
        return True


def plain_step(*words: str, about: tuple[Thing, ...] = (), host: str | None = None) -> Step:
    """Return a command without targets."""
    return Step(("docker", *words), host, about)
