"""Orders: which action a clause asks for, and the words in its slots.

A template must fit the whole clause: what is changed is never guessed from a word in passing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from functions.generate.builtin.templates import PARTS, TEMPLATES

_PART = re.compile(r"<(" + "|".join(PARTS) + ")>")
_SLOT = re.compile(r"\{(\w)\}")
_GROUP = re.compile(r"\((?!\?)")
_HEAD = re.compile(r"\((?!\?)([^()]*)\)|([\w-]+)")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A clause that was understood: what to do, and the words in its slots."""

    action: str
    slots: Mapping[str, str]
    text: str


def _templates() -> Iterator[tuple[str, str]]:
    action = ""
    for line in TEMPLATES.strip().splitlines():
        if line.startswith(" "):
            yield action, _PART.sub(lambda match: PARTS[match.group(1)], line.strip())
        else:
            action = line


def _pattern(template: str) -> re.Pattern[str]:
    body = _SLOT.sub(r"(?P<\1>.+?)", template)
    return re.compile(_GROUP.sub("(?:", body), re.IGNORECASE)


def _heads(template: str) -> tuple[str, ...]:
    match = _HEAD.match(template)
    if match is None:
        return ("",)
    alternatives = match.group(1) or match.group(2)
    return tuple(each.split(" ")[0] for each in alternatives.split("|"))


def _by_head() -> dict[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for action, template in _templates():
        pattern = _pattern(template)
        for head in dict.fromkeys(_heads(template)):
            table.setdefault(head, []).append((action, pattern))
    return {head: tuple(rules) for head, rules in table.items()}


_RULES = _by_head()
HEADS = frozenset(_RULES) - {""}
"""The words that an order begins with."""
ORDER_HEADS = HEADS - {"we"}
"""Those of them that begin nothing else."""
TEMPLATE_WORDS = frozenset(
    word for _, template in _templates() for word in re.findall(r"[a-z]{2,}", template)
)
"""Every word that a template has."""


def meanings(clause: str) -> Iterator[Meaning]:
    """Yield what an order may mean, the likeliest first."""
    head = clause.split(" ", 1)[0].lower()
    for action, pattern in (*_RULES.get(head, ()), *_RULES[""]):
        if match := pattern.fullmatch(clause):
            yield Meaning(action, {k: v for k, v in match.groupdict().items() if v}, clause)
