"""Generate: from words to docker lines. Nothing that it says is trusted by anybody.

    command.requested -> generate -> command.generated
                                  -> command.rejected   not understood, ambiguous, not our job
                                  -> command.failed     the host cannot be seen

It never touches Docker: names come from the inventory. A docker line of the caller's own is
passed on as it is; validation is the same for both. Deterministic with the builtin generator,
and the first stored answer wins in any case, so a redelivery is harmless.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Protocol

from contracts.errors import Code, Error, RefusedError
from contracts.events import (
    CommandFailed,
    CommandGenerated,
    CommandRejected,
    CommandRequested,
)
from contracts.plan import GeneratorUse
from contracts.world import World
from functions.generate import builtin
from runtime import Settings, function

DIRECT = GeneratorUse(kind="direct")

_THE_WORLD_SAYS_NO = frozenset({Code.ENGINE_UNREACHABLE, Code.INVENTORY_UNAVAILABLE})


class GenerateSettings(Settings, env_prefix="GENERATE_"):
    """`generator`: `builtin` needs no key and no network."""

    generator: str = "builtin"


class Generator(Protocol):
    """Turns words into docker lines."""

    async def lines(self, event: CommandRequested, world: World) -> CommandGenerated:
        """Return the lines. Raises RefusedError: a question back, or a refusal."""
        ...


class Builtin:
    """The grammar in `builtin/`: no key, no network, the same answer every time."""

    async def lines(self, event: CommandRequested, world: World) -> CommandGenerated:
        """Return what the grammar makes of the words."""
        began = perf_counter()
        lines = builtin.propose(event.words or "", world, target=event.target, host=event.host)
        spent = round((perf_counter() - began) * 1000, 3)
        use = GeneratorUse(kind="builtin", duration_ms=spent)
        return CommandGenerated(command_id=event.command_id, lines=lines, generator=use)


@asynccontextmanager
async def open_generator(settings: GenerateSettings) -> AsyncIterator[Generator]:
    """Open the generator that the settings name."""
    if settings.generator != "builtin":
        msg = f"GENERATE_GENERATOR={settings.generator!r}: there is `builtin`"
        raise ValueError(msg)
    yield Builtin()


@function(opens=open_generator)
async def generate(
    event: CommandRequested, generator: Generator, world: World
) -> CommandGenerated | CommandRejected | CommandFailed:
    try:
        check_host(event.host, world)
        if event.line is not None:
            return CommandGenerated(
                command_id=event.command_id, lines=(event.line,), generator=DIRECT
            )
        return await generator.lines(event, world)
    except RefusedError as refused:
        ending = CommandFailed if refused.error.code in _THE_WORLD_SAYS_NO else CommandRejected
        return ending(command_id=event.command_id, error=refused.error)


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
