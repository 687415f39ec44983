"""The engine's times (RFC 3339) as Go's Time prints them, and as seconds since 1970."""

import re
from datetime import datetime

_TIME = re.compile(
    r"(?P<whole>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?P<part>\.\d+)?(?P<zone>Z|[+-]\d\d:\d\d)"
)
_NEVER = "0001-"


def spoken(text: str) -> str:
    """Return "2026-01-02 15:04:05.123 +0000 UTC" (Go's Time.String); what is no time stays."""
    found = _TIME.fullmatch(text)
    if found is None:
        return text
    part = (found["part"] or "").rstrip("0").rstrip(".")
    zone = found["zone"].replace(":", "")
    named = "+0000 UTC" if zone in {"Z", "+0000", "-0000"} else f"{zone} {zone}"
    return f"{found['whole'].replace('T', ' ')}{part} {named}"


def unix(text: str) -> float:
    """Return the seconds since 1970; of what is no time, nought."""
    if _TIME.fullmatch(text) is None or never(text):
        return 0.0
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0


def never(text: str) -> bool:
    """Tell whether a time is Go's zero, which means that there is none."""
    return not text or text.startswith(_NEVER)
