"""How much harm an operation can do, and how much it tells. Computed, never guessed."""

from enum import StrEnum
from functools import total_ordering

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
        ladder = tuple(Risk)
        return ladder.index(self) < ladder.index(other)


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
