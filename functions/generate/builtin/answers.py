"""What comes back in place of an object: which one is meant, or what is called nearly so."""

import re
from collections.abc import Iterable, Sequence

from contracts.errors import Code, RefusedError
from functions.generate.builtin.index import Index, Kind, Shelf, Thing
from functions.generate.builtin.typos import distance, letters

OPTIONS = 12
"""Objects named in one question."""
_FAR, _LOOKED_AT = 2, 40


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


class UnknownObjectError(RefusedError):
    """Nothing is called so. The nearest names are looked for once, when it is final."""

    def __init__(self, text: str, kind: Kind, words: Sequence[str]) -> None:
        text = text.strip(" ,.")
        super().__init__(
            Code.UNKNOWN_OBJECT,
            f"No {kind} fits {text!r}.",
            "Use one of the names in the options, or list what exists first.",
            question=f"Which {kind} do you mean by {text!r}?",
        )
        self.kind: Kind = kind
        self.words = tuple(words) or (text,)

    def with_options(self, index: Index) -> RefusedError:
        """Return the refusal with the nearest names as options."""
        error = self.error
        options = nearest_names(self.words, index.shelf(self.kind))
        return RefusedError(
            error.code,
            error.message,
            error.hint if options else "List what exists first: nothing has a name like it.",
            question=error.question,
            options=options,
        )


def unknown(text: str, kind: Kind, words: Sequence[str] = ()) -> UnknownObjectError:
    """Return that nothing is called so."""
    return UnknownObjectError(text, kind, words)


def nearest_names(words: Sequence[str], shelf: Shelf) -> tuple[str, ...]:
    """Return the names that share a word, or are a few mistakes away, the nearest first."""
    scores: dict[str, float] = {}
    for word in (each.lower() for each in words):
        pieces = [piece for piece in re.split(r"[^a-z0-9]+", word) if piece]
        for position in {p for piece in pieces for p in shelf.look_up(piece)}:
            name = shelf.things[position].name
            scores[name] = scores.get(name, 0.0) + 1.0
        bits = letters(word)
        near = sorted(
            ((letters(thing.name) ^ bits).bit_count(), thing.name)
            for thing in shelf.things
            if abs(len(thing.name) - len(word)) <= _FAR
        )
        for _, name in near[:_LOOKED_AT]:
            far = distance(word, name.lower(), _FAR)
            if far <= _FAR:
                scores[name] = scores.get(name, 0.0) + 2.0 - far / 10
    ranked = sorted(scores, key=lambda name: (-scores[name], name))
    return tuple(ranked[:OPTIONS])
