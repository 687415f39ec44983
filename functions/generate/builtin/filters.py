"""Which objects a list is of: docker's filters, by the words that ask for them.

Each function takes its words out of the text, adds its filter and returns what is left.
"""

import re
from collections.abc import Iterator

from functions.generate.builtin.index import Kind
from functions.generate.builtin.modifiers import cut
from functions.generate.builtin.objects import resolve
from functions.generate.builtin.phrase import STATES
from functions.generate.builtin.scope import Scope
from functions.generate.builtin.text import squeeze
from functions.generate.builtin.vocabulary import cue, words

_DIRECT = re.compile(
    r"(?<![\w-])(?P<k>status|name|ancestor|network|volume|publish|expose|health|since|before|exited"
    r"|id|is-task)=(?P<v>[\w./:^$@=-]+)(?: filters?)?",
    re.IGNORECASE,
)
_LABEL = (
    cue(
        r"""
        (?:with |having |that have |carrying )?@alabels?(?: (?:of|is|as|set to|called|named|key))?
        \s(?P<v>[\w.-]+=[\w./:-]+)
        """
    ),
    cue(r"label(?:led|ed) (?:with |as )?(?P<v>[\w.-]+(?:=[\w./:-]+)?)"),
    cue(
        r"""
        labels? (?P<k>[\w.-]+) (?:is|set to|equals?|equal to|of|with (?:the )?value)
        \s(?P<v>[\w./:-]+)
        """
    ),
    cue(r"labels? (?:called |named |key )?(?P<v>[\w.-]+)(?= ?(?:$|,|\. |and))"),
    cue(r"(?P<v>[\w.-]+=[\w./:-]+)(?: label)?"),
    cue(r"(?P<v>[\w-]+\.[\w.-]+) label"),
)
_ANCESTOR = (
    cue(
        r"""
        (?:(?:with|having|from|using|of|as|by) )?@a(?:image|ancestor)
        (?: (?:named|called|is|of|being|as))? @ref
        """
    ),
    cue(
        r"""
        (?:(?:with|from|using|use|uses|based on|based off|running|run|runs|built (?:on|from)|
        created from|started from|descended from|by) )?@a@ref
        (?: (?:images?|ancestor)(?: as (?:an? |their )?ancestor)?| as (?:an? |their )?
        (?:ancestor|image))
        """
    ),
    cue(
        r"""
        (?:based (?:on|off)|built (?:on|from|with)|derived from|created from|
        descend(?:ed|ing)? from|launched from|running on) @a@ref
        """
    ),
)
_JOINED = (
    r"(?:(?:on|in|of|using|uses?|attached to|connected to|belonging to|within|by|joined to|"
    r"filtered by) )?@a"
)
_NETWORK = (
    cue(_JOINED + r"(?:docker )?network (?:named |called |is )?@name"),
    cue(_JOINED + r"@name network"),
)
_VOLUME = (
    cue(
        r"""
        (?:(?:with|using|uses?|mount(?:s|ing|ed)?|having|have|owns?|owning|filtered by) )?@a
        volumes? (?:(?:named|called|as|is|at|path|mounted (?:at|on|to)) )?(?P<v>/?\w[\w./:-]*)
        """
    ),
    cue(r"(?:mount(?:s|ing|ed)?|using|uses?) @a(?P<v>/?\w[\w./:-]*) volume"),
    cue(r"@a@name volume"),
    cue(r"mount(?:s|ing|ed)? (?:at |on )?(?P<v>/[\w./-]+)"),
)
_PORT = cue(
    r"""
    (?P<x>expos(?:e|es|ed|ing) )?@a(?:(?:host|tcp|udp|dns|https?|public|published) )*
    ports? (?:number )?(?P<v>\d{1,5}(?:/(?:tcp|udp))?)(?: (?:published|exposed|mapped|open))? |
    (?:published?|publishes|listen(?:s|ing)?|bound|expos(?:e|es|ing)) (?:on |to )?:?(?P<w>\d{2,5})
    """
)
_CODE = cue(
    r"""
    (?:exit(?:ed)? )?(?:with |of )?(?:an? |the )?(?:exit )?(?:status )?(?:code|status)
    \s(?:of |is |was )?(?P<v>\d{1,3}) |
    (?:exited|killed|died|ended|failed|stopped) (?:with |by )?(?P<w>\d{1,3})
    """
)
_NAME = (
    cue(
        r"""
        (?:with|whose|having|by) (?:a |the |their )?names?
        (?: (?:contain(?:s|ing)?|includ(?:es|ing)|like|match(?:es|ing)?|is|of|has))?
        \s(?P<v>[\w.-]+)(?: in (?:it|them))?
        """
    ),
    cue(
        r"""
        (?:whose |with )?(?:the |a )?names? (?:that )?
        (?P<how>start(?:s|ing)? with|begin(?:s|ning)? with) (?P<v>[\w.-]+)
        """
    ),
    cue(r"(?:with|containing|having) (?P<v>[\w.-]+) in (?:the |their |its )?names?"),
    cue(r"(?P<how>starting with|beginning with|prefixed(?: with)?) (?P<v>[\w.-]+)"),
    cue(r"(?:named|called) (?:like )?(?P<v>[\w.-]+)"),
)
WHEN = cue(
    r"""
    (?:(?:that were |were )?(?:created|made|started|generated|built|pulled|launched) )?
    (?P<k>since|after|before) (?:the )?(?:container |image )?(?P<v>\w[\w./:-]*)
    (?: (?:container|image|was created|one))?
    """
)
_HEALTH = cue(
    r"""
    (?P<v>unhealthy|healthy|sick) | (?:are )?not (?P<w>healthy) |
    fail(?:ing|ed)? (?:their |its |the )?health ?checks?
    """
)
_NOT_RUNNING = re.compile(r"\bnot (?:currently )?(?:running|up|active)\b", re.IGNORECASE)
_CREATED = re.compile(
    r"\bcreated\b.*\b(?:not|never) started\b"
    r"|\b(?:in (?:the )?|with (?:the )?(?:status |state )?|only |status )created\b",
    re.IGNORECASE,
)
_LEADS_ON = words("up started live created")
_NO_NAME = words(
    """
    the a which what any same this that no docker all another every by named of on in mode and
    other are is mounted do does container containers their its names name status id ids with
    tag tags size sizes base running my those latest old only images
    """
)


def take_filters(text: str, filters: list[str], scope: Scope) -> str:
    """Take out every filter but the state."""
    for take in (_direct, _code, _labels, _ports, _networks, _volumes, _ancestors, _when, _names):
        text = take(text, filters, scope)
    return text


def _direct(text: str, filters: list[str], scope: Scope) -> str:
    del scope
    while match := _DIRECT.search(text):
        filters.append(f"{match.group('k').lower()}={match.group('v')}")
        text = cut(text, match)
    return text


def _code(text: str, filters: list[str], scope: Scope) -> str:
    del scope
    if match := _CODE.search(text):
        filters.append(f"exited={match.group('v') or match.group('w')}")
        text = cut(text, match)
    return text


def take_labels(text: str, filters: list[str]) -> str:
    """Take out the labels that are spelled as labels."""
    for pattern in _LABEL:
        while match := pattern.search(text):
            value = match.group("v")
            if "k" in pattern.groupindex:
                value = f"{match.group('k')}={value}"
            filters.append(f"label={value}")
            text = cut(text, match)
    return text


def _labels(text: str, filters: list[str], scope: Scope) -> str:
    """Take out labels, also in the form `owner ana`: a label's key beside one of its values."""
    text = take_labels(text, filters)
    for key, values in scope.index.labels.items():
        beside = rf"(?<![\w-]){re.escape(key)}(?:s| is| of)? (?P<v>[\w./:-]+)"
        match = re.search(beside, text, re.IGNORECASE) if len(key) > 1 else None
        if match and match.group("v").lower() in values:
            filters.append(f"label={key}={values[match.group('v').lower()]}")
            text = cut(text, match)
    return text


def _ports(text: str, filters: list[str], scope: Scope) -> str:
    del scope
    while match := _PORT.search(text):
        kind = "expose" if match.group("x") else "publish"
        filters.append(f"{kind}={match.group('v') or match.group('w')}")
        text = cut(text, match)
    return text


def _networks(text: str, filters: list[str], scope: Scope) -> str:
    return _objects(text, filters, scope, "network", _NETWORK)


def _volumes(text: str, filters: list[str], scope: Scope) -> str:
    return _objects(text, filters, scope, "volume", _VOLUME)


def _objects(
    text: str,
    filters: list[str],
    scope: Scope,
    kind: Kind,
    patterns: tuple[re.Pattern[str], ...],
) -> str:
    for match in _matches(patterns, text):
        filters.append(f"{kind}={_spelled(match.group('v'), scope, kind)}")
        return cut(text, match)
    shelf = scope.index.shelf(kind)
    for word in text.split():
        if shelf.named(word) and not scope.index.containers.words.get(word.lower()):
            filters.append(f"{kind}={word}")
            return squeeze(text.replace(word, " "))
    return text


def _matches(patterns: tuple[re.Pattern[str], ...], text: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        match = pattern.search(text)
        if match and match.group("v").lower() not in _NO_NAME:
            yield match


def _spelled(said: str, scope: Scope, kind: Kind) -> str:
    """Return a name as it is spelled, where only a slip parts it from one that exists."""
    shelf = scope.index.shelf(kind)
    hits = shelf.named(said)
    if not hits:
        hits = [p for word in shelf.correct(said.lower()) for p in shelf.named(word)]
    return shelf.things[hits[0]].name if len(hits) == 1 else said


def _ancestors(text: str, filters: list[str], scope: Scope) -> str:
    for match in _matches(_ANCESTOR, text):
        filters.extend(
            f"ancestor={each}" for each in _repositories(match.group("v").lower(), scope)
        )
        return cut(text, match)
    shelf = scope.index.images
    for word in text.split():
        if not shelf.words.get(word.lower()) or scope.index.containers.named(word):
            continue
        used = re.search(rf"\b(?:use|using|uses|from) (?:the )?{re.escape(word)}", text)
        if ":" in word or "/" in word or used:
            filters.append(f"ancestor={word.lower()}")
            return squeeze(text.replace(word, " "))
    return text


def _repositories(said: str, scope: Scope) -> list[str]:
    """Return an image as docker's filter finds it: `shop-api` is `acme/shop-api:4.2`.

    What is a whole repository stays as it is said.
    """
    shelf = scope.index.images
    names = [thing.name.lower() for thing in shelf.things]
    if "/" in said or any(name.partition(":")[0] == said or name == said for name in names):
        return [said]
    ends = [name for name in names if name.rpartition(":")[0].rsplit("/", 1)[-1] == said]
    ends += [name for name in names if name.rsplit("/", 1)[-1] == said]
    return ends or [said]


def _when(text: str, filters: list[str], scope: Scope) -> str:
    match = WHEN.search(text)
    if match is None:
        return text
    said = match.group("v")
    if not scope.index.containers.named(said) and not re.fullmatch(r"[0-9a-f]{6,64}", said.lower()):
        said = resolve(said, scope)[0].name
    key = "before" if match.group("k").lower() == "before" else "since"
    filters.append(f"{key}={said}")
    return cut(text, match)


def _names(text: str, filters: list[str], scope: Scope) -> str:
    for match in _matches(_NAME, text):
        said = match.group("v")
        how = "how" in match.re.groupindex
        filters.append(f"name=^{said}" if how else f"name={name_filter(said, scope)}")
        return cut(text, match)
    return text


def name_filter(name: str, scope: Scope) -> str:
    """Return the filter for exactly this name where others contain it: docker's matches parts."""
    shelf = scope.index.containers
    if not shelf.named(name) or sum(name in thing.name for thing in shelf.things) == 1:
        return name
    return f"^{name}$"


def take_states(text: str, filters: list[str]) -> str:
    """Take out the states and the health."""
    if match := _HEALTH.search(text):
        healthy = (match.group("v") or "").lower() == "healthy"
        filters.append("health=healthy" if healthy else "health=unhealthy")
        return cut(text, match)
    said = [word.lower() for word in text.split()]
    found = [STATES[word][0] for word in said if word in STATES and word not in _LEADS_ON]
    if _NOT_RUNNING.search(text):
        found = ["exited"]
    elif _CREATED.search(text):
        found = ["created"]
    filters.extend(f"status={state}" for state in found if state != "running")
    return " ".join(word for word in text.split() if word.lower() not in STATES)
