"""A caller's side, against answers that a gateway gives on a bad day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from nats.aio.msg import Msg

from contracts.requests import Reply, RunRequest
from runtime.client import Gateway, gateway
from runtime.link import Link
from tests.servers import NatsServer

ACCEPTED = Reply(command_id="a" * 26, status="accepted")
EXECUTED = Reply(command_id="a" * 26, status="executed", outcome="succeeded")


@asynccontextmanager
async def fake_gateway(link: Link, server: NatsServer, *replies: Reply) -> AsyncIterator[Gateway]:
    """Answer requests with these replies, one after the other."""
    left = list(replies)

    async def answer(message: Msg) -> None:
        await message.respond(left.pop(0).model_dump_json().encode())

    await link.nc.subscribe("gateway.run.tester", cb=answer)
    await link.nc.flush()
    async with gateway(server.link, "tester") as caller:
        yield caller


async def test_a_gateway_that_could_not_note_who_waits_is_asked_again_by_the_key(
    link: Link, server: NatsServer
) -> None:
    request = RunRequest(command="docker ps", idempotency_key="k")
    async with fake_gateway(link, server, ACCEPTED, ACCEPTED, EXECUTED) as caller:
        assert await caller.run(request) == EXECUTED


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(RunRequest(command="docker ps"), id="no key: it would run twice"),
        pytest.param(
            RunRequest(command="docker ps", idempotency_key="k", wait="accepted"),
            id="no more was asked",
        ),
    ],
)
async def test_otherwise_accepted_is_the_answer(
    link: Link, server: NatsServer, request_: RunRequest
) -> None:
    async with fake_gateway(link, server, ACCEPTED, EXECUTED) as caller:
        assert await caller.run(request_) == ACCEPTED
