"""What is scraped is what was counted, in Prometheus' own form."""

import secrets
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from runtime.metrics import Counter, Gauge, Histogram


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


def test_a_figure_that_nobody_renews_is_no_longer_scraped(name: str) -> None:
    lasting, short = Gauge(f"{name}_a", "Tested."), Gauge(f"{name}_b", "Tested.", keep_s=0.0)
    lasting.labels().set(1)
    short.labels().set(1)
    until = time.monotonic() + 5
    while scraped(name) != {("_a",): 1}:  # a clock may need a moment to go on
        assert time.monotonic() < until, scraped(name)


def test_what_is_read_at_the_scrape_is_as_it_is_then(name: str) -> None:
    gauge = Gauge(name, "Tested.", ["host"], keep_s=0.0)
    level = 1.0
    gauge.labels("local").set_function(lambda: level)
    level = 2.0
    assert scraped(name) == {("", "local"): 2}


def test_what_is_replaced_is_forgotten_where_it_is_not_among_the_new(name: str) -> None:
    gauge = Gauge(name, "Tested.", ["stream"])
    gauge.replace({("A",): 1, ("B",): 2})
    gauge.replace({("B",): 3})
    assert scraped(name) == {("", "B"): 3}


def test_only_openmetrics_has_a_place_for_traces(name: str) -> None:
    counter, histogram = Counter(f"{name}_total", "Tested.", []), Histogram(name + "_s", "T.", [])
    trace = secrets.token_hex(16)  # others of this process may have exemplars, too
    counter.labels().traced(trace)
    histogram.labels().observe(0.2, trace)
    text: bytes = openmetrics.generate_latest(REGISTRY)  # type: ignore[no-untyped-call] # the library's own
    lines = text.decode().splitlines()
    shown = {each.partition(" ")[0] for each in lines if f' # {{trace_id="{trace}"' in each}
    assert shown == {f"{name}_total", f'{name}_s_bucket{{le="0.25"}}'}
    assert trace not in generate_latest().decode()
