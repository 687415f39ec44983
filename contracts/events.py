"""Every event of a command's life, in the order of that life.

An event is a stored fact. Its class carries its type, and the type its subject: an event of
class `CommandValidated` is stored under `command.validated.<command id>` and seen by live
subscribers as `command.validated`.
"""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from contracts.docker.risk import Risk
from contracts.errors import Error
from contracts.model import Fact
from contracts.plan import GeneratorUse, Plan, StepResult

Priority = Literal["low", "normal", "high", "urgent"]
Mode = Literal["run", "plan"]

EVERY_EVENT = "command.*.*"


class Event(Fact):
    """The root of all events.

    - `command_id`: the command whose history it belongs to.
    """

    type: ClassVar[str]
    command_id: str

    @property
    def subject(self) -> str:
        """Where it is stored."""
        return f"command.{self.type}.{self.command_id}"

    def occurrence(self) -> str:
        """Tell events of one type and one cause apart; empty where there can be one only."""
        return ""


class CommandRequested(Event):
    """A caller asked for something, in words (`words`) or as a docker line (`line`).

    Stored once the request is found well-formed: whoever holds its reply may rely on it.

    - `caller`: who asks, by the subject of the request: it cannot be forged in a body.
    - `words`: what is wanted, in the caller's words; null where `line` says it.
    - `line`: what is wanted, as a docker line of the caller's own; null where `words` say it.
    - `target`: the name of what the words are about, where the caller knows it.
    - `host`: the only host that may be touched; null where any may be.
    - `context`: what the caller sent to help understand the words. Data, never instructions.
    - `priority`: how urgent it is to the caller.
    - `source_id`: the caller's own label, for statistics. Never an identity.
    - `mode`: `plan` says what would run and runs nothing.
    - `max_risk`: nothing above it runs, whatever policy says; `read` where a question was asked.
    - `deadline`: nothing of this command starts after it.
    - `request_digest`: SHA-256 of caller and request: tells two requests under one key apart.
    - `keyed`: whether the id was made of an idempotency key of the caller's.
    - `hosts`: run it on each of these hosts: names or labels; null where it runs on one.
    - `max_parallel`: on how many of them at once.
    - `upload`: the caller's file, as base64, for a line that reads one.
    """

    type: ClassVar[str] = "requested"

    caller: str
    words: str | None = None
    line: str | None = None
    target: str | None = None
    host: str | None = None
    context: JsonValue = None
    priority: Priority = "normal"
    source_id: str | None = None
    mode: Mode = "run"
    max_risk: Risk = Risk.DESTROY
    deadline: datetime
    request_digest: str = ""
    keyed: bool = False
    hosts: str | None = None
    max_parallel: int = 1
    upload: str | None = Field(default=None, repr=False)


class CommandGenerated(Event):
    """Words became docker lines. Nothing here is trusted yet.

    - `lines`: docker lines, in the order in which they are to run.
    - `generator`: what made them, and what that took.
    - `host`: the only host that the words name; null where they name none.
    """

    type: ClassVar[str] = "generated"

    lines: tuple[str, ...]
    generator: GeneratorUse
    host: str | None = None


class CommandPlanned(Event):
    """The plan that would run, for a caller who asked for no more than that. Terminal.

    - `plan`: the steps, judged and resolved to exact objects.
    - `generator`: what made the lines of the plan.
    """

    type: ClassVar[str] = "planned"

    plan: Plan
    generator: GeneratorUse | None = None


class CommandHeld(Event):
    """Policy wants people to agree first.

    - `plan`: exactly what they would agree to.
    - `votes_needed`: how many people must agree.
    - `reasons`: why policy wants that.
    - `expires`: when it is rejected without them.
    - `generator`: what made the lines of the plan.
    """

    type: ClassVar[str] = "held"

    plan: Plan
    votes_needed: int
    reasons: tuple[str, ...] = ()
    expires: datetime
    generator: GeneratorUse | None = None


class CommandApproved(Event):
    """A person agreed to exactly the plan of the held event that caused this.

    - `voter`: who agreed.
    - `reason`: what the voter said of it.
    """

    type: ClassVar[str] = "approved"

    voter: str
    reason: str = ""

    def occurrence(self) -> str:
        """Each voter's vote is an event of its own."""
        return self.voter


class CommandDenied(Event):
    """A person refused the plan of the held event that caused this.

    - `voter`: who refused.
    - `reason`: what the voter said of it.
    """

    type: ClassVar[str] = "denied"

    voter: str
    reason: str = ""

    def occurrence(self) -> str:
        """Each voter's vote is an event of its own."""
        return self.voter


class CommandValidated(Event):
    """This plan may run. Nothing else ever does.

    - `caller`: who asked: what is printed is stored for this caller.
    - `plan`: exactly what may run.
    - `deadline`: nothing of it starts after this.
    - `generator`: what made the lines of the plan.
    - `max_parallel`: on how many hosts at once; 0 where its steps are one sequence.
    - `upload`: the caller's file, as base64, for a line that reads one.
    """

    type: ClassVar[str] = "validated"

    caller: str
    plan: Plan
    deadline: datetime
    generator: GeneratorUse | None = None
    max_parallel: int = 0
    upload: str | None = Field(default=None, repr=False)


class CommandStale(Event):
    """The world changed after validation: the plan was not run and is validated again.

    - `changed`: what is no longer as the plan has it, in sentences.
    """

    type: ClassVar[str] = "stale"

    changed: tuple[str, ...]


class CommandCancelled(Event):
    """The caller wants no more of it. What has not started will not; what runs is stopped.

    - `by`: who cancelled it.
    - `reason`: what was said of it.
    """

    type: ClassVar[str] = "cancelled"

    by: str
    reason: str = ""


class CommandStarted(Event):
    """An executor claims the command. Stored before the effect, so at most one can act.

    - `claim`: unlike that of any other delivery to any other executor.
    """

    type: ClassVar[str] = "started"

    claim: str

    def occurrence(self) -> str:
        """Two executors' claims are two events, of which one can be stored."""
        return self.claim


class CommandProgressed(Event):
    """One step of several is done.

    - `step`: which; counts from 0.
    - `result`: how it went.
    """

    type: ClassVar[str] = "progressed"

    step: int
    result: StepResult

    def occurrence(self) -> str:
        """Each step is an event of its own."""
        return str(self.step)


class CommandExecuted(Event):
    """It ran. Terminal.

    - `caller`: who asked.
    - `outcome`: whether docker did what it was told.
    - `plan`: what was to run.
    - `results`: of the steps that ran, in order: a failed step is the last.
    - `generator`: what made the lines of the plan.
    """

    type: ClassVar[str] = "executed"

    caller: str
    outcome: Literal["succeeded", "failed"]
    plan: Plan
    results: tuple[StepResult, ...]
    generator: GeneratorUse | None = None


class CommandRejected(Event):
    """We or a person said no. Terminal.

    - `error`: why, and what the caller can do.
    - `plan`: what was refused, where it came that far.
    - `generator`: what made the lines of the plan.
    """

    type: ClassVar[str] = "rejected"

    error: Error
    plan: Plan | None = None
    generator: GeneratorUse | None = None


class CommandFailed(Event):
    """The world said no. Terminal.

    - `error`: why, and what the caller can do. Code `outcome_unknown`: it may have happened.
    - `plan`: what was to run, where it came that far.
    - `results`: of the steps that did run, in order.
    - `generator`: what made the lines of the plan.
    """

    type: ClassVar[str] = "failed"

    error: Error
    plan: Plan | None = None
    results: tuple[StepResult, ...] = ()
    generator: GeneratorUse | None = None


class CommandObserved(Event):
    """A result that came after the command had ended. Changes nothing; kept as evidence.

    - `results`: of the steps that ran after all, in order.
    - `error`: what went wrong instead.
    """

    type: ClassVar[str] = "observed"

    results: tuple[StepResult, ...] = ()
    error: Error | None = None


EVENTS: tuple[type[Event], ...] = (
    CommandRequested,
    CommandGenerated,
    CommandPlanned,
    CommandHeld,
    CommandApproved,
    CommandDenied,
    CommandValidated,
    CommandStale,
    CommandCancelled,
    CommandStarted,
    CommandProgressed,
    CommandExecuted,
    CommandRejected,
    CommandFailed,
    CommandObserved,
)

BY_TYPE: dict[str, type[Event]] = {event.type: event for event in EVENTS}
