"""What stands beside the object: how many lines, since when, how long to wait, which signal.

Each function takes its words out of the text and returns what is left and what they said.
"""

import re
from dataclasses import dataclass

from functions.generate.builtin.text import squeeze
from functions.generate.builtin.vocabulary import NUMBER, cue, number_of, words

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LINES = r"(?:log )?(?:lines?|entries|entry|messages?|rows?|log ?lines?|records?|logs)"
_RECENT = r"(?:last|final|latest|newest|recent|most recent|bottom|past|previous|trailing)"
_HALF = rf"(?P<n>half an|{NUMBER})"

_TAIL = (
    cue(
        rf"""
        (?:just |only )?(?:the |its |their )?(?:very )?{_RECENT} @n {_LINES}(?: each)?
        (?: of (?:the |its )?(?:logs?|output))?
        """
    ),
    cue(rf"(?:just |only )?(?:the )?@n (?:{_RECENT} )?{_LINES}(?: each)?"),
    cue(rf"(?:--)?tail[ =](?:the )?(?:last )?(?P<n>\d+)(?: {_LINES})?"),
    cue(
        rf"""
        (?:just |only )?(?:the )?{_RECENT} (?P<n>\d+)
        (?! ?(?:\w*(?:sec|min|hour|hr|day|week)|[smhdw]\b))
        """
    ),
    cue(rf"(?:the )?(?:very )?{_RECENT} (?P<one>line|message|log line|entry)"),
)
_AGO = (
    cue(rf"between {_HALF} ?@unit ago and now"),
    cue(rf"(?:since|from|starting|back to|newer than) (?:about )?{_HALF} ?@unit (?:ago|back)"),
    cue(
        rf"""
        (?:(?:since|from|in|over|during|within|for|of|covering|spanning) )?(?:the )?
        (?:last|past|previous) (?:(?P<n>half (?:an )?|{NUMBER}) ?)?@unit
        """
    ),
    cue(r"(?:since|--since)[ =](?P<n>\d+) ?@unit"),
    cue(rf"not older than {_HALF} ?@unit"),
)
_DATE = r"(?P<at>\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?)"
_SINCE_DATE = cue(rf"(?:since|from|after|starting(?: (?:at|from))?) {_DATE}")
_UNTIL_DATE = cue(rf"(?:until|till|up to|to|before) {_DATE}")
_UNTIL_AGO = cue(r"(?:until|till|up to|before|older than) @n ?@unit(?: ago)?")
_YESTERDAY = cue(r"since yesterday")
_STAMPS = cue(
    r"""
    (?:with|including|include|plus|and) (?:the )?(?:timestamps?|times|time stamps?|dates) |
    timestamped | (?:show|showing|add) (?:the )?timestamps? | timestamps?
    """
)
_FOLLOW = cue(
    r"""
    follow(?:ing)? | stream(?:ing)? | live | (?:in )?real[ -]?time | continuously | -f |
    keep (?:watching|following|printing|streaming|showing) | watch(?:ing)? |
    as (?:they|it) (?:come|comes|arrive|arrives|happen|happens)(?: in)?
    """
)
_PERIOD = r"(?:grace(?: period)?|time-? ?out)"
_GRACE = (
    cue(
        rf"""
        (?:but |and )?(?:give|giving|allow|allowing|grant)(?: (?:it|them|him|each))?
        \s(?:up to |at least )?(?P<n>half an?|{NUMBER}) ?@unit(?: of grace)?(?: (?:to|for|
        before) [\w ]+)?
        """
    ),
    cue(
        rf"""
        with(?:in)? (?:a |an )?(?:{_PERIOD} of |delay of )?@n[ -]?@unit
        (?: (?:of )?(?:{_PERIOD}|delay|to (?:finish|exit|stop|shut ?down)))?
        """
    ),
    cue(rf"(?:(?:with|using) )?(?:a |the )?{_PERIOD} (?:of |set to |to |= ?)?@n(?: ?@unit)?"),
    cue(
        r"""
        (?:but |and )?(?:do not |not )?(?:after|wait(?:ing)?)(?: for)?
        (?: at most| at least| no longer than| no more than| longer than| more than| max(?:imum)?
        | only| up to)? @n ?@unit(?: (?:before|for|at most|max|and then) ?[\w ]*)?
        """
    ),
    cue(rf"@n[ -]?@unit (?:of )?{_PERIOD}"),
    cue(r"(?:with )?(?P<zero>no grace(?: period)?|without (?:waiting|grace|a grace period))"),
)
_SIGNALS = words(
    "HUP INT QUIT ILL TRAP ABRT KILL USR1 USR2 SEGV PIPE ALRM TERM STOP CONT WINCH TSTP"
)
_SIG = rf"(?P<s>(?:sig[ -]?)?(?:{'|'.join(sorted(_SIGNALS))}))"
_SIG_OR_NUMBER = _SIG.replace("))", r")|\d{1,2})")
_SIGNAL = (
    cue(
        rf"""
        (?:with|using|via|by(?: sending)?|through|sending(?: it)?) (?:a |an |the )?(?:signal )?
        {_SIG_OR_NUMBER}(?: signal)?
        """
    ),
    cue(rf"(?:with )?signal {_SIG_OR_NUMBER}"),
    cue(rf"(?:an? |the )?{_SIG} signal"),
    cue(r"(?:an? |the )?(?P<s>SIG[A-Z0-9]{2,6})"),
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
    text, since, until = _take_times(text)
    text, tail = _take_tail(text)
    stamps = _STAMPS.search(text)
    if stamps:
        text = cut(text, stamps)
    follow = _FOLLOW.search(text)
    if follow:
        text = cut(text, follow)
    return text, Window(tail, since, until, timestamps=bool(stamps), follow=bool(follow))


def _take_times(text: str) -> tuple[str, str | None, str | None]:
    since = until = None
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
    return text, since, until


def _take_tail(text: str) -> tuple[str, int | None]:
    for pattern in _TAIL:
        if match := pattern.search(text):
            lines = 1 if "one" in pattern.groupindex else number_of(match.group("n"))
            return cut(text, match), lines
    return text, None


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
                if said.removeprefix("SIG") not in _SIGNALS:
                    continue
            return cut(text, match), said
    return text, None
