"""Asking a generator: the function `generate` as it is deployed, with nothing around it.

Nothing is published, nothing is kept, no cache answers. A model is asked only where the caller
names one; where it is and its key stand in the settings of `generate` (GENERATE_BASE_URL,
GENERATE_API_KEY).
"""

import asyncio
import shlex
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from pydantic import JsonValue

from contracts.errors import Code, Error, RefusedError
from contracts.events import CommandFailed, CommandGenerated, CommandRejected, CommandRequested
from contracts.inputs import Cache
from contracts.plan import GeneratorUse
from contracts.requests import MAX_REQUEST_BYTES, RunRequest
from contracts.world import World
from runtime import discover, refuse_secrets
from runtime.declare import Function
from runtime.errors import RuntimeFault
from runtime.evals.verdict import Decision

BUILTIN = "builtin"
COMMAND_ID = "a" * 26
CALLER = "eval"

ASKED_BACK = frozenset({Code.AMBIGUOUS, Code.UNKNOWN_OBJECT})
"""Refusals that name what could be meant instead: the caller answers and goes on."""


class UnopenedError(Exception):
    """A generator cannot be opened: why, as a sentence without its full stop."""


class Forgetful:
    """A cache that keeps nothing: an answer depends on what is asked alone."""

    async def get(self, key: str) -> bytes | None:  # noqa: ARG002 -- the protocol's signature
        """Return nothing."""
        return None

    async def put(self, key: str, value: bytes) -> None:
        """Keep nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a generator is asked: words, and what exists. `host` to `context` as in a request."""

    words: str
    world: World
    host: str | None = None
    hosts: str | None = None
    target: str | None = None
    context: JsonValue = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back.

    - `decision`: `failed` where the world said no: no model answered, or none could be read.
    - `lines`: docker lines, where it is `command`.
    - `error`: why there are none.
    - `use`: what it took, where the generator says so.
    - `spent_ms`: milliseconds from the question to the answer.
    """

    decision: Decision
    lines: tuple[str, ...] = ()
    error: Error | None = None
    use: GeneratorUse | None = None
    spent_ms: float = 0.0

    @property
    def commands(self) -> list[list[str]]:
        """Its lines as words. A line that cannot be split is one word, which is no command."""
        return [_split(line) for line in self.lines]


Ask = Callable[[Asked, timedelta], Awaitable[Answer]]


class Generator:
    """An open generator, to be called with what is asked and how long that may take.

    - `name`: `builtin`, or the model. `endpoint`: where that is asked; None where nothing leaves.
    """

    def __init__(self, name: str, endpoint: str | None, function: Function, opened: Any) -> None:
        self.name = name
        self.endpoint = endpoint
        self._function = function
        self._opened = opened

    async def __call__(self, asked: Asked, within: timedelta) -> Answer:
        """Return the answer, whatever it is: none in time is one, and so is a fault."""
        if self.endpoint and (refused := refusal(asked.words, asked.context)):
            return Answer(decision="refuse", error=refused)
        known = {World: asked.world, Cache: Forgetful()}
        wanted = self._function.needs.items()
        needs = {name: known[kind] for name, kind in wanted if kind in known}
        event = _event(asked, within)
        began = perf_counter()
        try:
            async with asyncio.timeout(within.total_seconds()):
                said = await self._function.handler(event, self._opened, **needs)
        except TimeoutError:
            said = _late(within)
        except Exception as fault:  # noqa: BLE001 -- the boundary: a fault is told, of its item
            said = _broken(fault)
        return _read(said, (perf_counter() - began) * 1000)


@asynccontextmanager
async def generating(
    name: str = BUILTIN, *, prompt: Path | None = None
) -> AsyncIterator[Generator]:
    """Open a generator: `builtin`, or a model by its name, alone and without a fallback.

    `prompt` is a file with instructions to the model in place of the gateway's own. Aliases of
    this machine are not heeded: an item says all that counts. What the gateway would not take, a
    secret above all, no model is sent. Raises ValueError for settings that cannot be used,
    UnopenedError for files that they name.
    """
    function = discover.find("generate")
    if function.opens is None:
        raise LookupError("the function `generate` opens no generator")
    settings = _settings(name, prompt)
    async with AsyncExitStack() as stack:
        try:
            opened = await stack.enter_async_context(function.opens(settings))
        except (RuntimeFault, OSError, ValueError) as error:
            raise UnopenedError(f"the generator {name} cannot be opened: {error}") from error
        yield Generator(name, endpoint_of(name), function, opened)


def endpoint_of(name: str) -> str | None:
    """Return where a generator sends what it is asked; None where nothing leaves."""
    return None if name == BUILTIN else str(_settings(name).endpoint)


def _settings(name: str, prompt: Path | None = None) -> Any:
    model = "" if name == BUILTIN else name
    settings: Any = discover.find("generate").settings
    given: dict[str, Any] = {"prompt": prompt} if prompt else {}
    return settings(model=model, aliases=None, fallback="fail", cache_seconds=0, **given)


def refusal(words: str, context: JsonValue = None) -> Error | None:
    """Return why the gateway would not take a request: too long, ill-formed, or with a secret."""
    if len(words.encode(errors="replace")) > MAX_REQUEST_BYTES:
        return Error(code=Code.REQUEST_TOO_LARGE, message="The request is too long.")
    try:
        refuse_secrets(RunRequest(request=words, context=context))
    except RefusedError as refused:
        return refused.error
    except ValueError:
        return Error(code=Code.INVALID_REQUEST, message="The request is not well-formed.")
    return None


def _event(asked: Asked, within: timedelta) -> CommandRequested:
    return CommandRequested(
        command_id=COMMAND_ID,
        caller=CALLER,
        words=asked.words,
        host=asked.host,
        hosts=asked.hosts,
        target=asked.target,
        context=asked.context,
        deadline=datetime.now(UTC) + within,
    )


def _broken(fault: Exception) -> CommandFailed:
    message = f"The generator broke: {type(fault).__name__}: {fault}"[:500]
    return CommandFailed(command_id=COMMAND_ID, error=Error(code=Code.INTERNAL, message=message))


def _late(within: timedelta) -> CommandFailed:
    message = f"No answer came within {within.total_seconds():g} s."
    error = Error(code=Code.DEADLINE_EXCEEDED, message=message)
    return CommandFailed(command_id=COMMAND_ID, error=error)


def _read(said: Any, spent: float) -> Answer:
    match said:
        case CommandGenerated(lines=lines, generator=use):
            return Answer(decision="command", lines=lines, use=use, spent_ms=spent)
        case CommandRejected(error=error, generator=use):
            asks = error.code in ASKED_BACK
            decision: Decision = "ask" if asks else "refuse"
            return Answer(decision=decision, error=error, use=use, spent_ms=spent)
        case CommandFailed(error=error, generator=use):
            return Answer(decision="failed", error=error, use=use, spent_ms=spent)
        case _:
            raise TypeError(f"`generate` answered {type(said).__name__}")


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return [line]
