"""What a value may be: how docker reads it and how it is shown again.

`read` raises ValueError with a sentence. `show` writes what `read` takes, so that
`read(show(value)) == value` for every value that `read` can return.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.docker.operations import Filter


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of value, by the name that documentation uses."""

    name: str
    read: Callable[[str], Any]
    show: Callable[[Any], str] = str
    spread: bool = False
    """`read` returns several items for a flag that may be repeated; `show` writes one of them."""


class UnservedError(ValueError):
    """Docker takes it and the gateway does not serve it; `hint` says what to ask instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})


def read_bool(text: str) -> bool:
    """Read what Go's strconv.ParseBool takes."""
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise ValueError("it must be true or false")


INTEGER = re.compile(
    r"([+-]?)(?:0[xX]((?:_?[0-9a-fA-F])+)|0[bB]((?:_?[01])+)|0[oO]?((?:_?[0-7])+)|(0|[1-9](?:_?[0-9])*))"
)
BASES = (16, 2, 8, 10)


def read_integer(text: str) -> int:
    """Read what Go's strconv.ParseInt takes with base 0: `010` is eight."""
    found = INTEGER.fullmatch(text)
    if found is None:
        raise ValueError("it must be an integer")
    sign, *digits = found.groups()
    value = next(int(run, base) for run, base in zip(digits, BASES, strict=True) if run)
    return -value if sign == "-" else value


def integer(name: str, low: int, high: int) -> Kind:
    """Return a kind for integers from `low` to `high`, both included."""

    def read(text: str) -> int:
        value = read_integer(text)
        if not low <= value <= high:
            raise ValueError(f"it must be from {low} to {high}")
        return value

    return Kind(name, read)


COUNT = re.compile(r"[+-]?[0-9]{1,18}")


def read_tail(text: str) -> int | None:
    """Read `--tail`: a number of lines; any other text means all (None), as in the engine."""
    value = int(text) if COUNT.fullmatch(text) else -1
    return None if value < 0 else value


def read_last(text: str) -> int | None:
    """Read `--last`: a number of containers; docker takes nought and below as no limit."""
    value = INT.read(text)
    return int(value) if value > 0 else None


def read_filters(text: str) -> tuple[Filter, ...]:
    """Read `key=value`; docker trims both and lowers the key. The empty text is no filter."""
    if not text:
        return ()
    key, equals, value = text.partition("=")
    key = key.strip().lower()
    if not equals or not key:
        raise ValueError("it must be key=value")
    return (Filter(key=key, value=value.strip()),)


NOT_A_NAME = "no object can have this name (letters, digits, '_', '.', '-')"
NAME = re.compile(r"/?[A-Za-z0-9_.-]{1,255}")


def read_name(text: str) -> str:
    """Read the name or id of a container or volume. The charset is the engine's own.

    Nothing else can be a name, so nothing else reaches a path of the engine's API.
    """
    if NAME.fullmatch(text) is None or text.strip("/.") == "":
        raise ValueError(NOT_A_NAME)
    return text


REFERENCE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@+-]{0,511}")


def read_reference(text: str) -> str:
    """Read a reference to any object: a name, an id, an image with its tag or digest."""
    plain = text.removeprefix("/")
    if REFERENCE.fullmatch(plain) is None or "//" in plain or ".." in plain:
        raise ValueError("no object can have this name")
    return text


BOOL = Kind("bool", read_bool)
TEXT = Kind("text", lambda text: text)
INT = integer("int", -(2**63), 2**63 - 1)
TAIL = Kind("lines|all", read_tail, lambda lines: "all" if lines is None else str(lines))
LAST = Kind("int", read_last)
FILTER = Kind("key=value", read_filters, lambda item: f"{item.key}={item.value}", spread=True)
NAME_OF = Kind("name", read_name)
REFERENCE_TO = Kind("reference", read_reference)
