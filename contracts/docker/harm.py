"""The words for how much harm an operation can do, and how much it tells."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import total_ordering
from typing import Any

from contracts.model import Fact


@total_ordering
class Risk(StrEnum):
    """What an operation can do to the world, from least to most."""

    READ = "read"
    MUTATE = "mutate"
    DESTROY = "destroy"
    ESCAPE = "escape"

    def __lt__(self, other: object) -> bool:
        """Order by harm, not by letter."""
        if not isinstance(other, Risk):
            return NotImplemented
        return LADDER[self] < LADDER[other]


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
