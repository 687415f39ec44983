from datetime import UTC, datetime
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import headers as h

SUBJECT = "command.validated.mfrggzdfmztwq2lknnwg23tpoa"
HEADERS = {
    h.SPEC_VERSION: "1.0",
    h.ID: "a1",
    h.TYPE: "command.validated",
    h.SOURCE: "validate",
    h.TIME: "2026-11-22T12:00:00+00:00",
    h.CORRELATION: "c1",
    h.CAUSE: "b1",
    h.CAUSE_DIGEST: "ff",
    h.TRACE: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    h.EXPECTED_SEQUENCE: "7",
}
BODY = b'{"command_id":"mfrggzdfmztwq2lknnwg23tpoa"}'

# What a header's value can be: anything but a line break, which the wire forbids.
values = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=20)
names = st.sampled_from([name for name in HEADERS if name.startswith("ce-")])
events = st.tuples(
    st.text("command.x_1", min_size=1, max_size=12),
    st.dictionaries(names, values),
    st.binary(max_size=30),
)


@given(events, events)
def test_no_two_events_share_the_bytes_that_are_signed(
    one: tuple[str, dict[str, str], bytes], other: tuple[str, dict[str, str], bytes]
) -> None:
    assert (h.canonical(*one) == h.canonical(*other)) == (one == other)


@given(names, values)
def test_any_change_of_a_ce_header_shows(name: str, value: str) -> None:
    changed = {**HEADERS, name: value}
    same = value == HEADERS[name]
    assert (h.digest(SUBJECT, changed, BODY) == h.digest(SUBJECT, HEADERS, BODY)) is same


@pytest.mark.parametrize("name", [name for name in HEADERS if name.startswith("ce-")])
def test_a_ce_header_that_is_gone_shows(name: str) -> None:
    less = {each: value for each, value in HEADERS.items() if each != name}
    assert h.digest(SUBJECT, less, BODY) != h.digest(SUBJECT, HEADERS, BODY)


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_any_change_of_the_body_shows(place: int, by: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= by
    assert h.digest(SUBJECT, HEADERS, bytes(changed)) != h.digest(SUBJECT, HEADERS, BODY)


def test_another_subject_shows() -> None:
    assert h.digest(SUBJECT + "x", HEADERS, BODY) != h.digest(SUBJECT, HEADERS, BODY)


def test_a_header_cannot_pose_as_a_part_of_another() -> None:
    one = {h.CAUSE: "b1", h.ID: "a1"}
    other = {h.CAUSE: "b1 ce-id:a1"}
    assert h.canonical(SUBJECT, one, BODY) != h.canonical(SUBJECT, other, BODY)


def test_a_header_with_a_line_break_has_no_bytes_to_sign() -> None:
    """It would have the bytes of an event with one header more."""
    with pytest.raises(ValueError, match="line break"):
        h.canonical(SUBJECT, {h.CAUSE: "b1\nce-id:a1"}, BODY)


def test_what_the_way_adds_is_not_covered() -> None:
    stored = {**HEADERS, h.EXPECTED_SEQUENCE: "9", h.TRACE: "another", "Nats-Stream": "COMMANDS"}
    assert h.digest(SUBJECT, stored, BODY) == h.digest(SUBJECT, HEADERS, BODY)


def test_the_order_of_headers_means_nothing() -> None:
    turned = dict(reversed(HEADERS.items()))
    assert h.digest(SUBJECT, turned, BODY) == h.digest(SUBJECT, HEADERS, BODY)


def test_the_bytes_that_are_signed_are_these() -> None:
    signed = h.canonical("command.started.x", {h.ID: "1", h.TYPE: "t", h.TRACE: "no"}, b"{}")
    body = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert signed == f"command.started.x\nce-id:1\nce-type:t\n{body}".encode()


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(st.tuples(texts, texts, texts, texts), st.tuples(texts, texts, texts, texts))
def test_an_event_has_the_id_of_its_work(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str]
) -> None:
    assert (h.event_id(*one) == h.event_id(*other)) == (one == other)


def test_an_id_is_32_hexadecimal_digits() -> None:
    assert h.event_id("execute", "started", "ff", "c1") == "1864afb4adb9200dedb302e38c7d4be8"


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - made aware below
    st.dictionaries(st.sampled_from(["accept", "generate", "validate"]), st.integers(0, 10**9)),
)
def test_timings_come_back_as_they_were_written(naive: datetime, spent: dict[str, int]) -> None:
    start = naive.replace(tzinfo=UTC)
    written = h.timings_header(start) + "".join(f",{name}={ms}.25" for name, ms in spent.items())
    read, stages = h.timings_of({h.TIMINGS: written})
    assert read is not None
    assert abs((read - start).total_seconds()) < 1e-5
    assert h.start_of({h.TIMINGS: written}) == read
    assert stages == {name: ms + 0.25 for name, ms in spent.items()}


def test_a_stage_that_was_passed_twice_has_the_sum() -> None:
    assert h.timings_of({h.TIMINGS: "start=0,validate=1.5,approve=100,validate=2"}) == (
        datetime(1970, 1, 1, tzinfo=UTC),
        {"validate": 3.5, "approve": 100.0},
    )


@given(st.text("start=,.0123456789einfa-", max_size=40) | st.text(max_size=40))
def test_timings_that_are_none_are_left_out(written: str) -> None:
    _, stages = h.timings_of({h.TIMINGS: written})
    assert all(isfinite(each) for each in stages.values())


@pytest.mark.parametrize(
    "written", ["", "accept", "accept=", "accept=x", "accept=nan", "a=inf", "start=x", "start=1e99"]
)
def test_what_is_no_timing_means_nothing(written: str) -> None:
    assert h.timings_of({h.TIMINGS: written}) == (None, {})


def test_without_the_header_there_are_no_timings() -> None:
    assert h.timings_of({}) == (None, {})
