"""A whole gateway for one run: every function and a server of its own, on the engine at hand.

It is what `acg up` starts, with three differences: its home is made for the run and goes with it,
it stands behind the run's label, and between its generator and all that follows the guard looks
at each line.
"""

import asyncio
import functools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from contracts.docker.parse import parse
from contracts.errors import Code, Error, RefusedError
from contracts.events import CommandGenerated, CommandRejected
from contracts.world import HostPicture
from runtime import discover
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from runtime.client import Gateway, gateway
from runtime.declare import Function
from runtime.embedded import embedded
from runtime.errors import RuntimeFault
from runtime.evals.engine.guard import beyond
from runtime.evals.engine.seen import MARK
from runtime.evals.generators import BUILTIN
from runtime.inventory import Inventory
from runtime.link import connect
from runtime.serve import serving
from runtime.settings import AcgSettings

GENERATE = "generate"
CALLER = "eval"
_LOOK_S = 0.05
_SEEN = timedelta(seconds=20)
_START = timedelta(seconds=30)
_DRAIN_S = "5"


class NotSeenError(RuntimeFault):
    """The gateway does not see what was set up; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scenario is played on: the engine, and a gateway that sees the run's own of it."""

    engine: Engine
    gateway: Gateway
    inventory: Inventory

    async def caught_up(self) -> None:
        """Return once the gateway's picture is what the engine has. Raises NotSeenError."""
        wanted = _compared(await self.engine.picture())
        until = asyncio.get_running_loop().time() + _SEEN.total_seconds()
        while True:
            picture = self.inventory.world.hosts.get(self.engine.host)
            if picture and picture.error is None and _compared(picture) == wanted:
                return
            if asyncio.get_running_loop().time() > until:
                raise NotSeenError(f"the gateway does not see what is on {self.engine.host}")
            await asyncio.sleep(_LOOK_S)
            wanted = _compared(await self.engine.picture())


@asynccontextmanager
async def engine_of(run: str) -> AsyncIterator[Engine]:
    """Open the engine that docker would use, behind the label of a run."""
    with _environment({"ACG_ONLY_LABEL": f"{MARK}={run}", "ACG_HOSTS": ""}):
        settings = EngineSettings()
    async with open_docker(settings) as engine:
        yield engine


@asynccontextmanager
async def staged(engine: Engine, run: str, generator: str = BUILTIN) -> AsyncIterator[Stage]:
    """Run a gateway for a run until the block is left; what it has in hand is done by then.

    `generator` is `builtin` or the name of a model, which is asked with the settings of
    `generate` (GENERATE_BASE_URL, GENERATE_API_KEY), without a fallback. Raises RuntimeFault,
    OSError where it does not start; ValueError for settings that cannot be used.
    """
    with (
        tempfile.TemporaryDirectory(prefix="acg-eval-") as folder,
        _environment(
            {
                "ACG_HOME": folder,
                "ACG_HOSTS": "",
                "ACG_CALLER": CALLER,
                "ACG_METRICS_PORT": "0",
                "ACG_DRAIN_SECONDS": _DRAIN_S,
                "ACG_ONLY_LABEL": f"{MARK}={run}",
                "GENERATE_ALIASES": "",
                "GENERATE_MODEL": "" if generator == BUILTIN else generator,
                "GENERATE_FALLBACK": "fail",
                "VALIDATE_ALLOW_RISK": '["read", "mutate", "destroy"]',
            }
        ),
    ):
        acg = AcgSettings()
        async with AsyncExitStack() as stack:
            home = await stack.enter_async_context(embedded(acg, durable=False))
            ours = home.link("gateway")
            functions = [_guarded(each, run) for each in discover.everything()]
            await stack.enter_async_context(
                serving(functions, acg, ours, prepare=True, patience=_START)
            )
            link = await stack.enter_async_context(connect(ours, "acg-eval", patience=_START))
            inventory = Inventory(link)
            await inventory.follow()
            caller = await stack.enter_async_context(gateway(home.link(acg.caller), acg.caller))
            yield Stage(engine, caller, inventory)


def _guarded(function: Function, run: str) -> Function:
    """Return a function; of the generator one that lets no line go beyond the run."""
    if function.name != GENERATE:
        return function
    handler = function.handler

    @functools.wraps(handler)
    async def guarded(*given: Any, **needs: Any) -> Any:
        answer = await handler(*given, **needs)
        return kept(answer, run) if isinstance(answer, CommandGenerated) else answer

    return replace(function, handler=guarded)


def kept(answer: CommandGenerated, run: str) -> CommandGenerated | CommandRejected:
    """Return lines as they are, or their refusal where one would touch what is not the run's."""
    for line in answer.lines:
        try:
            names = beyond(parse(line), run)
        except RefusedError:
            continue  # validate says why, in its own words
        if names:
            error = Error(
                code=Code.UNSUPPORTED,
                message=f"`{line}` goes beyond this run: {', '.join(map(repr, names))}.",
                hint=f"Objects of this run have names that begin with {run}.",
            )
            return CommandRejected(command_id=answer.command_id, error=error)
    return answer


def _compared(picture: HostPicture) -> tuple[frozenset[Any], ...]:
    """Return what the words of a request are grounded in."""
    return (
        frozenset((each.id, each.name, each.state, each.health) for each in picture.containers),
        frozenset(each.name for each in picture.networks),
        frozenset(each.name for each in picture.volumes),
        frozenset(tag for each in picture.images for tag in each.tags),
    )


@contextmanager
def _environment(told: Mapping[str, str]) -> Iterator[None]:
    """Set variables for as long as the block lasts; empty ones count as not set."""
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
