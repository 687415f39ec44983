"""What the topics have in common: taking words away, and finding what is spoken of."""

import re
from collections.abc import Callable

from contracts.errors import Code, RefusedError
from functions.generate.builtin.index import Kind
from functions.generate.builtin.mention import mentioned
from functions.generate.builtin.objects import resolve
from functions.generate.builtin.phrase import STATES
from functions.generate.builtin.scope import Scope, Things
from functions.generate.builtin.steps import Step
from functions.generate.builtin.vocabulary import words

_WHICH = words("all every each everything them they these those both two three") | frozenset(STATES)

Topic = Callable[[str, Scope], list[Step] | None]


def without(text: str, *patterns: re.Pattern[str]) -> str:
    """Return the text without what the patterns match."""
    for pattern in patterns:
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def spoken(text: str, scope: Scope, kind: Kind = "container") -> Things:
    """Return what is named, or else what was spoken of last."""
    things = mentioned(text, scope, kind)
    return things if things is not None else resolve(kind_words(text, kind), scope, kind)


def kind_words(text: str, kind: Kind) -> str:
    """Return the words that say how many, in what state and of which kind."""
    kept = (word for word in text.split() if word.lower() in {*_WHICH, kind, f"{kind}s"})
    return " ".join(kept)


def or_none(look: Callable[[], Things | None]) -> Things | None:
    """Return what is found; None where no object is called so."""
    try:
        return look()
    except RefusedError as refused:
        if refused.error.code is Code.UNKNOWN_OBJECT:
            return None
        raise
