"""What the task at work is about: told to its log lines, and to its spans.

Each delivery, request and turn of a clock is worked on in a task, and what that task calls and
starts inherits it. What it says is put together when a line is logged: until then it costs an
object and a reference.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Protocol

from contracts import headers as h
from contracts.requests import CALLER
from runtime.tracing.context import Trace, read

_ID = re.compile(r"[0-9a-f]{32}")
_COMMAND = re.compile(r"[a-z2-7]{26}")
_EVENT = "command."


class Message(Protocol):
    """A message as it came: an event, a request, an advisory."""

    @property
    def subject(self) -> str:
        """Where it was sent."""

    @property
    def headers(self) -> Mapping[str, str] | None:
        """Its headers, if any."""


class Work:
    """One delivery, request or turn of a clock of a function.

    - `trace`: what travels on with all that it makes; None where that is what travelled to it.
    - `span`: what is recorded of it, if anything is.
    - `over`: it has ended; tasks that it started and that go on are about nothing any more.
    """

    __slots__ = ("caller", "command_id", "function", "message", "over", "span", "trace")

    def __init__(self, function: str, message: Message | None = None) -> None:
        self.function = function
        self.message = message
        self.caller = ""
        self.command_id = ""
        self.trace: Trace | None = None
        self.span: object = None
        self.over = False

    def facts(self) -> dict[str, str]:
        """Return what is known of it, under the names that log lines have.

        What came in headers is told where it is of the form that it must have, and else left out.
        """
        headers = (self.message.headers if self.message else None) or {}
        subject = self.message.subject if self.message else ""
        event = subject.rpartition(".")[2] if subject.startswith(_EVENT) else ""
        trace = self.trace or read(headers)
        told = {
            "command_id": self.command_id or _matching(_COMMAND, event),
            "event_id": _matching(_ID, headers.get(h.ID, "")),
            "caller": self.caller or _matching(CALLER, headers.get(h.CALLER, "")),
            "trace_id": trace.id if trace else "",
        }
        return {"function": self.function} | {name: each for name, each in told.items() if each}


_work: ContextVar[Work | None] = ContextVar("work", default=None)


def begin(function: str, message: Message | None = None) -> Work:
    """Let this task, and what it starts, be about this from here on."""
    work = Work(function, message)
    _work.set(work)
    return work


def work() -> Work | None:
    """Return what this task is about; None where it is about nothing, or that has ended."""
    found = _work.get()
    return None if found is None or found.over else found


def _matching(form: re.Pattern[str], text: str) -> str:
    return text if form.fullmatch(text) else ""
