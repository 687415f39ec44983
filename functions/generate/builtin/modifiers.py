"""What stands beside the object: how many lines, since when, how long to wait, which signal.

Each function takes its words out of the text and returns what is left and what they said.
"""

import re
from dataclasses import dataclass

from functions.generate.builtin.text import squeeze
from functions.generate.builtin.vocabulary import NUMBER, cue, number_of

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_UNIT = r"(?P<unit>seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)"
_LINES = r"(?:log\s+)?(?:lines?|entries|entry|messages?|rows?|log\s*lines?|records?|logs)"
_RECENT = r"(?:last|final|latest|newest|recent|most\s+recent|bottom|past|previous|trailing)"

_TAIL = (
    cue(
        rf"(?:just\s+|only\s+)?(?:the\s+|its\s+|their\s+)?(?:very\s+)?{_RECENT}\s+(?P<n>{NUMBER})\s+{_LINES}"
        r"(?:\s+each)?(?:\s+of\s+(?:the\s+|its\s+)?(?:logs?|output))?"
    ),
    cue(rf"(?:just\s+|only\s+)?(?:the\s+)?(?P<n>{NUMBER})\s+(?:{_RECENT}\s+)?{_LINES}(?:\s+each)?"),
    cue(rf"(?:--)?tail(?:\s+|=)(?:the\s+)?(?:last\s+)?(?P<n>\d+)(?:\s+{_LINES})?"),
    cue(
        rf"(?:just\s+|only\s+)?(?:the\s+)?{_RECENT}\s+(?P<n>\d+)(?!\s*(?:\w*(?:sec|min|hour|hr|day|week)|[smhdw]\b))"
    ),
    cue(rf"(?:the\s+)?(?:very\s+)?{_RECENT}\s+(?P<one>line|message|log\s+line|entry)"),
)
_AGO = (
    cue(
        rf"(?:since|from|starting|back\s+to|newer\s+than)\s+(?:about\s+)?(?P<n>half\s+an|{NUMBER})\s*{_UNIT}\s+(?:ago|back)"
    ),
    cue(
        rf"(?:(?:since|from|in|over|during|within|for|of|covering|spanning)\s+)?(?:the\s+)?(?:last|past|previous)\s+(?:(?P<n>half\s+(?:an\s+)?|{NUMBER})\s*)?{_UNIT}"
    ),
    cue(rf"(?:since|--since)(?:\s+|=)(?P<n>\d+)\s*{_UNIT}"),
    cue(rf"not\s+older\s+than\s+(?P<n>half\s+an|{NUMBER})\s*{_UNIT}"),
)
_DATE = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?"
_SINCE_DATE = cue(rf"(?:since|from|after|starting(?:\s+(?:at|from))?)\s+(?P<at>{_DATE})")
_UNTIL_DATE = cue(rf"(?:until|till|up\s+to|to|before)\s+(?P<at>{_DATE})")
_UNTIL_AGO = cue(
    rf"(?:until|till|up\s+to|before|older\s+than)\s+(?P<n>{NUMBER})\s*{_UNIT}(?:\s+ago)?"
)
_YESTERDAY = cue(r"since\s+yesterday")
_STAMPS = cue(
    r"(?:with|including|include|plus|and)\s+(?:the\s+)?(?:timestamps?|times|time\s+stamps?|dates)",
    "timestamped",
    r"(?:show|showing|add)\s+(?:the\s+)?timestamps?",
    "timestamps?",
)
_FOLLOW = cue(
    r"follow(?:ing)?",
    r"stream(?:ing)?",
    r"live",
    r"(?:in\s+)?real[\s-]?time",
    r"keep\s+(?:watching|following|printing|streaming|showing)",
    r"as\s+(?:they|it)\s+(?:come|comes|arrive|arrives|happen|happens)(?:\s+in)?",
    r"continuously",
    r"watch(?:ing)?",
    r"-f",
)
_GRACE = (
    cue(
        rf"(?:,?\s*(?:but\s+|and\s+)?(?:give|giving|allow|allowing|grant)\s+(?:it|them|him|each)?\s*)(?:up\s+to\s+|at\s+least\s+)?(?P<n>{NUMBER})\s*{_UNIT}(?:\s+of\s+grace)?(?:\s+(?:to|for|before)\s+[\w\s]+)?"
    ),
    cue(
        rf"with(?:in)?\s+(?:a\s+|an\s+)?(?:grace(?:\s+period)?\s+of\s+|time-?\s?out\s+of\s+|delay\s+of\s+)?(?P<n>{NUMBER})[\s-]*{_UNIT}(?:\s+(?:of\s+)?(?:grace(?:\s+period)?|time-?\s?out|delay|to\s+(?:finish|exit|stop|shut\s*down)))?"
    ),
    cue(
        rf"(?:(?:with|using)\s+)?(?:a\s+|the\s+)?(?:grace(?:\s+period)?|time-?\s?out)\s+(?:of\s+|set\s+to\s+|to\s+|=\s*)?(?P<n>{NUMBER})\s*{_UNIT}?"
    ),
    cue(rf"(?:after|wait(?:ing)?)\s+(?P<n>{NUMBER})\s*{_UNIT}(?:\s+before\s+[\w\s]+)?"),
    cue(rf"(?P<n>{NUMBER})[\s-]*{_UNIT}\s+(?:of\s+)?(?:grace(?:\s+period)?|time-?\s?out)"),
    cue(
        r"(?:with(?:out)?\s+)?(?:a\s+|any\s+)?(?P<zero>no\s+grace(?:\s+period)?|without\s+(?:waiting|grace|a\s+grace\s+period))"
    ),
)
_SIGNAL_NAMES = (
    "HUP INT QUIT ILL TRAP ABRT KILL USR1 USR2 SEGV PIPE ALRM TERM STOP CONT WINCH TSTP".split()
)
_SIG = r"(?:sig[\s-]?)?(?:" + "|".join(_SIGNAL_NAMES) + r")"
_SIGNAL = (
    cue(
        rf"(?:with|using|via|by(?:\s+sending)?|through|sending(?:\s+it)?)\s+(?:a\s+|an\s+|the\s+)?(?:signal\s+)?(?P<s>{_SIG}|\d{{1,2}})(?:\s+signal)?"
    ),
    cue(r"(?:with\s+)?signal\s+(?P<s>" + _SIG + r"|\d{1,2})"),
    cue(rf"(?:an?\s+|the\s+)?(?P<s>{_SIG})\s+signal"),
    re.compile(r"(?<![\w./-])(?:an?\s+|the\s+)?(?P<s>SIG[A-Z0-9]{2,6})(?![\w-])", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a log."""

    tail: int | None = None
    since: str | None = None
    until: str | None = None
    timestamps: bool = False
    follow: bool = False


def cut(text: str, match: re.Match[str]) -> str:
    """Return the text without what matched."""
    return squeeze(text[: match.start()] + " " + text[match.end() :])


def seconds_of(match: re.Match[str]) -> int:
    """Return the seconds of a matched number and unit; a missing number is one."""
    number, unit = match.group("n"), (match.group("unit") or "s")[0].lower()
    if number and number.lower().startswith("half"):
        return _UNITS[unit] // 2
    return (number_of(number) if number else 1) * _UNITS[unit]


def duration(seconds: int) -> str:
    """Return docker's spelling of a duration: `15m`, `2h`, `90s`."""
    for unit in "hm":
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{seconds // _UNITS[unit]}{unit}"
    return f"{seconds}s"


def take_window(text: str) -> tuple[str, Window]:
    """Take out the words that say which part of a log is wanted."""
    tail = since = until = None
    if match := _SINCE_DATE.search(text):
        since, text = match.group("at").replace(" ", "T"), cut(text, match)
    if match := _UNTIL_DATE.search(text):
        until, text = match.group("at").replace(" ", "T"), cut(text, match)
    if match := _YESTERDAY.search(text):
        since, text = "24h", cut(text, match)
    for pattern in _AGO:
        if since is None and (match := pattern.search(text)):
            since, text = duration(seconds_of(match)), cut(text, match)
    if match := _UNTIL_AGO.search(text):
        until, text = duration(seconds_of(match)), cut(text, match)
    for pattern in _TAIL:
        if match := pattern.search(text):
            tail = 1 if "one" in pattern.groupindex else number_of(match.group("n"))
            text = cut(text, match)
            break
    stamps = _STAMPS.search(text)
    if stamps:
        text = cut(text, stamps)
    follow = _FOLLOW.search(text)
    if follow:
        text = cut(text, follow)
    return text, Window(tail, since, until, timestamps=bool(stamps), follow=bool(follow))


def take_grace(text: str) -> tuple[str, int | None]:
    """Take out how many seconds a container gets before it is killed."""
    for pattern in _GRACE:
        if match := pattern.search(text):
            if "zero" in pattern.groupindex:
                return cut(text, match), 0
            return cut(text, match), seconds_of(match)
    return text, None


def take_signal(text: str) -> tuple[str, str | None]:
    """Take out which signal to send, in the form `SIGTERM` or a number."""
    for pattern in _SIGNAL:
        if match := pattern.search(text):
            said = re.sub(r"[\s-]", "", match.group("s")).upper()
            if not said.isdigit():
                said = "SIG" + said.removeprefix("SIG")
                if said.removeprefix("SIG") not in _SIGNAL_NAMES:
                    continue
            return cut(text, match), said
    return text, None
