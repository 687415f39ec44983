"""Private keys: blocks of many lines (RFC 7468, OpenPGP, PuTTY), whole or cut at either end."""

import re
from collections.abc import Iterator

_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PUTTY = re.compile(r"Private-Lines: [0-9]{1,4}")
_PUTTY_END = re.compile(r"Private-(?:MAC|Hash):")
LONGEST = 64 * 1024
"""In characters: no private key is longer."""

# What follows the beginning of a key whose end was cut off, where line breaks are escaped.
_BODY = re.compile(
    r"(?:(?:\\[rnt])++"
    r"(?:[A-Z][A-Za-z-]{3,16}: [^\n\\]{0,200}+|[A-Za-z0-9+/]{16,}+={0,2}|=[A-Za-z0-9+/]{4}))*+"
)
# A line of a key one of whose ends was cut off, behind what a log writes before each line.
_LINE = re.compile(r"(?:.*[\s|])?[A-Za-z0-9+/]{16,}={0,2}\s*")
# What may stand among them: a header, an empty line, and the end, which is short.
_OTHER = re.compile(
    r"(?:.*[\s|])?"
    r"(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash): .*|=?[A-Za-z0-9+/]{1,15}={0,2})?\s*"
)
_MOST_OTHERS = 4

# A full line of a key, and the shorter one that may be its last: no id is written so.
_FULL = re.compile(r"(?:.*[\s|])?(?=[a-z0-9+/]*[A-Z])[A-Za-z0-9+/]{60,76}={0,2}\s*")
_LAST = re.compile(r"(?:.*[\s|])?[A-Za-z0-9+/]{1,76}={0,2}\s*")

NAME = "a private key"


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Give where the bodies of private keys stand, from left to right."""
    if "PRIVATE KEY" in text:
        yield from _between(text, _BEGIN, _END)
    if "Private-Lines:" in text:
        yield from _between(text, _PUTTY, _PUTTY_END)


def _between(
    text: str, first: re.Pattern[str], last: re.Pattern[str]
) -> Iterator[tuple[int, int, str]]:
    at = 0
    begin, end = first.search(text), last.search(text)
    while begin or end:
        if begin is None or (end and end.start() < begin.start()):
            if end is None:
                return
            start = _cut_before(text, at, end.start())
            if start < end.start():
                yield start, end.start(), NAME
            at = end.end()
        elif end and end.start() - begin.end() <= LONGEST:
            yield begin.end(), end.start(), NAME
            at = end.end()
        else:
            at = _cut_after(text, begin.end())
            if at > begin.end():
                yield begin.end(), at, NAME
        begin = first.search(text, at) if begin and begin.start() < at else begin
        end = last.search(text, at) if end and end.start() < at else end


def _cut_after(text: str, start: int) -> int:
    """Return where the lines of a key end whose end is not in the text."""
    body = _BODY.match(text, start)
    end = body.end() if body else start
    others, at = 0, text.find("\n", end, end + 4)
    while 0 <= at < start + LONGEST and others <= _MOST_OTHERS:
        stop = text.find("\n", at + 1)
        stop = stop if stop >= 0 else len(text)
        if _LINE.fullmatch(text, at + 1, stop):
            end = stop
        elif _OTHER.fullmatch(text, at + 1, stop):
            others += 1
        else:
            break
        at = stop if stop < len(text) else -1
    return end


def _cut_before(text: str, at: int, end: int) -> int:
    """Return where the lines of a key begin whose beginning is not in the text."""
    first, others, stop = end, 0, text.rfind("\n", at, end)
    while at <= stop and end - stop < LONGEST and others <= _MOST_OTHERS:
        line = text.rfind("\n", at, stop)
        line = line if line >= 0 else at - 1
        if _LINE.fullmatch(text, line + 1, stop):
            first = line + 1
        elif _OTHER.fullmatch(text, line + 1, stop):
            others += 1
        else:
            break
        stop = line
    return first


def open_at(text: str) -> int:
    """Return where a block begins that goes on: whose end has not come yet; -1 for none.

    One that has gone on for longer than any key does is none.
    """
    place = -1
    if "PRIVATE KEY" not in text and "Private-Lines:" not in text:
        return place
    for first, last in ((_BEGIN, _END), (_PUTTY, _PUTTY_END)):
        begins = list(first.finditer(text, max(0, len(text) - LONGEST)))
        begin = begins[-1] if begins else None
        if begin and not last.search(text, begin.end()):
            place = begin.start() if place < 0 else min(place, begin.start())
    return place


def perhaps_open_at(text: str) -> int:
    """Return where lines begin that may be a key's whose first line was not seen; -1 for none.

    `text` ends with whole lines. Only what comes next tells: the end of a key, or something else.
    """
    lines = text[max(0, len(text) - LONGEST) :].splitlines(keepends=True)
    held = 0
    if lines and (_END.search(lines[-1]) or _PUTTY_END.search(lines[-1])):
        return -1
    if lines and not _FULL.fullmatch(lines[-1]) and _LAST.fullmatch(lines[-1]):
        held = len(lines.pop())
    full = 0
    while lines and _FULL.fullmatch(lines[-1]):
        full += len(lines.pop())
    # Longer than any key: it is none.
    return len(text) - full - held if full and full + held < LONGEST else -1
