"""Secrets in data: in its texts, and under the names that say so."""

import re
from typing import TYPE_CHECKING

from pydantic import JsonValue

from contracts.docker.outcome import REDACTED
from runtime.secrets.names import is_given

if TYPE_CHECKING:
    from runtime.secrets.detect import Detectors

# An archive: bytes in base64, which are not searched. Nothing shorter is taken for one.
_ARCHIVE = re.compile(r"[A-Za-z0-9+/\r\n]*={0,2}\s*")
_SHORTEST_ARCHIVE = 1024


def redacted(known: "Detectors", value: JsonValue, name: str = "") -> JsonValue:
    """Return the value with its secrets left out; the same object where it has none.

    Bytes in base64 (an archive of `docker cp` or `docker save`) are not searched.
    """
    if isinstance(value, str):
        return _text(known, value, name)
    if isinstance(value, dict):
        named = _named(value)
        made = {
            known.redact(key): redacted(known, inner, named.get(key, key))
            for key, inner in value.items()
        }
        same = all(key in made and made[key] is inner for key, inner in value.items())
        return value if same else made
    if isinstance(value, list):
        items = [redacted(known, inner) for inner in value]
        same = all(made is inner for made, inner in zip(items, value, strict=True))
        return value if same else items
    return value


def _named(value: dict[str, JsonValue]) -> dict[str, str]:
    """Return what the `value` beside a `name` or a `key` is called."""
    for called, given in (("name", "value"), ("key", "value"), ("Name", "Value"), ("Key", "Value")):
        name = value.get(called)
        if isinstance(name, str) and given in value:
            return {given: name}
    return {}


def _text(known: "Detectors", text: str, name: str) -> str:
    if name and is_given(name, text):
        return REDACTED
    if len(text) >= _SHORTEST_ARCHIVE and _ARCHIVE.fullmatch(text):
        return text
    return known.redact(text)
