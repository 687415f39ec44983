"""What exists, by the words that may mean it: built once per world, then only looked up."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import Literal
from weakref import WeakKeyDictionary

from contracts.world import COMPOSE_PROJECT, COMPOSE_SERVICE, Container, World
from functions.generate.aliases import NO_ALIASES, Aliases
from functions.generate.builtin.roles import ROLES, SAME
from functions.generate.builtin.typos import allowed, letters, nearest

Kind = Literal["container", "image", "volume", "network"]

NAME, SERVICE, WORD, HINT = range(4)
"""How well a word means an object: its name, its compose service or project, a word of its
name or its image, a hint (role, label, owner of the image, piece of a word)."""
GUESS = 4
"""Added where the word had to be corrected first."""

_SEGMENTS = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PIECES = re.compile(r"[a-z]+|\d+")
_ANY_SOFTWARE = frozenset({"server", "app", "core", "web", "client", "main", "service", "backend"})
NAME_OF_ANY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")
"""What docker takes for a name. Nothing else is ever written into a command."""
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./:@-]{0,511}")
"""What docker takes for a reference of an image."""
_HARD = "com.docker."
_PREFIX = 4
_FEW = 8
_VALUE = re.compile(r"[\w.-]{1,40}")
_ENDINGS = ("ation", "ator", "ate", "ion", "ing", "er", "or", "ed", "es", "e", "s")
_STEM = 4
_REMEMBERED = 4_096

Terms = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of the world. `container` is its picture, for containers."""

    kind: Kind
    host: str
    name: str
    container: Container | None = field(default=None, compare=False)


def squash(word: str) -> str:
    """Return only the letters and digits: `shop_web_1` and `shop-web-1` are written alike."""
    return "".join(character for character in word if character.isalnum())


def singular(word: str) -> str:
    """Return the singular of an English plural; other words as they are."""
    if word.endswith("ies") and len(word) > len("ties"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > len("dbs") - 1:
        return word[:-1]
    return word


@lru_cache(maxsize=65_536)
def _words_of_name(name: str) -> Terms:
    """Return the words in a name: whole, its segments, and the pieces of those."""
    low = name.lower()
    found: dict[str, int] = {}
    parted = _CAMEL.sub("-", name).lower()
    segments = [part for part in _SEGMENTS.split(parted) if part]
    for part in segments:
        found[part] = WORD
        pieces = _PIECES.findall(part)
        if len(pieces) > 1:
            for piece in pieces:
                found.setdefault(piece, HINT)
            found.setdefault(pieces[0], HINT)
    for left, right in pairwise(segments):
        found.setdefault(left + right, WORD)
    found.setdefault(squash(low), NAME)
    found[low] = NAME
    for role in ROLES.get(low, ()):
        found.setdefault(role, HINT)
    return tuple(found.items())


@lru_cache(maxsize=16_384)
def _words_of_image(image: str) -> Terms:
    """Return the words in an image's reference: its name, its owner, its role."""
    path, _, _ = image.partition("@")
    path, colon, tag = path.rpartition(":")
    if not colon or "/" in tag:
        path, tag = image, ""
    *owners, base = path.lower().split("/")
    found: dict[str, int] = {image.lower(): WORD, path.lower(): WORD, base: WORD}
    for part in _SEGMENTS.split(base):
        if part:
            found.setdefault(part, WORD)
    known = base
    if base in _ANY_SOFTWARE and owners:
        known = owners[-1]
    for role in ROLES.get(known, ()):
        found.setdefault(role, HINT)
    for owner in owners:
        if "." not in owner:
            found.setdefault(owner, HINT)
    if tag:
        found.setdefault(tag.lower(), HINT)
    return tuple(found.items())


@lru_cache(maxsize=16_384)
def _words_of_service(service: str) -> Terms:
    found: dict[str, int] = {service.lower(): SERVICE, squash(service.lower()): SERVICE}
    for word in _SEGMENTS.split(service.lower()):
        if word:
            found.setdefault(word, WORD)
    for role in ROLES.get(service.lower(), ()):
        found.setdefault(role, HINT)
    return tuple(found.items())


def _words_of_labels(labels: Mapping[str, str]) -> Iterable[tuple[str, int]]:
    for key, value in labels.items():
        if not key.startswith(_HARD) and value and " " not in value:
            yield value.lower(), HINT


def _words_of(container: Container) -> Iterable[tuple[str, int]]:
    yield from _words_of_name(container.name)
    yield from _words_of_image(container.image)
    yield from _words_of_labels(container.labels)
    if service := container.labels.get(COMPOSE_SERVICE):
        yield from _words_of_service(service)
    if project := container.labels.get(COMPOSE_PROJECT):
        yield project.lower(), SERVICE
        yield from ((word, WORD) for word in _SEGMENTS.split(project.lower()) if word)


def _words_of_aliases(
    aliases: Aliases, container: Container, host: str
) -> Iterable[tuple[str, int]]:
    for alias in aliases.of(container, host):
        yield from _words_of_name(alias.replace(" ", "-"))


@dataclass(slots=True)
class Shelf:
    """The things of one kind, with the words that mean them and how well."""

    things: list[Thing] = field(default_factory=list)
    words: dict[str, dict[int, int]] = field(default_factory=dict)
    stems: dict[str, list[str]] = field(default_factory=dict)
    spelled: list[tuple[str, int]] = field(default_factory=list)
    lengths: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    corrected: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, thing: Thing, words: Iterable[tuple[str, int]]) -> None:
        """Put a thing on the shelf under its words."""
        position = len(self.things)
        self.things.append(thing)
        for word, level in words:
            known = self.words.setdefault(word, {})
            if level < known.get(position, GUESS):
                known[position] = level

    def named(self, name: str) -> list[int]:
        """Return the things of exactly this name; of these letters where there is none."""
        hits = [p for p in self.words.get(name.lower(), ()) if self.things[p].name == name]
        if hits:
            return hits
        low = name.lower()
        return [
            p
            for p, level in self.words.get(low, {}).items()
            if level == NAME and self.things[p].name.lower() == low
        ]

    def look_up(self, word: str) -> dict[int, int]:
        """Return what a word means and how well; the word as it is, singular, or a synonym."""
        found = dict(self.words.get(word, {}))
        forms = {singular(word)}
        if NAME_OF_ANY.fullmatch(word):
            forms.add(squash(word))
        forms -= {word, ""}
        for form in forms:
            _merge(found, self.words.get(form, {}))
        for form in forms | {word}:
            for same in SAME.get(form, ()):
                if same != word:
                    meant = self.words.get(same, {}).items()
                    _merge(found, {p: max(level, WORD) for p, level in meant})
        return found

    def akin(self, word: str) -> dict[int, int]:
        """Return the things with a word of the same stem: `migration` is `migrate`."""
        if not self.stems:
            for other in self.words:
                if other.isalpha():
                    for stem in _stems(other):
                        self.stems.setdefault(stem, []).append(other)
        found: dict[int, int] = {}
        for other in {each for stem in _stems(word) for each in self.stems.get(stem, ())}:
            _merge(found, dict.fromkeys(self.words[other], HINT))
        return found

    def begins(self, word: str) -> dict[int, int]:
        """Return the things with a word that begins like this one: `influx` is `influxdb`."""
        found: dict[int, int] = {}
        if len(word) >= _PREFIX and word.isalpha():
            spelled = self.spelling()
            for other, _ in islice(spelled, bisect_left(spelled, (word, 0)), None):
                if not other.startswith(word):
                    break
                if _SEGMENTS.search(other) is None:
                    own = (p for p, level in self.words[other].items() if level <= WORD)
                    _merge(found, dict.fromkeys(own, HINT))
        return found

    def correct(self, word: str) -> tuple[str, ...]:
        """Return the words on the shelf that this one was probably meant to be."""
        known = self.corrected.get(word)
        if known is None:
            if len(self.corrected) >= _REMEMBERED:
                self.corrected.clear()
            known = self.corrected[word] = nearest(word, self._of_length(word))
        return known

    def _of_length(self, word: str) -> Iterator[tuple[str, int]]:
        """Yield the words whose length is near enough, with their letters."""
        if not self.lengths:
            for each in self.spelling():
                self.lengths.setdefault(len(each[0]), []).append(each)
        far = allowed(word)
        for length in range(len(word) - far, len(word) + far + 1):
            yield from self.lengths.get(length, ())

    def spelling(self) -> list[tuple[str, int]]:
        """Return the words of names with their letters, sorted; roles and labels are no guesses."""
        if not self.spelled:
            self.spelled = sorted(
                (word, letters(word))
                for word, fits in self.words.items()
                if min(fits.values()) <= WORD
            )
        return self.spelled


def _stems(word: str) -> tuple[str, ...]:
    """Return the word and what is left of it without one of the usual endings."""
    left = [word.removesuffix(ending) for ending in _ENDINGS]
    left += [stem[:-1] for stem in left if stem != word and stem[-2:-1] == stem[-1:]]
    return tuple(dict.fromkeys((word, *(stem for stem in left if len(stem) >= _STEM - 1))))


def _merge(into: dict[int, int], more: Mapping[int, int]) -> None:
    for position, level in more.items():
        if level < into.get(position, 2 * GUESS):
            into[position] = level


class Index:
    """The shelves of a world, each built when it is first looked at."""

    def __init__(
        self, world: World, host: str | None = None, aliases: Aliases = NO_ALIASES
    ) -> None:
        self.aliases = aliases
        self.pictures = tuple(each for each in world if host is None or each.host == host)

    @cached_property
    def containers(self) -> Shelf:
        """Containers by name, service, project, image, label and role."""
        shelf = Shelf()
        for picture in self.pictures:
            for each in picture.containers:
                if not NAME_OF_ANY.fullmatch(each.name):
                    continue
                words = [*_words_of(each), *_words_of_aliases(self.aliases, each, picture.host)]
                shelf.add(Thing("container", picture.host, each.name, each), words)
        return shelf

    @cached_property
    def images(self) -> Shelf:
        """Images by each of their tags."""
        shelf = Shelf()
        for picture in self.pictures:
            for image in picture.images:
                for tag in filter(REFERENCE.fullmatch, image.tags):
                    words = dict(_words_of_image(tag))
                    words[tag.lower()] = NAME
                    shelf.add(Thing("image", picture.host, tag), words.items())
        return shelf

    @cached_property
    def volumes(self) -> Shelf:
        """Volumes by name."""
        shelf = Shelf()
        for picture in self.pictures:
            for each in picture.volumes:
                if not NAME_OF_ANY.fullmatch(each.name):
                    continue
                shelf.add(Thing("volume", picture.host, each.name), _words_of_name(each.name))
        return shelf

    @cached_property
    def networks(self) -> Shelf:
        """Networks by name."""
        shelf = Shelf()
        for picture in self.pictures:
            for each in picture.networks:
                if not NAME_OF_ANY.fullmatch(each.name):
                    continue
                shelf.add(Thing("network", picture.host, each.name), _words_of_name(each.name))
        return shelf

    def shelf(self, kind: Kind) -> Shelf:
        """Return the shelf of a kind."""
        return {
            "container": lambda: self.containers,
            "image": lambda: self.images,
            "volume": lambda: self.volumes,
            "network": lambda: self.networks,
        }[kind]()

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name of anything, in lower case."""
        return frozenset(
            thing.name.lower()
            for kind in (self.containers, self.images, self.volumes, self.networks)
            for thing in kind.things
        )

    @cached_property
    def projects(self) -> dict[str, str]:
        """The compose projects, by their name in lower case."""
        found = (each.container and each.container.project for each in self.containers.things)
        return {project.lower(): project for project in found if project}

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """The labels that people set: key, and values by their lower case."""
        found: dict[str, dict[str, str]] = {}
        for thing in self.containers.things:
            for key, value in (thing.container.labels if thing.container else {}).items():
                if not key.startswith(_HARD):
                    found.setdefault(key, {})[value.lower()] = value
        return found

    @cached_property
    def label_pairs(self) -> tuple[tuple[re.Pattern[str], tuple[str, str]], ...]:
        """Patterns of a label's key beside one of its values, with the label."""
        found: list[tuple[re.Pattern[str], tuple[str, str]]] = []
        for key, values in self.labels.items():
            if not key.isalpha() or len(values) > _FEW or len(found) > _FEW**2:
                continue
            for value in values.values():
                if _VALUE.fullmatch(value):
                    either = f"{key} (?:is )?{re.escape(value)}|{re.escape(value)} {key}"
                    pattern = re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE)
                    found.append((pattern, (key, value)))
        return tuple(found)

    def is_word(self, word: str) -> bool:
        """Tell whether any object is known by this word."""
        return any(
            min(shelf.words[word].values()) <= WORD
            for shelf in (self.containers, self.images, self.volumes, self.networks)
            if word in shelf.words
        )


_INDEXES: WeakKeyDictionary[World, dict[tuple[str | None, Aliases], Index]] = WeakKeyDictionary()


def index_of(world: World, host: str | None = None, aliases: Aliases = NO_ALIASES) -> Index:
    """Return the index of a world, or of one host in it, built once while the world lives."""
    indexes = _INDEXES.setdefault(world, {})
    index = indexes.get((host, aliases))
    if index is None:
        index = indexes[host, aliases] = Index(world, host, aliases)
    return index
