"""What was decided to run: the steps of a command, each judged and resolved to exact objects."""

from collections.abc import Iterable
from typing import Literal

from contracts.docker.operations import (
    ContainerPrune,
    Create,
    ImagePrune,
    NetworkPrune,
    Operation,
    Run,
    SystemPrune,
    VolumePrune,
)
from contracts.docker.risk import Discloses, Risk
from contracts.docker.targets import makes
from contracts.model import Fact

_PRUNES = ContainerPrune | ImagePrune | NetworkPrune | SystemPrune | VolumePrune


class ObjectRef(Fact):
    """One object that a step touches.

    - `kind`: container, image, network or volume.
    - `name`: as the line names it.
    - `id`: the engine's; empty where the kind has none.
    """

    kind: str
    name: str
    id: str = ""


class Step(Fact):
    """One docker command.

    - `line`: how a person reads it: docker's own command line.
    - `operation`: what runs.
    - `risk`: the harm that it can do, computed from the operation.
    - `discloses`: what it tells, computed from the operation.
    - `reasons`: why the risk is what it is.
    - `host`: where it runs.
    - `objects`: exactly what it touches.
    """

    line: str
    operation: Operation
    risk: Risk
    discloses: Discloses
    reasons: tuple[str, ...] = ()
    host: str = "local"
    objects: tuple[ObjectRef, ...] = ()

    @property
    def locks(self) -> frozenset[tuple[str, str]]:
        """What no other command may change meanwhile, as (host, object): reads lock nothing.

        An object is locked by its name and by its id, for either may be what another command
        knows of it; so is a name that is given. What a new container uses of others is not
        changed by it. Prunes touch whatever is unused, so one at a time runs on a host; each
        removal is the engine's, which removes nothing that is in use.
        """
        if self.risk is Risk.READ:
            return frozenset()
        made = makes(self.operation)
        locked = {f"{made.kind} {_whole(*made)}"} if made else set()
        if not isinstance(self.operation, Run | Create):
            known = ((each.kind, one) for each in self.objects for one in (each.name, each.id))
            locked |= {f"{kind} {_whole(kind, one)}" for kind, one in known if one}
        if isinstance(self.operation, _PRUNES):
            locked.add("prune")
        return frozenset((self.host, each) for each in locked)


def _whole(kind: str, name: str) -> str:
    """Return a name as one that is called by it in another way has it: of an image, its tag too."""
    name = name.strip()
    if kind == "container":
        return name.removeprefix("/")
    if kind != "image" or name.startswith("sha256:"):
        return name
    name = name.removeprefix("docker.io/").removeprefix("library/")
    return name if ":" in name.rpartition("/")[2] or "@" in name else f"{name}:latest"


class Plan(Fact):
    """The steps of one command.

    - `steps`: in the order in which they run; the first failure ends it.
    """

    steps: tuple[Step, ...]

    @property
    def locks(self) -> frozenset[tuple[str, str]]:
        """What no other command may change meanwhile, as (host, object)."""
        return frozenset().union(*(step.locks for step in self.steps))

    @property
    def risk(self) -> Risk:
        """The worst of its steps."""
        return max((step.risk for step in self.steps), default=Risk.READ)


Ended = Literal["deadline", "lines", "size", "cancelled"]
"""Why something that goes on by itself was ended: its time, its lines or its bytes were used up,
or its caller wanted no more. None of them is an error."""


class StepResult(Fact):
    """How a step went, without what it printed: that is in OUTPUTS, never in an event.

    - `exit_code`: the docker command line's: 0 done, 1 the engine said no.
    - `duration_ms`: milliseconds that the engine took.
    - `stdout_bytes`, `stderr_bytes`: sizes of what is stored, in bytes of UTF-8.
    - `sha256`: covers stdout, a NUL, and stderr, as stored; where it was `streamed`, of each chunk
      in their order stdout, a NUL, stderr, a NUL.
    - `chunks`: how many messages of the stream OUTPUTS hold it.
    - `claim`: which of them: those that bear the same.
    - `truncated`: whether the middle of a long text was left out.
    - `redactions`: how many secrets were taken out of it.
    - `streamed`: whether it was stored while it ran.
    - `ended`: why it was ended before its own end; null where it ended by itself.
    - `step`: which step it is of; null where the results are those of the first steps, in order.
    """

    exit_code: int
    duration_ms: float
    stdout_bytes: int = 0
    stderr_bytes: int = 0
    sha256: str = ""
    chunks: int = 0
    claim: str = ""
    truncated: bool = False
    redactions: int = 0
    streamed: bool = False
    ended: Ended | None = None
    step: int | None = None


def by_step(results: Iterable[StepResult]) -> dict[int, StepResult]:
    """Return results by the numbers of their steps."""
    return {
        each.step if each.step is not None else place: each for place, each in enumerate(results)
    }


class GeneratorUse(Fact):
    """Which generator turned the words into commands, and what that took.

    - `kind`: `direct` (the caller's own line), `builtin` or the name of another.
    - `model`: the model, where one was asked.
    - `cached`: whether an earlier answer was used again.
    - `tokens_in`, `tokens_out`: what the model read and wrote.
    - `cost_usd`: what that cost, in US dollars.
    - `duration_ms`: milliseconds that it took.
    - `attempts`: how often the model was asked: repairs count.
    - `prompt`: the start of the SHA-256 of the instructions that it was given.
    """

    kind: str
    model: str | None = None
    cached: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    duration_ms: float = 0.0
    attempts: int = 1
    prompt: str = ""
