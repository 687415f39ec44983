"""Declaring a function: its signature says what it consumes, needs and publishes.

First parameter: what it consumes. Second, where it opens something: that. Further parameters
are what the runtime knows, asked for by their type (see `KNOWN`). Return type: what it
publishes. The decorators mark and never replace: a function stays an ordinary function.
"""

import inspect
import types
import typing
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from pydantic_settings import BaseSettings

from contracts.answer import Printout
from contracts.events import CommandRequested, Event
from contracts.inputs import (
    Awake,
    Cache,
    Callers,
    Cancellation,
    DeadLetter,
    Locks,
    Overdue,
    Timings,
    Undelivered,
)
from contracts.lifecycle import TERMINAL_EVENTS, Command
from contracts.requests import Caller, OutputChunk, OutputPage, Reply, Request
from contracts.world import HostPicture, World
from runtime.settings import Settings

P = ParamSpec("P")
In = TypeVar("In")
Dep = TypeVar("Dep")
Out = TypeVar("Out")
S = TypeVar("S", bound=BaseSettings)

MARK = "__acg_function__"

# What a handler may ask for by type, beside its input and what it opened.
KNOWN: frozenset[Any] = frozenset(
    {Cache, Caller, Callers, Cancellation, Command, Locks, World, Timings, Printout, OutputPage}
)

CONSUMABLE = (Event, Request, Overdue, Undelivered, Awake)
PUBLISHABLE = (Event, Reply, OutputChunk, HostPicture, DeadLetter)


@dataclass(frozen=True, kw_only=True)
class Function:
    """One deployable function, as the worker sees it.

    - `consumes`, `publishes`: read from the signature.
    - `needs`: parameter name to what the runtime passes there; `optional` those that are only
      passed where something may have happened before.
    - `streams`: it is an async generator: each yielded value is stored before it goes on.
    - `in_flight`: how many deliveries it handles at once.
    """

    name: str
    handler: Callable[..., Any]
    opens: Callable[[Any], AbstractAsyncContextManager[Any]] | None
    settings: type[BaseSettings]
    consumes: tuple[type, ...]
    publishes: tuple[type, ...]
    needs: dict[str, Any]
    optional: frozenset[str]
    streams: bool
    attempts: int
    deadline: timedelta
    in_flight: int

    @property
    def events(self) -> tuple[type[Event], ...]:
        """The events that it consumes."""
        return tuple(each for each in self.consumes if issubclass(each, Event))

    @property
    def requests(self) -> tuple[type[Request], ...]:
        """The requests that it serves."""
        return tuple(each for each in self.consumes if issubclass(each, Request))

    @property
    def is_door(self) -> bool:
        """Whether it lets callers in: served only where it is named."""
        return Callers in self.needs.values()

    @property
    def begins(self) -> bool:
        """Whether it begins commands, and keeps who waits for them."""
        return CommandRequested in self.publishes

    @property
    def answers(self) -> bool:
        """Whether it tells callers who wait how their commands ended."""
        return Reply in self.publishes and any(each in TERMINAL_EVENTS for each in self.events)


def function(
    *,
    opens: Callable[[S], AbstractAsyncContextManager[Dep]],
    attempts: int = 5,
    deadline: timedelta = timedelta(seconds=30),
    in_flight: int = 256,
) -> Callable[[Callable[Concatenate[In, Dep, P], Out]], Callable[Concatenate[In, Any, P], Out]]:
    """Mark an async function as deployable.

    A type checker holds the handler to what `opens` yields; a test may then hand it a double.

    `deadline` is how long one attempt may take. Raises TypeError at import where the
    signature does not say what is consumed and published, so a bad declaration never meets a
    message.
    """

    def mark(
        handler: Callable[Concatenate[In, Dep, P], Out],
    ) -> Callable[Concatenate[In, Any, P], Out]:
        declared = _read(handler, opens, attempts, deadline, in_flight)
        setattr(handler, MARK, declared)
        return handler

    return mark


def declared(handler: Callable[..., Any]) -> Function | None:
    """Return what a handler was marked with."""
    found = getattr(handler, MARK, None)
    return found if isinstance(found, Function) else None


@asynccontextmanager
async def nothing(_: Settings) -> AsyncIterator[None]:
    """Open nothing: for a function that needs no more than what the runtime knows."""
    yield None


def _read(
    handler: Callable[..., Any],
    opens: Callable[[Any], AbstractAsyncContextManager[Any]],
    attempts: int,
    deadline: timedelta,
    in_flight: int,
) -> Function:
    hints = typing.get_type_hints(handler)
    parameters = list(inspect.signature(handler).parameters)
    where = f"{handler.__module__}.{handler.__qualname__}"
    streams = inspect.isasyncgenfunction(handler)
    if not streams and not inspect.iscoroutinefunction(handler):
        raise TypeError(f"{where} is no async function")
    if len(parameters) < 2:  # noqa: PLR2004 - the input and what was opened
        raise TypeError(f"{where} takes what it consumes, then what it opened")
    consumes = _members(hints.get(parameters[0]))
    if not consumes or not all(issubclass(each, CONSUMABLE) for each in consumes):
        raise TypeError(f"{where} consumes events, requests or what the runtime hands it")
    if "return" not in hints:
        raise TypeError(f"{where} does not say what it publishes")
    publishes = _published(hints["return"])
    if not all(issubclass(each, PUBLISHABLE) for each in publishes):
        raise TypeError(f"{where} publishes events, replies, output, pictures or dead letters")
    needs: dict[str, Any] = {}
    optional: set[str] = set()
    for parameter in parameters[2:]:
        hint = hints.get(parameter)
        if types.NoneType in typing.get_args(hint) and len(typing.get_args(hint)) == 2:  # noqa: PLR2004 - what it is, or None
            hint = next(each for each in typing.get_args(hint) if each is not types.NoneType)
            optional.add(parameter)
        if hint not in KNOWN:
            raise TypeError(f"{where} asks for {parameter}: {hint}, which the runtime cannot give")
        needs[parameter] = hint
    return Function(
        name=handler.__name__,
        handler=handler,
        opens=opens,
        settings=_settings_of(opens),
        consumes=consumes,
        publishes=publishes,
        needs=needs,
        optional=frozenset(optional),
        streams=streams,
        attempts=attempts,
        deadline=deadline,
        in_flight=in_flight,
    )


def _members(hint: Any) -> tuple[type, ...]:
    """Return the classes of a union, or the class alone."""
    if typing.get_origin(hint) in {types.UnionType, typing.Union}:
        return tuple(each for each in typing.get_args(hint) if each is not types.NoneType)
    return (hint,) if isinstance(hint, type) and hint is not types.NoneType else ()


def _published(hint: Any) -> tuple[type, ...]:
    """Return what a handler returns, or what it yields where it is a generator."""
    if typing.get_origin(hint) in {AsyncGenerator, AsyncIterator}:
        return _members(typing.get_args(hint)[0])
    return _members(hint)


def _settings_of(opens: Callable[[Any], Any]) -> type[BaseSettings]:
    # Of its signature this alone is read: what it yields may be known to type checkers only.
    found = next(iter(inspect.signature(opens).parameters.values())).annotation
    if not (isinstance(found, type) and issubclass(found, BaseSettings)):
        raise TypeError(f"{opens.__qualname__} takes the function's settings")
    return found
