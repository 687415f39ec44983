"""The docker language as one table. What stands in no table is refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts.docker.grammar import (
    client,
    compose,
    containers,
    creation,
    engine,
    images,
    inspect,
    networks,
    unserved,
)
from contracts.docker.grammar.table import Command
from contracts.model import Fact

COMMANDS: tuple[Command, ...] = (
    *containers.COMMANDS,
    *creation.COMMANDS,
    *images.COMMANDS,
    *networks.COMMANDS,
    *compose.COMMANDS,
    *inspect.COMMANDS,
    *engine.COMMANDS,
)


@dataclass(slots=True)
class Node:
    """One word of a command's name: what it means alone, and which words may follow."""

    command: Command | None = None
    before: Command | None = None
    """Holds the flags that may stand between this word and the next."""
    refused: str | None = None
    children: dict[str, "Node"] = field(default_factory=dict)


def grow() -> Node:
    """Build the tree of names, served and refused."""
    root = Node(before=client.CLIENT)
    for command in (*COMMANDS, *unserved.UNDERSTOOD):
        for name in command.names:
            place(root, name).command = command
    place(root, "compose").before = compose.GROUP
    for name, hint in unserved.COMMANDS.items():
        place(root, name).refused = hint
    return root


def place(root: Node, name: str) -> Node:
    """Return the node of a name, made where it is new."""
    node = root
    for word in name.split():
        node = node.children.setdefault(word, Node())
    return node


def index() -> dict[type[Fact], tuple[Command, ...]]:
    """Return the commands of each model, in the order of the table."""
    found: dict[type[Fact], tuple[Command, ...]] = {}
    for command in (*COMMANDS, *unserved.UNDERSTOOD):
        found[command.model] = (*found.get(command.model, ()), command)
    return found


TREE = grow()
BY_MODEL = index()


def find(name: str) -> Command:
    """Return a command by one of its names. Raises KeyError where there is none."""
    node = TREE
    for word in name.split():
        node = node.children[word]
    if node.command is None:
        raise KeyError(name)
    return node.command


def command_of(op: Fact) -> Command:
    """Return the command that shows an operation: the first whose name says what it says.

    Raises KeyError for a model that is in no table.
    """
    candidates = BY_MODEL[type(op)]
    if len(candidates) == 1:
        return candidates[0]
    return next(command for command in candidates if fits(command, op))


def fits(command: Command, op: Fact) -> bool:
    """Tell whether a command's name and flags can say everything that an operation says."""
    if any(getattr(op, name) != value for name, value in command.fixed.items()):
        return False
    said = {*command.fixed, *said_by(command)}
    return all(
        name in said or getattr(op, name) == default for name, default in command.defaults.items()
    )


def said_by(command: Command) -> Iterator[str]:
    """Yield the fields that a command's flags and arguments fill."""
    yield "verb"
    yield from (flag.target for flag in command.flags)
    yield from (argument.field for argument in command.arguments)
