"""Which series an expression in PromQL reads, by which labels."""

import re
from collections.abc import Iterator

from runtime.metrics import SERIES, Histogram
from tests.observability.rules import Rule

# A metric or a function, what it is narrowed by, and whether it is called.
_NAME = re.compile(r"(?<![\w:$.])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?\s*(\(?)")
_LABELS = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
_WORDS = {"and", "or", "unless", "bool", "offset", "by", "on", "group_left", "inf", "nan"}
# Of Prometheus itself and of its client.
_OWN = {
    "up": {"job"},
    "process_start_time_seconds": {"job"},
    "ALERTS": {"alertname", "alertstate", "severity"},
}
_TARGET = {"instance", "service", "job"}


def known(rules: list[Rule]) -> dict[str, set[str]]:
    """Return every series that there is, by its name, with its labels."""
    found = {name: labels | _TARGET for name, labels in _OWN.items()}
    for series in SERIES:
        labels = set(series.label_names) | _TARGET
        if isinstance(series, Histogram):
            found[f"{series.name}_bucket"] = labels | {"le"}
            found[f"{series.name}_count"] = found[f"{series.name}_sum"] = labels
        else:
            found[series.name] = labels
    for rule in rules:
        if "record" in rule:
            found[rule["record"]] = {rule["record"].partition(":")[0]}
    return found


def reads(expression: str) -> Iterator[tuple[str, set[str]]]:
    """Yield each series of an expression, with the labels by which it is chosen."""
    bare = _LABELS.sub(" ", re.sub(r"\[[^\]]*\]", "", expression))
    bare = re.sub(r"\boffset\s+\w+", " ", bare)
    outside = re.sub(r'"[^"]*"', '""', bare)
    for name, matchers, called in _NAME.findall(outside):
        if not called and name not in _WORDS:
            yield name, set(_MATCHER.findall(matchers))


def grouped(expression: str) -> set[str]:
    """Return the labels that an expression groups or joins by."""
    return {
        label.strip()
        for labels in _LABELS.findall(expression)
        for label in labels.split(",")
        if label.strip()
    }
