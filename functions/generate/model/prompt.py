"""The messages that a model is sent, and the digest by which the history knows them."""

import hashlib
from functools import cache
from importlib.resources import files

from contracts.events import CommandRequested
from functions.generate.model.excerpt import Excerpt, quoted

_CONTEXT = 8000
_DIGEST = 16


@cache
def system() -> str:
    """Return the instructions."""
    return (files(__package__) / "prompts" / "system.md").read_text()


@cache
def digest() -> str:
    """Return the start of the SHA-256 of the instructions: which prompt an answer came from."""
    return hashlib.sha256(system().encode()).hexdigest()[:_DIGEST]


def messages(event: CommandRequested, shown: Excerpt) -> list[dict[str, str]]:
    """Return what is sent: instructions, the world as data, the caller's context, the request."""
    made = [_of("system", system()), _of("user", f"INVENTORY (data)\n{shown.text}")]
    if event.context is not None:
        made.append(_of("user", f"CONTEXT (data)\n{quoted(event.context)[:_CONTEXT]}"))
    request = {"request": event.words, "target": event.target, "host": event.host}
    asked = {key: value for key, value in request.items() if value is not None}
    made.append(_of("user", f"REQUEST\n{quoted(asked)}"))
    return made


def repair(said: str, faults: str) -> list[dict[str, str]]:
    """Return what is added when an answer cannot be used."""
    asked = f"That answer cannot be used:\n{faults}\nAnswer again, in the same form, without these."
    return [_of("assistant", said[:_CONTEXT]), _of("user", asked)]


def _of(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}
