"""The trace that a caller began goes on through every event, and nothing else comes in with it."""

import pytest

from contracts import headers as h
from contracts.events import CommandStarted
from runtime.envelope import Cause, Sealed, seal
from runtime.errors import PermanentError
from runtime.signing import Digests

ID = "a" * 26
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def sealed(trace: str = TRACE, *, state: str = "", cause: str = "c") -> Sealed:
    event = CommandStarted(command_id=ID, claim="1")
    answered = Cause(cause, "d" * 64, ID, trace, trace_state=state)
    return seal(event, "execute", answered, Digests(), stage="")


def test_an_event_goes_on_with_the_trace_of_its_cause() -> None:
    """Where nothing is recorded here, whoever reads it belongs to the span that came in."""
    made = sealed(state="vendor=1").headers
    assert made[h.TRACE] == TRACE
    assert made[h.TRACE_STATE] == "vendor=1"


def test_no_state_is_made_where_none_came() -> None:
    assert h.TRACE_STATE not in sealed().headers


@pytest.mark.parametrize(
    "trace",
    ["", "00-1-2-01", f"{TRACE}\nce-id:x", TRACE.replace("4", "\n"), f"00-{'0' * 32}{TRACE[35:]}"],
)
def test_what_is_no_trace_is_replaced_by_one(trace: str) -> None:
    made = sealed(trace).headers[h.TRACE]
    assert len(made) == len(TRACE)
    assert "\n" not in made
    assert made[:36] != TRACE[:36]


def test_nothing_is_sealed_with_a_header_that_would_pass_for_two() -> None:
    with pytest.raises(PermanentError, match="line break"):
        sealed(cause="c\nce-source:accept")
