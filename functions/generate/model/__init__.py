"""The generator that asks a model: in order, within bounds, its answer checked and repaired.

Whatever comes out is judged by `validate` as if it came from a stranger. The `openai` package is
imported when a model is set, so that a process without one does not load it.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING, NoReturn

from contracts.errors import Code, RefusedError
from contracts.events import CommandGenerated, CommandRequested
from contracts.inputs import Cache
from contracts.plan import GeneratorUse
from contracts.world import World
from functions.generate.aliases import Aliases
from functions.generate.model import prompt
from functions.generate.model.answer import Answer, UnreadableError, read, schema
from functions.generate.model.excerpt import excerpt
from functions.generate.model.grounding import UngroundedError, grounded
from functions.generate.model.kept import Kept
from functions.generate.settings import GenerateSettings, PriceList

if TYPE_CHECKING:
    from functions.generate.model.endpoint import Endpoint

REPAIRS = 2
_MARGIN_S = 1.0


class UnavailableError(Exception):
    """No model gave an answer in time."""


class Models:
    """Asks models in their order until one answers."""

    def __init__(
        self,
        endpoints: Sequence["Endpoint"],
        settings: GenerateSettings,
        prices: PriceList,
        aliases: Aliases,
    ) -> None:
        self._aliases = aliases
        self._endpoints = endpoints
        self._settings = settings
        self._prices = prices

    async def lines(self, event: CommandRequested, world: World, cache: Cache) -> CommandGenerated:
        """Return the lines.

        Raises UnavailableError; RefusedError: a question, a refusal, or MODEL_ANSWER_INVALID.
        """
        left = (event.deadline - datetime.now(UTC)).total_seconds() - _MARGIN_S
        try:
            async with asyncio.timeout(min(left, self._settings.total_seconds)):
                return await self._first(event, world, cache)
        except TimeoutError as error:
            raise UnavailableError("no model answered in the time that there was") from error

    async def _first(self, event: CommandRequested, world: World, cache: Cache) -> CommandGenerated:
        from functions.generate.model.endpoint import ModelError  # noqa: PLC0415 - loads openai

        reasons: list[str] = []
        for endpoint in self._endpoints:
            try:
                return await self._ask(endpoint, event, world, cache)
            except ModelError as error:
                reasons.append(str(error))
        raise UnavailableError("; ".join(reasons))

    async def _ask(
        self, endpoint: "Endpoint", event: CommandRequested, world: World, cache: Cache
    ) -> CommandGenerated:
        began = perf_counter()
        settings = self._settings
        shown = excerpt(
            f"{event.words} {event.target or ''}",
            world,
            host=event.host,
            labels=settings.labels,
            aliases=self._aliases,
            tokens=settings.world_tokens,
        )
        messages, form = prompt.messages(event, shown), schema(shown)
        longest = timedelta(seconds=settings.cache_seconds)
        kept = Kept(cache, endpoint.model, messages, longest)
        if found := await kept.get():
            lines, use = found
            return CommandGenerated(command_id=event.command_id, lines=lines, generator=use)
        tokens_in = tokens_out = 0
        faults = ""
        for attempt in range(1, REPAIRS + 2):
            said = await endpoint.ask(messages, form)
            tokens_in, tokens_out = tokens_in + said.tokens_in, tokens_out + said.tokens_out
            try:
                answer = read(said.text)
                lines = grounded(answer, world, event.host) if answer.kind == "commands" else ()
            except (UnreadableError, UngroundedError) as error:
                faults = str(error)
                messages = [*messages, *prompt.repair(said.text, faults)]
                continue
            if not lines:
                _say(answer)
            use = GeneratorUse(
                kind="openai",
                model=endpoint.model,
                tokens_in=tokens_in,
                tokens_out=tokens_out,
                cost_usd=self._prices.cost(endpoint.model, tokens_in, tokens_out),
                duration_ms=round((perf_counter() - began) * 1000, 3),
                attempts=attempt,
                prompt=prompt.digest(),
            )
            await kept.put(lines, use)
            return CommandGenerated(command_id=event.command_id, lines=lines, generator=use)
        raise RefusedError(
            Code.MODEL_ANSWER_INVALID,
            f"{endpoint.model} gave no usable answer in {REPAIRS + 1} attempts: "
            f"{faults.splitlines()[0]}",
            "Say it more plainly, or send the docker line itself as `command`.",
        )


def _say(answer: Answer) -> NoReturn:
    """Pass a question or a refusal on: the model's words, bounded, as data."""
    if answer.kind == "question":
        raise RefusedError(
            Code.AMBIGUOUS,
            answer.text,
            "Ask again with one of the options, or with the full name.",
            question=answer.text,
            options=answer.options,
        )
    raise RefusedError(
        Code.UNSUPPORTED, answer.text, "Ask for something that docker does on these hosts."
    )


@asynccontextmanager
async def open_models(settings: GenerateSettings, aliases: Aliases) -> AsyncIterator[Models]:
    """Open the models that the settings name. Raises ValueError, OSError for a bad price list."""
    from openai import AsyncOpenAI  # noqa: PLC0415 - a second of start-up

    from functions.generate.model.endpoint import Endpoint  # noqa: PLC0415 - loads openai

    prices = await asyncio.to_thread(settings.price_list)
    key = settings.api_key.get_secret_value() if settings.api_key else "none"
    client = AsyncOpenAI(
        api_key=key,
        base_url=settings.base_url or "https://api.openai.com/v1",
        timeout=settings.timeout_seconds,
        max_retries=settings.retries,
    )
    # The package would take these from the environment: what is sent is what is set here.
    client.organization = client.project = None
    async with client:
        endpoints = [
            Endpoint(client, name, seconds=settings.timeout_seconds, tokens=settings.answer_tokens)
            for name in settings.models
        ]
        yield Models(endpoints, settings, prices, aliases)
