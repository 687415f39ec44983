"""What goes on by itself: heard while it runs, ended by its caller or its time, read back whole."""

import asyncio
from typing import Any

import pytest

from contracts.errors import Code
from contracts.requests import CancelRequest, OutputRequest, Reply, RunRequest, StatusRequest
from runtime.client import Gateway
from tests.flow.conftest import Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")
WITHIN_S = 30


async def begun(stack: Stack, line: str, **more: Any) -> str:
    reply = await stack.caller.run(RunRequest(command=line, wait="accepted", **more))
    assert reply.status == "accepted"
    assert reply.command_id
    return reply.command_id


async def ended(caller: Gateway, command_id: str) -> Reply:
    async with asyncio.timeout(WITHIN_S):
        while True:
            reply = await caller.ask(StatusRequest(command_id=command_id))
            if reply.status != "accepted":
                return reply
            await asyncio.sleep(0.02)


def numbers(text: str) -> list[int]:
    return [int(line.removeprefix("line ")) for line in text.splitlines()]


async def test_a_follow_is_heard_while_it_runs_and_ends_when_it_is_cancelled(stack: Stack) -> None:
    command_id = await begun(stack, "docker logs --follow c020")
    text, cancelled, last = "", False, None
    async with asyncio.timeout(WITHIN_S):
        async for last in stack.caller.output(command_id, follow=True):
            assert last.page
            text += "".join(each.stdout for each in last.page.chunks)
            if "line 5\n" in text and not cancelled:
                reply = await stack.caller.ask(CancelRequest(command_id=command_id, reason="seen"))
                assert reply.status in {"accepted", "executed"}
                cancelled = True
    assert numbers(text) == list(range(len(numbers(text))))
    assert last
    assert last.status == "executed"
    reply = await ended(stack.caller, command_id)
    assert (reply.outcome, reply.steps[0].ended) == ("succeeded", "cancelled")
    assert reply.steps[0].stdout == text


async def test_a_follow_ends_at_its_deadline_without_an_error(stack: Stack) -> None:
    request = RunRequest(command="docker logs --follow c021", deadline_s=1.0)
    reply = await stack.caller.run(request)
    assert (reply.status, reply.outcome, reply.error) == ("executed", "succeeded", None)
    assert reply.steps[0].ended == "deadline"
    assert "line 3\n" in reply.steps[0].stdout


async def test_what_was_printed_is_read_back_later_as_it_was(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(command="docker logs c022"))
    assert reply.command_id
    pages = [page async for page in stack.caller.output(reply.command_id)]
    chunks = [chunk for page in pages if page.page for chunk in page.page.chunks]
    assert "".join(each.stdout for each in chunks) == reply.steps[0].stdout
    assert numbers(reply.steps[0].stdout) == [0, 1, 2]


async def test_what_has_ended_cannot_be_cancelled(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(command="docker restart c023"))
    assert reply.command_id
    refused = await stack.caller.ask(CancelRequest(command_id=reply.command_id))
    assert refused.error
    assert refused.error.code is Code.ALREADY_ENDED


@pytest.mark.parametrize("request_", [CancelRequest, OutputRequest], ids=lambda each: each.verb)
async def test_nobody_reaches_anothers_command(stack: Stack, request_: type[Any]) -> None:
    reply = await stack.caller.run(RunRequest(command="docker ps"))
    body = request_(command_id=reply.command_id).model_dump_json().encode()
    answer = await stack.link.ask(f"gateway.{request_.verb}.somebody-else", body)
    stranger = Reply.model_validate_json(answer.data)
    assert stranger.error
    assert stranger.error.code is Code.UNKNOWN_COMMAND_ID
    assert stranger.page is None


async def test_the_events_of_an_engine_are_followed_until_they_are_cancelled(stack: Stack) -> None:
    command_id = await begun(stack, "docker events")
    async with asyncio.timeout(WITHIN_S):
        while (await stack.caller.ask(StatusRequest(command_id=command_id))).stage != "started":
            await asyncio.sleep(0.02)
    await stack.caller.ask(CancelRequest(command_id=command_id))
    reply = await ended(stack.caller, command_id)
    assert (reply.status, reply.steps[0].ended) == ("executed", "cancelled")
