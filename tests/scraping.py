"""What a scrape finds, as tests look at it."""

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str | None = None) -> Samples:
    """Return the samples of a scrape; without its text, of this process."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text or generate_latest().decode())
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float | None:
    """Return a sample; None where there is none."""
    return found.get((name, frozenset(labels.items())))


def more(before: Samples, after: Samples, name: str, **labels: str) -> float:
    """Return by how much a sample grew, which is there now."""
    found = value(after, name, **labels)
    assert found is not None, (name, labels)
    return found - (value(before, name, **labels) or 0)
