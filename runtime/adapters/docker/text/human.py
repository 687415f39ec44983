"""Durations, sizes and quoted strings in docker's words (docker/go-units, Go's strconv)."""

import unicodedata
from datetime import datetime

_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB")

_MINUTE = 60
_HOUR = 60
_TWO_DAYS = 48
_TWO_WEEKS = 24 * 7 * 2
_TWO_MONTHS = 24 * 30 * 2
_TWO_YEARS = 24 * 365 * 2

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}
_ASCII = 0x80
_BASIC_PLANE = 0x10000
SHORT_ID = 12


def duration(seconds: float) -> str:  # noqa: PLR0911 - the ladder of go-units, rung by rung
    """Return an approximate duration: "3 minutes", "About an hour" (go-units HumanDuration)."""
    whole = int(seconds)
    if whole < 1:
        return "Less than a second"
    if whole < _MINUTE:
        return "1 second" if whole == 1 else f"{whole} seconds"
    minutes = int(seconds / _MINUTE)
    if minutes < _HOUR:
        return "About a minute" if minutes == 1 else f"{minutes} minutes"
    hours = int(seconds / _MINUTE / _HOUR + 0.5)
    if hours < _TWO_DAYS:
        return "About an hour" if hours == 1 else f"{hours} hours"
    if hours < _TWO_WEEKS:
        return f"{hours // 24} days"
    if hours < _TWO_MONTHS:
        return f"{hours // 24 // 7} weeks"
    if hours < _TWO_YEARS:
        return f"{hours // 24 // 30} months"
    return f"{int(seconds / _MINUTE / _HOUR) // 24 // 365} years"


def size(count: float, digits: int = 4) -> str:
    """Return a size in steps of 1000: "12.3kB" (go-units HumanSizeWithPrecision)."""
    return _scaled(count, 1000.0, _DECIMAL, digits)


def binary_size(count: float) -> str:
    """Return a size in steps of 1024: "23.38GiB" (go-units BytesSize)."""
    return _scaled(count, 1024.0, _BINARY, 4)


def _scaled(count: float, base: float, units: tuple[str, ...], digits: int) -> str:
    value = float(count)
    for unit in units[:-1]:
        if value < base:
            return f"{value:.{digits}g}{unit}"
        value /= base
    return f"{value:.{digits}g}{units[-1]}"


def moment(unix: float) -> str:
    """Return a Unix time in the local zone: "2026-01-02 15:04:05 +0000 UTC" (Go's Time.String)."""
    return datetime.fromtimestamp(unix).astimezone().strftime("%Y-%m-%d %H:%M:%S %z %Z")


def short_id(identifier: str) -> str:
    """Return the twelve characters by which docker shows an id, without its algorithm."""
    return identifier.partition(":")[2][:SHORT_ID] if ":" in identifier else identifier[:SHORT_ID]


def width(text: str) -> int:
    """Return how many columns a text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def ellipsis(text: str, columns: int) -> str:
    """Return the text cut to so many columns, its last one an ellipsis where it was cut."""
    if width(text) <= columns:
        return text
    taken, room = "", columns - 1
    for character in text:
        room -= _columns(character)
        if room < 0:
            break
        taken += character
    return taken + "…"


def quote(text: str) -> str:
    """Return the text as a Go string literal (strconv.Quote)."""
    return '"' + "".join(_quoted(character) for character in text) + '"'


def _quoted(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < _ASCII:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _BASIC_PLANE else f"\\U{code:08x}"
