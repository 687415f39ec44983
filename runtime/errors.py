"""Errors by what to do about them.

RuntimeFault
├── TransientError      try this delivery again, later
│   └── CrowdedError    when there is room again, until its deadline
├── PermanentError      never try this delivery again: it becomes a dead letter
├── LostError           somebody else went on: drop what was made
└── LinkError           talking to NATS failed
├── NoAnswerError   nobody answered in time; it may or may not have happened
├── RefusedByStreamError   the stream said no, with its code
└── ForbiddenError  this user may not publish there
"""

from datetime import datetime, timedelta

from contracts.lifecycle import Command


class RuntimeFault(Exception):  # noqa: N818 - the root of a tree whose leaves end in Error
    """The root of all errors of the runtime."""


class TransientError(RuntimeFault):
    """Try again, after `delay` where the raiser knows how long; else by the worker's backoff."""

    def __init__(self, message: str, *, delay: timedelta | None = None) -> None:
        super().__init__(message)
        self.delay = delay


class CrowdedError(TransientError):
    """Too many wait here already. The attempts that are left are spread up to `deadline`."""

    def __init__(self, message: str, deadline: datetime) -> None:
        super().__init__(message)
        self.deadline = deadline


class PermanentError(RuntimeFault):
    """No number of attempts will help; the message says why."""


class LostError(RuntimeFault):
    """The history went on without us; `command` is what it says."""

    def __init__(self, command: Command) -> None:
        super().__init__(f"somebody else went on: the command is {command.state}")
        self.command = command


class LinkError(RuntimeFault):
    """Talking to NATS failed."""


class NoAnswerError(LinkError):
    """No answer within the time, or no connection."""


class RefusedByStreamError(LinkError):
    """JetStream answered with an error; `code` is its stable `err_code` (ADR-7)."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{description} ({code})")
        self.code = code


class ForbiddenError(LinkError):
    """The server's permissions forbid it to this user."""
