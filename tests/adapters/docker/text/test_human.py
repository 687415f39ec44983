"""Durations, sizes, ids and quoted texts in docker's words."""

import pytest

from runtime.adapters.docker.text import human

MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "Less than a second"),
        (0.9, "Less than a second"),
        (1, "1 second"),
        (59.9, "59 seconds"),
        (MINUTE, "About a minute"),
        (2 * MINUTE, "2 minutes"),
        (59 * MINUTE, "59 minutes"),
        (HOUR, "About an hour"),
        (1.4 * HOUR, "About an hour"),
        (1.5 * HOUR, "2 hours"),
        (47 * HOUR, "47 hours"),
        (2 * DAY, "2 days"),
        (13 * DAY, "13 days"),
        (14 * DAY, "2 weeks"),
        (59 * DAY, "8 weeks"),
        (60 * DAY, "2 months"),
        (729 * DAY, "24 months"),
        (730 * DAY, "2 years"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert human.duration(seconds) == words


@pytest.mark.parametrize(
    ("count", "three", "four", "binary"),
    [
        (0, "0B", "0B", "0B"),
        (999, "999B", "999B", "999B"),
        (1000, "1kB", "1kB", "1000B"),
        (1_977_000, "1.98MB", "1.977MB", "1.885MiB"),
        (999_999, "1e+03kB", "1000kB", "976.6KiB"),
        (25_276_502_016, "25.3GB", "25.28GB", "23.54GiB"),
    ],
)
def test_sizes(count: int, three: str, four: str, binary: str) -> None:
    assert human.size(count, 3) == three
    assert human.size(count) == four
    assert human.binary_size(count) == binary


@pytest.mark.parametrize(
    ("text", "columns", "cut"),
    [
        ("short", 20, "short"),
        ("exactly twenty chars", 20, "exactly twenty chars"),
        ("one more than twenty!", 20, "one more than twent…"),
        ("日本語の長い名前", 10, "日本語の…"),
        ("日本語の長い名前", 16, "日本語の長い名前"),
    ],
)
def test_a_text_is_cut_by_the_columns_that_it_takes(text: str, columns: int, cut: str) -> None:
    assert human.ellipsis(text, columns) == cut


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ('say "hi"', r'"say \"hi\""'),
        ("a\tb\n\x00\\", r'"a\tb\n\x00\\"'),
        ("日本…", '"日本…"'),
        ("\u200b\U000e0001", r'"\u200b\U000e0001"'),
    ],
)
def test_quoting_is_gos(text: str, literal: str) -> None:
    assert human.quote(text) == literal


def test_an_id_is_shown_by_twelve_characters_without_its_algorithm() -> None:
    assert human.short_id("sha256:0123456789abcdef") == "0123456789ab"
    assert human.short_id("0123456789abcdef") == "0123456789ab"
    assert human.short_id("short") == "short"
