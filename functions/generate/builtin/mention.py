"""Which object a question speaks of, among all its other words."""

import re
from dataclasses import replace

from contracts.errors import Code, RefusedError
from functions.generate.builtin.index import WORD, Kind, Shelf
from functions.generate.builtin.objects import Scope, Things, resolve, unknown
from functions.generate.builtin.phrase import COUNTS, EVERY, GENERIC, GROUPS, ORDINALS, STATES
from functions.generate.builtin.vocabulary import COMMON

_NAMELIKE = re.compile(r".[-_./:\d]|\d")
_KEPT = (
    frozenset(STATES)
    | EVERY
    | frozenset(GENERIC)
    | GROUPS
    | frozenset(COUNTS)
    | frozenset(ORDINALS)
)
_PLURALS = frozenset(f"{word}s" for word in GENERIC) | frozenset(f"{word}s" for word in GROUPS)


def chunks_of(text: str, scope: Scope, kind: Kind = "container") -> list[str]:
    """Return the runs of words that may name something; ordinary words part them."""
    shelf = scope.index.shelf(kind)
    is_name = scope.is_name(kind)
    chunks: list[list[str]] = [[]]
    for token in text.split():
        word = token.lower()
        if word in {"and", "&"} and chunks[-1]:
            chunks[-1].append("and")
        elif word in _KEPT or word in _PLURALS:
            chunks[-1].append(token)
        elif word in {",", "."} or (word in COMMON and not _is_word(word, token, shelf, scope)):
            if word not in {"the", "a", "an"}:
                chunks.append([])
        elif len(word) > 1 or word.isdigit() or is_name(token):
            chunks[-1].append(token)
    return [_trimmed(chunk) for chunk in chunks if _trimmed(chunk)]


def _trimmed(chunk: list[str]) -> str:
    while chunk and chunk[-1] == "and":
        chunk.pop()
    return " ".join(chunk)


def _is_word(word: str, token: str, shelf: Shelf, scope: Scope) -> bool:
    if word in scope.quoted:
        return True
    if word in _FUNCTION:
        return False
    return any(level <= WORD for level in shelf.words.get(word, {}).values()) and token != "."


_FUNCTION = frozenset(
    """a about after again all an and any are as at be before by can did do does for from get give
    has have how i in into is it its let list look me my now of on or our please see show so still
    tell than that the their them then there these they this those to up us use used using was we
    were what when where which who why will with would you your check running stopped one not no
    go going just like make new want if but out off over only also more most much many""".split()
)


def mentioned(
    text: str, scope: Scope, kind: Kind = "container", *, group: bool = False
) -> Things | None:
    """Return what is spoken of; None where nothing is named.

    Raises RefusedError as `resolve` does: AMBIGUOUS, or UNKNOWN_OBJECT for a name that is none.
    """
    chunks = chunks_of(text, scope, kind)
    named = [chunk for chunk in chunks if _says_something(chunk)]
    if not named:
        return None
    try:
        return resolve(" ".join(chunks), scope, kind, group=group)
    except RefusedError as refused:
        if refused.error.code is not Code.UNKNOWN_OBJECT or _asks(refused):
            raise
        first = refused
    found: Things | None = None
    for chunk in named:
        for said in dict.fromkeys((chunk, _without_states(chunk))):
            if not _says_something(said):
                continue
            try:
                found = found or resolve(said, scope, kind, group=group)
                break
            except RefusedError as refused:
                if refused.error.code is not Code.UNKNOWN_OBJECT:
                    raise
        else:
            if any(_NAMELIKE.search(word) for word in chunk.split()):
                raise unknown(chunk, scope, kind)
    if found is None:
        raise first
    return found


def _asks(refused: RefusedError) -> bool:
    return refused.error.code is Code.AMBIGUOUS


def _without_states(chunk: str) -> str:
    return " ".join(word for word in chunk.split() if word.lower() not in STATES)


def _says_something(chunk: str) -> bool:
    return any(
        word.lower() not in _KEPT and word.lower() not in _PLURALS and word != "and"
        for word in chunk.split()
    )


def names_something(text: str, scope: Scope, kind: Kind = "container") -> bool:
    """Tell whether any word may name an object."""
    return any(_says_something(chunk) for chunk in chunks_of(text, scope, kind))


def within(scope: Scope, things: Things) -> Scope:
    """Return the scope in which these things were spoken of last."""
    return replace(scope, last=things)
