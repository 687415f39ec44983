"""What strangers send as trace context goes on where it is of the form, and else not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts import headers as h
from runtime.tracing.context import Trace, begun, read, state_of, valid

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"


def test_a_trace_is_read_from_headers() -> None:
    trace = read({h.TRACE: PARENT, h.TRACE_STATE: "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"})
    assert trace == Trace(PARENT, "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")
    assert (trace.id, trace.span, trace.flags, trace.begins) == (TRACE, SPAN, 1, False)
    assert read(trace.headers()) == trace


@pytest.mark.parametrize(
    "parent",
    [
        "",
        "00-1-2-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-what-a-later-version-has",
        f"{PARENT}\n",
        f" {PARENT}",
        f"00-{TRACE}-{SPAN}-1",
        f"01-{TRACE}-{SPAN}-01.more",
        "restart checkout; password=hunter2",
    ],
)
def test_what_is_no_trace_is_none(parent: str) -> None:
    assert read({h.TRACE: parent}) is None
    assert not valid(parent)


def test_a_state_without_a_trace_is_nothing() -> None:
    assert read({h.TRACE_STATE: "vendor=1"}) is None
    assert read({}) is None
    assert read(None) is None


@pytest.mark.parametrize("more", ["", "-", "-what-a-later-version-has"])
def test_a_later_version_is_read_as_far_as_it_is_known(more: str) -> None:
    parent = f"cc-{TRACE}-{SPAN}-fd{more}"
    assert read({h.TRACE: parent}) == Trace(f"00-{TRACE}-{SPAN}-01")
    assert not valid(parent)


@pytest.mark.parametrize(
    "state", ["a=1", "a=1,b=2", "a=1, b=2", "1a-_*/@v=x y", "a=1,,b=2", "t@s=1"]
)
def test_a_state_of_the_form_goes_on_as_it_is(state: str) -> None:
    assert state_of(state) == state


@pytest.mark.parametrize(
    "state",
    [
        *("", "a", "a=", "=1", "A=1", "a=1;b=2", "a=ü", "a=1\r\nce-id: x", "a=\t1", "a=1,a=2"),
        ",".join(f"k{number}=1" for number in range(33)),
        f"a={'1' * 257}",
        f"{'a' * 257}=1",
        ",".join(f"k{number}={'1' * 50}" for number in range(10)),
    ],
)
def test_a_state_that_is_not_of_the_form_does_not(state: str) -> None:
    assert state_of(state) == ""


@given(
    some.text(max_size=80) | some.from_regex(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.*")
)
def test_whatever_comes_what_goes_on_is_well_formed(parent: str) -> None:
    trace = read({h.TRACE: parent, h.TRACE_STATE: parent})
    assert trace is None or valid(trace.parent)
    assert trace is None or trace.parent[3:52] == parent[3:52]


def test_a_trace_that_begins_has_no_span_yet() -> None:
    one, other = begun(), begun()
    assert valid(one)
    assert one != other
    assert Trace(one).begins
    assert Trace(one).flags == 1
