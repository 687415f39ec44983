"""How commands are used, in words, from the table: what `docker help` says here."""

from collections.abc import Iterator

from contracts.docker.grammar import COMMANDS, TREE
from contracts.docker.grammar.table import Command, Flag
from contracts.docker.operations import Help

WIDTH = 26


def usage(op: Help) -> str:
    """Return the help for one command, for a group, or for everything that is served."""
    node = TREE
    for word in op.command:
        node = node.children[word]
    if node.command is not None:
        return "\n".join(explained(node.command)) + "\n"
    return "\n".join(listed(" ".join(op.command))) + "\n"


def explained(command: Command) -> Iterator[str]:
    """Yield the lines of one command's help."""
    yield f"Usage:  {command.usage}"
    yield ""
    yield f"{command.about[0].upper()}{command.about[1:]} (risk: {command.risk})"
    others = [f"docker {name}" for name in command.names[1:]]
    if others:
        yield ""
        yield f"Aliases: {', '.join(others)}"
    served = [flag for flag in (*command.before, *command.flags) if not flag.refused]
    if served:
        yield ""
        yield "Options:"
        yield from (row(spelled(flag), flag.about) for flag in served)


def spelled(flag: Flag) -> str:
    """Return a flag as a list of options shows it."""
    short = f"-{flag.short}, " if flag.short else "    "
    value = "" if flag.boolean else f" {flag.kind.name}"
    return f"{short}--{flag.name}{value}"


def listed(path: str) -> Iterator[str]:
    """Yield the lines of a group's help: its commands, with their other names."""
    yield " ".join(["Usage:  docker", *path.split(), "COMMAND"])
    yield ""
    yield "Commands:"
    for command in COMMANDS:
        for name in command.names[: None if path else 1]:
            if name.startswith(f"{path} ".lstrip()):
                yield row(name[len(path) :].strip(), command.about)


def row(name: str, about: str) -> str:
    """Return one line of a list."""
    return f"  {name:<{WIDTH}} {about}".rstrip()
