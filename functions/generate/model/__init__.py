"""The generator that asks a model: in order, within bounds, its answer checked and repaired.

Whatever comes out is judged by `validate` as if it came from a stranger. The `openai` package is
imported when a model is set, so that a process without one does not load it.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.errors import Code, Error, RefusedError
from contracts.events import CommandGenerated, CommandRequested
from contracts.inputs import Cache
from contracts.plan import GeneratorUse
from contracts.requests import Prompt, PromptMessage, PromptRequest
from contracts.world import World
from functions.generate.aliases import Aliases
from functions.generate.model.answer import UnreadableError, declined, read, schema
from functions.generate.model.excerpt import Excerpt, excerpt
from functions.generate.model.grounding import UngroundedError, grounded
from functions.generate.model.kept import Kept
from functions.generate.model.prompt import Asked, digest, messages, repair
from functions.generate.model.spending import DeclinedError, Spending, UnavailableError
from functions.generate.settings import GenerateSettings, PriceList, from_file
from runtime import without_secrets

if TYPE_CHECKING:
    from functions.generate.model.endpoint import Endpoint

__all__ = ["REPAIRS", "DeclinedError", "Models", "UnavailableError", "open_models"]

REPAIRS = 2
_MARGIN_S = 1.0


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

        Raises UnavailableError; DeclinedError: a question, a refusal, or MODEL_ANSWER_INVALID.
        """
        left = (event.deadline - datetime.now(UTC)).total_seconds() - _MARGIN_S
        spending = Spending(self._prices, self._settings.prompt)
        try:
            async with asyncio.timeout(min(left, self._settings.total_seconds)):
                return await self._first(event, world, cache, spending)
        except TimeoutError as error:
            late = "no model answered in the time that there was"
            raise UnavailableError(late, spending.use()) from error

    def prompt(self, asked: PromptRequest, world: World) -> Prompt:
        """Return what would be sent, to the first endpoint that can be held to a schema."""
        shown = self._shown(asked, world)
        return Prompt(
            generator="openai",
            endpoint=self._settings.endpoint,
            models=self._settings.models,
            messages=tuple(
                PromptMessage(**each) for each in messages(asked, shown, self._settings.prompt)
            ),
            answer_schema=schema(shown),
            digest=digest(self._settings.prompt),
        )

    async def reach(self) -> str:
        """Return once a model's endpoint answers. Raises RefusedError where none does."""
        from functions.generate.model.endpoint import ModelError  # noqa: PLC0415 - loads openai

        reasons: list[str] = []
        for endpoint in self._endpoints:
            try:
                await endpoint.reach()
            except ModelError as error:
                reasons.append(str(error))
                continue
            return "the endpoint answers"
        raise RefusedError(
            Code.MODEL_UNAVAILABLE,
            f"No model can be asked: {'; '.join(dict.fromkeys(reasons))}.",
            "See GENERATE_BASE_URL and GENERATE_API_KEY, and the endpoint's own state.",
        )

    async def _first(
        self, event: CommandRequested, world: World, cache: Cache, spending: Spending
    ) -> CommandGenerated:
        from functions.generate.model.endpoint import ModelError  # noqa: PLC0415 - loads openai

        shown = self._shown(event, world)
        sent = messages(event, shown, self._settings.prompt)
        question = _Question(event.host, world, sent, schema(shown))
        longest = timedelta(seconds=self._settings.cache_seconds)
        reasons: list[str] = []
        for endpoint in self._endpoints:
            kept = Kept(cache, endpoint.model, question.messages, longest)
            if not (found := await kept.get()):
                try:
                    found = await _ask(endpoint, question, spending)
                except ModelError as error:
                    reasons.append(str(error))
                    continue
                await kept.put(*found)
            lines, use = found
            return CommandGenerated(command_id=event.command_id, lines=lines, generator=use)
        raise UnavailableError("; ".join(reasons), spending.use())

    def _shown(self, asked: Asked, world: World) -> Excerpt:
        return excerpt(
            f"{asked.words} {asked.target or ''}",
            world,
            host=asked.host,
            labels=self._settings.labels,
            aliases=self._aliases,
            tokens=self._settings.world_tokens,
        )


class _Question(NamedTuple):
    """What is asked, of whichever model; `host` and `world` are what its answer must keep to."""

    host: str | None
    world: World
    messages: list[dict[str, str]]
    form: dict[str, Any]


async def _ask(
    endpoint: "Endpoint", question: _Question, spending: Spending
) -> tuple[tuple[str, ...], GeneratorUse]:
    """Return the lines of one model, after as many repairs as it needs and may have."""
    sent, faults = question.messages, ""
    for _ in range(REPAIRS + 1):
        spending.asking(endpoint.model)
        said = await endpoint.ask(sent, question.form)
        spending.answered(endpoint.model, said.tokens_in, said.tokens_out)
        try:
            answer = read(said.text)
            if answer.kind != "commands":
                raise DeclinedError(declined(answer), spending.use())
            return grounded(answer, question.world, question.host), spending.use()
        except (UnreadableError, UngroundedError) as error:
            faults = str(error)
            sent = [*sent, *repair(said.text, faults)]
    unusable = Error(
        code=Code.MODEL_ANSWER_INVALID,
        message=f"{endpoint.model} gave no usable answer in {REPAIRS + 1} attempts: "
        f"{faults.splitlines()[0]}",
        hint="Say it more plainly, or send the docker line itself as `command`.",
    )
    raise DeclinedError(unusable, spending.use())


@asynccontextmanager
async def open_models(settings: GenerateSettings, aliases: Aliases) -> AsyncIterator[Models]:
    """Open the models that the settings name.

    Raises PermanentError for a price list or a prompt that cannot be used.
    """
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient  # noqa: PLC0415 - a second of start-up

    from functions.generate.model.endpoint import Endpoint  # noqa: PLC0415 - loads openai

    prices = await from_file("GENERATE_PRICES", settings.price_list)
    await from_file("GENERATE_PROMPT", lambda: digest(settings.prompt))
    await asyncio.to_thread(without_secrets, "")  # so that no request waits until it can look
    key = settings.api_key.get_secret_value() if settings.api_key else "none"
    client = AsyncOpenAI(
        api_key=key,
        base_url=settings.url,
        timeout=settings.timeout_seconds,
        max_retries=settings.retries,
        # Text about your systems goes where the settings say, and not where an answer points to.
        http_client=DefaultAsyncHttpxClient(follow_redirects=False),
    )
    # The package would take these from the environment: what is sent is what is set here.
    client.organization = client.project = None
    async with client:
        endpoints = [
            Endpoint(client, name, seconds=settings.timeout_seconds, tokens=settings.answer_tokens)
            for name in settings.models
        ]
        yield Models(endpoints, settings, prices, aliases)
