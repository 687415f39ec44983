"""The trace that a caller began goes on through every event, and nothing else comes in with it."""

import pytest

from contracts import headers as h
from contracts.events import CommandStarted
from runtime.envelope import Cause, Sealed, seal
from runtime.errors import PermanentError
from runtime.signing import Digests

ID = "a" * 26
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def sealed(trace: str = TRACE, *, cause: str = "c", claim: str = "1") -> Sealed:
    event = CommandStarted(command_id=ID, claim=claim)
    return seal(event, "execute", Cause(cause, "d" * 64, ID, trace), Digests(), stage="")


def test_an_event_goes_on_with_the_trace_of_its_cause_in_a_span_of_its_own() -> None:
    one, other = sealed().headers[h.TRACE], sealed(claim="2").headers[h.TRACE]
    assert one[:36] == other[:36] == TRACE[:36]
    assert one[52:] == TRACE[52:]
    assert len({one[36:52], other[36:52], TRACE[36:52]}) == 3


def test_an_event_that_is_made_again_has_the_same_span() -> None:
    assert sealed().headers[h.TRACE] == sealed().headers[h.TRACE]


@pytest.mark.parametrize("trace", ["", "00-1-2-01", f"{TRACE}\nce-id:x", TRACE.replace("4", "\n")])
def test_what_is_no_trace_is_replaced_by_one(trace: str) -> None:
    made = sealed(trace).headers[h.TRACE]
    assert len(made) == len(TRACE)
    assert "\n" not in made
    assert made[:36] != TRACE[:36]


def test_nothing_is_sealed_with_a_header_that_would_pass_for_two() -> None:
    with pytest.raises(PermanentError, match="line break"):
        sealed(cause="c\nce-source:accept")
