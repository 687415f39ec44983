"""The life of a command: which event may follow which, and the fold that says where it is.

One fold for worker, reply, status and audit. Events that are out of turn (planted, forged,
late) take up a sequence and change nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from contracts.events import (
    CommandApproved,
    CommandCancelled,
    CommandDenied,
    CommandExecuted,
    CommandFailed,
    CommandGenerated,
    CommandHeld,
    CommandObserved,
    CommandPlanned,
    CommandProgressed,
    CommandRejected,
    CommandRequested,
    CommandStale,
    CommandStarted,
    CommandValidated,
    Event,
)

E = TypeVar("E", bound=Event)


class State(StrEnum):
    """Where a command is: named by the event that brought it there."""

    NONE = "none"
    REQUESTED = "requested"
    GENERATED = "generated"
    HELD = "held"
    APPROVED = "approved"
    DENIED = "denied"
    VALIDATED = "validated"
    STALE = "stale"
    STARTED = "started"
    PLANNED = "planned"
    EXECUTED = "executed"
    REJECTED = "rejected"
    FAILED = "failed"


TERMINAL = frozenset({State.PLANNED, State.EXECUTED, State.REJECTED, State.FAILED})
TERMINAL_EVENTS: tuple[type[Event], ...] = (
    CommandPlanned,
    CommandExecuted,
    CommandRejected,
    CommandFailed,
)

# After its deadline a started command may still end by itself for this long.
GRACE = timedelta(seconds=30)

# What happens beside the state: it is legal, it is kept, and the state stays.
BESIDE: frozenset[str] = frozenset(
    {CommandCancelled.type, CommandProgressed.type, CommandObserved.type}
)

# What leads on: of a command that was cancelled, none of it is legal any more.
LEADS_ON: frozenset[str] = frozenset(
    each.type
    for each in (
        CommandGenerated,
        CommandHeld,
        CommandApproved,
        CommandDenied,
        CommandValidated,
        CommandStale,
        CommandCancelled,
        CommandStarted,
    )
)

_DECIDED: set[type[Event]] = {
    CommandPlanned,
    CommandHeld,
    CommandValidated,
    CommandRejected,
    CommandFailed,
}
_FOLLOWS: dict[State, set[type[Event]]] = {
    State.NONE: {CommandRequested},
    State.REQUESTED: {CommandGenerated, CommandRejected, CommandFailed, CommandCancelled},
    State.GENERATED: _DECIDED | {CommandCancelled},
    State.HELD: {
        CommandApproved,
        CommandDenied,
        CommandRejected,
        CommandFailed,
        CommandCancelled,
    },
    State.APPROVED: _DECIDED | {CommandCancelled},
    State.DENIED: {CommandRejected, CommandFailed, CommandCancelled},
    State.VALIDATED: {
        CommandStarted,
        CommandStale,
        CommandRejected,
        CommandFailed,
        CommandCancelled,
    },
    State.STALE: _DECIDED | {CommandCancelled},
    State.STARTED: {CommandProgressed, CommandExecuted, CommandFailed, CommandCancelled},
    State.PLANNED: set(),
    State.EXECUTED: {CommandObserved},
    State.REJECTED: {CommandObserved},
    State.FAILED: {CommandObserved},
}
FOLLOWS: dict[State, frozenset[str]] = {
    state: frozenset(event.type for event in events) for state, events in _FOLLOWS.items()
}


def admits(state: State, event_type: str) -> bool:
    """Say whether an event of this type may come next in this state, if nobody cancelled it."""
    return event_type in FOLLOWS[state]


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored event with what its envelope says of it."""

    event: Event
    sequence: int
    id: str
    time: datetime
    source: str
    digest: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as its history tells it.

    `sequence` is that of the newest event of all, legal or not: the next publish expects it.
    """

    state: State = State.NONE
    sequence: int = 0
    entries: tuple[Entry, ...] = ()
    ignored: tuple[Entry, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether a terminal event is among them."""
        return self.state in TERMINAL

    @property
    def end(self) -> Entry | None:
        """The terminal event."""
        return next((each for each in self.entries if each.event.type in TERMINAL), None)

    @property
    def cancelled(self) -> bool:
        """Whether the caller asked to stop it."""
        return self.last(CommandCancelled) is not None

    @property
    def given_up(self) -> bool:
        """Whether it was cancelled before anybody began: nobody may begin any more."""
        return self.cancelled and self.state is not State.STARTED

    def admits(self, event_type: str) -> bool:
        """Say whether an event of this type may come next."""
        if not admits(self.state, event_type):
            return False
        return event_type not in LEADS_ON or not self.cancelled

    def last(self, kind: type[E]) -> E | None:
        """Return the newest legal event of a class."""
        found = self.last_entry(kind)
        return found.event if found and isinstance(found.event, kind) else None

    def last_entry(self, kind: type[Event]) -> Entry | None:
        """Return the newest legal entry of a class."""
        return next((each for each in reversed(self.entries) if isinstance(each.event, kind)), None)

    def then(self, entry: Entry) -> "Command":
        """Return the command after one more entry."""
        if not self.admits(entry.event.type):
            return Command(self.state, entry.sequence, self.entries, (*self.ignored, entry))
        kept = entry.event.type in BESIDE
        state = self.state if kept else State(entry.event.type)
        return Command(state, entry.sequence, (*self.entries, entry), self.ignored)


def fold(entries: Iterable[Entry]) -> Command:
    """Fold a command's entries, in the order of their sequences, into what it is."""
    command = Command()
    for entry in entries:
        command = command.then(entry)
    return command
