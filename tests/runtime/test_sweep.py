import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.events import CommandFailed, CommandRejected, CommandRequested
from contracts.inputs import DeadLetter, Overdue
from functions.reaper import reaper
from runtime import discover
from runtime.envelope import Cause, seal
from runtime.link import Link
from runtime.resources import Resources
from runtime.signing import Digests
from runtime.sweep import Sweep
from runtime.wire import Message

pytestmark = pytest.mark.slow

SOON = timedelta(seconds=10)
FIRST, SECOND = "a" * 26, "b" * 26


async def request(resources: Resources, command_id: str, overdue: timedelta) -> None:
    event = CommandRequested(
        command_id=command_id, caller="test", words="list", deadline=datetime.now(UTC) - overdue
    )
    cause = Cause(id="", digest=command_id, correlation=command_id, trace="")
    sealed = seal(event, "accept", cause, resources.signer, "accept")
    await resources.history.append(sealed, 0, within=SOON)


async def ended(resources: Resources, command_id: str) -> None:
    async with asyncio.timeout(SOON.total_seconds()):
        while not (await resources.history.read(command_id)).ended:
            await asyncio.sleep(0.02)


async def test_a_command_that_surprises_holds_up_no_other_and_is_tried_again(
    resources: Resources,
) -> None:
    tried: list[str] = []

    async def surprised(
        event: Overdue, _: None
    ) -> AsyncGenerator[DeadLetter | CommandRejected | CommandFailed, None]:
        command_id = event.command.entries[0].event.command_id
        tried.append(command_id)
        if tried == [FIRST]:
            raise ValueError(command_id)
        async for each in reaper(event, None):
            yield each

    await request(resources, FIRST, overdue=timedelta(hours=2))
    await request(resources, SECOND, overdue=timedelta(hours=1))
    sweep = Sweep(replace(discover.find("reaper"), handler=surprised), None, resources)
    alive = [sweep.alive]
    async with sweep.running(SOON):
        await ended(resources, SECOND)
        alive.append(sweep.alive)
        await ended(resources, FIRST)
    alive.append(sweep.alive)
    assert tried == [FIRST, SECOND, FIRST]
    assert alive == [False, True, False]


class UnreadableFirst(Digests):
    """Fails on one command's events, in a way that nobody foresaw."""

    def verify(self, subject: str, headers: Mapping[str, str], body: bytes) -> str:
        if FIRST in subject:
            raise AttributeError(subject)
        return super().verify(subject, headers, body)


async def test_an_event_that_surprises_holds_up_no_other_command(resources: Resources) -> None:
    await request(resources, FIRST, overdue=timedelta(hours=2))
    await request(resources, SECOND, overdue=timedelta(hours=1))
    surprised = replace(resources, verifier=UnreadableFirst())
    async with Sweep(discover.find("reaper"), None, surprised).running(SOON):
        await ended(resources, SECOND)


class SurprisingOnce(Link):
    """The connection of another link, whose first read fails in a way that nobody foresaw."""

    def __init__(self, other: Link) -> None:
        self.__dict__ = dict(other.__dict__)
        self.surprises = [AttributeError("nobody foresaw it")]

    async def read(self, stream: str, request: Mapping[str, Any], **more: Any) -> list[Message]:
        if self.surprises:
            raise self.surprises.pop()
        return await super().read(stream, request, **more)


async def test_the_clock_goes_on_after_a_surprise(resources: Resources) -> None:
    await request(resources, FIRST, overdue=timedelta(hours=1))
    surprised = replace(resources, link=SurprisingOnce(resources.link))
    async with Sweep(discover.find("reaper"), None, surprised).running(SOON):
        await ended(resources, FIRST)
