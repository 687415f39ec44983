"""What a function is handed beside events: by the clock, by the server, by the runtime."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import ConfigDict

from contracts.lifecycle import Command
from contracts.model import Fact
from contracts.requests import Reply, Request, RunRequest


@dataclass(frozen=True, slots=True)
class Timings:
    """When the request came, and the milliseconds that each stage took since."""

    start: datetime | None
    stages: dict[str, float]

    def with_total(self) -> dict[str, float]:
        """Return the stages and their sum as `total`."""
        return {**self.stages, "total": round(sum(self.stages.values()), 2)}


class Cancellation(Protocol):
    """Whether the caller wants no more of the command in hand, as soon as that is known."""

    @property
    def requested(self) -> bool:
        """Whether it was cancelled."""
        ...

    def then(self, call: Callable[[], None]) -> None:
        """Call this when it is cancelled; at once where it is."""
        ...


class Cache(Protocol):
    """Answers that were dear to get. Never a reason to fail: it may forget anything."""

    async def get(self, key: str) -> bytes | None:
        """Return what is kept under a key; None where nothing is."""
        ...

    async def put(self, key: str, value: bytes) -> None:
        """Keep a value for a while."""
        ...


class Lease(Protocol):
    """How long a command may begin something on what it has locked."""

    @property
    def valid(self) -> bool:
        """Whether it still may, by a clock that nobody sets."""
        ...


class Locks(Protocol):
    """Objects that one command at a time may change, over all executors."""

    def held(
        self, objects: Iterable[tuple[str, str]], command_id: str, deadline: datetime
    ) -> AbstractAsyncContextManager[Lease]:
        """Hold objects, each as (host, object), until the block is left.

        Raises RefusedError (DEADLINE_EXCEEDED) where others hold one of them until then.
        """
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """Whether something that the gateway needs is there, looked at just now.

    - `name`: what was looked at.
    - `ok`: whether it is there, and does its part.
    - `ms`: the milliseconds that looking took.
    - `said`: what was found, in a few words that tell nothing of what runs on any host.
    """

    name: str
    ok: bool
    ms: float
    said: str = ""


class Asking(Protocol):
    """The gateway as one caller sees it.

    Each raises RefusedError (UNAVAILABLE) where the gateway is not there, TimeoutError where no
    answer comes in time.
    """

    async def run(self, request: RunRequest, *, trace: str, within: timedelta) -> Reply:
        """Ask for something; return the reply. `trace` is a `traceparent`, or empty."""
        ...

    async def ask(self, request: Request, *, within: timedelta) -> Reply:
        """Send a request that begins no command; return the reply."""
        ...

    def output(self, command_id: str, *, follow: bool, after: int) -> AsyncIterator[Reply]:
        """Read what a command printed, page by page; with `follow` until it has ended."""
        ...


class Callers(Protocol):
    """For a door: the gateway as its callers see it. It can do nothing that they could not."""

    def caller(self, name: str) -> Asking:
        """Return the gateway as this caller sees it, where the server lets the door ask for it."""
        ...

    async def checks(self) -> tuple[Check, ...]:
        """Look at all that the gateway needs, each with a deadline of its own."""
        ...

    def answered(self, route: str, status: int) -> None:
        """Count an answer."""
        ...


class Awake(Fact):
    """The process has started: for a function that follows something outside of NATS."""

    at: datetime


class Overdue(Fact):
    """A command whose time is up at `now`, with its history as the stream's leader has it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    now: datetime
    command: Command


class Undelivered(Fact):
    """A message that a function could not handle: the server's advisory, and the message.

    `function` is the durable consumer's name, `sequence` the message's in its stream;
    `subject` and `body` are empty where the message is gone, `command` where it has no history.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    at: datetime
    function: str
    stream: str
    sequence: int
    deliveries: int
    reason: str
    subject: str = ""
    body: bytes = b""
    command: Command | None = None


class DeadLetter(Fact):
    """What could not be handled, kept with the reason under `dead.<function>`.

    - `function`: which function could not handle it.
    - `stream`, `sequence`, `subject`: the message.
    - `reason`: why it was given up.
    - `deliveries`: how often it was tried.
    - `at`: when it was given up.
    - `command_id`: the command that it belongs to, where it does.
    - `body`: what the message held, as text, of bounded length.
    """

    function: str
    stream: str
    sequence: int
    subject: str
    reason: str
    deliveries: int
    at: datetime
    command_id: str | None = None
    body: str = ""
