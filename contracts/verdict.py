"""How a command's end counts for the service level: good, bad, or not at all.

One truth: the labels of the metrics, the recording rules on them and `acg slo` all take it from
here. A refusal is the gateway doing its job, and docker's own non-zero exit is docker's answer.
"""

from enum import StrEnum

from contracts.docker.follow import follows
from contracts.errors import Code
from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandPlanned,
    CommandRejected,
)

Ending = CommandPlanned | CommandExecuted | CommandRejected | CommandFailed


class Status(StrEnum):
    """How a command ended, with what docker said of it."""

    EXECUTED_SUCCEEDED = "executed_succeeded"
    EXECUTED_FAILED = "executed_failed"
    REJECTED = "rejected"
    FAILED = "failed"
    PLANNED = "planned"


class Verdict(StrEnum):
    """What an end says of the service."""

    GOOD = "good"
    BAD = "bad"
    EXCLUDED = "excluded"


# The gateway, its model, an engine or a host did not do its part: bad, whoever says it.
OURS: frozenset[Code] = frozenset(
    {
        Code.UNAVAILABLE,
        Code.MODEL_UNAVAILABLE,
        Code.MODEL_ANSWER_INVALID,
        Code.ENGINE_UNREACHABLE,
        Code.ENGINE_ERROR,
        Code.INVENTORY_UNAVAILABLE,
        Code.DEADLINE_EXCEEDED,
        Code.OUTCOME_UNKNOWN,
        Code.DEAD_LETTER,
        Code.INTERNAL,
    }
)
# What was asked cannot be, must not be, or is not wanted any more: nobody's outage, even where
# it is found out so late that the command ends as failed.
NOT_OURS: frozenset[Code] = frozenset(
    {
        Code.CANCELLED,
        Code.PLAN_STALE,
        Code.NOT_UNDERSTOOD,
        Code.AMBIGUOUS,
        Code.UNSUPPORTED,
        Code.INVALID_COMMAND,
        Code.SHELL_SYNTAX,
        Code.UNSUPPORTED_COMMAND,
        Code.UNKNOWN_OBJECT,
        Code.UNKNOWN_HOST,
        Code.RISK_NOT_ALLOWED,
        Code.ABOVE_MAX_RISK,
        Code.APPROVAL_EXPIRED,
    }
)


_OF_KIND: dict[type[Ending], Status] = {
    CommandPlanned: Status.PLANNED,
    CommandRejected: Status.REJECTED,
    CommandFailed: Status.FAILED,
}


def status_of(end: Ending) -> Status:
    """Return how a command ended."""
    if isinstance(end, CommandExecuted):
        done = end.outcome == "succeeded"
        return Status.EXECUTED_SUCCEEDED if done else Status.EXECUTED_FAILED
    return _OF_KIND[type(end)]


def verdict(status: Status, code: Code | None = None) -> Verdict:
    """Return what an end says of the service.

    A code that stands in neither list counts by its status: a rejection is no outage, a failure
    is one.
    """
    if status is not Status.REJECTED and status is not Status.FAILED:
        return Verdict.GOOD
    if code in OURS:
        return Verdict.BAD
    if status is Status.REJECTED or code in NOT_OURS:
        return Verdict.EXCLUDED
    return Verdict.BAD


def timed(end: Ending, timings: str) -> bool:
    """Say whether it counts how long this took: of what is good, unless it was not ours to hurry.

    `timings` is the header of that name. What prints on and on by itself takes what it takes, and
    people who are asked take their time.
    """
    if isinstance(end, CommandRejected | CommandFailed) or _PEOPLE in timings:
        return False
    return not any(follows(step.operation) for step in end.plan.steps)


# As the timings tell the stage in which people voted.
_PEOPLE = ",approve="
