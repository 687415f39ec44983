"""How containers are: lists, status, and the facts that `inspect` knows."""

import re

from functions.generate.builtin.cues import (
    CONTAINERS,
    DETAILS,
    FACTS,
    IMAGES,
    LIST,
    LISTING,
    MANY,
    NETWORKS,
    OWNERS,
    PLURAL_FIRST,
    STATUS,
    VOLUMES,
)
from functions.generate.builtin.filters import take_labels, take_states
from functions.generate.builtin.index import Kind
from functions.generate.builtin.listing import list_containers, status_of
from functions.generate.builtin.mention import mentioned, names_something
from functions.generate.builtin.modifiers import take_window
from functions.generate.builtin.objects import resolve
from functions.generate.builtin.scope import Scope
from functions.generate.builtin.spoken import kind_words, or_none, without
from functions.generate.builtin.steps import Step, plain_step, together
from functions.generate.builtin.vocabulary import cue

_ONLY_INSPECT = cue(r"inspect | details | exit ?code | restart ?(?:count|policy) | env\w* | ip")


_WITH_CODE = cue(r"(?:exit )?(?:code|status) (?:of )?\d{1,3}")


_VARIABLE = re.compile(
    r"(?<![\w.=/:@-])(?!(?:CPU|RAM|JSON|DNS|PID|PIDS|MAC|OOM|TCP|UDP|HTTP|HTTPS|ALL|NOT|LOGS?|OK|SSH|API|URL"
    r"|CPUS|UTC|ASAP|FYI|PLEASE)\b)[A-Z][A-Z0-9_]{2,}(?![\w=/:@-]|\.\w)"
)
"""A variable of the environment, by how it is written: `which MODE does it run in?`."""
_CHECKS = cue(r"(?:fail(?:ing|ed|s)?|pass(?:ing|ed|es)?) (?:\w+ )?health ?checks?")


def facts(text: str, scope: Scope) -> list[Step] | None:
    """Answer what only `inspect` knows, also where the word container would mean a list."""
    if not (FACTS.search(text) or _VARIABLE.search(text)) or LISTING.search(text):
        return None
    if take_states(text, []) != text and _CHECKS.search(text):
        return list_containers(text, scope)
    if _WITH_CODE.search(text) and not names_something(_WITH_CODE.sub(" ", text), scope):
        return list_containers(text, scope)
    return details(text, scope)


def details(text: str, scope: Scope) -> list[Step] | None:
    """Answer with what `inspect` knows of containers."""
    if not (DETAILS.search(text) or _VARIABLE.search(text)):
        return None
    rest = without(
        _VARIABLE.sub(" ", text),
        DETAILS,
        cue(
            r"""
    docker | container | data | files? | which | assigned | use[sd]? | using | does | belong |
    connected | attached | limit | oom
    """
        ),
    )
    rest, _ = take_window(rest)
    keys = (
        {key.lower() for key in scope.index.labels} - {"role"} if "label" in text.lower() else set()
    )
    rest = " ".join(word for word in rest.split() if word.lower() not in keys)
    things = mentioned(rest, scope)
    if things is None and cue(r"it | its | them | their").search(text):
        one = scope.before if len(scope.last) > 1 and not cue("them | their").search(text) else ()
        if other := [thing for thing in one or scope.last if thing.kind != "container"]:
            return [step for each in other for step in together([each.kind, "inspect"], [each])]
        things = resolve("them", scope)
    if things is None and _ONLY_INSPECT.search(text):
        things = resolve(kind_words(text, "container"), scope)
    if things is None:
        return None
    return together(["inspect", "--type", "container"], things)


def anything_inspected(text: str, scope: Scope) -> list[Step] | None:
    """Answer `inspect <name>` for whatever kind of object bears the name."""
    match = re.fullmatch(
        r"(?:docker\s+)?inspect\s+(?:the\s+)?(?:image\s+|volume\s+|network\s+)?(?P<x>\S+)(?:\s+(?:image|volume|network))?",
        text,
        re.IGNORECASE,
    )
    if match is None:
        return None
    kinds: tuple[Kind, ...] = ("container", "image", "volume", "network")
    found = [
        (kind, shelf.things[position])
        for kind in kinds
        for shelf in (scope.index.shelf(kind),)
        for position in shelf.named(match.group("x"))
        if kind == "container"
        or re.search(rf"\b{kind}\b", text)
        or not scope.index.containers.named(match.group("x"))
    ]
    if len(found) != 1 or found[0][0] == "container":
        return None
    kind, thing = found[0]
    return together([kind, "inspect"], [thing])


_ON = re.compile(
    r"\b(?:on|in|(?:attached|connected|joined) to|joined|part of|using|uses?|shares?|sharing"
    r"|mounts?|mounting|owns?|has|have)\s+(?:the\s+)?"
    r"(?:(?:network|volume)\s+)?(?P<n>\S+)(?:\s+(?:network|volume))?(?:\s+mounted)?$",
    re.IGNORECASE,
)


def members(text: str, scope: Scope) -> list[Step] | None:
    """Answer which containers are on a network that is called by its name."""
    match = _ON.search(text)
    if match is None or not _WHO.match(text):
        return None
    if scope.index.containers.named(match.group("n")):
        return None
    for kind in _HOLDERS:
        shelf = scope.index.shelf(kind)
        if named := shelf.named(match.group("n")):
            return [plain_step("ps", "--filter", f"{kind}={shelf.things[named[0]].name}")]
    return None


_HOLDERS: tuple[Kind, ...] = ("network", "volume")
_WHO = re.compile(r"(?:who|what|which|anything|everything)\b", re.IGNORECASE)
_WHICH_ONE = re.compile(
    r"(?:which|what) (?:one|ones|container|containers)(?: (?:is|are|was|were) (?:it|they|that))?"
    r"|who is it",
    re.IGNORECASE,
)
_ALL_WELL = re.compile(
    r"(?:are|is) (?:all|every|everything)\b(?: (?:the|of|our|my|containers?|services?|apps?))*"
    r"(?: (?:healthy|up|running|ok|okay|fine|well|good|alright|still|currently))*$",
    re.IGNORECASE,
)
"""Whether all are well shows in a list of all, not in a list of those that are."""


def _in_common(text: str, scope: Scope) -> list[Step] | None:
    """Return the list of all, of what is in trouble, or of what has a label."""
    if _ALL_WELL.match(text):
        return [plain_step("ps", "--all")]
    if _TROUBLE.fullmatch(text):
        return [
            plain_step("ps", "--filter", "health=unhealthy"),
            plain_step("ps", "--all", *(part for each in _DOWN for part in ("--filter", each))),
        ]
    if take_labels(text, []) != text and not names_something(take_labels(text, []), scope):
        return list_containers(text, scope)
    return None


def listed(text: str, scope: Scope) -> list[Step] | None:
    """Answer with a list of containers."""
    if steps := _in_common(text, scope):
        return steps
    if OWNERS.search(text) and (
        VOLUMES.search(text) or NETWORKS.search(text) or IMAGES.search(text)
    ):
        return list_containers(re.sub(r"^\S+", " ", text), scope)
    if not CONTAINERS.search(text):
        return None
    if not (LIST.search(text) or STATUS.search(text) or PLURAL_FIRST.match(text)):
        return None
    if cue(r"is|are|was").search(text.split(" ", 1)[0]) and not cue(
        r"containers?\s*$|any|there"
    ).search(text):
        things = mentioned(without(text, cue(r"status | up")), scope, group=True)
        if things:
            return status_of(things, scope, text)
    return list_containers(text, scope)


_DOWN = ("status=exited", "status=restarting", "status=dead")
_TROUBLE = re.compile(
    r"(?:(?:what|which(?: \w+)?|is|are|anything|something|show|list|any|everything|there|me|that"
    r"|the|all|containers?"
    r"|services?|ones|currently|right|now|not|here|else|looks?|seems?|needs?|my|our|need)\s+)+"
    r"(?:broken|wrong|failing|in trouble|attention|bad|working|misbehaving|failed)(?: (?:here"
    r"|now|today))?",
    re.IGNORECASE,
)


def _many(text: str, scope: Scope) -> bool:
    """Tell whether several may be meant: plurals, words such as all, a compose project."""
    said = text.lower().replace("@", "").split()
    return bool(MANY.search(text)) or not scope.index.projects.keys().isdisjoint(said)


_IS_UP = re.compile(
    r"(?:is|are) .+ (?:up|running|healthy|alive|down|ok|okay|online|still there|stopped|paused"
    r"|dead)"
    r"(?: (?:now|again|yet))?$",
    re.IGNORECASE,
)


def is_up(text: str, scope: Scope) -> list[Step] | None:
    """Answer `is the metrics exporter up?`, whatever else its name would ask for."""
    return status(text, scope) if _IS_UP.match(text) and not CONTAINERS.search(text) else None


def status(text: str, scope: Scope) -> list[Step] | None:
    """Answer with the status of containers."""
    if _WHICH_ONE.fullmatch(text) and scope.last:
        return status_of(scope.last, scope)
    if not STATUS.search(text):
        return None
    rest = without(
        text,
        cue(
            r"""
    status(?:es)? | states? | health | uptime | long | alive | ok(?:ay)? | fine | online |
    happy | current | responding | healthy | unhealthy | up | down | running | dead |
    crash(?:ed|ing) | restarting | paused | exited | stopped | ready | exist(?:s)?
    """
        ),
    )
    things = mentioned(rest, scope, group=_many(rest, scope))
    if (
        things is None
        and cue(r"it | they | them | its | that | their").search(text)
        and (scope.last or scope.target)
    ):
        things = resolve("them", scope)
    if things:
        return status_of(things, scope, text)
    return list_containers(text, scope)


def running(text: str, scope: Scope) -> list[Step] | None:
    """Answer a look that names no topic with a list or a status."""
    if not LIST.search(text):
        return None
    named = names_something(text, scope)
    if not named and cue(
        r"""
    containers? | running | everything | what is (?:up|there|on) | ps | ls | all | docker | left |
    remain(?:s|ing)? | exists? | here
    """
    ).search(text):
        return list_containers(text, scope)
    things = or_none(lambda: mentioned(text, scope, group=_many(text, scope)))
    if things:
        return status_of(things, scope, text)
    return None
