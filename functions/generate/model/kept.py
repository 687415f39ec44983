"""A model's answers to what it was asked before: same words, same world, same prompt and model."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_json

from contracts.inputs import Cache
from contracts.model import Fact
from contracts.plan import GeneratorUse


class _Kept(Fact):
    at: datetime
    lines: tuple[str, ...]
    generator: GeneratorUse


class Kept:
    """What one question was answered. The key covers all that the model would be sent."""

    def __init__(self, cache: Cache, model: str, sent: Any, longest: timedelta) -> None:
        self._cache = cache
        self._key = hashlib.sha256(to_json({"model": model, "sent": sent})).hexdigest()
        self._longest = longest

    async def get(self) -> tuple[tuple[str, ...], GeneratorUse] | None:
        """Return lines and what made them, marked as cached; None where there are none."""
        found = await self._cache.get(self._key) if self._longest else None
        if found is None:
            return None
        try:
            kept = _Kept.model_validate_json(found)
        except ValidationError:
            return None
        if datetime.now(UTC) - kept.at > self._longest:
            return None
        spent = {"cached": True, "attempts": 0, "tokens_in": 0, "tokens_out": 0, "cost_usd": 0.0}
        return kept.lines, kept.generator.model_copy(update={**spent, "duration_ms": 0.0})

    async def put(self, lines: tuple[str, ...], generator: GeneratorUse) -> None:
        """Keep an answer of commands; questions and refusals are asked anew."""
        if self._longest:
            kept = _Kept(at=datetime.now(UTC), lines=lines, generator=generator)
            await self._cache.put(self._key, kept.model_dump_json().encode())
