"""Sizes, durations, times and shares, as docker's client reads them."""

import re
from fractions import Fraction

from contracts.docker.grammar.kinds import Kind, integer

WIDEST = 2**63

SIZE = re.compile(
    r"\+?([0-9]+(?:\.[0-9]*)?|\.[0-9]+) ?(?:b|([kmgtp])(?:i?b)?)?", re.ASCII | re.IGNORECASE
)
UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50}


def read_size(text: str) -> int:
    """Read a number of bytes: `512m`, `1.5GiB`, `1024` (go-units, RAMInBytes)."""
    found = SIZE.fullmatch(text)
    if found is None:
        raise ValueError("it must be a size such as 512m or 2g")
    value = int(Fraction(found.group(1)) * UNITS[(found.group(2) or "").lower()])
    if value >= WIDEST:
        raise ValueError("it is too large")
    return value


def show_size(value: int) -> str:
    """Write a number of bytes in its largest whole unit."""
    for unit in ("g", "m", "k"):
        if value and value % UNITS[unit] == 0:
            return f"{value // UNITS[unit]}{unit}"
    return str(value)


def read_swap(text: str) -> int:
    """Read a size, or -1 for no limit."""
    return -1 if text == "-1" else read_size(text)


DURATION = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
DURATIONS = re.compile(rf"([+-]?)(0|(?:{DURATION.pattern})+)")
LONGEST = 100
NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}


def read_duration(text: str) -> int:
    """Read what Go's time.ParseDuration takes; nanoseconds."""
    found = DURATIONS.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise ValueError("it must be a duration such as 10s or 1m30s")
    total = sum(int(Fraction(n) * NANOSECONDS[unit]) for n, unit in DURATION.findall(found[2]))
    if total >= WIDEST:
        raise ValueError("it is too long")
    return -total if found[1] == "-" else total


def show_duration(value: int) -> str:
    """Write a duration in its largest whole unit."""
    for unit in ("h", "m", "s", "ms", "us"):
        if value and value % NANOSECONDS[unit] == 0:
            return f"{value // NANOSECONDS[unit]}{unit}"
    return f"{value}ns"


SHARE = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,18})?|\.[0-9]{1,18}|[0-9]{1,12}/[0-9]{1,12})")
BILLION = 10**9


def read_cpus(text: str) -> int:
    """Read a number of CPUs, in billionths (opts.ParseCPUs)."""
    if SHARE.fullmatch(text) is None or text.endswith("/0"):
        raise ValueError("it must be a number of CPUs such as 1.5")
    nano = Fraction(text) * BILLION
    if nano.denominator != 1:
        raise ValueError("it is too precise")
    if abs(nano) >= WIDEST:
        raise ValueError("it is too large")
    return int(nano)


def show_cpus(value: int) -> str:
    """Write billionths as a decimal number."""
    whole, rest = divmod(abs(value), BILLION)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{rest:09d}".rstrip("0").rstrip(".")


STAMP = re.compile(
    r"[0-9]+(\.[0-9]+)?|[0-9]{4}-[0-9][0-9]-[0-9][0-9](T[0-9][0-9](:[0-9][0-9](:[0-9][0-9](\.[0-9]+)?)?)?)?(Z|[+-][0-9][0-9]:?[0-9][0-9])?"
)


def read_time(text: str) -> str:
    """Read a moment: RFC 3339, seconds since 1970, or how long ago (timetypes.GetTimestamp)."""
    if text and STAMP.fullmatch(text) is None and DURATIONS.fullmatch(text) is None:
        raise ValueError(
            "it must be a time such as 2026-01-02T15:04:05Z, or a duration such as 10m"
        )
    return text


def read_weight(text: str) -> int:
    """Read a block IO weight: 10 to 1000, or 0."""
    value = int(UINT16.read(text))
    if 0 < value < LOWEST_WEIGHT or value > HIGHEST_WEIGHT:
        raise ValueError("it must be from 10 to 1000, or 0")
    return value


LOWEST_WEIGHT, HIGHEST_WEIGHT = 10, 1000
UINT16 = integer("uint16", 0, 2**16 - 1)
UINT64 = integer("uint64", 0, 2**64 - 1)
SIZES = Kind("size", read_size, show_size)
SWAP = Kind("size|-1", read_swap, show_size)
DURATION_OF = Kind("duration", read_duration, show_duration)
CPUS = Kind("decimal", read_cpus, show_cpus)
TIME = Kind("time", read_time)
SWAPPINESS = integer("int", -1, 100)
POSITIVE = integer("int", 0, 2**63 - 1)
