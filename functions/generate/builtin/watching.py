"""What containers do: why they fail, logs, statistics, processes, changes, ports."""

import re

from contracts.errors import Code, RefusedError
from functions.generate.builtin.answers import ambiguous
from functions.generate.builtin.cues import (
    CAUSES,
    DIFF,
    EXIT_CODE,
    LISTING,
    LOG_WORDS,
    LOGS,
    MANY,
    OF_ONE,
    PORT_NUMBER,
    PORT_WORDS,
    PORTS,
    SPACE,
    STAT_WORDS,
    STATS,
    TOP,
    WHY,
)
from functions.generate.builtin.listing import list_containers, status_of
from functions.generate.builtin.mention import mentioned, names_something
from functions.generate.builtin.modifiers import Window, take_window
from functions.generate.builtin.objects import resolve
from functions.generate.builtin.phrase import STATES
from functions.generate.builtin.scope import Scope, Things
from functions.generate.builtin.spoken import spoken, without
from functions.generate.builtin.steps import Step, one_each, plain_step, together
from functions.generate.builtin.vocabulary import cue

WHY_TAIL = "100"
"""Lines of log that answer a `why`."""
STATE_FORMAT = "{{json .State}}"


_HAPPENED = cue(
    r"""
    what (?:has |have |just |all )*happened(?: (?:to|with|on|in) (?:the |all |my |
    our )*(?:containers?|
    docker|host|here|everything|engine))? .*
    """
)


def why(text: str, scope: Scope) -> list[Step] | None:
    """Answer a `why` with the state and the end of the log."""
    if not WHY.search(text) or (
        _HAPPENED.match(text) and not names_something(_HAPPENED.sub(" ", text), scope)
    ):
        return None
    rest, window = take_window(WHY.sub(" ", text))
    stated = " ".join(w for w in without(rest, LOGS, EXIT_CODE).split() if w.lower() in STATES)
    plainly = without(rest, LOGS, EXIT_CODE, CAUSES)
    named = names_something(plainly, scope)
    things = (
        spoken(plainly if named else f"{stated} container", scope)
        if stated or named
        else (spoken(plainly, scope))
    )
    steps = together(["inspect", "--type", "container", "--format", STATE_FORMAT], things)
    asked = list(log_flags(window)) if window != Window() else ["--tail", WHY_TAIL]
    return [*steps, *one_each(["logs", *asked], things)]


def log_flags(window: Window) -> list[str]:
    flags: list[str] = []
    if window.follow:
        flags.append("--follow")
    if window.since:
        flags += ["--since", window.since]
    if window.tail is not None:
        flags += ["--tail", str(window.tail)]
    if window.timestamps:
        flags.append("--timestamps")
    if window.until:
        flags += ["--until", window.until]
    return flags


_OF_NAME = re.compile(r"\b(?:of|for|from) (?:the )?(?:container )?@?(?P<x>\S+)$", re.IGNORECASE)


def logs(text: str, scope: Scope) -> list[Step] | None:
    """Answer with what containers printed."""
    if not LOGS.search(text) or LISTING.search(text) or cue("labels?").search(text):
        return None
    rest, window = take_window(text)
    named = _OF_NAME.search(rest)
    last = named.group("x") if named and scope.is_name("container")(named.group("x")) else None
    things = _printing(last or without(rest, LOGS), scope)
    return one_each(["logs", *log_flags(window)], things)


def _printing(text: str, scope: Scope) -> Things:
    """Return whose log is meant; a state in it (`the failed job`) may also be about the log."""
    stated = without(text, _LOG_WORDS_PLAIN)
    if stated != without(text, LOG_WORDS):
        try:
            return spoken(stated, scope)
        except RefusedError as refused:
            if refused.error.code is not Code.UNKNOWN_OBJECT:
                raise
    return spoken(without(text, LOG_WORDS), scope)


_LOG_WORDS_PLAIN = cue(
    r"""
    full | entire | whole | complete | dump | beginning | last | latest | recent | newest |
    anything | new | read | scroll | peek | history | everything | access | startup | container
    """
)


def stats(text: str, scope: Scope) -> list[Step] | None:
    """Answer with one reading of the statistics."""
    if not STATS.search(text) or SPACE.search(text):
        return None
    rest = without(text, STATS, STAT_WORDS)
    if cue(r"limits?").search(rest):
        things = mentioned(without(rest, cue(r"limits? | set | allowed")), scope)
        return together(["inspect", "--type", "container"], things) if things else None
    things = mentioned(rest, scope, group=True) or ()
    if not things and cue(r"it | its | they | their").search(text) and (scope.last or scope.target):
        things = resolve("them", scope)
    flags = ["--all"] if cue(r"including stopped | also stopped | stopped").search(text) else []
    if not things:
        return [plain_step("stats", *flags, "--no-stream")]
    return together(["stats", *flags, "--no-stream"], things)


def top(text: str, scope: Scope) -> list[Step] | None:
    """Answer with the processes of containers."""
    if not TOP.search(text):
        return None
    things = spoken(
        without(
            text,
            TOP,
            cue(
                r"""
    running | inside | container | service | tree | table | ps | list | docker
    """
            ),
        ),
        scope,
    )
    return one_each(["top"], things)


def diff(text: str, scope: Scope) -> list[Step] | None:
    """Answer with what changed in the file systems of containers."""
    if not DIFF.search(text):
        return None
    rest = without(
        text,
        DIFF,
        cue(
            r"""
    chang\w+ | files? | disk | modif\w+ | creation | created | start(?:ed)? | differen\w+ |
    compared? | image | base | original | inside | container | added | deleted | altered
    """
        ),
    )
    return one_each(["diff"], spoken(rest, scope))


def ports(text: str, scope: Scope) -> list[Step] | None:
    """Answer which container has a port, or which ports a container has."""
    if not PORTS.search(text) or re.match(r"(?:inspect|describe)\b", text, re.IGNORECASE):
        return None
    asked_of_port = PORT_NUMBER.search(text)
    if asked_of_port and not OF_ONE.search(text):
        return list_containers(text, scope)
    private = re.search(r"\bports?\s+(?P<n>\d{1,5}(?:/(?:tcp|udp))?)", text, re.IGNORECASE)
    rest = without(text, cue(r"ports? \d{1,5}(?:/\w+)?"), PORTS, PORT_WORDS)
    things = mentioned(rest, scope, group=True)
    if things is None and not cue(r"it | its").search(text):
        return [plain_step("ps")]
    if things is None:
        things = resolve("them", scope)
    names = {thing.name for thing in things}
    if len(things) == 1:
        return one_each(["port"], things, *([private.group("n")] if private else []))
    if not MANY.search(text):
        raise ambiguous(rest, things)
    return list_containers(rest, scope) if len(names) > 1 else status_of(things, scope)
