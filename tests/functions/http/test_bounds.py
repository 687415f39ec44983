"""How many may come at once, how long they wait, and what they are told when it is too much."""

import asyncio
import contextlib
from pathlib import Path

import aiohttp
import pytest

from contracts.requests import StatusRequest
from tests.functions.http.conftest import WITHIN_S, Site, opened

pytestmark = pytest.mark.slow

FOLLOW = "docker logs -f c001"


async def command_of(site: Site, told: dict[str, str]) -> str:
    """Return how the command of a problem stands."""
    reply = await site.caller.ask(StatusRequest(command_id=told["command_id"]))
    return reply.status


async def test_who_has_waited_long_enough_is_told_where_to_look(tmp_path: Path) -> None:
    async with opened(tmp_path, HTTP_WAIT_SECONDS="0.3") as site:
        status, headers, told = await site.run(command=FOLLOW)
        assert (status, told["code"]) == (504, "no_answer")
        assert headers["location"] == f"/v1/commands/{told['command_id']}"
        assert await command_of(site, told) == "accepted"
        await site.ask("DELETE", headers["location"])


async def test_one_caller_does_not_take_all_the_room(tmp_path: Path) -> None:
    async with opened(tmp_path, HTTP_PER_CALLER="2", HTTP_WAIT_SECONDS="2") as site:
        body = {"command": "docker ps"}
        *mine, other = await asyncio.gather(
            *(site.run(command=FOLLOW) for _ in range(3)),
            site.ask("POST", "/v1/commands", token=site.other, json=body),
        )
        assert other[0] == 200
        assert sorted(status for status, _, _ in mine) == [429, 504, 504]
        for status, headers, told in mine:
            if status == 429:
                assert (told["code"], headers["retry-after"]) == ("too_busy", "2")
            else:
                await site.ask("DELETE", headers["location"])


async def test_too_many_connections_are_told_to_come_back(tmp_path: Path) -> None:
    async with opened(tmp_path, HTTP_CONNECTIONS="4") as site:
        held = [asyncio.create_task(site.run(command=FOLLOW)) for _ in range(4)]
        async with asyncio.timeout(WITHIN_S):
            while (answer := await site.ask("GET", "/health", token=None))[0] != 503:
                await asyncio.sleep(0.01)
        _, headers, told = answer
        assert (told["code"], headers["retry-after"]) == ("too_busy", "2")
        for each in held:
            each.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        async with asyncio.timeout(WITHIN_S):
            while (await site.ask("GET", "/health", token=None))[0] != 200:
                await asyncio.sleep(0.01)


async def test_connections_that_ask_for_nothing_keep_nobody_out(tmp_path: Path) -> None:
    async with opened(tmp_path, HTTP_CONNECTIONS="4") as site:
        idle = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(4)]
        for _ in range(3):
            assert (await site.ask("GET", "/health", token=None))[0] == 200
        oldest, _ = idle[0]
        async with asyncio.timeout(WITHIN_S):
            with contextlib.suppress(ConnectionResetError):
                assert await oldest.read() == b""
        for _, writer in idle:
            writer.close()


async def test_a_gateway_that_is_gone_is_unavailable_and_said_to_be(tmp_path: Path) -> None:
    async with opened(tmp_path, HTTP_WAIT_SECONDS="1") as site:
        site.nats.kill()
        status, headers, told = await site.run(command="docker ps", wait="accepted")
        assert (status, headers.get("retry-after", "")) in {(503, "2"), (504, "")}
        assert told["code"] in {"unavailable", "no_answer"}
        status, _, told = await site.ask("GET", "/health", token=None)
        assert (status, told["status"]) == (503, "down")
        assert not told["checks"]["nats"]["ok"]
        site.nats.start()


async def test_a_door_that_closes_tells_who_waits_where_to_look(tmp_path: Path) -> None:
    body = {"command": FOLLOW, "deadline_s": 4, "idempotency_key": "long"}
    async with aiohttp.ClientSession() as client:
        async with opened(tmp_path) as site:
            site.client = client  # the site's own is closed before the door
            waiting = asyncio.create_task(site.run(**body))
            async with asyncio.timeout(WITHIN_S):
                while (await site.run(**body, wait="accepted"))[2]["stage"] != "started":
                    await asyncio.sleep(0.01)
        status, headers, reply = await waiting
    assert (status, reply["status"]) == (202, "accepted")
    assert headers["location"] == f"/v1/commands/{reply['command_id']}"
