"""A command as it goes on, as server-sent events: followed, resumed, ended."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import aiohttp
import pytest

from runtime import tokens
from tests.functions.http.conftest import WITHIN_S, Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

FOLLOW = {"command": "docker logs -f c001", "wait": "accepted", "deadline_s": 30}


class Event(NamedTuple):
    name: str
    id: str
    data: Any


async def events(
    site: Site, path: str, after: str = "", *, token: str = ""
) -> AsyncIterator[Event]:
    """Yield the events of a stream, and its comments as events named `:`; until it ends."""
    headers = {
        "Accept": "text/event-stream",
        "Authorization": f"Bearer {token or site.token}",
        **({"Last-Event-ID": after} if after else {}),
    }
    within = aiohttp.ClientTimeout(WITHIN_S)
    async with site.client.get(site.url + path, headers=headers, timeout=within) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        fields: dict[str, str] = {}
        async for line in answer.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if line == b"\n":
                if "event" in fields or "" in fields:
                    data = json.loads(fields["data"]) if "data" in fields else None
                    yield Event(fields.get("event", ":"), fields.get("id", ""), data)
                fields = {}
            else:
                fields[name] = value


async def begun(site: Site, **body: Any) -> str:
    status, headers, _ = await site.run(**body)
    assert status == 202
    return headers["location"]


def printed(seen: list[Event]) -> str:
    return "".join(
        chunk["stdout"] for each in seen if each.name == "output" for chunk in each.data["chunks"]
    )


async def test_a_stream_tells_the_stages_the_output_and_the_end(site: Site) -> None:
    path = await begun(site, command="docker logs c002", wait="accepted")
    seen = [each async for each in events(site, path)]
    assert seen[0].name == "stage"
    assert printed(seen) == "line 0\nline 1\nline 2\n"
    assert seen[-1].name == "end"
    _, _, reply = await site.ask("GET", path)
    assert seen[-1].data == reply
    assert reply["status"] == "executed"


async def test_what_goes_on_is_seen_as_it_comes_and_ends_when_it_is_stopped(site: Site) -> None:
    path = await begun(site, **FOLLOW)
    seen: list[Event] = []
    async for each in events(site, path):
        seen.append(each)
        if each.name == "output" and "line 3" in printed(seen) and len(seen) < 100:
            await site.ask("DELETE", path)
            break
    rest = [each async for each in events(site, path, seen[-1].id)]
    assert rest[-1].name == "end"
    lines = (printed(seen) + printed(rest)).splitlines()
    assert lines[:4] == ["line 0", "line 1", "line 2", "line 3"]
    assert lines == [f"line {number}" for number in range(len(lines))]


async def test_a_stream_that_broke_goes_on_where_it_was(site: Site) -> None:
    """Not one line is missing, and none comes twice."""
    path = await begun(site, command="docker logs c003", wait="accepted")
    whole = [each async for each in events(site, path)]
    ids = [each.id for each in whole if each.name == "output"]
    again = [each async for each in events(site, path, ids[-1])]
    assert printed(again) == ""
    assert again[-1] == whole[-1]


async def test_a_stream_that_ended_is_not_begun_again(site: Site) -> None:
    path = await begun(site, command="docker ps", wait="accepted")
    assert [each async for each in events(site, path)][-1].id == "end"
    headers = {"Accept": "text/event-stream", "Last-Event-ID": "end"}
    status, _, body = await site.ask("GET", path, headers=headers)
    assert (status, body) == (204, "")


async def test_silence_is_kept_alive(site: Site) -> None:
    path = await begun(site, request="sing me a song about quarks", wait="accepted")
    assert [each async for each in events(site, path)][-1].data["status"] == "rejected"
    path = await begun(site, **FOLLOW)
    names: list[str] = []
    async for each in events(site, path):
        names.append(each.name)
        if each.name in {":", "end"}:
            break
    await site.ask("DELETE", path)
    assert names[-1] == ":"


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
@pytest.mark.parametrize("sent", ["-1", "x", "9" * 30])
async def test_what_is_no_id_of_an_event_is_refused(site: Site, sent: str, accept: str) -> None:
    headers = {"Accept": accept, "Last-Event-ID": sent}
    status, _, told = await site.ask("GET", f"/v1/commands/{'a' * 26}", headers=headers)
    assert (status, told["code"]) == (422, "invalid_request")


async def test_a_stream_of_a_command_that_is_anothers_is_not_found(site: Site) -> None:
    path = await begun(site, command="docker ps", wait="accepted")
    headers = {"Accept": "text/event-stream"}
    status, answered, told = await site.ask("GET", path, token=site.other, headers=headers)
    assert (status, told["code"]) == (404, "unknown_command_id")
    assert answered["content-type"] == "application/problem+json"


async def test_who_is_let_in_no_more_hears_no_more(site: Site) -> None:
    token, text = tokens.add(site.tokens, "tester")
    path = await begun(site, **FOLLOW)
    seen = 0
    async for _ in events(site, path, token=text):
        seen += 1
        if seen == 3:
            tokens.remove(site.tokens, token.id)
    status, _, _ = await site.ask("GET", path, token=text)
    assert (status, seen >= 3) == (401, True)
    await site.ask("DELETE", path)


async def test_nothing_that_happens_after_a_token_was_removed_is_told(site: Site) -> None:
    token, text = tokens.add(site.tokens, "tester")
    path = await begun(site, **FOLLOW)
    later: list[str] | None = None
    async for each in events(site, path, token=text):
        if later is not None:
            later.append(each.name)
        elif each.name == ":":  # what it prints was told, and it is silent
            tokens.remove(site.tokens, token.id)
            later = []
            await site.ask("DELETE", path)
    assert later is not None
    assert set(later) <= {":"}


async def test_a_client_that_does_not_read_is_cut_off(site: Site) -> None:
    """It asks for more than all buffers in between can hold, and reads nothing of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1024)
    transport: Any = writer.transport
    transport.pause_reading()
    asked = f"GET /openapi.json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {site.token}\r\n\r\n"
    writer.write(asked.encode() * 1000)
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(WITHIN_S):
            while not writer.is_closing():  # until the door resets the connection
                writer.write(b"\r\n")
                await asyncio.sleep(0.05)
    status, _, _ = await site.run(command="docker ps")
    assert status == 200
    transport.resume_reading()
    whole = 0
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(WITHIN_S):
            while piece := await reader.read(1 << 16):
                whole += piece.count(b"HTTP/1.1 200 OK")
    assert whole < 1000
    writer.close()
