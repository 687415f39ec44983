"""What somebody else's gateway says that it would do: a line of a file of predictions."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from contracts.errors import Code, Error
from contracts.model import Fact
from contracts.plan import GeneratorUse
from contracts.world import World
from runtime.evals.generators import Answer
from runtime.evals.gold import Gold
from runtime.evals.measure import Measured
from runtime.evals.verdict import judged


def _words(command: Any) -> Any:
    """Read a command that is written as one line."""
    if not isinstance(command, str):
        return command
    try:
        return shlex.split(command)
    except ValueError:
        return [command]


class Told(Fact):
    """One prediction. Of several with one id, each is an answer of its own.

    - `decision`: commands, a question back or a refusal; `failed` where nothing came.
    - `commands`: each a list of words, or one line.
    - `options`: what a question offers.
    - `latency_ms`, `tokens_in`, `tokens_out`, `cost_usd`: what it took, where that is known.
    """

    id: str
    decision: Literal["command", "ask", "refuse", "failed"]
    commands: tuple[Annotated[tuple[str, ...], BeforeValidator(_words)], ...] = ()
    options: tuple[str, ...] = ()
    latency_ms: float = Field(default=0.0, ge=0)
    tokens_in: int = Field(default=0, ge=0)
    tokens_out: int = Field(default=0, ge=0)
    cost_usd: float = Field(default=0.0, ge=0)

    @property
    def answer(self) -> Answer:
        """It, as an answer of a generator."""
        asks = Error(code=Code.AMBIGUOUS, message="It asks back.", options=self.options)
        return Answer(
            decision=self.decision,
            lines=tuple(shlex.join(each) for each in self.commands),
            error=asks if self.decision == "ask" else None,
            use=GeneratorUse(
                kind="other",
                tokens_in=self.tokens_in,
                tokens_out=self.tokens_out,
                cost_usd=self.cost_usd,
                duration_ms=self.latency_ms,
            ),
            spent_ms=self.latency_ms,
        )


NOTHING = Answer(
    decision="failed", error=Error(code=Code.UNAVAILABLE, message="There is no prediction.")
)


def weighed(
    items: Iterable[Gold], predictions: Iterable[Mapping[str, Any]], worlds: Mapping[str, World]
) -> Iterator[Measured]:
    """Yield what predictions are worth. An item without one was not answered, which is wrong.

    Raises ValueError for a prediction that cannot be read, with its id.
    """
    told: dict[str, list[Told]] = {}
    wanted = {item.id: item for item in items}
    for each in predictions:
        if each["id"] in wanted:
            told.setdefault(each["id"], []).append(_read(each))
    for item in wanted.values():
        answers: Sequence[Answer] = [each.answer for each in told.get(item.id, ())] or [NOTHING]
        for repeat, answer in enumerate(answers, start=1):
            verdict = judged(item, answer.decision, answer.commands, worlds[item.world])
            yield Measured(item, repeat, answer, verdict)


def _read(prediction: Mapping[str, Any]) -> Told:
    try:
        return Told.model_validate(prediction)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(
            f"the prediction of {prediction['id']!r}: {where}: {first['msg']}"
        ) from wrong
