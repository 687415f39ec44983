"""From a noun phrase to the objects that it means: one clear winner, a group, or a question."""

import re
from dataclasses import replace
from types import MappingProxyType

from contracts.errors import Code, RefusedError
from functions.generate.builtin.answers import ambiguous, unknown
from functions.generate.builtin.doubts import part_of
from functions.generate.builtin.index import HINT, SERVICE, WORD, Kind, Shelf, Thing
from functions.generate.builtin.matching import chosen, ranked, related
from functions.generate.builtin.phrase import EVERY, Phrase
from functions.generate.builtin.relative import by_clause
from functions.generate.builtin.roles import SAME
from functions.generate.builtin.scope import Fit, Scope, Things
from functions.generate.builtin.vocabulary import COMMON, words

_EXCEPT = re.compile(
    r"(?:^|\s+|,\s*)(?:except(?: for)?|but not|but keep|but|excluding|apart from|aside from|minus"
    r"|other than|without|besides|save for|and keep|keeping|keep|leaving out|leave)\s+",
    re.IGNORECASE,
)
ALSO = re.compile(
    r"\s*(?:,\s*(?:and\s+|plus\s+)?|\s+(?:and|&|plus|as well as|and also)\s+)", re.IGNORECASE
)
"""What joins several objects."""
_HERE = re.compile(
    r"\s(?:on|of|in|from) (?:the|this|that|our|my) (?:docker )?"
    r"(?:host|machine|box|node|system|engine)\b",
    re.IGNORECASE,
)


def resolve(
    text: str,
    scope: Scope,
    kind: Kind = "container",
    *,
    group: bool = False,
    fit: Fit | None = None,
) -> Things:
    """Return the objects that a phrase means; `group` where several are welcome anyway.

    Of a group only those that `fit` (all, where none does): stopping the workers means the ones
    that run.

    Raises RefusedError: AMBIGUOUS with a question where it fits several and one is wanted,
    UNKNOWN_OBJECT with the nearest names where it fits none.
    """
    text = positively(_HERE.sub(" ", text))
    if kind == "container":
        _refuse_inside(text, scope)
    if (whole := part_of(text)) is not None or _OPEN.search(text):
        raise _unsettled(text if whole is None else whole, scope, kind)
    bare = text.strip(" ,.")
    if bare.lower() in EVERY and scope.is_name(kind)(bare):
        raise ambiguous(text, scope.index.shelf(kind).things)
    base, *others = _EXCEPT.split(text, maxsplit=1)
    if others and _NOT_WHICH.match(others[0]):
        raise _unsettled(others[0], scope, kind)
    if others and base.strip():
        everything = _resolve_list(base, scope, kind, group=True, fit=fit)
        inside = replace(scope, target=everything)
        kept = _left_alone(others[0], inside, scope, kind)
        joined = text[len(base) :].strip(" ,").lower()
        if not kept <= set(everything) and not joined.startswith(_KEEPING):
            raise unknown(others[0], kind)
        return tuple(thing for thing in everything if thing not in kept)
    return _resolve_list(text, scope, kind, group=group, fit=fit)


THE_REST = re.compile(
    r"(?:the |all |all the )?(?:others?|rest|remaining|everything else|everyone else)(?: ones?"
    r"| containers?| services?)?",
    re.IGNORECASE,
)
"""What is not spoken of: to leave it alone asks for nothing."""
_ALONE = re.compile(
    r"\s+(?:alone|untouched|as (?:it|they) (?:is|are)|as is|running|up|in place|out(?: of (?:it"
    r"|this))?"
    r"|be|where (?:it|they) (?:is|are)|on)$",
    re.IGNORECASE,
)
_NOT_IN = re.compile(
    r"\b(?:that|which|who)?\s*(?:(?:is|are|was|were)\s+)?not\s+(?:currently\s+|yet\s+)?"
    r"(?P<s>running|up|healthy|started|used|in use|needed by any container|paused)\b"
    r"|\b(?:that |which )?(?:no ?body|no one|no container|nothing) (?:uses?|needs?|mounts?)\b",
    re.IGNORECASE,
)
_POSITIVELY = MappingProxyType(
    {
        "running": "stopped",
        "up": "stopped",
        "started": "created",
        "healthy": "unhealthy",
        "used": "unused",
        "in use": "unused",
        "needed by any container": "unused",
        "paused": "running",
    }
)
_OPEN = re.compile(r"(?<![\w-])(?:or|not|never|nor|neither)(?![\w-])", re.IGNORECASE)
"""What leaves open which object is meant, in a phrase that should name it."""


_NOT_WHICH = re.compile(
    r"(?:one|an?|two|three|some|any|\d+|the (?:first|last|newest|oldest|best))\b(?! \w+-\d)",
    re.IGNORECASE,
)
"""`all but one worker` does not say which one."""
_INSIDE = re.compile(
    r"(?:the |a |an |my |all |every |some )*(?P<a>\S.*?) (?:on|in|inside"
    r"|within) (?:the )?(?P<b>\S+)[ ,.]*",
    re.IGNORECASE,
)


def _refuse_inside(text: str, scope: Scope) -> None:
    """Refuse what is inside of a container: `the movie on jellyfin` is not jellyfin."""
    match = _INSIDE.fullmatch(text)
    if match is None:
        return
    known = scope.index.containers.words.get(match.group("b").lower(), {})
    if min(known.values(), default=HINT) > SERVICE:
        return
    if scope.read(match.group("a")).words and match.group("b").lower() not in scope.index.projects:
        raise RefusedError(
            Code.UNSUPPORTED,
            f"{text.strip()!r} is inside of a container, and the gateway works on containers.",
            "Name the container itself, or ask to run one plain command in it.",
        )


def positively(text: str) -> str:
    """Return `not running` as `stopped`, `that no container uses` as `unused`."""
    return _NOT_IN.sub(_positively, text)


def _positively(match: re.Match[str]) -> str:
    return " " + _POSITIVELY[(match.group("s") or "used").lower()]


def _unsettled(text: str, scope: Scope, kind: Kind) -> RefusedError:
    """Return the question which one of `this or that` is meant."""
    found: dict[Thing, None] = {}
    for part in _OPEN.split(text):
        try:
            found.update(dict.fromkeys(_resolve_list(part, scope, kind, group=True)))
        except RefusedError:
            continue
    return ambiguous(text, found or scope.index.shelf(kind).things)


def _left_alone(said: str, inside: Scope, scope: Scope, kind: Kind) -> set[Thing]:
    """Return what is to be left as it is: `but leave web running`."""
    whole = re.sub(_ALONE, "", said).strip(" ,.")
    if THE_REST.fullmatch(whole):
        return set()
    try:
        return set(_resolve_list(said, inside, kind, group=True))
    except RefusedError:
        return set(_resolve_list(whole, scope, kind, group=True))


_KEEPING = ("but keep", "and keep", "keep", "but leave", "leave")


def _resolve_list(
    text: str, scope: Scope, kind: Kind, *, group: bool, fit: Fit | None = None
) -> Things:
    if kind == "container":

        def look(said: str, kind: Kind) -> Things:
            return _resolve_list(said, scope, kind, group=True, fit=fit)

        if (found := by_clause(text, scope, fit, look)) is not None:
            return found
    parts = [part for part in ALSO.split(text) if part and part.strip()]
    if len(parts) <= 1:
        return _one_phrase(scope.read(text, kind), scope, kind, group=group, fit=fit)
    if same := _apposed(text, parts, scope, kind):
        return same
    listed: dict[Thing, None] = {}
    for position, part in enumerate(parts):
        phrase = scope.read(part, kind)
        if position and phrase.words and all(word.isdigit() for word in phrase.words):
            # "job 4811 and 4812": the head noun carries over.
            head = [word for word in scope.read(parts[0], kind).words if not word.isdigit()]
            phrase = replace(phrase, words=(*head, *phrase.words))
        phrase = replace(
            phrase, count=None, many=phrase.many and (phrase.every or phrase.count is None)
        )
        things = _one_phrase(phrase, scope, kind, group=group, fit=fit)
        if not listed.keys().isdisjoint(things) and not (phrase.many or group):
            raise ambiguous(text, things)
        listed.update(dict.fromkeys(things))
    return tuple(listed)


def _apposed(text: str, parts: list[str], scope: Scope, kind: Kind) -> Things:
    """Return the one that is named twice: `the ingress, edge-proxy`."""
    first, last = parts[0], parts[-1].strip(" ,.")
    named = scope.index.shelf(kind).named(last)
    joined = re.search(r"\b(?:and|plus|as well as)\b|&", text, re.IGNORECASE)
    if joined or len(parts) > 2 or len(named) != 1:  # noqa: PLR2004 - said twice
        return ()
    phrase = scope.read(first, kind)
    fits = ranked(phrase, scope.index, kind) if phrase.words and not phrase.many else {}
    return (scope.index.shelf(kind).things[named[0]],) if named[0] in fits else ()


def _one_phrase(
    phrase: Phrase, scope: Scope, kind: Kind, *, group: bool, fit: Fit | None
) -> Things:
    if kind == "container" and (others := phrase.kinds - {"container"}):
        if not phrase.words:
            raise unknown(phrase.text, kind)
        # "the image registry": a kind that is not wanted must fit like any other word.
        phrase = replace(phrase, words=(*sorted(others), *phrase.words))
    if phrase.pronoun or (phrase.empty and not phrase.every):
        return _spoken_of(phrase, scope, kind, group=group)
    shelf = scope.index.shelf(kind)
    if phrase.vague and not phrase.every:
        if not (phrase.words or phrase.states or phrase.labels):
            raise ambiguous(phrase.text, shelf.things)
        phrase = _vague_that_is_a_word(phrase, shelf)
    things = _of_context(phrase, _fitting(phrase, scope, kind), scope, kind)
    if not group and kind == "container" and (bearing := _by_label(phrase, things, scope)):
        raise ambiguous(phrase.text, bearing)
    if _is_open(phrase, things, group=group):
        raise ambiguous(phrase.text, things)
    if fit and phrase.many and not phrase.states and phrase.count is None:
        things = [each for each in things if each.container and fit(each.container)] or things
    return tuple(things)


_BINDING = words(
    """
    after before first last until till unless if when while instead or not never without only
    then than once whenever since except no both two three
    page pages site sites website data file files content contents table tables records traffic
    requests messages logs log orders connections sessions users user entries items cookies config
    configs queries jobs rows schema password passwords account accounts port ports memory cpu
    """
)
"""Words that are never passed over: they may say that something else is meant."""


def _fitting(phrase: Phrase, scope: Scope, kind: Kind) -> list[Thing]:
    """Return what fits a phrase best; words that say something of it need not fit.

    Raises RefusedError with UNKNOWN_OBJECT where nothing fits.
    """
    fits = ranked(phrase, scope.index, kind)
    if not fits and not _BINDING.isdisjoint(word.lower() for word in phrase.words):
        raise unknown(phrase.text, kind, phrase.words)
    if not fits and (naming := tuple(w for w in phrase.words if _may_name(w, scope))):
        fits = ranked(replace(phrase, words=naming), scope.index, kind)
    if not fits:
        raise unknown(phrase.text, kind, phrase.words or phrase.states)
    return chosen(phrase, fits, scope.index.shelf(kind))


def _of_context(phrase: Phrase, things: list[Thing], scope: Scope, kind: Kind) -> list[Thing]:
    """Return those that belong to what was spoken of: `its volume`, or to the target field."""
    if scope.last and not phrase.words and (phrase.states or phrase.unused) and not phrase.kinds:
        things = [thing for thing in things if thing in scope.last] or things
    if phrase.words and all(word.isdigit() for word in phrase.words) and len(things) > 1:
        things = [thing for thing in things if thing in scope.last] or things
    if phrase.related and scope.last:
        things = related(things, scope.last) or things
    elif phrase.related and scope.told:
        things = [each for each in things if any(word in each.name for word in scope.told)]
        if not things:
            raise unknown(phrase.text, kind, scope.told)
    if scope.target and len(things) > 1:
        things = [thing for thing in things if thing in scope.target] or things
    return things


def _by_label(phrase: Phrase, things: list[Thing], scope: Scope) -> list[Thing]:
    """Return what bears a word as a label's value, where it is part of one name too: `prod`."""
    if len(phrase.words) != 1 or phrase.labels:
        return []
    word = phrase.words[0].lower()
    means = {word, *SAME.get(word, ())}
    known = scope.index.containers.words
    if min((min(known[each].values()) for each in means if each in known), default=HINT) != WORD:
        return []
    bearing = [
        thing
        for thing in scope.index.containers.things
        if thing.container
        and any(
            value.lower() in means and not key.startswith("com.docker.")
            for key, value in thing.container.labels.items()
        )
    ]
    return bearing if len(bearing) > 1 and not set(bearing) <= set(things) else []


def _may_name(word: str, scope: Scope) -> bool:
    """Tell whether a word says which object is meant, rather than something about it."""
    return word.lower() not in COMMON or scope.index.is_word(word.lower())


def _is_open(phrase: Phrase, things: list[Thing], *, group: bool) -> bool:
    """Tell whether it is not settled which ones are meant."""
    if phrase.vague and not phrase.every:
        numbered = any(character.isdigit() for character in "".join(phrase.words))
        return len(things) > 1 or (bool(set(phrase.vague) & _CHOOSING) and not numbered)
    if phrase.count is not None:
        return phrase.count != len(things)
    if _OF_COMPOSE.search(phrase.text) and len({_service(thing) for thing in things}) == 1:
        return False
    return len(things) > 1 and not (phrase.many or group)


_OF_COMPOSE = re.compile(r"\bcompose service\b", re.IGNORECASE)


def _service(thing: Thing) -> tuple[str | None, str | None]:
    container = thing.container
    return (container.project, container.service) if container else (None, None)


_CHOOSING = words(
    "other another old older oldest new newer newest latest recent wrong bigger smaller last"
)


def _vague_that_is_a_word(phrase: Phrase, shelf: Shelf) -> Phrase:
    known = tuple(word for word in phrase.vague if shelf.words.get(word))
    vague = tuple(word for word in phrase.vague if word not in known)
    return replace(phrase, words=(*phrase.words, *known), vague=vague)


def _spoken_of(phrase: Phrase, scope: Scope, kind: Kind, *, group: bool) -> Things:
    for known in (scope.last, scope.before, scope.target):
        things = tuple(thing for thing in known if thing.kind == kind)
        if things:
            if len(things) > 1 and phrase.text.strip().lower() in _SINGULAR:
                raise ambiguous(phrase.text, things)
            return things
    everything = scope.index.shelf(kind).things
    if len(everything) == 1 and not phrase.pronoun:
        return tuple(everything)
    if group and phrase.generic and not phrase.group:
        return tuple(everything)
    raise ambiguous(phrase.text, everything)


_SINGULAR = frozenset({"it", "this", "that", "one", "this one", "that one", "him", "her"})
