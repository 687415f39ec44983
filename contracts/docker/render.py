"""A typed operation becomes its one canonical line."""

import shlex
from collections.abc import Iterator
from typing import Any

from contracts.docker.grammar import command_of
from contracts.docker.grammar.table import ABSENT, Command, Flag
from contracts.docker.operations import Operation


def render(op: Operation) -> str:
    """Return the line that shows an operation, quoted so that `parse` reads the same again.

    Long flags in the order of the table, then the arguments; what is docker's default is left out.
    """
    return " ".join(map(shlex.quote, argv(op)))


def argv(op: Operation) -> list[str]:
    """Return the words of the canonical line, not quoted."""
    command = command_of(op)
    before = [word for flag in command.before for word in words_of(flag, command, op)]
    flags = [
        word
        for flag in command.flags
        if flag not in command.before
        for word in words_of(flag, command, op)
    ]
    arguments = list(arguments_of(command, op))
    guarded = arguments if command.interspersed else arguments[:1]
    if any(word.startswith("-") and word != "-" for word in guarded):
        arguments.insert(0, "--")
    group, *name = command.name.split()
    return ["docker", group, *before, *name, *flags, *arguments]


def words_of(flag: Flag, command: Command, op: Operation) -> Iterator[str]:
    """Yield the words of one flag; none where its field has docker's default."""
    if flag.ignored or flag.constant is not ABSENT or flag.target not in command.defaults:
        return
    value: Any = getattr(op, flag.target)
    if value == command.defaults[flag.target]:
        return
    if flag.boolean:
        on = value is not flag.inverted
        yield f"--{flag.name}" if on else f"--{flag.name}=false"
        return
    for item in value if flag.many else (value,):
        yield f"--{flag.name}"
        yield flag.kind.show(item)


def arguments_of(command: Command, op: Operation) -> Iterator[str]:
    """Yield the arguments in their order."""
    for argument in command.arguments:
        value: Any = getattr(op, argument.field)
        if argument.many:
            yield from map(argument.kind.show, value)
        elif value is not None:
            yield argument.kind.show(value)
