"""A JSON document as YAML: blocks for objects and lists, JSON for every text and number."""

import json
import re
from collections.abc import Iterator
from typing import Any

# What YAML 1.1 and 1.2 both read as the text that it is.
_PLAIN = re.compile(r"[A-Za-z$][A-Za-z0-9_.$-]*")
_NOT_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def yaml(document: dict[str, Any]) -> str:
    """Return a document of objects, lists, texts, numbers and null as YAML."""
    return "".join(f"{line}\n" for line in _lines(document))


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from _entry(f"{_scalar(name)}:", each)
    else:
        for each in value:
            lines = list(_lines(each)) if _nested(each) else [_scalar(each)]
            yield f"- {lines[0]}"
            yield from (f"  {line}" if line else "" for line in lines[1:])


def _entry(name: str, value: Any) -> Iterator[str]:
    if _nested(value):
        yield name
        yield from (f"  {line}" if line else "" for line in _lines(value))
    elif isinstance(value, str) and _reads_as_a_block(value):
        yield f"{name} |" if value.endswith("\n") else f"{name} |-"
        lines = value.removesuffix("\n").split("\n")
        yield from (f"  {line}" if line else "" for line in lines)
    else:
        yield f"{name} {_scalar(value)}"


def _reads_as_a_block(text: str) -> bool:
    """Say whether a text is of several plain lines, of which none could be taken for markup."""
    lines = text.removesuffix("\n").split("\n")
    framed = not lines[0].startswith(" ") and lines[0] != "" and lines[-1].strip() != ""
    return len(lines) > 1 and framed and all(each.isprintable() for each in lines)


def _nested(value: Any) -> bool:
    return isinstance(value, dict | list) and bool(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    return json.dumps(value, ensure_ascii=False)
