"""The functions that a `--format` template may call, and how Go prints a value."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from runtime.adapters.docker.text import gojson, human, values

_WIDEST = 1000


class InvalidTemplateError(Exception):
    """The template is wrong, whatever the object; `hint` says what would be right."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


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


def kind(value: Any) -> str:
    """Return the name of a value's type in Go's words."""
    if isinstance(value, bool):
        return "bool"
    names = {str: "string", int: "int", float: "float64", list: "[]interface {}"}
    return names.get(type(value), "interface {}")


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


def printed(value: Any) -> str:  # noqa: PLR0911 - one line per kind of value
    """Return a value as Go prints it (fmt's %v)."""
    if isinstance(value, values.Missing):
        return "<no value>"
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{' '.join(printed(item) for item in value)}]"
    if isinstance(value, values.GoMap):
        pairs = (f"{key}:{printed(item)}" for key, item in sorted(value.items()))
        return f"map[{' '.join(pairs)}]"
    if isinstance(value, dict):
        return _struct(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _struct(value: dict[str, Any]) -> str:
    if value and list(value) != ["HostIp", "HostPort"]:
        raise InvalidTemplateError(
            "a whole object has no text of its own", "Write {{json .X}}, or name its fields."
        )
    return f"{{{' '.join(printed(item) for item in value.values())}}}"


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
        if not 0 <= key < len(value):
            raise IndexError(f"error calling index: index out of range: {key}")
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
    return any(first == other for other in others)


def _join(parts: Any, separator: str) -> str:
    found = sorted(parts.values()) if isinstance(parts, dict) else parts
    return separator.join(printed(part) for part in found)


def _title(text: str) -> str:
    return re.sub(r"(^|[^\w'])(\w)", lambda found: found[1] + found[2].upper(), text)


def _pad(text: str, before: int, after: int) -> str:
    if max(before, after) > _WIDEST:
        raise InvalidTemplateError(f"pad adds at most {_WIDEST} blanks")
    return " " * before + text + " " * after if text else text


def _print(*parts: Any) -> str:
    """Join with a blank where neither side is a text (fmt.Sprint)."""
    joined = ""
    for position, part in enumerate(parts):
        apart = position and not isinstance(part, str) and not isinstance(parts[position - 1], str)
        joined += (" " if apart else "") + printed(part)
    return joined


_VERB = re.compile(r"%(?P<flags>[-+# 0]*)(?P<width>\d*)(?P<digits>\.\d+)?(?P<verb>[a-zA-Z%])")


def _printf(form: str, *arguments: Any) -> str:
    remaining = list(arguments)

    def one(match: re.Match[str]) -> str:
        if match["verb"] == "%":
            return "%"
        if not remaining:
            return f"%!{match['verb']}(MISSING)"
        if max(int(match["width"] or 0), int((match["digits"] or ".0")[1:])) > _WIDEST:
            raise InvalidTemplateError(f"printf pads to at most {_WIDEST} characters")
        value, flags = remaining.pop(0), match["flags"] + match["width"]
        if match["verb"] in "dxXofeg":
            return str(f"%{flags}{match['digits'] or ''}{match['verb']}" % value)
        text = human.quote(value) if match["verb"] == "q" else printed(value)
        return f"%{flags.replace('0', '', 1) if flags[:1] == '0' else flags}s" % text

    return _VERB.sub(one, form)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "eq": _equal,
    "ge": lambda first, second: first >= second,
    "gt": lambda first, second: first > second,
    "index": _index,
    "join": _join,
    "json": _json,
    "le": lambda first, second: first <= second,
    "len": _length,
    "lower": lambda text: text.lower(),
    "lt": lambda first, second: first < second,
    "ne": lambda first, second: first != second,
    "not": lambda value: not truth(value),
    "pad": _pad,
    "print": _print,
    "printf": _printf,
    "println": lambda *parts: " ".join(printed(part) for part in parts) + "\n",
    "slice": _slice,
    "split": lambda text, separator: text.split(separator),
    "title": _title,
    "truncate": lambda text, length: text[:length],
    "upper": lambda text: text.upper(),
}
# Over a header these leave the title of the column as it is (docker/cli templates).
_HEADER = {
    name: lambda text, *_: text
    for name in ("json", "split", "join", "title", "lower", "upper", "truncate")
}


def table(*, header: bool) -> Functions:
    """Return the functions; those of a header leave its titles as they are."""
    return Functions(_FUNCTIONS | _HEADER if header else _FUNCTIONS)
