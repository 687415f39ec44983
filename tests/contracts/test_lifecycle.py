import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.events import EVENTS, CommandStarted, Event
from contracts.lifecycle import (
    BESIDE,
    FOLLOWS,
    LEADS_ON,
    TERMINAL,
    TERMINAL_EVENTS,
    Command,
    State,
    admits,
    fold,
)
from tests.stories import ID, entry, generated, history, one_of_each, requested, validated

EACH = {event.type: event for event in one_of_each()}
TYPES = [event.type for event in EVENTS]


class AnyHistory(RuleBasedStateMachine):
    """Events come in any order, as a planter of messages or a race could make them."""

    def __init__(self) -> None:
        super().__init__()
        self.command = Command()
        self.sequence = 0

    @rule(event=st.sampled_from(list(EACH.values())), gap=st.integers(1, 5))
    def one_more_event(self, event: Event, gap: int) -> None:
        before = self.command
        self.sequence += gap
        self.command = before.then(entry(event, self.sequence))
        if before.admits(event.type):
            assert self.command.entries == (*before.entries, entry(event, self.sequence))
            assert self.command.ignored == before.ignored
        else:
            assert self.command.state is before.state
            assert self.command.entries == before.entries
            assert self.command.ignored == (*before.ignored, entry(event, self.sequence))

    @invariant()
    def every_event_takes_up_a_sequence(self) -> None:
        assert self.command.sequence == self.sequence

    @invariant()
    def at_most_one_event_ends_it(self) -> None:
        ends = [each for each in self.command.entries if each.event.type in TERMINAL]
        assert len(ends) <= 1
        assert self.command.ended == bool(ends)
        assert self.command.end == (ends[0] if ends else None)

    @invariant()
    def nothing_but_what_was_observed_comes_after_the_end(self) -> None:
        if self.command.end:
            after = self.command.entries[self.command.entries.index(self.command.end) + 1 :]
            assert {each.event.type for each in after} <= {"observed"}

    @invariant()
    def at_most_one_claim_stands_between_two_validations(self) -> None:
        claims = 0
        for each in self.command.entries:
            if each.event.type == "validated":
                claims = 0
            claims += isinstance(each.event, CommandStarted)
            assert claims <= 1

    @invariant()
    def nothing_leads_on_once_it_is_cancelled(self) -> None:
        kept = [each.event.type for each in self.command.entries]
        if "cancelled" in kept:
            assert not set(kept[kept.index("cancelled") + 1 :]) & LEADS_ON

    @invariant()
    def what_is_kept_folds_to_the_same(self) -> None:
        again = fold(self.command.entries)
        assert again.state is self.command.state
        assert again.entries == self.command.entries
        assert again.ignored == ()


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


def test_every_state_says_what_may_follow() -> None:
    assert set(FOLLOWS) == set(State)
    assert {each for types in FOLLOWS.values() for each in types} == set(TYPES)


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_nothing_but_an_observation_follows_the_end(state: State) -> None:
    assert FOLLOWS[state] <= {"observed"}


def test_the_terminal_events_are_the_terminal_states() -> None:
    assert {event.type for event in TERMINAL_EVENTS} == set(TERMINAL)


def test_every_event_leads_to_a_state_of_its_name_or_stands_beside() -> None:
    assert {State(each).value for each in TYPES if each not in BESIDE} == set(State) - {State.NONE}


@pytest.mark.parametrize("state", sorted(set(State) - TERMINAL - {State.NONE}))
def test_every_open_state_can_end(state: State) -> None:
    assert FOLLOWS[state] & TERMINAL


def test_only_a_request_begins_a_command() -> None:
    assert [each for each in TYPES if admits(State.NONE, each)] == ["requested"]


def test_nothing_runs_that_was_not_validated() -> None:
    assert [state for state in State if admits(state, "started")] == [State.VALIDATED]
    assert [state for state in State if admits(state, "executed")] == [State.STARTED]


def test_the_usual_life_is_kept_whole() -> None:
    command = history(requested(), generated(), validated(), EACH["started"], EACH["executed"])
    assert command.state is State.EXECUTED
    assert [each.event.type for each in command.entries] == [
        *("requested", "generated", "validated", "started", "executed")
    ]
    assert command.last(CommandStarted) == EACH["started"]
    assert command.sequence == 5


def test_a_cancellation_is_kept_and_the_state_stays() -> None:
    command = history(requested(), EACH["cancelled"])
    assert command.cancelled
    assert command.state is State.REQUESTED


def test_a_planted_event_changes_nothing_but_the_sequence() -> None:
    honest = history(requested(), generated())
    command = honest.then(entry(EACH["executed"], 77))
    assert command.state is State.GENERATED
    assert command.entries == honest.entries
    assert command.sequence == 77


def test_a_command_without_events_is_none() -> None:
    assert fold([]) == Command()
    assert Command().end is None
    assert not Command().ended


def test_all_of_a_history_belongs_to_one_command() -> None:
    assert {each.event.command_id for each in history(requested(), generated()).entries} == {ID}


def test_of_a_cancelled_command_nothing_can_be_claimed() -> None:
    command = history(requested(), generated(), validated(), EACH["cancelled"])
    assert command.given_up
    assert not command.admits("started")
    assert command.then(entry(EACH["started"], 9)).state is State.VALIDATED
    assert command.admits("rejected")


def test_what_was_claimed_before_may_still_be_told() -> None:
    command = history(requested(), generated(), validated(), EACH["started"], EACH["cancelled"])
    assert not command.given_up
    assert [each for each in TYPES if command.admits(each)] == ["progressed", "executed", "failed"]
