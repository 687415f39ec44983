"""The words for how much harm an operation can do, and how much it tells."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from contracts.model import Fact


class Risk(StrEnum):
    """What an operation can do to the world, least first; compared by harm."""

    READ = "read"
    MUTATE = "mutate"
    DESTROY = "destroy"
    ESCAPE = "escape"

    # All four are spelt out: a str brings its own, which compare letters.
    def __lt__(self, other: str) -> bool:
        """Say whether this is less harmful."""
        return LADDER[self] < LADDER[Risk(other)]

    def __le__(self, other: str) -> bool:
        """Say whether this is at most as harmful."""
        return LADDER[self] <= LADDER[Risk(other)]

    def __gt__(self, other: str) -> bool:
        """Say whether this is more harmful."""
        return LADDER[self] > LADDER[Risk(other)]

    def __ge__(self, other: str) -> bool:
        """Say whether this is at least as harmful."""
        return LADDER[self] >= LADDER[Risk(other)]


LADDER = {risk: rung for rung, risk in enumerate(Risk)}


class Discloses(StrEnum):
    """What an operation tells its caller, from least to most."""

    METADATA = "metadata"
    OUTPUT = "output"
    DATA = "data"


class Assessment(Fact):
    """The risk of one operation, with every reason for it."""

    risk: Risk
    discloses: Discloses
    reasons: tuple[str, ...] = ()


Finding = tuple[Risk, str]
"""One reason, and the risk that it stands for."""

Judge = Callable[[Any], Iterator[Finding]]
"""Looks at one value, or at one whole operation, and says what is risky in it."""
