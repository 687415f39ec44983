"""What a caller got: counted, held to what it was promised, and how fast its budget burns."""

from array import array
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from pydantic import Field

from contracts.model import Fact
from contracts.verdict import Verdict
from runtime.slo.objectives import Promise, Promises

ALL = "all"
# As the alerts look at it: a budget of a month that is gone within days, hours, or at once.
WINDOWS = {"1h": timedelta(hours=1), "6h": timedelta(hours=6), "3d": timedelta(days=3)}


class End(NamedTuple):
    """How one command ended.

    - `sequence`: of two ends of one command the earlier stands.
    - `seconds`: from arrival to end; None where it may not be asked how long it took.
    """

    sequence: int
    caller: str
    at: datetime
    verdict: Verdict
    code: str
    seconds: float | None


class Level(Fact):
    """One objective of a caller, and what became of it.

    - `objective`: the share that was promised.
    - `reached`: the share that it was; null where nothing counted.
    - `budget_left`: the share of what may go wrong that is left; below 0 it is overdrawn.
    """

    objective: float
    reached: float | None = None
    budget_left: float = 1.0


class Standing(Fact):
    """What a caller got.

    - `good`, `bad`, `excluded`: how many of its commands, as docs/metrics.md tells.
    - `availability`: the share of the good ones of those that count.
    - `burn`: how many times too fast the budget of errors was used up in the last hour, six
      hours and three days, where they lie within the time that was read; 1 uses it up exactly.
    - `latency`: the share of good ones that ended in time. `seconds`: what in time means.
    - `p50`, `p95`: seconds within which half of them, and 95 %, ended; null where there is none.
    - `bad_codes`: why the bad ones were bad.
    """

    caller: str
    good: int
    bad: int
    excluded: int
    availability: Level
    burn: dict[str, float]
    latency: Level
    seconds: float
    p50: float | None = None
    p95: float | None = None
    bad_codes: dict[str, int] = Field(default_factory=dict)


class Tally:
    """Counts what one caller got."""

    def __init__(self, promise: Promise, until: datetime) -> None:
        self.promise = promise
        self.verdicts: Counter[Verdict] = Counter()
        self.codes: Counter[str] = Counter()
        self.seconds = array("d")
        self._late = {name: until - window for name, window in WINDOWS.items()}
        self._recent: dict[str, Counter[Verdict]] = {name: Counter() for name in WINDOWS}

    def add(self, end: End) -> None:
        """Count one end."""
        self.verdicts[end.verdict] += 1
        if end.verdict is Verdict.BAD:
            self.codes[end.code] += 1
        if end.seconds is not None:
            self.seconds.append(end.seconds)
        for name, begin in self._late.items():
            if end.at >= begin:
                self._recent[name][end.verdict] += 1

    def standing(self, caller: str, since: datetime) -> Standing:
        """Return what it comes to."""
        promise, counted = self.promise, sorted(self.seconds)
        quick = sum(1 for each in counted if each <= promise.seconds)
        good, bad = self.verdicts[Verdict.GOOD], self.verdicts[Verdict.BAD]
        return Standing(
            caller=caller,
            good=good,
            bad=bad,
            excluded=self.verdicts[Verdict.EXCLUDED],
            availability=_level(promise.availability, good, bad),
            burn={
                name: _burn(promise.availability, self._recent[name])
                for name, begin in self._late.items()
                if begin >= since
            },
            latency=_level(promise.latency, quick, len(counted) - quick),
            seconds=promise.seconds,
            p50=_quantile(counted, 0.5),
            p95=_quantile(counted, 0.95),
            bad_codes=dict(self.codes.most_common()),
        )


def reckon(
    ends: Iterable[End], promises: Promises, since: datetime, until: datetime
) -> list[Standing]:
    """Return the standing of each caller, those with the least budget left first, then of all.

    All together are held to what is promised to whoever has no promise of his own.
    """
    tallies: dict[str, Tally] = {}
    together = Tally(promises.to(""), until)
    for end in ends:
        tally = tallies.get(end.caller)
        if tally is None:
            tally = tallies[end.caller] = Tally(promises.to(end.caller), until)
        tally.add(end)
        together.add(end)
    standings = [tally.standing(caller, since) for caller, tally in tallies.items()]
    standings.sort(key=lambda each: (_least(each), each.caller))
    return [*standings, together.standing(ALL, since)]


def _least(standing: Standing) -> float:
    return min(standing.availability.budget_left, standing.latency.budget_left)


def _level(objective: float, well: int, not_well: int) -> Level:
    counted = well + not_well
    if not counted:
        return Level(objective=objective)
    left = 1 - (not_well / counted) / (1 - objective)
    return Level(objective=objective, reached=well / counted, budget_left=round(left, 6))


def _burn(objective: float, verdicts: Counter[Verdict]) -> float:
    counted = verdicts[Verdict.GOOD] + verdicts[Verdict.BAD]
    if not counted:
        return 0.0
    return round(verdicts[Verdict.BAD] / counted / (1 - objective), 6)


def _quantile(ordered: list[float], share: float) -> float | None:
    """Return the smallest of them that so many do not exceed (nearest rank)."""
    return ordered[max(ceil(share * len(ordered)) - 1, 0)] if ordered else None
