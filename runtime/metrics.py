"""What the runtime counts.

What is counted for each message is counted by the loop's thread alone, in plain numbers that a
scrape reads: a twentieth of what the locks of prometheus_client's own counters cost.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client import REGISTRY, Gauge
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Count:
    """How often something happened."""

    __slots__ = ("number",)

    def __init__(self) -> None:
        self.number = 0

    def inc(self) -> None:
        """Count once more. By the loop's thread alone."""
        self.number += 1


class Durations:
    """How long something took: by bucket, and in all."""

    __slots__ = ("buckets", "total")

    def __init__(self) -> None:
        self.buckets = [0] * (len(_SECONDS) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        """Count one. By the loop's thread alone."""
        self.buckets[bisect_left(_SECONDS, seconds)] += 1
        self.total += seconds


class Counter(Collector):
    """Counts by the values of their labels."""

    def __init__(self, name: str, documentation: str, labels: Sequence[str]) -> None:
        self._family = (name, documentation, labels)
        self._children: dict[tuple[str, ...], Count] = {}
        REGISTRY.register(self)

    def labels(self, *values: str) -> Count:
        """Return the count of these values of the labels."""
        found = self._children.get(values)
        if found is None:
            found = self._children[values] = Count()
        return found

    def collect(self) -> Iterator[Metric]:
        """Yield what is scraped."""
        name, documentation, labels = self._family
        family = CounterMetricFamily(name, documentation, labels=labels)
        for values, child in list(self._children.items()):
            family.add_metric(values, child.number)
        yield family


class Histogram(Collector):
    """Durations by the values of their labels."""

    def __init__(self, name: str, documentation: str, labels: Sequence[str]) -> None:
        self._family = (name, documentation, labels)
        self._children: dict[tuple[str, ...], Durations] = {}
        REGISTRY.register(self)

    def labels(self, *values: str) -> Durations:
        """Return the durations of these values of the labels."""
        found = self._children.get(values)
        if found is None:
            found = self._children[values] = Durations()
        return found

    def collect(self) -> Iterator[Metric]:
        """Yield what is scraped."""
        name, documentation, labels = self._family
        family = HistogramMetricFamily(name, documentation, labels=labels)
        limits = [*(str(float(each)) for each in _SECONDS), "+Inf"]
        for values, child in list(self._children.items()):
            buckets = list(zip(limits, accumulate(child.buckets), strict=True))
            family.add_metric(values, buckets, child.total)
        yield family


DELIVERIES = Counter(
    "function_deliveries_total",
    "Deliveries by what became of them: published, nothing, lost, retried, dead, ignored.",
    ["function", "outcome"],
)
HANDLE_SECONDS = Histogram(
    "function_handle_seconds", "From a delivery to its acknowledgement.", ["function"]
)
IN_FLIGHT = Gauge("function_in_flight", "Deliveries in hand.", ["function"])
REDELIVERIES = Counter(
    "function_redeliveries_total", "Deliveries after the first, of the same message.", ["function"]
)
DEAD_LETTERS = Counter("dead_letters_total", "Messages given up, by function.", ["function"])
REQUESTS = Counter(
    "gateway_answers_total", "Requests by verb and what was answered at once.", ["verb", "status"]
)
CONNECTED = Gauge("nats_connected", "1 while the connection to NATS stands.")
EVENTS = Counter("command_events_total", "Events stored by this process.", ["type"])
