"""From a noun phrase to the objects that it means: one clear winner, a group, or a question."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from contracts.errors import Code, RefusedError
from contracts.world import Container
from functions.generate.builtin.index import (
    GUESS,
    HINT,
    NAME,
    SERVICE,
    WORD,
    Index,
    Kind,
    Shelf,
    Thing,
    singular,
    squash,
)
from functions.generate.builtin.phrase import STATES, Phrase, read_phrase
from functions.generate.builtin.roles import ROLES
from functions.generate.builtin.typos import distance

OPTIONS = 12
"""Objects named in one question."""

_EXCEPT = re.compile(
    r"(?:^|\s+|,\s*)(?:except(?: for)?|but not|but keep|but|excluding|apart from|aside from|other than|"
    r"without|besides|save for|minus|and keep|keeping|keep|leaving out|leave)\s+",
    re.IGNORECASE,
)
_ALSO = re.compile(r"\s*(?:,\s*(?:and\s+|plus\s+)?|\s+(?:and|&|plus|as well as|and also)\s+)", re.I)
_HERE = re.compile(
    r"\s(?:on|of|in|from)\s+(?:the|this|that|our|my)\s+(?:docker\s+)?(?:host|machine|box|node|system|engine)\b",
    re.IGNORECASE,
)
_OF_IMAGE = re.compile(
    r"\s+(?:that\s+|which\s+)?(?:(?:is|are)\s+)?(?:use|uses|using|utili[sz]ing|utili[sz]es?|with|runs?|running|from|based\s+on|built\s+(?:on|from)|made\s+from|created\s+from|of|on)\s+"
    r"(?:(?:the|an?)\s+)?(?:image\s+(?:named\s+|called\s+)?(?P<a>\S+)|(?P<b>\S+(?:\s+\S+)?)\s+image)\s*$",
    re.IGNORECASE,
)
_HEX = re.compile(r"[0-9a-f]{4,64}")
_ROLE_WORDS = frozenset(word for words in ROLES.values() for word in words)
_NAMELIKE = re.compile(r"\d|[-_./:]")


Things = tuple[Thing, ...]
Fit = Callable[[Container], bool]


@dataclass(slots=True)
class Scope:
    """Where phrases find their objects: the index, what was spoken of last, the target field."""

    index: Index
    quoted: frozenset[str] = frozenset()
    target: tuple[Thing, ...] = ()
    last: tuple[Thing, ...] = ()
    made: dict[str, Thing] = field(default_factory=dict)

    def is_name(self, kind: Kind) -> Callable[[str], bool]:
        """Return whether a word is a name whatever else it may mean."""
        shelf = self.index.shelf(kind)

        def known(word: str) -> bool:
            return word.lower() in self.quoted or bool(shelf.named(word))

        return known


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
    text = _HERE.sub(" ", text)
    if text.strip(" ,.").lower() in {"all", "everything", "any"} and scope.is_name(kind)(
        text.strip(" ,.")
    ):
        raise ambiguous(text, scope.index.shelf(kind).things)
    base, *others = _EXCEPT.split(text, maxsplit=1)
    if others and base.strip():
        everything = _resolve_list(base, scope, kind, group=True, fit=fit)
        inside = replace_last(scope, everything)
        kept = set(_resolve_list(others[0], inside, kind, group=True))
        if not kept <= set(everything):
            raise unknown(others[0], scope, kind)
        return tuple(thing for thing in everything if thing not in kept)
    return _resolve_list(text, scope, kind, group=group, fit=fit)


def replace_last(scope: Scope, things: Things) -> Scope:
    """Return the scope in which only these things were spoken of, and count."""
    return Scope(
        index=scope.index, quoted=scope.quoted, target=things, last=scope.last, made=scope.made
    )


def _resolve_list(
    text: str, scope: Scope, kind: Kind, *, group: bool, fit: Fit | None = None
) -> Things:
    if kind == "container" and (match := _OF_IMAGE.search(text)):
        return _of_image(text[: match.start()], match, scope, fit)
    whole = read_phrase(text, scope.is_name(kind))
    parts = [part for part in _ALSO.split(text) if part and part.strip()]
    if len(parts) < 2:
        return _one_phrase(whole, scope, kind, group=group, fit=fit)
    found: dict[Thing, None] = {}
    for position, part in enumerate(parts):
        phrase = read_phrase(part, scope.is_name(kind))
        if position and phrase.words and all(word.isdigit() for word in phrase.words):
            # "job 4811 and 4812": the head noun carries over.
            head = [
                word
                for word in read_phrase(parts[0], scope.is_name(kind)).words
                if not word.isdigit()
            ]
            phrase = replace(phrase, words=(*head, *phrase.words))
        phrase = replace(
            phrase, count=None, many=phrase.many and (phrase.every or phrase.count is None)
        )
        found.update(dict.fromkeys(_one_phrase(phrase, scope, kind, group=group, fit=fit)))
    return tuple(found)


def _of_image(said: str, match: re.Match[str], scope: Scope, fit: Fit | None) -> Things:
    """Return the containers of an image: `all containers using the nginx image`."""
    phrase = read_phrase(said, scope.is_name("container"))
    wanted = (match.group("a") or match.group("b")).lower()
    found = [
        thing
        for thing in scope.index.containers.things
        if thing.container and _is_image(thing.container.image.lower(), wanted)
    ]
    if fit and phrase.many and not phrase.states:
        found = [thing for thing in found if thing.container and fit(thing.container)] or found
    tests = [STATES[state][1] for state in phrase.states]
    found = [thing for thing in found if thing.container and all(t(thing.container) for t in tests)]
    if phrase.words or not found:
        raise unknown(match.group(), scope, "image", (wanted,))
    if len(found) > 1 and not phrase.many:
        raise ambiguous(said + match.group(), found)
    return tuple(found)


def _is_image(image: str, wanted: str) -> bool:
    path, _, _ = image.partition("@")
    head, colon, tag = path.rpartition(":")
    repository = head if colon and "/" not in tag else path
    return squash(wanted) in {
        squash(each) for each in (path, repository, repository.rsplit("/", 1)[-1])
    }


def _one_phrase(
    phrase: Phrase, scope: Scope, kind: Kind, *, group: bool, fit: Fit | None
) -> Things:
    if kind == "container" and phrase.kinds - {"container"} and not phrase.words:
        raise unknown(phrase.text, scope, kind)
    if phrase.pronoun or phrase.empty and not phrase.every and not phrase.many:
        return _spoken_of(phrase, scope, kind, group=group)
    shelf = scope.index.shelf(kind)
    if phrase.vague and not phrase.every:
        phrase = _vague_that_is_a_word(phrase, shelf)
    ranked = _ranked(phrase, scope, shelf, kind)
    if not ranked:
        raise unknown(phrase.text, scope, kind, phrase.words or phrase.states)
    chosen = _chosen(phrase, ranked, shelf)
    if phrase.related and scope.last:
        chosen = _related(chosen, scope.last) or chosen
    if scope.target and len(chosen) > 1:
        aimed = [thing for thing in chosen if thing in scope.target]
        chosen = aimed or chosen
    if phrase.vague and not (
        phrase.every or len(chosen) == 1 and not set(phrase.vague) & _CHOOSING
    ):
        raise ambiguous(phrase.text, chosen)
    if phrase.count is not None and phrase.count != len(chosen):
        raise ambiguous(phrase.text, chosen)
    if len(chosen) > 1 and not (phrase.many or group):
        raise ambiguous(phrase.text, chosen)
    if fit and phrase.many and not phrase.states and phrase.count is None:
        fitting = [thing for thing in chosen if thing.container and fit(thing.container)]
        chosen = fitting or chosen
    return _one_host(phrase, tuple(chosen), several=phrase.many or group)


_CHOOSING = frozenset(
    "other another old older oldest new newer newest latest recent wrong bigger smaller last".split()
)


def _one_host(phrase: Phrase, chosen: Things, *, several: bool) -> Things:
    names: dict[str, set[str]] = {}
    for thing in chosen:
        names.setdefault(thing.name, set()).add(thing.host)
    if not several and any(len(hosts) > 1 for hosts in names.values()):
        raise ambiguous(phrase.text, chosen)
    return chosen


def _vague_that_is_a_word(phrase: Phrase, shelf: Shelf) -> Phrase:
    words = tuple(word for word in phrase.vague if shelf.words.get(word))
    if not words:
        return phrase
    vague = tuple(word for word in phrase.vague if word not in words)
    return replace(phrase, words=(*phrase.words, *words), vague=vague)


def _spoken_of(phrase: Phrase, scope: Scope, kind: Kind, *, group: bool) -> Things:
    for known in (scope.last, scope.target):
        things = tuple(thing for thing in known if thing.kind == kind)
        if things:
            if len(things) > 1 and phrase.text.strip().lower() in _SINGULAR:
                raise ambiguous(phrase.text, things)
            return things
    everything = scope.index.shelf(kind).things
    if len(everything) == 1 and not phrase.pronoun:
        return tuple(everything)
    if group and phrase.generic:
        return tuple(everything)
    raise ambiguous(phrase.text, everything)


_SINGULAR = frozenset({"it", "this", "that", "one", "this one", "that one", "him", "her"})


def _ranked(phrase: Phrase, scope: Scope, shelf: Shelf, kind: Kind) -> dict[int, int]:
    ranked = _by_words(phrase, shelf)
    if ranked is None:
        ranked = dict.fromkeys(range(len(shelf.things)), HINT)
    tests = [STATES[state][1] for state in phrase.states] if kind == "container" else []
    used = _used(scope.index, kind) if phrase.unused else frozenset()
    kept: dict[int, int] = {}
    for position, level in ranked.items():
        thing = shelf.things[position]
        container = thing.container
        if container is not None and not all(test(container) for test in tests):
            continue
        if container is not None and any(
            container.labels.get(key) != value for key, value in phrase.labels
        ):
            continue
        if phrase.unused and thing.name in used:
            continue
        kept[position] = level
    return kept


def _used(index: Index, kind: Kind) -> frozenset[str]:
    containers = [thing.container for thing in index.containers.things if thing.container]
    if kind == "volume":
        return frozenset(name for each in containers for name in each.volumes)
    if kind == "network":
        own = {"bridge", "host", "none"}
        return frozenset(own | {name for each in containers for name in each.networks})
    return frozenset(each.image for each in containers)


def _by_words(phrase: Phrase, shelf: Shelf) -> dict[int, int] | None:
    """Return what all the words fit, and how well; None where there are no words."""
    words = [word.lower() for word in phrase.words]
    if not words:
        generic = [word for word in phrase.generic if word not in {"container", "service"}]
        named = [p for word in generic for p in shelf.named(word)]
        return dict.fromkeys(named, NAME) if named else None
    exact = [p for word in phrase.words[:1] if len(words) == 1 for p in shelf.named(word)]
    if exact and not phrase.many:
        return dict.fromkeys(exact, NAME)
    joined = shelf.words.get(squash("".join(words)), {})
    whole = {p: level for p, level in joined.items() if level <= SERVICE}
    if whole and not phrase.many:
        return whole
    together = [shelf.look_up(word) or _less_sure(word, shelf) for word in _merged(words, shelf)]
    found = dict(together[0])
    for other in together[1:]:
        found = {p: max(level, other[p]) for p, level in found.items() if p in other}
    return found


def _merged(words: Sequence[str], shelf: Shelf) -> list[str]:
    """Return the words with neighbours joined that are one word of the shelf: `home assistant`."""
    merged: list[str] = []
    for word in words:
        if merged and not (shelf.look_up(merged[-1]) and shelf.look_up(word)):
            joined = squash(merged[-1] + word)
            if shelf.words.get(joined):
                merged[-1] = joined
                continue
        merged.append(word)
    return merged


def _less_sure(word: str, shelf: Shelf) -> dict[int, int]:
    """Return what a word may mean that is no word of the shelf: an id, a beginning, a typo."""
    found: dict[int, int] = {}
    if _HEX.fullmatch(word):
        found = {
            p: NAME
            for p, thing in enumerate(shelf.things)
            if thing.container is not None and thing.container.id.startswith(word)
        }
    if found := found or shelf.begins(word):
        return found
    for candidate in (word, singular(word)):
        for other in shelf.correct(candidate):
            for position, level in shelf.words[other].items():
                found[position] = min(found.get(position, 2 * GUESS), level + GUESS)
        if found:
            break
    return found


def _chosen(phrase: Phrase, ranked: dict[int, int], shelf: Shelf) -> list[Thing]:
    best = min(ranked.values())
    limit = best
    if phrase.many and best < GUESS:
        roles = all(singular(word.lower()) in _ROLE_WORDS for word in phrase.words)
        limit = HINT if roles or best == HINT else WORD
    elif not phrase.many and best in {SERVICE, WORD}:
        limit = best
    chosen = [shelf.things[p] for p, level in sorted(ranked.items()) if level <= limit]
    projects = {word.lower() for word in phrase.words}
    members = [
        thing
        for thing in chosen
        if thing.container is not None and (thing.container.project or "").lower() in projects
    ]
    if phrase.many and members and (phrase.group or phrase.every or len(phrase.words) > 1):
        return members
    return chosen


def _related(chosen: Iterable[Thing], last: Things) -> list[Thing]:
    """Return those that belong to what was spoken of: same project, or a name that begins alike."""
    projects = {thing.container.project for thing in last if thing.container} - {None}
    heads = {re.split(r"[-_.]", thing.name)[0] for thing in last}
    return [
        thing
        for thing in chosen
        if (thing.container and thing.container.project in projects)
        or re.split(r"[-_.]", thing.name)[0] in heads
    ]


def shown(things: Iterable[Thing]) -> tuple[str, ...]:
    """Return the names as options, with their host where one name is on several."""
    listed = list(things)
    hosts = {thing.host for thing in listed}
    if len(hosts) > 1:
        names = [thing.name for thing in listed]
        return tuple(
            f"{thing.name} on {thing.host}" if names.count(thing.name) > 1 else thing.name
            for thing in listed
        )
    return tuple(thing.name for thing in listed)


def ambiguous(text: str, things: Iterable[Thing]) -> RefusedError:
    """Return the question which of several is meant."""
    options = shown(things)
    text = text.strip(" ,.") or "that"
    question = f"Which one do you mean by {text!r}?"
    return RefusedError(
        Code.AMBIGUOUS,
        f"{text!r} fits {len(options)} objects." if options else f"{text!r} names no object.",
        "Say one of the options by its full name, or say 'all' where all are meant.",
        question=question,
        options=options[:OPTIONS],
    )


def unknown(text: str, scope: Scope, kind: Kind, words: Sequence[str] = ()) -> RefusedError:
    """Return that nothing is called so, with the nearest names."""
    shelf = scope.index.shelf(kind)
    text = text.strip(" ,.")
    return RefusedError(
        Code.UNKNOWN_OBJECT,
        f"No {kind} fits {text!r}.",
        "Use one of the names in the options, or list what exists first.",
        question=f"Which {kind} do you mean by {text!r}?",
        options=_nearest_names(words or (text,), shelf),
    )


def _nearest_names(words: Sequence[str], shelf: Shelf) -> tuple[str, ...]:
    scores: dict[str, float] = {}
    for word in (each.lower() for each in words):
        pieces = [piece for piece in re.split(r"[^a-z0-9]+", word) if piece]
        for position in {p for piece in pieces for p in shelf.look_up(piece)}:
            name = shelf.things[position].name
            scores[name] = scores.get(name, 0.0) + 1.0
        limit = max(2, len(word) // 3)
        for thing in shelf.things[:2000]:
            if abs(len(thing.name) - len(word)) <= limit:
                far = distance(word, thing.name.lower(), limit)
                if far <= limit:
                    scores[thing.name] = scores.get(thing.name, 0.0) + 2.0 - far / 10
    ranked = sorted(scores, key=lambda name: (-scores[name], name))
    return tuple(ranked[:OPTIONS])
