"""A line becomes a typed operation, strictly: what the table does not know is refused.

The rules are pflag's and cobra's, as docker/cli v28 uses them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn, cast

from pydantic import ValidationError

from contracts.docker.grammar import TREE, Node, find
from contracts.docker.grammar.kinds import UnservedError
from contracts.docker.grammar.table import Fields
from contracts.docker.harm import Finding
from contracts.docker.operations import Help, Operation
from contracts.docker.reader import SHOWN, Reader
from contracts.docker.render import argv, render
from contracts.docker.words import MAX_BYTES, MAX_WORDS, check_characters, split
from contracts.errors import Code, Error, RefusedError

WRAPPERS = frozenset(
    {"sudo", "eval", "exec", "env", "sh", "bash", "time", "nohup", "watch", "xargs"}
)

MANY_WORDS, LONG_LINE = 200, 8_000
"""Beyond these, writing a command in full could exceed the limits of a line."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What docker would make of a line, whether it is served or not.

    - `operation`: what the line asks for, without what is not served.
    - `unserved`: what docker takes and the gateway does not serve, each with what to ask instead.
    - `findings`: what that would risk beside the operation.
    """

    operation: Operation
    unserved: tuple[Error, ...] = ()
    findings: tuple[Finding, ...] = ()


def parse(line: str) -> Operation:
    """Return the operation that a docker line asks for.

    Raises RefusedError: SHELL_SYNTAX for what only a shell could do, UNSUPPORTED_COMMAND for what
    docker knows and the gateway does not serve, INVALID_COMMAND for all else.
    """
    return served(understand(line))


def parse_argv(argv: Sequence[str]) -> Operation:
    """Return the operation that a docker argv asks for. No word is unquoted; raises as `parse`."""
    words = list(argv)
    if len(words) > MAX_WORDS or sum(map(len, words)) + len(words) > MAX_BYTES:
        refuse("The command is longer than 64 KiB or 2,000 words.", "Send a shorter command.")
    for word in words:
        if not (word.isascii() and word.isprintable()):
            check_characters(word)
    return served(understand_words(words))


def understand(line: str) -> Reading:
    """Return what docker would make of a line, to be judged rather than run.

    Raises as `parse`, but UNSUPPORTED_COMMAND only for commands whose form is not known here.
    """
    return understand_words(split(line))


def served(reading: Reading) -> Operation:
    """Return the operation; raise RefusedError for the first thing in it that is not served."""
    for error in reading.unserved:
        raise RefusedError(error.code, error.message, error.hint)
    return reading.operation


def understand_words(words: list[str]) -> Reading:
    """Return what docker would make of words."""
    check_start(words)
    node, at = TREE, 1
    fields: Fields = {}
    path: list[str] = []
    unserved: list[Error] = []
    findings: list[Finding] = []
    while node.command is None:
        if node.refused is not None:
            refuse_unserved(path, node.refused)
        if node.before is not None:
            reader = Reader(node.before, words, at, fields)
            at = reader.flags()
            unserved += reader.unserved
            findings += reader.findings
            if reader.version:
                version = cast("Operation", find("version").model())
                return Reading(version, tuple(unserved), tuple(findings))
            if reader.help:
                return Reading(Help(command=tuple(path)), tuple(unserved), tuple(findings))
        word = words[at] if at < len(words) else ""
        if word in {"--help", "-h"}:
            return Reading(Help(command=tuple(path)), tuple(unserved), tuple(findings))
        if word not in node.children:
            refuse_unknown(path, word, node)
        path.append(word)
        node, at = node.children[word], at + 1
    reader = Reader(
        node.command, words, at, {**node.command.presets, **node.command.fixed, **fields}
    )
    operation = read(reader)
    if node.refused is not None:
        unserved.append(unserved_command(path, node.refused))
    unserved += reader.unserved
    findings += reader.findings
    return Reading(operation, tuple(unserved), tuple(findings))


def read(reader: Reader) -> Operation:
    """Return the operation that a reader's command makes of the words that are left."""
    command, words = reader.command, reader.words
    reader.all()
    if reader.help:
        return Help(command=tuple(command.name.split()))
    reader.fill_arguments()
    try:
        check_together(reader)
        op = cast("Operation", command.model(**reader.fields))
    except ValueError as wrong:
        reader.refuse(f"{said(wrong)}.")
    if isinstance(op, Help):
        check_topic(op)
    if len(words) > MANY_WORDS or sum(map(len, words)) > LONG_LINE:
        check_length(op)
    return op


def check_together(reader: Reader) -> None:
    """Apply a command's rules over several fields. Raises ValueError."""
    for check in reader.command.checks:
        try:
            check(reader.fields)
        except UnservedError as wrong:
            reader.leave(f"{wrong}", wrong.hint)


def check_topic(op: Help) -> None:
    """Refuse to explain what is not there."""
    node = TREE
    for at, word in enumerate(op.command):
        if word not in node.children:
            refuse_unknown(list(op.command[:at]), word, node)
        node = node.children[word]
        if node.refused is not None:
            refuse_unserved(list(op.command[: at + 1]), node.refused)


def check_length(op: Operation) -> None:
    """Refuse what would be too long once it is written in full: it must be readable again."""
    if len(argv(op)) > MAX_WORDS or len(render(op).encode()) > MAX_BYTES:
        refuse("The command is too long.", "Send several shorter commands.")


def said(wrong: ValueError) -> str:
    """Return the sentence of an error: a check's own, or the first of a model's."""
    if isinstance(wrong, ValidationError):
        return str(wrong.errors()[0]["msg"]).removeprefix("Value error, ")
    return str(wrong)


def refuse(message: str, hint: str = "", options: Iterable[str] = ()) -> NoReturn:
    """Refuse a command that is wrong."""
    raise RefusedError(Code.INVALID_COMMAND, message, hint, options=tuple(options))


def check_start(words: list[str]) -> None:
    """Refuse a line that is not docker's."""
    if not words:
        refuse("The line is empty.", "Send a docker command, such as `docker ps`.")
    word = words[0]
    if word == "docker":
        return
    name, equals, _ = word.partition("=")
    if equals and name.isidentifier():
        raise RefusedError(
            Code.SHELL_SYNTAX,
            "The line sets an environment variable, and there is no shell here.",
            "Start with `docker`; the gateway decides which engine is asked.",
        )
    hint = "Start with `docker`."
    if word in WRAPPERS:
        hint = f"Leave `{word}` out and start with `docker`."
    refuse("The line does not start with `docker`.", hint)


def refuse_unserved(path: list[str], hint: str) -> NoReturn:
    """Refuse a command that docker has and the gateway does not serve."""
    error = unserved_command(path, hint)
    raise RefusedError(error.code, error.message, error.hint)


def unserved_command(path: list[str], hint: str) -> Error:
    """Say that a command of docker's is not served."""
    message = f"`{' '.join(['docker', *path])}` is not served."
    return Error(code=Code.UNSUPPORTED_COMMAND, message=message, hint=hint)


def refuse_unknown(path: list[str], word: str, node: Node) -> NoReturn:
    """Refuse a command that docker does not have, with the nearest that are served."""
    group = " ".join(["docker", *path])
    names = sorted(name for name, child in node.children.items() if child.refused is None)
    if not word:
        refuse(f"`{group}` needs a command.", "Name one of its commands.", names)
    refuse(
        f"`{group}` has no command `{word[:SHOWN]}`.",
        "Use one of the commands that docker has.",
        [f"{group} {name}" for name in get_close_matches(word[:SHOWN], names, n=3)],
    )
