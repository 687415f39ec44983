"""Generate: from words to docker lines. Nothing that it says is trusted by anybody.

    command.requested -> generate -> command.generated
                                  -> command.rejected   not understood, ambiguous, not our job
                                  -> command.failed     the host cannot be seen, or no model asked
    gateway.prompt.<caller> -> generate -> the caller's inbox: what a model would be sent

It never touches Docker: names come from the inventory. A docker line of the caller's own is
passed on as it is; validation is the same for both. The builtin grammar needs no key and no
network; a model is asked only where one is named. The first stored answer wins, so a redelivery
is harmless.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from time import perf_counter
from typing import Protocol

from contracts.errors import Code, Error, RefusedError
from contracts.events import (
    CommandFailed,
    CommandGenerated,
    CommandRejected,
    CommandRequested,
)
from contracts.inputs import Cache
from contracts.plan import GeneratorUse
from contracts.requests import Prompt, PromptRequest, Reply
from contracts.selection import chosen
from contracts.world import World
from functions.generate import builtin
from functions.generate.aliases import Aliases
from functions.generate.model import DeclinedError, Models, UnavailableError, open_models
from functions.generate.settings import GenerateSettings, from_file
from functions.generate.where import host_of, without_host
from runtime import function

DIRECT = GeneratorUse(kind="direct")

_LONGEST = timedelta(minutes=10)

_THE_WORLD_SAYS_NO = frozenset(
    {
        Code.ENGINE_UNREACHABLE,
        Code.INVENTORY_UNAVAILABLE,
        Code.MODEL_UNAVAILABLE,
        Code.MODEL_ANSWER_INVALID,
    }
)


class Generator(Protocol):
    """Turns words into docker lines."""

    async def lines(self, event: CommandRequested, world: World, cache: Cache) -> CommandGenerated:
        """Return the lines. Raises RefusedError: a question back, or a refusal."""
        ...

    def prompt(self, asked: PromptRequest, world: World) -> Prompt:
        """Return what would leave for a model's endpoint."""
        ...


class Builtin:
    """The grammar in `builtin/`: no key, no network, the same answer every time."""

    def __init__(self, aliases: Aliases) -> None:
        self._aliases = aliases

    async def lines(self, event: CommandRequested, world: World, _: Cache) -> CommandGenerated:
        """Return what the grammar makes of the words: quicker than any cache."""
        began = perf_counter()
        words = event.words or ""
        lines = builtin.propose(
            without_host(words, event.host) if event.host else words,
            world,
            target=event.target,
            host=event.host,
            aliases=self._aliases,
        )
        spent = round((perf_counter() - began) * 1000, 3)
        use = GeneratorUse(kind="builtin", duration_ms=spent)
        return CommandGenerated(command_id=event.command_id, lines=lines, generator=use)

    def prompt(self, _: PromptRequest, __: World) -> Prompt:
        """Return that nothing leaves."""
        return Prompt(generator="builtin")

    @property
    def probes(self) -> Mapping[str, Callable[[], Awaitable[str]]]:
        """How to see that it is there: it always is."""
        return {"model": self._there}

    async def _there(self) -> str:
        return "the builtin grammar: no model is asked"


class WithFallback:
    """Models, and after the last of them the builtin grammar where the settings allow it."""

    def __init__(self, models: Models, fallback: Builtin | None) -> None:
        self._models = models
        self._builtin = fallback

    async def lines(self, event: CommandRequested, world: World, cache: Cache) -> CommandGenerated:
        """Return the lines. Raises RefusedError, MODEL_UNAVAILABLE among them."""
        try:
            return await self._models.lines(event, world, cache)
        except UnavailableError as error:
            if self._builtin:
                made = await self._builtin.lines(event, world, cache)
                spent = error.use.model_copy(update={"kind": made.generator.kind})
                return made.model_copy(update={"generator": spent})
            unavailable = Error(
                code=Code.MODEL_UNAVAILABLE,
                message=f"No model answered: {error}.",
                hint="Try again later, or send the docker line itself as `command`; "
                "GENERATE_FALLBACK=builtin answers everyday requests meanwhile.",
            )
            raise DeclinedError(unavailable, error.use) from error

    def prompt(self, asked: PromptRequest, world: World) -> Prompt:
        """Return what would be sent to the first model."""
        return self._models.prompt(asked, world)

    @property
    def probes(self) -> Mapping[str, Callable[[], Awaitable[str]]]:
        """How to see whether a model can be asked."""
        return {"model": self._models.reach}


@asynccontextmanager
async def open_generator(settings: GenerateSettings) -> AsyncIterator[Generator]:
    """Open what the settings name. Raises PermanentError for a file that cannot be used."""
    aliases = await from_file("GENERATE_ALIASES", lambda: Aliases.read(settings.aliases))
    grammar = Builtin(aliases)
    if not settings.models:
        yield grammar
        return
    async with open_models(settings, aliases) as models:
        yield WithFallback(models, grammar if settings.fallback == "builtin" else None)


@function(opens=open_generator, deadline=_LONGEST)
async def generate(
    asked: CommandRequested | PromptRequest, generator: Generator, world: World, cache: Cache
) -> CommandGenerated | CommandRejected | CommandFailed | Reply:
    try:
        check_host(asked.host, world)
        asked = asked.model_copy(update={"host": host_of(asked, world)})
        if isinstance(asked, PromptRequest):
            return Reply(status="planned", prompt=generator.prompt(asked, meant(asked, world)))
        if asked.line is not None:
            return CommandGenerated(
                command_id=asked.command_id, lines=(asked.line,), generator=DIRECT
            )
        made = await generator.lines(asked, meant(asked, world), cache)
        return made.model_copy(update={"host": asked.host})
    except RefusedError as refused:
        if isinstance(asked, PromptRequest):
            raise
        ending = CommandFailed if refused.error.code in _THE_WORLD_SAYS_NO else CommandRejected
        use = refused.use if isinstance(refused, DeclinedError) else None
        return ending(command_id=asked.command_id, error=refused.error, generator=use)


def meant(asked: CommandRequested | PromptRequest, world: World) -> World:
    """Return the world in which names are grounded: of several hosts one stands for all.

    Validation finds the names on each of them. Raises RefusedError.
    """
    if asked.hosts is None:
        return world
    seen = next(each for each in chosen(asked.hosts, world) if each.error is None)
    return World({seen.host: seen})


def check_host(host: str | None, world: World) -> None:
    """Raise RefusedError where the host is unknown, or nothing is known of any that counts."""
    if host is not None and host not in world.hosts:
        raise RefusedError(
            Code.UNKNOWN_HOST,
            f"There is no host {host!r}.",
            "Use one of the hosts given, or none.",
            options=tuple(sorted(world.hosts)),
        )
    pictures = [world.hosts[host]] if host else list(world)
    if any(picture.error is None for picture in pictures):
        return
    error = next((picture.error for picture in pictures if picture.error), None) or Error(
        code=Code.INVENTORY_UNAVAILABLE,
        message="Nothing is known of any host.",
        hint="See whether the function `inventory` runs and reaches the engine (`acg doctor`).",
    )
    raise RefusedError(error.code, error.message, error.hint, transport=error.transport)
