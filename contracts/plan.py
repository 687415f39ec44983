"""What was decided to run: the steps of a command, each judged and resolved to exact objects."""

from contracts.docker.operations import Operation
from contracts.docker.risk import Discloses, Risk
from contracts.model import Fact


class ObjectRef(Fact):
    """One object that a step touches: `id` is the engine's, empty where the kind has none."""

    kind: str
    name: str
    id: str = ""


class Step(Fact):
    """One docker command: `line` is how a person reads it, `operation` is what runs."""

    line: str
    operation: Operation
    risk: Risk
    discloses: Discloses
    reasons: tuple[str, ...] = ()
    host: str = "local"
    objects: tuple[ObjectRef, ...] = ()


class Plan(Fact):
    """The steps of one command, in the order in which they run; the first failure ends it."""

    steps: tuple[Step, ...]

    @property
    def risk(self) -> Risk:
        """The worst of its steps."""
        return max((step.risk for step in self.steps), default=Risk.READ)


class StepResult(Fact):
    """How a step went, without what it printed: that is in OUTPUTS, never in an event.

    Sizes are bytes of UTF-8; `sha256` covers stdout, a NUL, and stderr, as stored, in `chunks`
    messages of the OUTPUTS stream that bear the same `claim`.
    """

    exit_code: int
    duration_ms: float
    stdout_bytes: int = 0
    stderr_bytes: int = 0
    sha256: str = ""
    chunks: int = 0
    claim: str = ""
    truncated: bool = False


class GeneratorUse(Fact):
    """Which generator turned the words into commands, and what that took."""

    kind: str
    model: str | None = None
    cached: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    duration_ms: float = 0.0
