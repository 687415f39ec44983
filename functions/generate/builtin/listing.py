"""Lists: which containers and which images, by what they have in common."""

import re

from contracts.errors import Code, RefusedError
from contracts.world import COMPOSE_PROJECT
from functions.generate.builtin.filters import (
    WHEN,
    name_filter,
    take_filters,
    take_labels,
    take_states,
)
from functions.generate.builtin.index import singular
from functions.generate.builtin.mention import chunks_of, mentioned, names_something
from functions.generate.builtin.modifiers import cut
from functions.generate.builtin.phrase import EVERY, STATES
from functions.generate.builtin.roles import SAME
from functions.generate.builtin.scope import Scope, Things
from functions.generate.builtin.steps import Step, plain_step
from functions.generate.builtin.text import squeeze
from functions.generate.builtin.vocabulary import NUMBER, cue, number_of, words

_ALL = cue(
    r"""
    all | every | everything | any | -a | --all |
    (?:including|include|even|also|with|plus) (?:the )?(?:ones that (?:are )?)?
    (?:stopped|exited|not running)(?: ones| containers)?(?: too)? |
    (?:stopped|exited) ones (?:too|as well|included) |
    (?:regardless|irrespective) of (?:their |its |the )?(?:status|state) |
    (?:whether )?(?:they are )?(?:running|up|alive|live|started) (?:or|and) (?:not|stopped|exited|
    dead|down) |
    (?:stopped|exited|dead|down) (?:or|and) (?:running|up|alive|live|started) |
    (?:both )?(?:running|active) (?:and|or) (?:stopped|exited|inactive) |
    (?:in )?any (?:state|status) | no matter (?:their|the|what) (?:status|state)
    """
)
_RUNNING = re.compile(
    r"(?<![\w-])(?:only |currently )*(?:running|up)"
    r"(?! (?:or|and) (?:not|stopped|exited|in|non)|[\w-])(?! on\b)",
    re.IGNORECASE,
)
_LATEST = cue(
    rf"""
    (?:the )?(?:(?P<n>{NUMBER}) )?(?:last|latest|newest|most recent(?:ly)?|recently)
    (?: (?P<m>{NUMBER}))?(?: created| started)? containers?(?: created)? |
    containers? (?:created|made) (?:last|most recently)
    """
)
_QUIET = cue(
    r"""
    (?:only|just) (?:show |list |display |return |print )?(?:me )?(?:the |their )?
    (?:container |image |numeric )?ids? |
    ids? only | (?:the )?(?:container |image )?ids? (?:of|for) |
    (?:container|image|volume|network) ids | quiet(?:ly)?(?: mode)? | -q
    """
)
_SIZE = cue(r"sizes? | how (?:big|large) | disk (?:space|usage|size) | biggest | largest | space")
_FULL = cue(
    r"""
    (?:no|without|un)[ -]?trunc(?:ation|ating|ated|ate)?(?: output)? | not truncated? |
    (?:do not|without) truncat\w*(?: (?:the )?output)? |
    full(?:-length)? (?:ids?|commands?|output|length) | complete ids?
    """
)
_JSON = cue(r"(?:as|in) json(?: format)? | json(?: format)?")
_DANGLING = cue(
    r"""
    dangling | untagged | orphan(?:ed)? | unused | unreferenced | without (?:a )?tags? |
    not (?:in use|used|tagged|referenced)(?: by (?:any|a) container)? | no longer (?:used|needed)
    """
)
_COLUMNS = cue(
    r"""
    repository | repositories | tags? | ids? | sizes? | names? | table | created | columns? |
    local(?:ly)? | stored | downloaded | json | images? | commands?
    """
)
_MARK = re.compile(r"(?<!\S)@")
_GONE = frozenset(
    f"status={state}" for state in ("exited", "paused", "restarting", "created", "dead")
)
_NO_LABEL = frozenset({*EVERY, *STATES, "container", "containers", "service", "services"})
_GROUPING = words("containers container project stack services service projects compose")


def list_containers(text: str, scope: Scope) -> list[Step]:
    """Return `docker ps` with the filters that the words ask for."""
    flags: list[str] = []
    filters: list[str] = []
    text, latest = _latest(_MARK.sub("", text))
    text = take_filters(text, filters, scope)
    everything = _ALL.search(text) is not None and not _RUNNING.search(text)
    text = squeeze(_ALL.sub(" ", text))
    text = take_states(text, filters)
    about = _named(_without_output(text), filters, scope)
    hidden = any(each in _GONE or each.startswith("exited=") for each in filters)
    stated = any(each.startswith("status=") for each in filters)
    if (everything and not stated) or hidden or not all(_shows(about)):
        flags.append("--all")
    for each in dict.fromkeys(filters):
        flags += ["--filter", each]
    if latest:
        flags += ["--last", str(latest)]
    return [plain_step("ps", *flags, *_output(text), about=about or _in_state(filters, scope))]


def _shows(things: Things) -> list[bool]:
    alive = {"running", "restarting", "paused"}
    return [thing.container is not None and thing.container.state in alive for thing in things]


def _in_state(filters: list[str], scope: Scope) -> Things:
    """Return what a list of one state shows, so that `it` may mean that."""
    states = [each.partition("=")[2] for each in filters if each.startswith(("status=", "health="))]
    if len(states) != 1 or len(filters) != 1 or states[0] not in STATES:
        return ()
    test = STATES[states[0]][1]
    everything = scope.index.containers.things
    return tuple(thing for thing in everything if thing.container and test(thing.container))


def _latest(text: str) -> tuple[str, int | None]:
    match = _LATEST.search(text)
    if match is None:
        return text, None
    said = match.group("n") or match.group("m")
    return cut(text, match) + " containers", number_of(said) if said else 1


def _without_output(text: str) -> str:
    for pattern in (_QUIET, _FULL, _SIZE, _JSON, _COLUMNS):
        text = pattern.sub(" ", text)
    return squeeze(text)


def _output(text: str) -> list[str]:
    flags = []
    if _QUIET.search(text):
        flags.append("--quiet")
    if _FULL.search(text):
        flags.append("--no-trunc")
    if _SIZE.search(text):
        flags.append("--size")
    if _JSON.search(text):
        flags += ["--format", "json"]
    return flags


def _named(text: str, filters: list[str], scope: Scope) -> Things:
    """Add a filter for what is named: a compose project, or containers."""
    if not names_something(text, scope):
        return ()
    projects = scope.index.projects
    said = " ".join(chunks_of(text, scope)).lower().split()
    spoken = [word for word in said if word in projects]
    values = {each.rpartition("=")[2].lower() for each in filters if each.startswith("label=")}
    if values and all(
        values & {word, *SAME.get(word, ())} for word in said if word not in _NO_LABEL
    ):
        return ()
    plain = [word for word in said if word not in {*projects, *_GROUPING, *EVERY, *STATES}]
    if len(spoken) == 1 and not plain:
        filters.append(f"label=com.docker.compose.project={projects[spoken[0]]}")
        return ()
    try:
        things = mentioned(text, scope, group=True) or ()
    except RefusedError as refused:
        if refused.error.code is Code.UNKNOWN_OBJECT and filters:
            return ()
        raise
    filters.extend(_name_filters(things, said, scope))
    return things


def _common_label(things: Things, said: list[str], scope: Scope) -> str | None:
    """Return the label, as key=value, that these have and no other, where its value was said."""
    if len(things) < 2 or any(thing.container is None for thing in things):  # noqa: PLR2004 - several
        return None
    first = things[0].container
    for key, value in sorted(first.labels.items()) if first else ():
        if value.lower() not in said and singular(value.lower()) not in said:
            continue
        bearing = {
            thing
            for thing in scope.index.containers.things
            if thing.container and thing.container.labels.get(key) == value
        }
        if bearing == set(things) and (key == COMPOSE_PROJECT or not key.startswith("com.docker.")):
            return f"{key}={value}"
    return None


def _name_filters(things: Things, said: list[str], scope: Scope) -> list[str]:
    """Return one filter for a part that all these names have and no other, else one for each."""
    if shared := _common_label(things, said, scope):
        return [f"label={shared}"]
    parts = [word for word in said if word not in _GROUPING]
    if len(things) > 1 and len(parts) == 1:
        part = singular(parts[0])
        bearing = {thing for thing in scope.index.containers.things if part in thing.name}
        if bearing == set(things):
            return [f"name={part}"]
    return [f"name={name_filter(thing.name, scope)}" for thing in things]


def status_of(things: Things, scope: Scope, said: str = "") -> list[Step]:
    """Return the `docker ps` that shows these containers, in whatever state.

    Several that have a label in common which no other has, and which was said, are shown by it.
    """
    flags = [] if all(_shows(things)) else ["--all"]
    if shared := _common_label(things, said.lower().split(), scope):
        return [plain_step("ps", *flags, "--filter", f"label={shared}", about=things)]
    for thing in things:
        flags += ["--filter", f"name={name_filter(thing.name, scope)}"]
    return [plain_step("ps", *flags, about=things)]


def list_images(text: str, scope: Scope) -> list[Step]:
    """Return `docker images`, of one repository or filtered."""
    filters: list[str] = []
    if match := WHEN.search(text):
        key = "before" if match.group("k").lower() == "before" else "since"
        filters.append(f"{key}={match.group('v')}")
        text = cut(text, match)
    if match := _DANGLING.search(text):
        filters.append("dangling=true")
        text = cut(text, match)
    text = take_labels(text, filters)
    flags = [part for each in filters for part in ("--filter", each)]
    if re.search(r"\bintermediate\b", text):
        flags.append("--all")
    if re.search(r"\bdigests?\b", text):
        flags.append("--digests")
    for flag, pattern in (("--quiet", _QUIET), ("--no-trunc", _FULL)):
        if match := pattern.search(text):
            flags.append(flag)
            text = cut(text, match)
    if _JSON.search(text):
        flags += ["--format", "json"]
    reference = _repository(_COLUMNS.sub(" ", text), scope)
    return [plain_step("images", *flags, *([reference] if reference else []))]


def _repository(text: str, scope: Scope) -> str | None:
    """Return the repository or image that is named, as docker takes it."""
    shelf = scope.index.images
    for word in " ".join(chunks_of(text, scope, "image")).lower().split():
        names = {shelf.things[position].name for position in shelf.words.get(word, ())}
        bases = {name.rpartition(":")[0] or name for name in names}
        if word in {name.lower() for name in names | bases}:
            return word
        ends = {base for base in bases if base.rsplit("/", 1)[-1].lower() == word}
        if len(ends) == 1:
            return ends.pop()
    return None
