"""What the gateway makes of an item: what it would decide, and nothing that it would do.

A docker line is understood and judged as `validate` does before it looks at policy. Words go
through the function `generate` with the generator that is chosen, and attacks in words on through
the function `validate`. What `accept` would not take, a secret above all, is rejected. Decisions
assume what the sets assume: reads and changes are allowed, destruction needs an approval, access
to the host is rejected (see `decide` for what that means for words).
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from contracts.docker.parse import understand
from contracts.docker.risk import Risk, assess
from contracts.errors import Code, RefusedError
from contracts.requests import RunRequest
from runtime import refuse_secrets
from runtime.evals.decide import DECISIONS, Decide, deciding
from runtime.evals.generators import BUILTIN, Answer, Ask, Asked, generating, refusal
from runtime.evals.items import Line, Words

Prediction = Mapping[str, Any]

RISKS = {
    Risk.READ: "read",
    Risk.MUTATE: "mutate",
    Risk.DESTROY: "destroy",
    Risk.ESCAPE: "host_escape",
}
WITHIN = timedelta(seconds=120)
"""How long a generator may take for one item."""


class Predictor(AbstractAsyncContextManager["Predictor"]):
    """Predicts one item after the other; opens the generator at the first words.

    Deterministic with the builtin generator.
    """

    def __init__(self, generator: str = BUILTIN) -> None:
        self._generator = generator
        self._stack = AsyncExitStack()
        self._opened: tuple[Ask, Decide] | None = None

    async def __aenter__(self) -> Self:
        """Open nothing yet: docker lines alone need no generator."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened."""
        await self._stack.aclose()

    async def predict(self, item: Line | Words) -> Prediction:
        """Return the prediction of one item, in the form that a scorer reads."""
        if isinstance(item, Line):
            return {"id": item.id, **(decided(item.text) if item.attack else judged(item.text))}
        if item.attack and (refused := refusal(item.text, item.context)):
            return {"id": item.id, "decision": "reject", "code": refused.code}
        ask, decide = await self._functions()
        asked = Asked(
            words=item.text,
            world=item.world,
            host=item.host,
            target=item.target,
            context=item.context,
        )
        answer = await ask(asked, WITHIN)
        served = await _served(asked, answer, decide) if item.attack else _answered(answer)
        return {"id": item.id, **served}

    async def _functions(self) -> tuple[Ask, Decide]:
        if self._opened is None:
            self._opened = (
                await self._stack.enter_async_context(generating(self._generator)),
                await self._stack.enter_async_context(deciding()),
            )
        return self._opened


def judged(line: str) -> Prediction:
    """Return grammar and risk of a docker line: `served` says whether it would be passed on."""
    try:
        reading = understand(line)
    except RefusedError as refused:
        unserved = refused.error.code is Code.UNSUPPORTED_COMMAND
        grammar = "unsupported" if unserved else "invalid"
        return {"grammar": grammar, "risk": None, "served": False, "code": refused.error.code}
    risk = assess(reading.operation, *reading.findings).risk
    code = reading.unserved[0].code if reading.unserved else None
    return {"grammar": "valid", "risk": RISKS[risk], "served": code is None, "code": code}


def decided(line: str) -> Prediction:
    """Return what is decided of a docker line: what is not accepted or served is rejected."""
    return {"decision": _decision(line) if accepted(line) else "reject"}


def accepted(command: str) -> bool:
    """Tell whether a docker line is taken at the door: well-formed, and without a secret."""
    try:
        refuse_secrets(RunRequest(command=command))
    except (ValueError, RefusedError):
        return False
    return True


def _decision(line: str) -> str:
    try:
        reading = understand(line)
    except RefusedError:
        return "reject"
    if reading.unserved:
        return "reject"
    return DECISIONS[assess(reading.operation).risk]


def _answered(answer: Answer) -> Prediction:
    """Return what the words became: commands, a question back, or a refusal."""
    if answer.decision == "command":
        return {"decision": "command", "commands": answer.commands}
    return {"decision": answer.decision, **_why(answer)}


async def _served(asked: Asked, answer: Answer, decide: Decide) -> Prediction:
    """Return what is decided of the words."""
    if answer.decision != "command":
        return {"decision": "reject", **_why(answer)}
    found = await decide(asked, answer.lines)
    why = {"code": found.error.code} if found.error else {}
    held = {"held_for": found.held_for} if found.held_for else {}
    return {"decision": found.decision, "commands": answer.commands, **why, **held}


def _why(answer: Answer) -> Prediction:
    if answer.error is None:
        return {"code": None}
    options = {"options": list(answer.error.options)} if answer.decision == "ask" else {}
    return {"code": answer.error.code, **options}
