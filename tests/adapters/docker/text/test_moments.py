"""The engine's times, as Go prints them and as seconds."""

import pytest

from runtime.adapters.docker.text import moments


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("2026-01-02T15:04:05.120000000Z", "2026-01-02 15:04:05.12 +0000 UTC"),
        ("2026-01-02T15:04:05Z", "2026-01-02 15:04:05 +0000 UTC"),
        ("2026-01-02T15:04:05.000Z", "2026-01-02 15:04:05 +0000 UTC"),
        ("2026-01-02T15:04:05.123456789+02:00", "2026-01-02 15:04:05.123456789 +0200 +0200"),
        ("0001-01-01T00:00:00Z", "0001-01-01 00:00:00 +0000 UTC"),
        ("", ""),
        ("soon", "soon"),
    ],
)
def test_a_time_is_printed_as_go_prints_it(text: str, spoken: str) -> None:
    assert moments.spoken(text) == spoken


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:01Z", 1),
        ("1970-01-01T01:00:00.5+01:00", 0.5),
        ("1970-01-01T00:00:00.123456789Z", 0.123456),
        ("0001-01-01T00:00:00Z", 0),
        ("1970-13-01T00:00:00Z", 0),
        ("soon", 0),
    ],
)
def test_what_is_no_time_is_nought(text: str, seconds: float) -> None:
    assert moments.unix(text) == seconds


def test_gos_zero_is_no_time() -> None:
    assert moments.never("")
    assert moments.never("0001-01-01T00:00:00Z")
    assert not moments.never("2026-01-01T00:00:00Z")
