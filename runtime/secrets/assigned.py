"""What is given to a secret's name: `password=x`, `"token": "x"`, `--api-key x`, `Cookie: x=y`."""

import re
from collections.abc import Iterator

from runtime.secrets.names import (
    is_given,
    is_innocent,
    is_password,
    is_placeholder,
    is_strong,
    is_variable,
    looks_random,
)

_KEYWORD = (
    r"p(?:ass|wd)|s(?:ecret|alt|ig)|token|key|c(?:redential|ookie|onnection_?string)|auth|dsn"
)
# Read on text in lower case. Every repetition has a bound, so that no text takes long.
_HIT = re.compile(rf"(?:{_KEYWORD})[a-z0-9_.\-]{{0,64}}[\]\\\"']{{0,5}}[ \t]{{0,8}}[=:]")
_FLAG = re.compile(
    r"--[a-z0-9_.\-]{0,48}(?:passw(?:or)?d|passphrase|secret|token|key|credentials|pwd|pass)[ \t]"
)
_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,160}")
_OF_A_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.-")
_LONGEST_NAME = 64
_ASSIGN = re.compile(
    r"(?P<quote>[\]\\\"']{0,5})(?P<blank>[ \t]{0,8})(?P<sign>:=|=>|=(?!=)|:|)[ \t]{0,8}"
)
_QUOTE_BEFORE = re.compile(r"\\{0,3}[\"']\Z")
_QUOTE = re.compile(r"\\{0,3}[\"']")
# An unquoted value ends at a blank or a quote, and at a comma or the like where something else
# begins behind it.
_BARE = re.compile(
    r"(?![,;&])(?:[^\s\"'`\\,;&<>]|[,;&](?![\w.%\-]{0,64}[=:]|\s|\Z)|\\(?![nrt\"']))+"
)
_SCHEME = re.compile(
    r"(?:bearer|basic|token|digest|apikey|negotiate|hmac|aws4-hmac-sha256)[ \t]+(?=\S)",
    re.IGNORECASE,
)
_BEGINS_LINE = re.compile(r"[\s>|<*#\-]*(?:(?:export|ENV|set|declare -x|-e|--env)[ =]+)?\Z")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")
_IN_A_QUERY = frozenset({"key", "sig", "signature", "auth", "x-amz-signature", "x-goog-signature"})
# Read on text in lower case, too: `<password>x</password>`, and a name beside its value.
_ELEMENT = re.compile(r"<([a-z0-9_.:\-]{1,64})(?:\s[^<>]{0,200})?>([^<>]{1,4096})</")
_PAIR = re.compile(
    r"\b(?:name|key)[\\\"']{0,3}[ \t]{0,4}[=:][ \t]{0,4}\\{0,2}[\"']"
    r"([\w.:\-]{1,64})[\\\"']{1,3}[\s,]{1,32}"
    r"[\\\"']{0,3}value[\\\"']{0,3}[ \t]{0,4}[=:][ \t]{0,4}\\{0,2}[\"']"
    r"((?:[^\"'\\\n]|\\[^\"'\n]){1,4096})"
)
_COOKIES = frozenset({"cookie", "set-cookie"})
_LONGEST_VALUE = 16 * 1024
_LONG = 16

# A value is judged by its beginning: how long it is says nothing more.
_JUDGED = 512

Span = tuple[int, int, str]


class _Runs:
    """Where unquoted values end: a run is gone through once, however many names stand in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = self._end = 0

    def end(self, at: int) -> int:
        """Return where the value that begins here ends, or the run that was last gone through."""
        if self._start <= at < self._end and self._text[at] not in ",;&":
            return self._end
        self._start, self._end = at, self.exactly(at)
        return self._end

    def exactly(self, at: int) -> int:
        """Return where the value that begins here ends."""
        bare = _BARE.match(self._text, at, at + _LONGEST_VALUE)
        return bare.end() if bare else at


def find(text: str, lowered: str, *, asked: bool = False) -> Iterator[Span]:
    """Give where values of secret names stand, and the name of each.

    `lowered` is the text with its ASCII letters in lower case. `asked` is for what a caller
    wrote: there, `--password x` is never a sentence about a flag.
    """
    at = 0
    runs = _Runs(text)
    while hit := _HIT.search(lowered, at):
        at = hit.end()
        start = hit.start()
        while start > hit.start() - _LONGEST_NAME and lowered[start - 1 : start] in _OF_A_NAME:
            start -= 1
        found = _value(text, start, runs, asked=asked)
        if found:
            at = max(at, found[1])
            yield found
    for pattern, needed in ((_ELEMENT, "</"), (_PAIR, "value")):
        for pair in pattern.finditer(lowered) if needed in lowered else ():
            name = text[pair.start(1) : pair.end(1)]
            if is_given(name, text[pair.start(2) : pair.end(2)]):
                yield pair.start(2), pair.end(2), name
    for flag in _FLAG.finditer(lowered):
        found = _value(text, flag.start(), runs, asked=asked)
        if found:
            yield found


def _value(text: str, start: int, runs: _Runs, *, asked: bool) -> Span | None:
    """Return where the value stands of the name that begins here, if it is a secret."""
    whole = _NAME.match(text, start)
    sign = whole and _ASSIGN.match(text, whole.end())
    if whole is None or sign is None:
        return None
    name = whole[0].strip("-.")
    if name.lower() in _COOKIES and sign["sign"] == ":":
        return _cookie(text, sign.end())
    kind = _kind(text, start, name, sign)
    flag = whole[0].startswith("-") and bool(sign["blank"]) and not sign["quote"]
    if kind is None or not (sign["sign"] or flag):
        return None
    at, end, quoted = _extent(text, sign.end(), runs)
    if kind == "variable" and at < end and not quoted:
        end = max(end, _variable_end(text, start, at, end))
    value = text[at : min(end, at + _JUDGED)]
    bare = not quoted and at == sign.end()  # neither quoted nor behind `Bearer`
    a_tag = bare and _may_be_a_tag(text, start, sign) and not is_password(name)
    if a_tag or is_innocent(value, name) or (kind == "query" and len(value) < _LONG):
        return None
    certain = _certain(text, start, sign, quoted=quoted, end=end, asked=asked)
    if not (certain or looks_random(value)):
        return None
    return at, end if quoted or kind == "variable" else _trimmed(text, at, runs.exactly(at)), name


def _variable_end(text: str, start: int, at: int, end: int) -> int:
    """Return where a variable's value ends: with its line, or with the quote before its name."""
    if _begins_a_line(text, start):
        return _line_end(text, at)
    quote = _QUOTE_BEFORE.search(text, max(0, start - 4), start)
    return _closed(text, at, quote[0]) if quote else end


def _kind(text: str, start: int, name: str, sign: re.Match[str]) -> str | None:
    """Return why a name says that its value is secret: by itself, or by where it stands."""
    if sign["sign"] == "=" and _VARIABLE.fullmatch(name) and is_variable(name):
        return "variable"
    if is_strong(name):
        return "strong"
    query = text[start - 1 : start] in {"?", "&"} and name.lower() in _IN_A_QUERY
    return "query" if query else None


def _certain(  # noqa: PLR0913 - where a value stands, and how
    text: str, start: int, sign: re.Match[str], *, quoted: bool, end: int, asked: bool
) -> bool:
    """Say whether a value is assigned; else it may be a word of a sentence: `token: expired`."""
    if not sign["sign"]:
        return asked or text.startswith(" -", end)
    if sign["sign"] != ":":
        return True
    if sign["quote"] or quoted:
        return True
    alone = text[end : end + 1] in {"", "\n", "\r"}
    return alone and _begins_a_line(text, start)


def _may_be_a_tag(text: str, start: int, sign: re.Match[str]) -> bool:
    """Say whether this is how an image and its tag are written: `team/token:1.2`."""
    colon = sign["sign"] == ":" and not sign["quote"]
    return colon and (text[sign.end() - 1] == ":" or text[start - 1 : start] == "/")


def _extent(text: str, at: int, runs: _Runs) -> tuple[int, int, bool]:
    """Return where a value begins and ends, and whether it is quoted."""
    scheme = _SCHEME.match(text, at, at + 64)
    if scheme:
        at = scheme.end()
    quote = _QUOTE.match(text, at)
    if quote:
        at = quote.end()
        scheme = _SCHEME.match(text, at, at + 64)
        if scheme:
            at = scheme.end()
        return at, _closed(text, at, quote[0]), True
    if is_placeholder(text, at):
        return at, at, False
    if text[at : at + 1] in {"{", "[", "("}:
        return at, at, False
    return at, _trimmed(text, at, runs.end(at)), False


def _trimmed(text: str, at: int, end: int) -> int:
    """Return where a value ends without what closes what it stands in."""
    while end > at and text[end - 1] in ")]},;":
        end -= 1
    return end


def _closed(text: str, at: int, quote: str) -> int:
    """Return where a quoted text ends: before the same quote, or with its line."""
    end = _line_end(text, at)
    place = at
    while (place := text.find(quote, place, end)) >= 0:
        slashes = 0
        while place - slashes > at and text[place - slashes - 1] == "\\":
            slashes += 1
        if slashes % 2 == 0:
            return place
        place += 1
    return end


def _cookie(text: str, at: int) -> Span | None:
    end = _line_end(text, at)
    for quote in "\"'":
        place = text.find(quote, at, end)
        end = place if place >= 0 else end
    return (at, end, "cookie") if "=" in text[at:end] else None


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at, at + _LONGEST_VALUE)
    end = end if end >= 0 else min(len(text), at + _LONGEST_VALUE)
    return end - 1 if text[end - 1 : end] == "\r" and end > at else end


def _begins_a_line(text: str, start: int) -> bool:
    line = text.rfind("\n", max(0, start - 80), start)
    if line < 0 and start > 80:  # noqa: PLR2004 - the indentation of a deep document
        return False
    return bool(_BEGINS_LINE.fullmatch(text, line + 1, start))
