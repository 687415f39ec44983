"""The messages that a model is sent, and the digest by which the history knows them."""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from functions.generate.model.excerpt import Excerpt, quoted
from runtime import without_secrets

_CONTEXT = 8000
_DIGEST = 16
_LONGEST = 65_536


class Asked(Protocol):
    """What a model is asked: of a command, or of who wants to see the prompt alone."""

    @property
    def words(self) -> str | None:
        """What is wanted."""
        ...

    @property
    def target(self) -> str | None:
        """The name of what the words are about."""
        ...

    @property
    def host(self) -> str | None:
        """The only host that is meant."""
        ...

    @property
    def context(self) -> JsonValue:
        """What helps to understand the words."""
        ...


@cache
def system(path: Path | None = None) -> str:
    """Return the instructions: the gateway's own, or those of a file.

    Read once. Raises OSError; ValueError for what is no text, or none that a model could follow.
    """
    text = path.read_text() if path else (files(__package__) / "prompts" / "system.md").read_text()
    if not 0 < len(text.strip()) <= _LONGEST:
        raise ValueError(f"{path}: instructions have 1 to {_LONGEST} characters")
    return text


@cache
def digest(path: Path | None = None) -> str:
    """Return the start of the SHA-256 of the instructions: which prompt an answer came from."""
    return hashlib.sha256(system(path).encode()).hexdigest()[:_DIGEST]


def messages(asked: Asked, shown: Excerpt, path: Path | None = None) -> list[dict[str, str]]:
    """Return what is sent: instructions, the world as data, the caller's context, the request.

    Whoever makes a container may write a secret into its name or a label: it is left out.
    """
    made = [_of("system", system(path)), _data("INVENTORY (data)", shown.text)]
    if asked.context is not None:
        made.append(_data("CONTEXT (data)", quoted(asked.context)[:_CONTEXT]))
    named = {"request": asked.words, "target": asked.target, "host": asked.host}
    request = {key: value for key, value in named.items() if value is not None}
    made.append(_data("REQUEST", quoted(request)))
    return made


def repair(said: str, faults: str) -> list[dict[str, str]]:
    """Return what is added when an answer cannot be used."""
    asked = f"That answer cannot be used:\n{faults}\nAnswer again, in the same form, without these."
    return [_of("assistant", said[:_CONTEXT]), _of("user", asked)]


def _data(title: str, text: str) -> dict[str, str]:
    return _of("user", f"{title}\n{without_secrets(text)}")


def _of(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}
