"""JSON as Go's encoding/json writes it."""

import json
from typing import Any

_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
_SEPARATORS = {"\u2028": "\\u2028", "\u2029": "\\u2029"}


def compact(value: Any) -> str:
    """Return the value on one line, with the characters of HTML as they are."""
    return _separated(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def escaped(value: Any) -> str:
    """Return the value on one line, with the characters of HTML escaped (Go's default)."""
    return _replaced(compact(value), _HTML)


def indented(value: Any) -> str:
    """Return the value indented by four blanks, as `docker inspect` prints it."""
    return _separated(json.dumps(value, ensure_ascii=False, indent=4))


def _separated(text: str) -> str:
    return _replaced(text, _SEPARATORS)


def _replaced(text: str, table: dict[str, str]) -> str:
    for character, escape in table.items():
        text = text.replace(character, escape)
    return text
