"""What a caller must not send: a request with a secret in it is refused before it is stored."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import JsonValue

from contracts.docker.words import split
from contracts.errors import Code, RefusedError
from contracts.requests import Request
from runtime.secrets.names import is_given

if TYPE_CHECKING:
    from runtime.secrets.detect import Detectors

_UPLOAD = "upload"
_LINE = "command"
# Where these stand, what a line says is not what is written.
_QUOTES = "'\"\\"
_HINT = (
    "Send the request without it, and replace it where it is real: it has left its place. Names "
    "of variables are welcome, their values are not: let the container read the value from a file "
    "on a volume (`-e NAME_FILE=/run/secrets/name`, where the image supports it), or have its "
    "operator set it on the host."
)


def refuse_secrets(request: Request) -> None:
    """Refuse a request that carries a secret, in any field.

    `upload` is looked into: it stands in the history, which nobody can erase.

    Raises RefusedError (SECRET_IN_COMMAND): says which form was seen and where, and never what.
    """
    from runtime.secrets import detectors  # noqa: PLC0415 - loaded where they are used

    known = detectors()
    # What is as it is by default the caller did not write.
    given = request.model_dump(mode="json", exclude_defaults=True)
    if sent := given.pop(_UPLOAD, None):
        from runtime.secrets.uploads import texts  # noqa: PLC0415 - loaded where they are used

        given[_UPLOAD] = list(texts(sent))
    for field, value in given.items():
        for said in _seen(known, field, value):
            raise RefusedError(
                Code.SECRET_IN_COMMAND,
                f"The request carries {said} in `{field}`. Nothing of it was stored.",
                _HINT,
            )


def _seen(known: "Detectors", field: str, value: JsonValue) -> Iterator[str]:
    for name, text in _texts(value):
        if name and is_given(name, text):
            yield _said(name)
        for found in known.find(text, asked=True):
            yield _said(found.name)
        if field == _LINE and any(mark in text for mark in _QUOTES):
            for found in known.find("\n".join(_words(text)), asked=True):
                yield _said(found.name)


def _said(name: str) -> str:
    """Return what was seen. A name that holds a secret itself is not named: the form in it is."""
    if name.startswith(("a ", "an ")):
        return f"what looks like {name}"
    return f"a value for `{name}`"


def _words(line: str) -> list[str]:
    """Return the words of a line without their quotes; none of one that cannot be read."""
    try:
        return split(line)
    except RefusedError:
        return []


def _texts(value: JsonValue, name: str = "") -> Iterator[tuple[str, str]]:
    """Give every text within a value, and the name that it is given there."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield "", key
            yield from _texts(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, name)
