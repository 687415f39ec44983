"""The kinds of series, for `prometheus_client` to scrape.

What is counted for each message is counted by the loop's thread alone, in plain numbers that a
scrape reads: a twentieth of what the locks of prometheus_client's own counters cost.
"""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client import REGISTRY
from prometheus_client.core import (
    CounterMetricFamily,
    Exemplar,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
OTHER = "other"
UNKNOWN = "unknown"


class Count:
    """How often something happened, or how much of it there was."""

    __slots__ = ("number", "seen")

    def __init__(self) -> None:
        self.number: float = 0
        self.seen: tuple[str, float, float] | None = None

    def inc(self, by: float = 1) -> None:
        """Count so much more. By the loop's thread alone."""
        self.number += by

    def traced(self, trace: str) -> None:
        """Count once more, with the id of the trace that it was. By the loop's thread alone."""
        self.number += 1
        if trace:
            self.seen = (trace, 1, time.time())


class Durations:
    """How long something took: by bucket, and in all; of each bucket the last that was traced."""

    __slots__ = ("_limits", "buckets", "seen", "total")

    def __init__(self, limits: Sequence[float] = SECONDS) -> None:
        self._limits = limits
        self.buckets = [0] * (len(limits) + 1)
        self.seen: list[tuple[str, float, float] | None] = [None] * len(self.buckets)
        self.total = 0.0

    def observe(self, seconds: float, trace: str = "") -> None:
        """Count one, of the trace with this id. By the loop's thread alone."""
        bucket = bisect_left(self._limits, seconds)
        self.buckets[bucket] += 1
        self.total += seconds
        if trace:
            self.seen[bucket] = (trace, seconds, time.time())


class Level:
    """How much there is of something."""

    __slots__ = ("_at", "_read", "_value")

    def __init__(self) -> None:
        self._value = 0.0
        self._at = time.monotonic()
        self._read: Callable[[], float] | None = None

    def set(self, value: float) -> None:
        """Say how much there is."""
        self._value, self._at, self._read = value, time.monotonic(), None

    def set_function(self, read: Callable[[], float]) -> None:
        """Read it whenever it is scraped: on the scrape's own thread."""
        self._read = read

    def value(self, keep_s: float | None) -> float | None:
        """Return how much there is; None where nobody has said it for `keep_s` seconds."""
        if self._read is not None:
            return float(self._read())
        if keep_s is not None and time.monotonic() - self._at > keep_s:
            return None
        return self._value


class Series(Collector):
    """A family of series under one name, told apart by the values of its labels."""

    kind = "untyped"

    def __init__(self, name: str, documentation: str, labels: Sequence[str]) -> None:
        self.name = name
        self.documentation = documentation
        self.label_names = tuple(labels)
        REGISTRY.register(self)

    def describe(self) -> Iterator[Metric]:
        """Yield the family without its series, so that registering costs no look at them."""
        yield Metric(self.name.removesuffix("_total"), self.documentation, self.kind)


class Counter(Series):
    """Counts by the values of their labels."""

    kind = "counter"

    def __init__(self, name: str, documentation: str, labels: Sequence[str]) -> None:
        self._children: dict[tuple[str, ...], Count] = {}
        super().__init__(name, documentation, labels)

    def labels(self, *values: str) -> Count:
        """Return the count of these values of the labels; it is scraped from here on, with 0."""
        found = self._children.get(values)
        if found is None:
            found = self._children[values] = Count()
        return found

    def collect(self) -> Iterator[Metric]:
        """Yield what is scraped."""
        family = CounterMetricFamily(self.name, self.documentation, labels=self.label_names)
        for values, child in list(self._children.items()):
            family.add_metric(values, child.number, exemplar=_exemplar(child.seen))
        yield family


class Histogram(Series):
    """Durations in seconds by the values of their labels."""

    kind = "histogram"

    def __init__(
        self,
        name: str,
        documentation: str,
        labels: Sequence[str],
        limits: Sequence[float] = SECONDS,
    ) -> None:
        self._children: dict[tuple[str, ...], Durations] = {}
        self.limits = limits
        super().__init__(name, documentation, labels)

    def labels(self, *values: str) -> Durations:
        """Return the durations of these values of the labels."""
        found = self._children.get(values)
        if found is None:
            found = self._children[values] = Durations(self.limits)
        return found

    def collect(self) -> Iterator[Metric]:
        """Yield what is scraped."""
        family = HistogramMetricFamily(self.name, self.documentation, labels=self.label_names)
        limits = [*(str(float(each)) for each in self.limits), "+Inf"]
        for values, child in list(self._children.items()):
            counts = accumulate(list(child.buckets))
            exemplars = map(_exemplar, list(child.seen))
            buckets = [
                (limit, count, exemplar) if exemplar else (limit, count)
                for limit, count, exemplar in zip(limits, counts, exemplars, strict=True)
            ]
            family.add_metric(values, buckets, child.total)
        yield family


class Gauge(Series):
    """Levels by the values of their labels.

    With `keep_s`, one that nobody has set for so many seconds is no longer scraped: no figure
    is better than an old one that looks like today's.
    """

    kind = "gauge"

    def __init__(
        self,
        name: str,
        documentation: str,
        labels: Sequence[str] = (),
        *,
        keep_s: float | None = None,
    ) -> None:
        self._children: dict[tuple[str, ...], Level] = {}
        self._keep_s = keep_s
        super().__init__(name, documentation, labels)

    def labels(self, *values: str) -> Level:
        """Return the level of these values of the labels."""
        found = self._children.get(values)
        if found is None:
            found = self._children[values] = Level()
        return found

    def replace(self, levels: Mapping[tuple[str, ...], float]) -> None:
        """Set these, and forget all others."""
        for values in self._children.keys() - levels.keys():
            del self._children[values]
        for values, level in levels.items():
            self.labels(*values).set(level)

    def collect(self) -> Iterator[Metric]:
        """Yield what is scraped."""
        family = GaugeMetricFamily(self.name, self.documentation, labels=self.label_names)
        for values, child in list(self._children.items()):
            level = child.value(self._keep_s)
            if level is not None:
                family.add_metric(values, level)
        yield family


class Bounded:
    """The first so many values of a label that callers may choose; all later ones are `other`.

    A series stays for as long as its process: whoever could make names without end could fill
    the memory of every monitor. `begin` is called once for each value, so that its series can
    begin with 0.
    """

    def __init__(self, limit: int, begin: Callable[[str], None]) -> None:
        self._limit = limit
        self._begin = begin
        self._begun: set[str] = set()
        self._own = 0

    def of(self, value: str) -> str:
        """Return the value to be used in its place."""
        if value in self._begun:
            return value
        if not value:
            value = UNKNOWN
        elif value not in {UNKNOWN, OTHER}:
            if self._own >= self._limit:
                value = OTHER
            else:
                self._own += 1
        if value not in self._begun:
            self._begun.add(value)
            self._begin(value)
        return value


def _exemplar(seen: tuple[str, float, float] | None) -> Exemplar | None:
    """Return an exemplar as OpenMetrics has it; the older text format leaves it out."""
    return Exemplar({"trace_id": seen[0]}, seen[1], seen[2]) if seen else None
