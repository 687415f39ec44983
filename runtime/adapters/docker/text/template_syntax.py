"""The grammar of Go's text/template, as far as `--format` needs it: text in, a tree out.

Known: fields, variables, pipelines, literals, parentheses, `if`, `with`, `range`, `else`, `end`,
comments, trimming. Not known: `define`, `template`, `block`, `break`, `continue`.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<text>"(?:\\.|[^"\\\n])*"|`[^`]*`)|(?P<char>'(?:\\.|[^'\\\n])')
    |(?P<number>[+-]?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?))|(?P<field>\.[A-Za-z_]\w*)
    |(?P<variable>\$\w*)|(?P<sign>:=|[=|(),])|(?P<dot>\.)|(?P<word>[A-Za-z_]\w*)""",
    re.VERBOSE,
)
_COMMENT = re.compile(r"\{\{(-\s+)?/\*.*?\*/(\s+-)?\}\}", re.DOTALL)
_END = re.compile(r"(?P<trim>\s+-)?\}\}")
_UNKNOWN = frozenset({"define", "template", "block", "break", "continue"})
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "nil": None}


_LONGEST = 8192
_DEEPEST = 30


class SyntaxRefusedError(Exception):
    """The template cannot be read; the text says why."""


@dataclass(frozen=True)
class Text:
    """Text that is printed as it is."""

    text: str


@dataclass(frozen=True)
class Operand:
    """A value and the fields read from it; `at` and `source` are for error messages.

    `kind` is "dot", "variable", "function", "constant" or "pipe"; `value` is its name or itself.
    """

    kind: str
    value: Any
    fields: tuple[str, ...]
    at: int
    source: str


@dataclass(frozen=True)
class Pipe:
    """Commands whose results flow into the next; `variables` take the last result."""

    commands: tuple[tuple[Operand, ...], ...]
    variables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """`if`, `with`, `range`, or a bare action (`kind` "print")."""

    kind: str
    pipe: Pipe
    then: tuple["Node", ...] = ()
    otherwise: tuple["Node", ...] = ()


Node = Text | Block


@dataclass
class _Action:
    """The tokens between one pair of braces."""

    tokens: list[tuple[str, str, int]]
    next: int = 0
    depth: int = 0

    def peek(self) -> tuple[str, str, int]:
        return self.tokens[self.next] if self.next < len(self.tokens) else ("end", "", -1)

    def take(self) -> tuple[str, str, int]:
        token = self.peek()
        self.next += 1
        return token

    def took(self, text: str) -> bool:
        found = self.peek()[1] == text
        self.next += found
        return found


@dataclass
class _Level:
    """A block that is still open."""

    kind: str
    pipe: Pipe
    nodes: list[Node] = field(default_factory=list)
    then: tuple[Node, ...] | None = None


def parse(template: str) -> tuple[Node, ...]:
    """Return the tree of a template; raise SyntaxRefusedError where it cannot be read."""
    if len(template) > _LONGEST:
        raise SyntaxRefusedError(f"longer than {_LONGEST} characters")
    levels = [_Level("", Pipe(()))]
    for piece in _pieces(template):
        if isinstance(piece, str):
            levels[-1].nodes.append(Text(piece))
        else:
            _add(levels, piece)
        if len(levels) > _DEEPEST:
            raise SyntaxRefusedError(f"more than {_DEEPEST} blocks within each other")
    if len(levels) > 1:
        raise SyntaxRefusedError(f"{{{{{levels[-1].kind}}}}} has no {{{{end}}}}")
    return tuple(levels[0].nodes)


def _pieces(template: str) -> Iterator[str | _Action]:
    """Split into texts and actions, with the white space trimmed that `{{-` and `-}}` ask for."""
    at, trim_next = 0, False
    while at < len(template):
        start = template.find("{{", at)
        text = template[at:] if start < 0 else template[at:start]
        text = text.lstrip(" \t\r\n") if trim_next else text
        if start < 0:
            yield text
            return
        trims = re.match(r"\{\{-\s", template[start:]) is not None
        if text := text.rstrip(" \t\r\n") if trims else text:
            yield text
        if comment := _COMMENT.match(template, start):
            at, trim_next = comment.end(), bool(comment[2])
            continue
        tokens, at, trim_next = _tokens(template, start + (3 if trims else 2))
        yield _Action(tokens)


def _tokens(template: str, at: int) -> tuple[list[tuple[str, str, int]], int, bool]:
    tokens: list[tuple[str, str, int]] = []
    while not (end := _END.match(template, at)):
        match = _TOKEN.match(template, at)
        if not match:
            what = repr(template[at]) if at < len(template) else "the end: unclosed action"
            raise SyntaxRefusedError(f"unexpected {what} in a {{{{…}}}}")
        if match.lastgroup != "space":
            tokens.append((match.lastgroup or "", match[0], at))
        elif tokens:
            tokens.append(("space", " ", at))
        at = match.end()
    while tokens and tokens[-1][0] == "space":
        tokens.pop()
    return tokens, end.end(), bool(end["trim"])


def _add(levels: list[_Level], action: _Action) -> None:
    kind, word, _ = action.peek()
    if kind == "word" and word in _UNKNOWN:
        raise SyntaxRefusedError(f"{{{{{word}}}}} is not supported")
    if kind == "word" and word in {"if", "with", "range"}:
        action.take()
        levels.append(_Level(word, _pipe(action, ranged=word == "range")))
    elif kind == "word" and word == "else":
        _otherwise(levels, action)
    elif kind == "word" and word == "end":
        if len(levels) == 1:
            raise SyntaxRefusedError("unexpected {{end}}")
        _close(levels)
        while levels[-1].kind.startswith("else "):
            _close(levels)
    else:
        levels[-1].nodes.append(Block("print", _pipe(action)))


def _otherwise(levels: list[_Level], action: _Action) -> None:
    level = levels[-1]
    if len(levels) == 1 or level.then is not None:
        raise SyntaxRefusedError("unexpected {{else}}")
    action.take()
    level.then, level.nodes = tuple(level.nodes), []
    _skip_space(action)
    kind, word, _ = action.peek()
    if kind == "word" and word in {"if", "with"}:
        action.take()
        level.kind = f"else {level.kind}"
        levels.append(_Level(word, _pipe(action)))


def _close(levels: list[_Level]) -> None:
    level = levels.pop()
    nodes = tuple(level.nodes)
    then, otherwise = (nodes, ()) if level.then is None else (level.then, nodes)
    levels[-1].nodes.append(Block(level.kind.removeprefix("else "), level.pipe, then, otherwise))


def _pipe(action: _Action, *, ranged: bool = False, nested: bool = False) -> Pipe:
    _skip_space(action)
    variables = _declared(action, 2 if ranged else 1)
    commands = [_command(action)]
    while action.took("|"):
        commands.append(_command(action))
    if nested:
        if not action.took(")"):
            raise SyntaxRefusedError("unclosed parenthesis")
    elif action.peek()[0] != "end":
        raise SyntaxRefusedError(f"unexpected {action.peek()[1]!r}")
    return Pipe(tuple(commands), variables)


def _declared(action: _Action, most: int) -> tuple[str, ...]:
    """Take `$x :=` or `$k, $v :=` if the pipeline starts so."""
    start = action.next
    names: list[str] = []
    while len(names) < most and action.peek()[0] == "variable":
        names.append(action.take()[1])
        _skip_space(action)
        if action.took(":=") or action.took("="):
            return tuple(names)
        if not action.took(","):
            break
        _skip_space(action)
    action.next = start
    return ()


def _command(action: _Action) -> tuple[Operand, ...]:
    operands: list[Operand] = []
    _skip_space(action)
    while (token := action.peek())[0] != "end" and token[1] not in {"|", ")"}:
        operands.append(_operand(action))
        following = action.peek()
        if following[0] not in {"space", "end"} and following[1] not in {"|", ")"}:
            raise SyntaxRefusedError(f"unexpected {following[1]!r}")
        _skip_space(action)
    if not operands:
        raise SyntaxRefusedError("missing value for command")
    return tuple(operands)


def _operand(action: _Action) -> Operand:
    kind, text, at = action.take()
    fields: list[str] = []
    value: Any = text
    if kind == "field":
        kind, value, fields = "dot", ".", [text[1:]]
    elif kind == "word" and text in _CONSTANTS:
        kind, value = "constant", _CONSTANTS[text]
    elif kind == "word":
        kind = "function"
    elif text == "(":
        start = action.next - 1
        action.depth += 1
        if action.depth > _DEEPEST:
            raise SyntaxRefusedError(f"more than {_DEEPEST} parentheses within each other")
        kind, value = "pipe", _pipe(action, nested=True)
        action.depth -= 1
        text = "".join(token[1] for token in action.tokens[start : action.next])
    elif kind in {"text", "number", "char"}:
        kind, value = "constant", _literal(kind, text)
    elif kind not in {"dot", "variable"}:
        raise SyntaxRefusedError(f"unexpected {text!r}")
    source = text
    while action.peek()[0] == "field":
        _, name, position = action.take()
        # Go reports a chain of fields at the second one.
        at = position if source == text else at
        fields.append(name[1:])
        source += name
    return Operand(kind, value, tuple(fields), at, source)


def _literal(kind: str, text: str) -> str | int | float:
    if text.startswith("`"):
        return text[1:-1]
    if kind == "number":
        return float(text) if "." in text else int(text, 0)
    value = str(ast.literal_eval(text))
    return ord(value) if kind == "char" else value


def _skip_space(action: _Action) -> None:
    while action.peek()[0] == "space":
        action.take()
