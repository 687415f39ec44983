"""The moments at which a crash matters, by name.

A fault test stops a process at one of them; otherwise reaching one costs a call that does
nothing. What happens there is set from outside, by `on_reach`.
"""

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Where a process can be when it dies. The name says what was just done."""

    REQUEST_RECEIVED = "request.received"
    WAITER_STORED = "waiter.stored"
    REQUEST_STORED = "request.stored"
    DELIVERY_RECEIVED = "delivery.received"
    HANDLED = "delivery.handled"
    PUBLISHED = "delivery.published"
    CLAIMED = "execute.claimed"
    ACTED = "execute.acted"
    OUTPUT_STORED = "execute.output_stored"
    ANSWERED = "reply.answered"


Reached = Callable[[Point, str], None]


_reached: Reached | None = None


def on_reach(call: Reached) -> None:
    """Call this with the point and the function's name, each time that a point is reached."""
    global _reached  # noqa: PLW0603 - one hook for the process, set once before it serves
    _reached = call


def reach(point: Point, function: str) -> None:
    """Say that this point is reached."""
    if _reached:
        _reached(point, function)
