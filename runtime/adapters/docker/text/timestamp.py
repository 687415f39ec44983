"""Points in time as docker's `--since` and `--until` take them (moby api/types/time)."""

import re
from datetime import UTC, datetime

_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_DURATION = re.compile(rf"[+-]?({_PART.pattern})+")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_UNIX = re.compile(r"[+-]?\d+(\.\d+)?")
_FRACTION = re.compile(r"\.(\d{1,9})")


class InvalidTimeError(ValueError):
    """Neither a time nor a duration; the text is docker's own."""


def unix(name: str, value: str, now: float) -> str:
    """Return a duration before now, a date, or a Unix time as `seconds[.nanoseconds]`."""
    if _DURATION.fullmatch(value):
        return str(int(now - _seconds(value)))
    if _UNIX.fullmatch(value):
        return value
    fraction = _FRACTION.search(value)
    try:
        moment = datetime.fromisoformat(_FRACTION.sub("", value, count=1))
    except ValueError:
        raise InvalidTimeError(
            f'invalid value for "{name}": failed to parse value as time or duration: "{value}"'
        ) from None
    # Without a zone it is local time, as docker has it.
    seconds = int(moment.astimezone(UTC).timestamp())
    return f"{seconds}.{(fraction[1] if fraction else '').ljust(9, '0')}"


def _seconds(duration: str) -> float:
    total = sum(float(count) * _SECONDS[unit] for count, unit in _PART.findall(duration))
    return -total if duration.startswith("-") else total
