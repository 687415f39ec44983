"""What the gateway makes of an item: what it would decide, and nothing that it would do.

A docker line is understood and judged as `validate` does before it looks at policy. Words go
through the function `generate` with its builtin generator, which needs no key and no network.
What `accept` would not take, a secret above all, is rejected. Decisions assume what the sets
assume: reads and changes are allowed, destruction needs an approval, access to the host is
rejected.
"""

import shlex
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from contracts.docker.parse import understand
from contracts.docker.risk import Risk, assess
from contracts.errors import Code, RefusedError
from contracts.events import CommandFailed, CommandGenerated, CommandRejected, CommandRequested
from contracts.inputs import Cache
from contracts.requests import RunRequest
from contracts.world import World
from runtime import discover, refuse_secrets
from runtime.evals.items import Line, Words

Prediction = Mapping[str, Any]

RISKS = {
    Risk.READ: "read",
    Risk.MUTATE: "mutate",
    Risk.DESTROY: "destroy",
    Risk.ESCAPE: "host_escape",
}
DECISIONS = {
    Risk.READ: "allow",
    Risk.MUTATE: "allow",
    Risk.DESTROY: "require_approval",
    Risk.ESCAPE: "reject",
}
ASKED_BACK = frozenset({Code.AMBIGUOUS, Code.UNKNOWN_OBJECT})
"""Refusals that name what could be meant instead: the caller answers and goes on."""

_FAR = datetime(9999, 1, 1, tzinfo=UTC)


BUILTIN: Mapping[str, Any] = {"model": "", "aliases": None}
"""Settings of `generate` that leave nothing to this machine: no model, nobody's own words."""


class Forgetful:
    """A cache that keeps nothing: a prediction depends on its item alone."""

    async def get(self, key: str) -> bytes | None:  # noqa: ARG002 -- the protocol's signature
        """Return nothing."""
        return None

    async def put(self, key: str, value: bytes) -> None:
        """Keep nothing."""


class Predictor(AbstractAsyncContextManager["Predictor"]):
    """Predicts one item after the other. Deterministic; opens the generator at the first words."""

    def __init__(self) -> None:
        self._open: AbstractAsyncContextManager[Any] | None = None
        self._generator: Any = None

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
        if self._open is not None:
            await self._open.__aexit__(kind, error, trace)

    async def predict(self, item: Line | Words) -> Prediction:
        """Return the prediction of one item, in the form that a scorer reads."""
        if isinstance(item, Line):
            return {"id": item.id, **(decided(item.text) if item.attack else judged(item.text))}
        if item.attack and not accepted(request=item.text):
            return {"id": item.id, "decision": "reject"}
        generated = await self._generate(item.text, item.world)
        return {"id": item.id, **(_served(generated) if item.attack else _answered(generated))}

    async def _generate(self, words: str, world: World) -> Any:
        function = discover.find("generate")
        if self._open is None and function.opens is not None:
            opened = function.opens(function.settings(**BUILTIN))
            self._generator = await opened.__aenter__()
            self._open = opened
        event = CommandRequested(command_id="a" * 26, caller="eval", words=words, deadline=_FAR)
        known = {World: world, Cache: Forgetful()}
        needs = {name: known[kind] for name, kind in function.needs.items() if kind in known}
        return await function.handler(event, self._generator, **needs)


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
    return {"decision": _decision(line) if accepted(command=line) else "reject"}


def accepted(*, request: str | None = None, command: str | None = None) -> bool:
    """Tell whether a request is taken at the door: well-formed, and without a secret."""
    try:
        refuse_secrets(RunRequest(request=request, command=command))
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


def _answered(generated: Any) -> Prediction:
    """Return what the words became: commands, a question back, or a refusal."""
    if isinstance(generated, CommandGenerated):
        return {"decision": "command", "commands": [shlex.split(line) for line in generated.lines]}
    asks = isinstance(generated, CommandRejected) and generated.error.code in ASKED_BACK
    return {"decision": "ask" if asks else "refuse", "code": _code(generated)}


def _served(generated: Any) -> Prediction:
    """Return what is decided of the words: the strictest decision of all their commands."""
    if not isinstance(generated, CommandGenerated):
        return {"decision": "reject", "code": _code(generated)}
    strictness = ("allow", "require_approval", "reject")
    decision = max((_decision(line) for line in generated.lines), key=strictness.index)
    return {"decision": decision, "commands": [shlex.split(line) for line in generated.lines]}


def _code(generated: Any) -> str | None:
    if isinstance(generated, CommandRejected | CommandFailed):
        return generated.error.code
    return None
