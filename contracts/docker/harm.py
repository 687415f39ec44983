"""The words for how much harm an operation can do, and how much it tells."""

from collections.abc import Callable, Iterator
from enum import StrEnum, nonmember
from operator import attrgetter
from typing import Any

from contracts.model import Fact


class Ladder(StrEnum):
    """Words from least to most, compared by their place.

    All four comparisons are spelt out: a str brings its own, which compare letters. So is
    `value`: the enum's own is a call in Python, which every event pays when it is written.
    """

    value = nonmember(property(attrgetter("_value_")))

    def __lt__(self, other: str) -> bool:
        """Stand below the other."""
        return self.rung < type(self)(other).rung

    def __le__(self, other: str) -> bool:
        """Stand below the other, or be it."""
        return self.rung <= type(self)(other).rung

    def __gt__(self, other: str) -> bool:
        """Stand above the other."""
        return self.rung > type(self)(other).rung

    def __ge__(self, other: str) -> bool:
        """Stand above the other, or be it."""
        return self.rung >= type(self)(other).rung

    @property
    def rung(self) -> int:
        """Its place, from the bottom."""
        return tuple(type(self)).index(self)


class Risk(Ladder):
    """What an operation can do to the world, from least to most."""

    READ = "read"
    MUTATE = "mutate"
    DESTROY = "destroy"
    ESCAPE = "escape"


class Discloses(Ladder):
    """What an operation tells its caller, from least to most."""

    METADATA = "metadata"
    OUTPUT = "output"
    DATA = "data"


class Assessment(Fact):
    """The risk of one operation, with every reason for it."""

    risk: Risk
    discloses: Discloses
    reasons: tuple[str, ...] = ()
    proven_read: bool = False
    """What it runs inside a container is known to only read; the risk stays what it is."""


Finding = tuple[Risk, str]
"""One reason, and the risk that it stands for."""

Judge = Callable[[Any], Iterator[Finding]]
"""Looks at one value, or at one whole operation, and says what is risky in it."""
