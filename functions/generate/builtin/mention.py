"""Which object a question speaks of, among all its other words."""

import re

from contracts.errors import Code, RefusedError
from functions.generate.builtin.answers import unknown
from functions.generate.builtin.index import WORD, Kind
from functions.generate.builtin.objects import resolve
from functions.generate.builtin.phrase import COUNTS, EVERY, GENERIC, GROUPS, ORDINALS, STATES
from functions.generate.builtin.scope import Scope, Things
from functions.generate.builtin.vocabulary import COMMON, words

_ON_PORT = re.compile(
    r"\b(?:the|that|whatever|this) (?:container|one|service|app|thing|server|site"
    r"|process)?\s*(?:that |which )?"
    r"(?:(?:is|runs?|running|listens?|listening|published|exposed|sits?|sitting) )*(?:on|at"
    r"|behind|with|uses?|using"
    r"|has|publishing|publishes)(?: (?:the )?(?:host )?port)? (?P<n>\d{2,5})\b",
    re.IGNORECASE,
)
_NUMBERED = words("number no nr version replica instance")
_NAMELIKE = re.compile(r".[-_./:\d]|\d")
_NOUNS = frozenset(GENERIC) | GROUPS
_KEPT = frozenset().union(STATES, EVERY, _NOUNS, COUNTS, ORDINALS, (f"{each}s" for each in _NOUNS))
"""Words that say how many or in what state, and names of kinds: they stay where they are."""
_ARTICLES = words("the a an")
_SAYS_OF = words(
    "is are was were be been being keeps keep kept not still currently got gets so too"
)
_INFLECTED = re.compile(r"[a-z]{2,}(?:ing|ed)|[a-z]{3,}ly")
"""What a question says of things after these words: `is burning`, `got overloaded`."""


def chunks_of(text: str, scope: Scope, kind: Kind = "container") -> list[str]:
    """Return the runs of words that may name something; ordinary words part them."""
    chunks: list[list[str]] = [[]]
    said = text.split()
    for before, marked in zip(("", *said), said, strict=False):
        word = marked.removeprefix("@")
        low = word.lower()
        if (
            before.lower() in _SAYS_OF
            and _INFLECTED.fullmatch(low)
            and not scope.index.is_word(low)
        ):
            chunks.append([])
        elif low in _NUMBERED and chunks[-1]:
            chunks[-1].append(word)
        elif low in {"and", "&"}:
            chunks[-1] += ["and"] if chunks[-1] else []
        elif low in _KEPT or _may_name(word, scope, kind, protected=word != marked):
            chunks[-1].append(word)
        elif low not in _ARTICLES:
            chunks.append([])
    trimmed = (" ".join(chunk).removesuffix(" and") for chunk in chunks)
    return [chunk for chunk in trimmed if chunk]


def _may_name(word: str, scope: Scope, kind: Kind, *, protected: bool) -> bool:
    """Tell whether a word may name something: an unknown one, or a common one that a name has."""
    low = word.lower()
    if low in {",", "."}:
        return False
    if protected or low in scope.quoted:
        return True
    if low not in COMMON:
        return len(low) > 1 or low.isdigit() or scope.is_name(kind)(word)
    if low in _FUNCTION:
        return False
    return any(level <= WORD for level in scope.index.shelf(kind).words.get(low, {}).values())


_FUNCTION = words(
    """
    run runs a about after again all an and any are as at be before by can did do does for from
    get give has have how i in into is it its let list look me my now of on or our please see
    show so still tell than that the their them then there these they this those to up us use
    used using was we were what when where which who why will with would you your check running
    stopped one not no go going just like make new want if but out off over only also more most
    much many
    """
)


def mentioned(
    text: str, scope: Scope, kind: Kind = "container", *, group: bool = False
) -> Things | None:
    """Return what is spoken of; None where nothing is named.

    Raises RefusedError as `resolve` does: AMBIGUOUS, or UNKNOWN_OBJECT for a name that is none.
    """
    if kind == "container" and (match := _ON_PORT.search(text)):
        return resolve(f"the container on port {match.group('n')}", scope)
    chunks = chunks_of(text, scope, kind)
    named = [chunk for chunk in chunks if _says_something(chunk)]
    if not named:
        return None
    try:
        return resolve(" ".join(chunks), scope, kind, group=group)
    except RefusedError as refused:
        if refused.error.code is not Code.UNKNOWN_OBJECT:
            raise
        first = refused
    exact = {
        thing
        for word in " ".join(named).split()
        for thing in (
            scope.index.shelf(kind).things[p] for p in scope.index.shelf(kind).named(word)
        )
    }
    if len(exact) == 1:
        return tuple(exact)
    found = [_of_chunk(chunk, scope, kind, group=group) for chunk in named]
    for things in found:
        if things:
            return things
    raise first


def _of_chunk(chunk: str, scope: Scope, kind: Kind, *, group: bool) -> Things | None:
    """Return what one run of words means; None for words that are no name's."""
    for said in dict.fromkeys((chunk, _without_states(chunk))):
        if not _says_something(said):
            continue
        try:
            return resolve(said, scope, kind, group=group)
        except RefusedError as refused:
            if refused.error.code is not Code.UNKNOWN_OBJECT:
                raise
    if any(_NAMELIKE.search(word) for word in chunk.split()):
        raise unknown(chunk, kind)
    return None


def _without_states(chunk: str) -> str:
    return " ".join(word for word in chunk.split() if word.lower() not in STATES)


def _says_something(chunk: str) -> bool:
    return any(word.lower() not in _KEPT and word != "and" for word in chunk.split())


def names_something(text: str, scope: Scope, kind: Kind = "container") -> bool:
    """Tell whether any word may name an object."""
    return any(_says_something(chunk) for chunk in chunks_of(text, scope, kind))
