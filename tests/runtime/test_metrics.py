"""What is scraped is what was counted, in Prometheus' own form."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from runtime.metrics import Counter, Histogram


@pytest.fixture
def name() -> Iterator[str]:
    """A name that nobody has; what is registered under it is taken back."""
    before = set(REGISTRY._collector_to_names)  # noqa: SLF001 - the registry does not list them
    yield f"tested_{uuid4().hex}"
    for each in set(REGISTRY._collector_to_names) - before:  # noqa: SLF001 - as above
        REGISTRY.unregister(each)


def scraped(name: str) -> dict[tuple[str, ...], float]:
    """Return the samples of a metric as a scrape finds them, by name and values of labels."""
    return {
        (sample.name.removeprefix(name), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(generate_latest().decode())
        for sample in family.samples
        if sample.name.startswith(name)
    }


def test_a_count_is_scraped_with_its_labels(name: str) -> None:
    counter = Counter(f"{name}_total", "Tested.", ["function", "outcome"])
    counter.labels("execute", "published").inc()
    counter.labels("execute", "published").inc()
    counter.labels("execute", "lost").inc()
    assert scraped(name) == {
        ("_total", "execute", "published"): 2,
        ("_total", "execute", "lost"): 1,
    }


def test_durations_are_scraped_as_a_histogram(name: str) -> None:
    histogram = Histogram(name, "Tested.", ["function"])
    for seconds in (0.0005, 0.001, 0.3, 1000.0):
        histogram.labels("reply").observe(seconds)
    found = scraped(name)
    buckets = {key[-1]: value for key, value in found.items() if key[0] == "_bucket"}
    assert buckets["0.001"] == 2  # a limit belongs to its bucket
    assert buckets["0.25"] == 2
    assert buckets["0.5"] == 3
    assert buckets["60.0"] == 3
    assert buckets["+Inf"] == found["_count", "reply"] == 4
    assert found["_sum", "reply"] == pytest.approx(1000.3015)
