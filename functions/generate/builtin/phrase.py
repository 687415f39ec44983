"""A noun phrase taken apart: which words name the object, which say how many or in what state."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

from contracts.world import Container
from functions.generate.builtin.index import Kind, singular
from functions.generate.builtin.vocabulary import words

_SILENT = words(
    """
    either whichever
        the a an my our your their his her this that these those of in on at to from for with by is
    are was were be been has have had having called named name names known as which who whose
    what it its there here me us we i currently still now any some please only also so own same
    given specific particular inside within under belonging belongs part docker compose keeps
    keep kept being itself themselves whole entire complete currently presently present poor
    current aforementioned dear good damn actual hung stuck broken misbehaving hanging
    troublesome faulty again and
    does doing do runs gracefully nicely gently cleanly softly politely properly safely
    carefully temporarily quickly immediately promptly straightaway each plz pls thx kindly too
    down
    """
)
_SOME = re.compile(r"\b(?:one of|either|some|whichever|any one|a random)\b", re.IGNORECASE)
_PRONOUNS = words("it them they that this those these one him her itself themselves")
EVERY = words("all every each everything any anything everyone whatever")
GENERIC = MappingProxyType(
    {
        "container": "container",
        "service": "container",
        "app": "container",
        "application": "container",
        "instance": "container",
        "replica": "container",
        "server": "container",
        "process": "container",
        "thing": "container",
        "one": "container",
        "program": "container",
        "component": "container",
        "workload": "container",
        "machine": "container",
        "box": "container",
        **dict.fromkeys(
            ("manager", "tool", "platform", "system", "software", "solution", "daemon"),
            "container",
        ),
        "image": "image",
        "volume": "volume",
        "network": "network",
    }
)
GROUPS = words("project stack group environment setup deployment")
_LABELLED = words("label labels labeled labelled tagged tag set")
_KINDS: MappingProxyType[str, Kind] = MappingProxyType(
    {"container": "container", "image": "image", "volume": "volume", "network": "network"}
)
_VAGUE = words(
    """
    old older oldest other another new newer newest latest recent big bigger biggest large
    larger largest small smaller smallest wrong correct last main primary right previous next
    original spare extra second-to-last middle outdated obsolete
    superseded ancient deprecated
    """
)
COUNTS = MappingProxyType(
    {
        "two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "six": 6,
        "seven": 7,
        "eight": 8,
        "nine": 9,
        "ten": 10,
        "both": 2,
    }
)
ORDINALS = MappingProxyType(
    {"first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3", "fourth": "4"}
)
_NUMBERED = words("version number no replica instance nr release")
_SEVERAL = words("versions replicas instances releases copies variants flavours flavors")


def _in(*states: str) -> Callable[[Container], bool]:
    return lambda each: each.state in states


def _failed(each: Container) -> bool:
    return each.state in {"dead", "restarting"} or (
        each.state == "exited" and each.exit_code not in {0, None}
    )


def _health(word: str) -> Callable[[Container], bool]:
    return lambda each: health_of(each) == word


def health_of(each: Container) -> str | None:
    """Return the health that the engine reports, also where only its status text says it."""
    if each.health and each.health != "none":
        return each.health
    match = re.search(r"\((healthy|unhealthy|health: starting)\)", each.status)
    return match.group(1).removeprefix("health: ") if match else None


STATES: MappingProxyType[str, tuple[str, Callable[[Container], bool]]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("running", "live", "active", "up", "started", "online", "alive"),
            ("running", _in("running", "restarting")),
        ),
        **dict.fromkeys(
            ("exited", "finished", "terminated", "ended", "completed"), ("exited", _in("exited"))
        ),
        **dict.fromkeys(
            ("stopped", "down", "inactive", "offline", "halted"),
            ("exited", _in("exited", "dead")),
        ),
        **dict.fromkeys(("paused", "frozen", "suspended"), ("paused", _in("paused"))),
        **dict.fromkeys(
            ("restarting", "crashlooping", "looping", "flapping", "crash-looping"),
            ("restarting", _in("restarting")),
        ),
        **dict.fromkeys(("created", "unstarted"), ("created", _in("created"))),
        "dead": ("dead", _in("dead", "exited")),
        **dict.fromkeys(("crashed", "failed", "died", "failing"), ("exited", _failed)),
        "succeeded": ("exited", lambda each: each.state == "exited" and each.exit_code == 0),
        **dict.fromkeys(("unhealthy", "sick"), ("unhealthy", _health("unhealthy"))),
        "healthy": ("healthy", _health("healthy")),
    }
)
"""Words for a state: docker's own word for it, and whether a container is in it."""

_UNUSED = words("unused dangling orphaned orphan unreferenced untagged leftover")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase. `words` must all fit the object; the rest says which and how many."""

    text: str
    words: tuple[str, ...] = ()
    generic: tuple[str, ...] = ()
    kinds: frozenset[Kind] = frozenset()
    states: tuple[str, ...] = ()
    unused: bool = False
    many: bool = False
    every: bool = False
    count: int | None = None
    group: bool = False
    vague: tuple[str, ...] = ()
    pronoun: bool = False
    related: bool = False
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def empty(self) -> bool:
        """Tell whether it says nothing about which object is meant."""
        return not (self.words or self.states or self.labels or self.vague or self.unused)


@dataclass(slots=True)
class _Reading:
    words: list[str] = field(default_factory=list)
    generic: list[str] = field(default_factory=list)
    kinds: set[Kind] = field(default_factory=set)
    states: list[str] = field(default_factory=list)
    vague: list[str] = field(default_factory=list)
    labels: list[tuple[str, str]] = field(default_factory=list)
    unused: bool = False
    many: bool = False
    every: bool = False
    any: bool = False
    count: int | None = None
    group: bool = False


def tokens_of(text: str) -> list[str]:
    """Return the words of a text without the punctuation that stands apart."""
    return [token for token in text.replace(" , ", " ").split() if token not in {",", "."}]


def read_phrase(
    text: str, is_name: Callable[[str], bool], says_several: Callable[[str], bool]
) -> Phrase:
    """Take a noun phrase apart.

    `is_name` tells the words that are a name whatever else they mean, `says_several` the plurals:
    `workers` where there is a `worker`.
    """
    raw = tokens_of(text)
    low = [token.lower() for token in raw]
    if len(low) == 1 and low[0] in _PRONOUNS and not is_name(raw[0]):
        return Phrase(text=text, pronoun=True)
    reading = _Reading()
    if _SOME.search(text):
        reading.vague.append("any")
    if any("=" in word for word in low):
        raw = [token for token in raw if token.lower() not in _LABELLED]
        low = [token.lower() for token in raw]
    for token, before in zip(raw, ("", *low), strict=False):
        _take(reading, token, before, is_name)
    several = any(says_several(word.lower()) for word in reading.words)
    if reading.any:
        # Any of several is all of them; any one of them is open.
        reading.every = reading.many or several
        reading.vague += [] if reading.every else ["any"]
    return Phrase(
        text=text,
        words=tuple(dict.fromkeys(reading.words)),
        generic=tuple(reading.generic),
        kinds=frozenset(reading.kinds),
        states=tuple(reading.states),
        unused=reading.unused,
        many=reading.many or reading.every or several,
        every=reading.every,
        count=reading.count,
        group=reading.group,
        vague=tuple(reading.vague),
        pronoun=bool(low)
        and all(word in _PRONOUNS | EVERY | {"of", "both"} for word in low)
        and any(word in _PRONOUNS for word in low),
        related="its" in low or "their" in low,
        labels=tuple(reading.labels),
    )


def _take(reading: _Reading, token: str, before: str, is_name: Callable[[str], bool]) -> None:
    """Put one word where it belongs."""
    word = token.lower()
    if is_name(token) and (word not in EVERY or before in {"called", "named", "container"}):
        reading.words.append(token)
    elif not (_number(reading, word, before) or _quality(reading, word) or _noun(reading, word)):
        if "=" in word and not word.startswith("="):
            key, _, value = token.partition("=")
            reading.labels.append((key, value))
        elif word not in _SILENT:
            reading.words.append(token)


def _number(reading: _Reading, word: str, before: str) -> bool:
    if word in _NUMBERED:
        return True
    if word in _SEVERAL:
        reading.many = True
        return True
    if word in ORDINALS:
        reading.words.append(ORDINALS[word])
    elif word == "any":
        reading.any = True
    elif word in EVERY:
        reading.every = True
    elif word in COUNTS and word != "both" and (before in _NUMBERED or reading.words):
        reading.words.append(str(COUNTS[word]))
    elif word in COUNTS:
        reading.count, reading.many = COUNTS[word], True
    else:
        return False
    return True


def _quality(reading: _Reading, word: str) -> bool:
    if word in STATES:
        reading.states.append(word)
    elif word in _UNUSED:
        reading.unused = True
    elif word in _VAGUE:
        reading.vague.append(word)
    else:
        return False
    return True


def _noun(reading: _Reading, word: str) -> bool:
    one = singular(word)
    if one in GROUPS:
        reading.group = reading.many = True
        return True
    if one not in GENERIC:
        return False
    reading.generic.append(one)
    reading.many = reading.many or word != one
    if kind := _KINDS.get(one):
        reading.kinds.add(kind)
    return True
