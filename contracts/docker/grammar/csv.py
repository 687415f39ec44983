"""One line of comma-separated values, as Go's encoding/csv reads it."""

import re
from collections.abc import Iterable

FIELD = re.compile(r'"((?:[^"]|"")*)"|([^",]*)')


def read_csv(text: str) -> list[str]:
    """Return the fields of a line. Raises ValueError for an open or a stray quote."""
    if not text or "\n" in text:
        raise ValueError("it must not be empty" if not text else "it must be one line")
    if '"' not in text:
        return text.split(",")
    fields, at = [], 0
    while True:
        found = FIELD.match(text, at)
        if found is None:  # pragma: no cover -- the second branch matches the empty text
            raise ValueError("it has a stray quote")
        quoted, plain = found.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        at = found.end()
        if at == len(text):
            return fields
        if text[at] != ",":
            raise ValueError("it has a stray quote")
        at += 1


def show_csv(fields: Iterable[str]) -> str:
    """Write fields as one line."""
    return ",".join(
        '"' + field.replace('"', '""') + '"' if {'"', ","} & set(field) or not field else field
        for field in fields
    )
