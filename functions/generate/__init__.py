"""Generate: from words to docker lines. Nothing that it says is trusted by anybody.

    command.requested -> generate -> command.generated
                                  -> command.rejected   not understood, ambiguous, not our job
                                  -> command.failed     the host cannot be seen, or no model asked

It never touches Docker: names come from the inventory. A docker line of the caller's own is
passed on as it is; validation is the same for both. The builtin grammar needs no key and no
network; a model is asked only where one is named. The first stored answer wins, so a redelivery
is harmless.
"""

import asyncio
from collections.abc import AsyncIterator
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
from contracts.selection import chosen
from contracts.world import World
from functions.generate import builtin
from functions.generate.aliases import Aliases
from functions.generate.model import Models, UnavailableError, open_models
from functions.generate.settings import GenerateSettings
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


class Builtin:
    """The grammar in `builtin/`: no key, no network, the same answer every time."""

    def __init__(self, aliases: Aliases) -> None:
        self._aliases = aliases

    async def lines(self, event: CommandRequested, world: World, _: Cache) -> CommandGenerated:
        """Return what the grammar makes of the words: quicker than any cache."""
        began = perf_counter()
        lines = builtin.propose(
            event.words or "",
            world,
            target=event.target,
            host=event.host,
            aliases=self._aliases,
        )
        spent = round((perf_counter() - began) * 1000, 3)
        use = GeneratorUse(kind="builtin", duration_ms=spent)
        return CommandGenerated(command_id=event.command_id, lines=lines, generator=use)


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
                return await self._builtin.lines(event, world, cache)
            raise RefusedError(
                Code.MODEL_UNAVAILABLE,
                f"No model answered: {error}.",
                "Try again later, or send the docker line itself as `command`; "
                "GENERATE_FALLBACK=builtin answers everyday requests meanwhile.",
            ) from error


@asynccontextmanager
async def open_generator(settings: GenerateSettings) -> AsyncIterator[Generator]:
    """Open the generator that the settings name. Raises ValueError, OSError for bad settings."""
    aliases = await asyncio.to_thread(Aliases.read, settings.aliases)
    grammar = Builtin(aliases)
    if not settings.models:
        yield grammar
        return
    async with open_models(settings, aliases) as models:
        yield WithFallback(models, grammar if settings.fallback == "builtin" else None)


@function(opens=open_generator, deadline=_LONGEST)
async def generate(
    event: CommandRequested, generator: Generator, world: World, cache: Cache
) -> CommandGenerated | CommandRejected | CommandFailed:
    try:
        check_host(event.host, world)
        if event.line is not None:
            return CommandGenerated(
                command_id=event.command_id, lines=(event.line,), generator=DIRECT
            )
        return await generator.lines(event, meant(event, world), cache)
    except RefusedError as refused:
        ending = CommandFailed if refused.error.code in _THE_WORLD_SAYS_NO else CommandRejected
        return ending(command_id=event.command_id, error=refused.error)


def meant(event: CommandRequested, world: World) -> World:
    """Return the world in which names are grounded: of several hosts one stands for all.

    Validation finds the names on each of them. Raises RefusedError.
    """
    if event.hosts is None:
        return world
    seen = next(each for each in chosen(event.hosts, world) if each.error is None)
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
    raise RefusedError(error.code, error.message, error.hint)
