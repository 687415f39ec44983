"""From a noun phrase to the objects that it means: one clear winner, a group, or a question."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from contracts.world import Container
from functions.generate.builtin.answers import ambiguous, unknown
from functions.generate.builtin.index import HINT, Index, Kind, Shelf, Thing, singular, squash
from functions.generate.builtin.matching import chosen, ranked, related
from functions.generate.builtin.phrase import EVERY, STATES, Phrase, read_phrase
from functions.generate.builtin.roles import SAME
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
_OF_IMAGE = re.compile(
    r" (?:that |which )?(?:(?:is|are) )?(?:uses?|using|utili[sz]ing|utili[sz]es?|with|runs?|running"
    r"|from|based on|built (?:on|from)|made from|created from|of|on) (?:(?:the|an?) )?"
    r"(?:image (?:named |called )?(?P<a>\S+)|(?P<b>\S+(?: \S+)?) image) ?$",
    re.IGNORECASE,
)
_ON_PORT = re.compile(
    r" (?:that |which )?(?:(?:is|are) )?(?:on|uses?|using|publishes|publishing|holds?|holding"
    r"|behind|listens? on|listening on|exposing|with|has|at)"
    r" (?:the )?(?:host )?port (?P<n>\d{1,5}) ?$",
    re.IGNORECASE,
)
_ON_NETWORK = re.compile(
    r" (?:that |which )?(?:(?:is|are) )?(?:on|in|of|from|using|attached to|connected to) "
    r"(?:(?:the|an?) )?(?:network (?:named |called )?(?P<a>\S+)|(?P<b>\S+) network) ?$",
    re.IGNORECASE,
)


Things = tuple[Thing, ...]
Fit = Callable[[Container], bool]


@dataclass(slots=True)
class Scope:
    """Where phrases find their objects: the index, what was spoken of last, the target field.

    `before` is what was spoken of earlier, of other kinds than what was spoken of last.

    `told` are the words of what was spoken of that no object is called.
    """

    index: Index
    quoted: frozenset[str] = frozenset()
    target: tuple[Thing, ...] = ()
    last: tuple[Thing, ...] = ()
    before: tuple[Thing, ...] = ()
    told: tuple[str, ...] = ()
    made: dict[str, Thing] = field(default_factory=dict)

    def speak_of(self, things: Things) -> None:
        """Note what is spoken of, so that `it` means that."""
        if things:
            kinds = {thing.kind for thing in things}
            spoken = (*self.last, *self.before)
            self.before = tuple(thing for thing in spoken if thing.kind not in kinds)
            self.last = things

    def is_name(self, kind: Kind) -> Callable[[str], bool]:
        """Return whether a word is a name whatever else it may mean."""
        shelf = self.index.shelf(kind)

        def known(word: str) -> bool:
            return word.lower() in self.quoted or bool(shelf.named(word))

        return known

    def says_several(self, kind: Kind) -> Callable[[str], bool]:
        """Return whether a word is the plural of a word of names, and no name's word itself."""
        shelf = self.index.shelf(kind)

        def plural(word: str) -> bool:
            one = singular(word)
            own = min(shelf.words.get(word, {0: HINT}).values())
            return word != one and own == HINT and (one in shelf.words or one in SAME)

        return plural

    def read(self, text: str, kind: Kind = "container") -> Phrase:
        """Take a noun phrase apart; `tier front` is a label where there is one like that."""
        labels = []
        for pattern, label in self.index.label_pairs if kind == "container" else ():
            if pattern.search(text):
                text = pattern.sub(" ", text)
                labels.append(label)
        phrase = read_phrase(text, self.is_name(kind), self.says_several(kind))
        return replace(phrase, labels=(*phrase.labels, *labels))


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
    bare = text.strip(" ,.")
    if bare.lower() in EVERY and scope.is_name(kind)(bare):
        raise ambiguous(text, scope.index.shelf(kind).things)
    base, *others = _EXCEPT.split(text, maxsplit=1)
    if others and base.strip():
        everything = _resolve_list(base, scope, kind, group=True, fit=fit)
        inside = replace(scope, target=everything)
        kept = set(_resolve_list(others[0], inside, kind, group=True))
        if not kept <= set(everything):
            raise unknown(others[0], kind)
        return tuple(thing for thing in everything if thing not in kept)
    return _resolve_list(text, scope, kind, group=group, fit=fit)


def _resolve_list(
    text: str, scope: Scope, kind: Kind, *, group: bool, fit: Fit | None = None
) -> Things:
    if kind == "container":
        if match := _OF_IMAGE.search(text):
            return _of_image(text[: match.start()], match, scope, fit)
        if match := _ON_NETWORK.search(text):
            return _on_network(text[: match.start()], match, scope, fit)
        if match := _ON_PORT.search(text):
            return _on_port(text[: match.start()], match, scope)
    parts = [part for part in ALSO.split(text) if part and part.strip()]
    if len(parts) <= 1:
        return _one_phrase(scope.read(text, kind), scope, kind, group=group, fit=fit)
    if same := _apposed(text, parts, scope, kind):
        return same
    found: dict[Thing, None] = {}
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
        if not found.keys().isdisjoint(things) and not (phrase.many or group):
            raise ambiguous(text, things)
        found.update(dict.fromkeys(things))
    return tuple(found)


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


def _of_image(said: str, match: re.Match[str], scope: Scope, fit: Fit | None) -> Things:
    """Return the containers of an image: `all containers using the nginx image`."""
    phrase = scope.read(said)
    wanted = (match.group("a") or match.group("b")).lower()
    mine = f"{wanted}image"
    found = [
        thing
        for thing in scope.index.containers.things
        if thing.container and _is_image(thing.container.image.lower(), (wanted, mine))
    ]
    if fit and phrase.many and not phrase.states:
        found = [thing for thing in found if thing.container and fit(thing.container)] or found
    tests = [STATES[state][1] for state in phrase.states]
    found = [thing for thing in found if thing.container and all(t(thing.container) for t in tests)]
    if phrase.words or not found:
        raise unknown(match.group(), "image", (wanted,))
    if len(found) > 1 and not phrase.many:
        raise ambiguous(said + match.group(), found)
    return tuple(found)


def _on_network(said: str, match: re.Match[str], scope: Scope, fit: Fit | None) -> Things:
    """Return the containers of a network: `all containers on the lab network`."""
    networks = {
        (thing.host, thing.name)
        for thing in resolve(match.group("a") or match.group("b"), scope, "network")
    }
    things = _resolve_list(said, scope, "container", group=True, fit=fit)
    found = tuple(
        thing
        for thing in things
        if thing.container
        and any((thing.host, name) in networks for name in thing.container.networks)
    )
    if not found:
        raise unknown(said + match.group(), "container")
    if len(found) > 1 and not scope.read(said).many:
        raise ambiguous(said + match.group(), found)
    return found


def _on_port(said: str, match: re.Match[str], scope: Scope) -> Things:
    """Return what publishes a port of the host: `the container that uses port 5432`."""
    port = int(match.group("n"))
    phrase = scope.read(said)
    found = tuple(
        thing
        for thing in scope.index.containers.things
        if thing.container and any(each.host_port == port for each in thing.container.ports)
    )
    if phrase.words or phrase.states or not found:
        raise unknown(said + match.group(), "container", phrase.words)
    if len(found) > 1 and not phrase.many:
        raise ambiguous(said + match.group(), found)
    return found


def _is_image(image: str, wanted: tuple[str, ...]) -> bool:
    path, _, _ = image.partition("@")
    head, colon, tag = path.rpartition(":")
    repository = head if colon and "/" not in tag else path
    own = {squash(each) for each in (path, repository, repository.rsplit("/", 1)[-1])}
    return not own.isdisjoint(squash(each) for each in wanted)


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
        phrase = _vague_that_is_a_word(phrase, shelf)
    things = _of_context(phrase, _fitting(phrase, scope, kind), scope, kind)
    if _is_open(phrase, things, group=group):
        raise ambiguous(phrase.text, things)
    if fit and phrase.many and not phrase.states and phrase.count is None:
        things = [each for each in things if each.container and fit(each.container)] or things
    return tuple(things)


def _fitting(phrase: Phrase, scope: Scope, kind: Kind) -> list[Thing]:
    """Return what fits a phrase best; words that say something of it need not fit.

    Raises RefusedError with UNKNOWN_OBJECT where nothing fits.
    """
    fits = ranked(phrase, scope.index, kind)
    if not fits and (naming := tuple(w for w in phrase.words if _may_name(w, scope))):
        fits = ranked(replace(phrase, words=naming), scope.index, kind)
    if not fits:
        raise unknown(phrase.text, kind, phrase.words or phrase.states)
    return chosen(phrase, fits, scope.index.shelf(kind))


def _of_context(phrase: Phrase, things: list[Thing], scope: Scope, kind: Kind) -> list[Thing]:
    """Return those that belong to what was spoken of: `its volume`, or to the target field."""
    if phrase.related and scope.last:
        things = related(things, scope.last) or things
    elif phrase.related and scope.told:
        things = [each for each in things if any(word in each.name for word in scope.told)]
        if not things:
            raise unknown(phrase.text, kind, scope.told)
    if scope.target and len(things) > 1:
        things = [thing for thing in things if thing in scope.target] or things
    return things


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
    return len(things) > 1 and not (phrase.many or group)


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
