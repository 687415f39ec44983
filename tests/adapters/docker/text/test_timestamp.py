"""Points in time for --since and --until."""

import pytest

from runtime.adapters.docker.text.timestamp import InvalidTimeError, unix

NOW = 1_700_000_000.5


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("10s", "1699999990"),
        ("42m", "1699997480"),
        ("1h30m", "1699994600"),
        ("1.5h", "1699994600"),
        ("500ms", "1700000000"),
        ("-10s", "1700000010"),
        ("0", "0"),
        ("1136073600", "1136073600"),
        ("1136073600.000000001", "1136073600.000000001"),
        ("2023-11-14T22:13:20Z", "1700000000.000000000"),
        ("2023-11-14T23:13:20+01:00", "1700000000.000000000"),
        ("2023-11-14T22:13:20.123456789Z", "1700000000.123456789"),
        ("2023-11-14T22:13Z", "1699999980.000000000"),
    ],
)
def test_durations_dates_and_unix_times(value: str, expected: str) -> None:
    assert unix("since", value, NOW) == expected


@pytest.mark.parametrize("value", ["yesterday", "10", "10 minutes", "2023-13-01", "1d", "h"])
def test_what_is_no_time(value: str) -> None:
    if value == "10":
        assert unix("since", value, NOW) == "10"
        return
    with pytest.raises(InvalidTimeError, match='invalid value for "until"'):
        unix("until", value, NOW)
