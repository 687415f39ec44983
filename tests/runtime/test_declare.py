from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, cast

import pytest

from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandRejected,
    CommandRequested,
    CommandValidated,
)
from contracts.inputs import Timings
from contracts.lifecycle import Command
from contracts.requests import Caller, OutputChunk, RunRequest, StatusRequest
from contracts.world import World
from runtime import discover
from runtime.declare import Function, declared, function, nothing
from runtime.settings import Settings
from tests.stories import ERROR, ID, requested


class TrialSettings(Settings, env_prefix="TRIAL_"):
    limit: int = 3


@asynccontextmanager
async def open_limit(settings: TrialSettings) -> AsyncIterator[int]:
    yield settings.limit


def mark(handler: Callable[..., Any], opens: Callable[..., Any] = nothing, **said: Any) -> Function:
    """Declare a handler that no type checker would let pass, or would have to."""
    found = declared(cast("Any", function)(opens=opens, **said)(handler))
    assert found is not None
    return found


async def takes_nothing() -> None: ...


async def opens_nothing(event: CommandRequested) -> CommandRejected | None: ...


async def does_not_say_what_it_consumes(event, _: None) -> CommandRejected: ...  # type: ignore[no-untyped-def,empty-body]  # noqa: ANN001 - that is the mistake


async def consumes_text(event: str, _: None) -> CommandRejected | None: ...


async def consumes_an_event_or_text(
    event: CommandRequested | str, _: None
) -> CommandRejected | None: ...


async def does_not_say_what_it_publishes(event: CommandRequested, _: None): ...  # type: ignore[no-untyped-def]  # noqa: ANN201 - that is the mistake


async def publishes_text(event: CommandRequested, _: None) -> str: ...  # type: ignore[empty-body]


async def publishes_text_or_an_event(event: CommandRequested, _: None) -> CommandRejected | str: ...  # type: ignore[empty-body]


async def yields_text(event: CommandRequested, _: None) -> AsyncGenerator[str, None]:
    yield event.caller


async def asks_for_a_path(
    event: CommandRequested, _: None, path: str
) -> CommandRejected | None: ...


async def asks_for_one_of_two(
    event: CommandRequested, _: None, known: World | Command
) -> CommandRejected | None: ...


def is_not_async(event: CommandRequested, _: None) -> CommandRejected | None: ...


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        (takes_nothing, "takes what it consumes, then what it opened"),
        (opens_nothing, "takes what it consumes, then what it opened"),
        (does_not_say_what_it_consumes, "consumes events, requests or what the runtime hands it"),
        (consumes_text, "consumes events, requests or what the runtime hands it"),
        (consumes_an_event_or_text, "consumes events, requests or what the runtime hands it"),
        (does_not_say_what_it_publishes, "does not say what it publishes"),
        (publishes_text, "publishes events, replies, output, pictures or dead letters"),
        (publishes_text_or_an_event, "publishes events, replies, output, pictures or dead letters"),
        (yields_text, "publishes events, replies, output, pictures or dead letters"),
        (asks_for_a_path, "asks for path: <class 'str'>, which the runtime cannot give"),
        (asks_for_one_of_two, "asks for known: .*, which the runtime cannot give"),
        (is_not_async, "is no async function"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_bad_declaration_says_where_and_why(handler: Callable[..., Any], said: str) -> None:
    with pytest.raises(TypeError, match=f"{handler.__qualname__} {said}"):
        mark(handler)


def test_what_opens_must_take_settings() -> None:
    @asynccontextmanager
    async def open_by_hand(path: str) -> AsyncIterator[str]:
        yield path

    async def handler(event: CommandRequested, _: str) -> CommandRejected | None: ...

    with pytest.raises(TypeError, match="open_by_hand takes the function's settings"):
        mark(handler, open_by_hand)


def test_the_signature_says_what_is_consumed_needed_and_published() -> None:
    async def handler(
        event: CommandRequested | CommandValidated,
        limit: int,
        world: World,
        history: Command | None,
        timings: Timings,
    ) -> CommandRejected | CommandFailed | None: ...

    found = mark(handler, open_limit, attempts=2, deadline=timedelta(seconds=9), in_flight=7)
    assert found.name == "handler"
    assert found.consumes == found.events == (CommandRequested, CommandValidated)
    assert found.publishes == (CommandRejected, CommandFailed)
    assert found.needs == {"world": World, "history": Command, "timings": Timings}
    assert found.optional == {"history"}
    assert found.settings is TrialSettings
    assert (found.attempts, found.deadline, found.in_flight) == (2, timedelta(seconds=9), 7)
    assert not found.streams


def test_a_generator_publishes_what_it_yields() -> None:
    async def handler(
        event: CommandValidated, _: None
    ) -> AsyncGenerator[CommandExecuted | OutputChunk, None]:
        yield OutputChunk(command_id=event.command_id, caller=event.caller, step=0)

    found = mark(handler)
    assert found.streams
    assert found.publishes == (CommandExecuted, OutputChunk)


def test_requests_are_told_from_events() -> None:
    async def handler(
        request: RunRequest | StatusRequest, _: None, caller: Caller
    ) -> CommandRequested | None: ...

    found = mark(handler)
    assert found.requests == (RunRequest, StatusRequest)
    assert found.events == ()
    assert found.needs == {"caller": Caller}


async def test_a_declared_function_stays_an_ordinary_one() -> None:
    async def handler(event: CommandRequested, limit: int) -> CommandRejected | None:
        return CommandRejected(command_id=event.command_id, error=ERROR) if limit else None

    assert function(opens=open_limit)(handler) is handler
    assert await handler(requested(), 0) is None
    assert await handler(requested(), 1) == CommandRejected(command_id=ID, error=ERROR)


def test_what_was_not_marked_is_no_function() -> None:
    assert declared(takes_nothing) is None


def test_every_module_declares_the_function_of_its_name() -> None:
    names = discover.names()
    assert [each.name for each in discover.everything()] == names
    assert {"accept", "generate", "validate", "execute", "reply", "reaper", "inventory"} <= set(
        names
    )


def test_an_unknown_function_is_refused_with_those_there_are() -> None:
    with pytest.raises(LookupError, match=r"there is no function 'valdiate'; there are accept, "):
        discover.find("valdiate")
