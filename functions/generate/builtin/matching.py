"""Which objects all the words of a phrase fit, and how well."""

import re
from collections.abc import Iterable, Sequence

from functions.generate.builtin.index import (
    GUESS,
    HINT,
    NAME,
    NAME_OF_ANY,
    REFERENCE,
    SERVICE,
    WORD,
    Index,
    Kind,
    Shelf,
    Thing,
    singular,
    squash,
)
from functions.generate.builtin.phrase import STATES, Phrase
from functions.generate.builtin.roles import ROLE_WORDS

_HEX = re.compile(r"[0-9a-f]{4,64}")
_FIRST = re.compile(r"[-_.]")


def ranked(phrase: Phrase, index: Index, kind: Kind) -> dict[int, int]:
    """Return the positions of the things that a phrase fits, with how well; less is better."""
    shelf = index.shelf(kind)
    found = _by_words(phrase, shelf, index)
    if found is None:
        found = dict.fromkeys(range(len(shelf.things)), HINT)
    used = _used(index, kind) if phrase.unused and kind != "container" else frozenset[str]()
    return {
        position: level
        for position, level in found.items()
        if shelf.things[position].name not in used and _qualifies(phrase, shelf.things[position])
    }


def _qualifies(phrase: Phrase, thing: Thing) -> bool:
    """Tell whether a container is in the states and has the labels that were said."""
    container = thing.container
    if container is None:
        return True
    if phrase.unused and container.state not in {"exited", "created", "dead"}:
        return False
    return all(STATES[state][1](container) for state in phrase.states) and all(
        container.labels.get(key) == value for key, value in phrase.labels
    )


def _used(index: Index, kind: Kind) -> frozenset[str]:
    containers = [thing.container for thing in index.containers.things if thing.container]
    if kind == "volume":
        return frozenset(name for each in containers for name in each.volumes)
    if kind == "network":
        own = {"bridge", "host", "none"}
        return frozenset(own | {name for each in containers for name in each.networks})
    return frozenset(each.image for each in containers)


def _by_words(phrase: Phrase, shelf: Shelf, index: Index) -> dict[int, int] | None:
    """Return what all the words fit, and how well; None where there are no words."""
    words = [word.lower() for word in phrase.words]
    if not words:
        generic = [word for word in phrase.generic if word not in {"container", "service"}]
        named = [p for word in generic for p in shelf.named(word)]
        return dict.fromkeys(named, NAME) if named else None
    exact = [p for word in phrase.words[:1] if len(words) == 1 for p in shelf.named(word)]
    if exact and not phrase.many:
        return dict.fromkeys(exact, NAME)
    plain = all(map(NAME_OF_ANY.fullmatch, words))
    joined = shelf.words.get(squash("".join(words)), {}) if plain else {}
    whole = {p: level for p, level in joined.items() if level <= SERVICE}
    if whole and not phrase.many:
        return whole
    together = [
        shelf.look_up(word) or _less_sure(word, shelf, index) for word in _merged(words, shelf)
    ]
    fits = [p for p in together[0] if all(p in other for other in together[1:])]
    levels = {p: [other[p] for other in together] for p in fits}
    found = {p: max(each) for p, each in levels.items()}
    if phrase.many or not found or min(found.values()) < HINT:
        return found
    # Where all are known by hints, one that also bears one of the words in its name is meant.
    sums = {p: sum(levels[p]) for p in found}
    return {p: level for p, level in found.items() if sums[p] == min(sums.values())}


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


def _less_sure(word: str, shelf: Shelf, index: Index) -> dict[int, int]:
    """Return what a word may mean that is no word of the shelf: an id, a beginning, a typo."""
    found: dict[int, int] = {}
    if not REFERENCE.fullmatch(word):
        return found
    if _HEX.fullmatch(word):
        found = {
            p: NAME
            for p, thing in enumerate(shelf.things)
            if thing.container is not None and thing.container.id.startswith(word)
        }
    found = found or shelf.akin(word) or shelf.akin(singular(word))
    if found := found or shelf.begins(word):
        return found
    if index.is_word(word):
        # It is spelled right and means an object of another kind: `lidarr` is no `radarr`.
        return found
    for candidate in (word, singular(word)):
        for other in shelf.correct(candidate):
            for position, level in shelf.words[other].items():
                found[position] = min(found.get(position, 2 * GUESS), level + GUESS)
        if found:
            break
    return found


def chosen(phrase: Phrase, ranked: dict[int, int], shelf: Shelf) -> list[Thing]:
    best = min(ranked.values())
    limit = best
    if phrase.many and best < GUESS:
        roles = all(singular(word.lower()) in ROLE_WORDS for word in phrase.words)
        limit = HINT if roles or best == HINT else WORD
    fitting = [shelf.things[p] for p, level in sorted(ranked.items()) if level <= limit]
    projects = {word.lower() for word in phrase.words}
    members = [
        thing
        for thing in fitting
        if thing.container is not None and (thing.container.project or "").lower() in projects
    ]
    if phrase.many and members and (phrase.group or phrase.every or len(phrase.words) > 1):
        return members
    return fitting


def related(things: Iterable[Thing], last: Iterable[Thing]) -> list[Thing]:
    """Return those that belong to what was spoken of: same project, or a name that begins alike."""
    spoken = tuple(last)
    projects = {thing.container.project for thing in spoken if thing.container} - {None}
    heads = {_FIRST.split(thing.name)[0] for thing in spoken}
    return [
        thing
        for thing in things
        if (thing.container and thing.container.project in projects)
        or _FIRST.split(thing.name)[0] in heads
    ]
