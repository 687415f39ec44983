"""The functions that a `--format` template may call, and how Go prints a value."""

import html
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote_plus

from runtime.adapters.docker.text import gojson, values
from runtime.adapters.docker.text.printing import WIDEST, InvalidTemplateError, printed, printf


class Functions:
    """The functions by name."""

    def __init__(self, functions: dict[str, Callable[..., Any]]) -> None:
        self._functions = functions

    def call(self, name: str, arguments: list[Any]) -> Any:
        """Return what a function gives; an unknown one or a wrong argument is the template's."""
        if name not in self._functions:
            known = ", ".join(sorted([*self._functions, "and", "or"]))
            raise InvalidTemplateError(f'function "{name}" not defined', f"Functions: {known}.")
        try:
            return self._functions[name](*arguments)
        except (TypeError, ValueError, AttributeError) as error:
            raise InvalidTemplateError(f"error calling {name}: wrong arguments") from error


def size(value: Any) -> int:
    """Return how many characters a text holds, or the texts of a list."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return sum(1 + len(each) if isinstance(each, str) else 1 for each in value)
    return 0


def truth(value: Any) -> bool:
    """Tell whether Go's templates take a value for true: not zero, not empty."""
    return not isinstance(value, values.Missing) and bool(value)


def items(value: Any) -> list[tuple[Any, Any]]:
    """Return what `range` goes over: a list with positions, a map by its sorted keys."""
    if isinstance(value, dict):
        return sorted(value.items())
    if isinstance(value, list):
        return list(enumerate(value))
    if value is None or isinstance(value, values.Missing):
        return []
    raise InvalidTemplateError(f"range can't iterate over {printed(value)}")


def _json(value: Any) -> str:
    if hasattr(value, "data"):
        return gojson.escaped(value.data())
    return gojson.compact(values.plain(value))


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        value = _indexed(value, key)
    return value


def _indexed(value: Any, key: Any) -> Any:
    if isinstance(value, (list, str)):
        if isinstance(key, bool) or not isinstance(key, int):
            raise InvalidTemplateError("error calling index: a list is indexed by a number")
        if isinstance(value, values.NullList):
            raise IndexError("error calling index: index of untyped nil")
        if not 0 <= key <= len(value):
            raise IndexError(f"error calling index: index out of range: {key}")
        if key == len(value):  # Go's own check is one too lax, and its words differ
            raise IndexError("error calling index: reflect: slice index out of range")
        return value[key] if isinstance(value, list) else value.encode()[key]
    if isinstance(value, values.GoMap):
        return value[key] if key in value else _zero(value)
    if isinstance(value, dict):
        if key not in value:
            raise IndexError(f"error calling index: no field {key}")
        return value[key]
    raise IndexError("error calling index: index of untyped nil")


def _zero(container: values.GoMap) -> Any:
    """Return what Go's index gives for a key that a map has not: its values' zero."""
    sample = next(iter(container.values()), "")
    if isinstance(sample, list):
        return values.NullList()
    return "" if isinstance(sample, str) else None


def _length(value: Any) -> int:
    return len(value.encode()) if isinstance(value, str) else len(value)


def _slice(value: Any, *bounds: int) -> Any:
    if isinstance(value, str):
        return value.encode()[slice(*_two(bounds, len(value)))].decode(errors="replace")
    return value[slice(*_two(bounds, len(value)))]


def _two(bounds: Sequence[int], length: int) -> tuple[int, int]:
    start, stop = (*bounds, *(0, length)[len(bounds) :])
    if not 0 <= start <= stop <= length:
        raise IndexError(f"error calling slice: index out of range: {stop}")
    return start, stop


def _equal(first: Any, *others: Any) -> bool:
    for other in others:
        if first is not None and other is not None and type(first) is not type(other):
            raise InvalidTemplateError("error calling eq: incompatible types for comparison")
    return first in others


def _join(parts: Any, separator: str) -> str:
    found = sorted(parts.values()) if isinstance(parts, dict) else parts
    return separator.join(printed(part) for part in found)


def _title(text: str) -> str:
    return re.sub(r"(^|[^\w'])(\w)", lambda found: found[1] + found[2].upper(), text)


def _pad(text: str, before: int, after: int) -> str:
    if max(before, after) > WIDEST:
        raise InvalidTemplateError(f"pad adds at most {WIDEST} blanks")
    return " " * before + text + " " * after if text else text


def _print(*parts: Any) -> str:
    """Join with a blank where neither side is a text (fmt.Sprint)."""
    joined = ""
    for position, part in enumerate(parts):
        apart = position and not isinstance(part, str) and not isinstance(parts[position - 1], str)
        joined += (" " if apart else "") + printed(part)
    return joined


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "eq": _equal,
    "html": lambda text: html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
    "ge": lambda first, second: first >= second,
    "gt": lambda first, second: first > second,
    "index": _index,
    "join": _join,
    "json": _json,
    "le": lambda first, second: first <= second,
    "len": _length,
    "lower": lambda text: text.lower(),
    "lt": lambda first, second: first < second,
    "ne": lambda first, second: not _equal(first, second),
    "not": lambda value: not truth(value),
    "pad": _pad,
    "print": _print,
    "printf": printf,
    "println": lambda *parts: " ".join(printed(part) for part in parts) + "\n",
    "slice": _slice,
    "split": lambda text, separator: text.split(separator),
    "title": _title,
    "truncate": lambda text, length: text[:length],
    "upper": lambda text: text.upper(),
    "urlquery": quote_plus,
}
# Over a header these leave the title of the column as it is (docker/cli templates).
_HEADER = {
    name: lambda text, *_: text
    for name in ("json", "split", "join", "title", "lower", "upper", "truncate")
}


def table(*, header: bool) -> Functions:
    """Return the functions; those of a header leave its titles as they are."""
    return Functions(_FUNCTIONS | _HEADER if header else _FUNCTIONS)
