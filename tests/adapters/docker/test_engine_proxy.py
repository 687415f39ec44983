"""What engine-proxy refuses, and how it behaves when the engine or its caller does not."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from runtime.adapters.docker import EngineSettings
from runtime.adapters.docker.http import HttpConnection
from runtime.engine_proxy import EngineProxy, EngineProxySettings
from tests.adapters.docker.fake_engine import FakeEngine

SECONDS = 10
ID = "0123456789abcdef" * 4
HEAD = b"Host: proxy\r\n"


@asynccontextmanager
async def proxy(fake: FakeEngine, **more: float) -> AsyncIterator[int]:
    settings = EngineSettings(docker_host=fake.url, request_timeout=timedelta(milliseconds=300))
    engine = HttpConnection(settings)
    told = EngineProxySettings.model_validate({"port": 0, **more})
    try:
        async with EngineProxy(engine, told).serving() as port:
            yield port
    finally:
        await engine.close()


@pytest.fixture
async def port(fake: FakeEngine) -> AsyncIterator[int]:
    async with proxy(fake) as opened:
        yield opened


async def said(port: int, sent: bytes) -> bytes:
    """Send bytes and return all that comes back until the connection is closed."""
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(sent)
            await writer.drain()
            found = b""
            try:
                while piece := await reader.read(65536):
                    found += piece
            except ConnectionResetError:
                pass  # it closed while we had more to say
            return found
        finally:
            writer.close()


async def got(port: int, target: str) -> tuple[int, bytes]:
    answer = await said(port, b"GET " + target.encode() + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def status(answer: bytes) -> int:
    return int(answer.split()[1]) if answer else 0


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "PURGE"]
)
async def test_no_method_that_changes_anything_reaches_the_engine(
    fake: FakeEngine, port: int, method: str
) -> None:
    target = f"/v1.41/containers/{ID}/json"
    sent = f"{method} {target} HTTP/1.1\r\n".encode() + HEAD + b"Content-Length: 0\r\n\r\n"
    assert status(await said(port, sent)) == 405
    assert fake.asked == []


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "//containers/json",
        "/containers//json",
        "/containers/json/",
        "/containers/./json",
        "/containers/../containers/json",
        "/v1.41/../containers/json",
        "/images/json/../../containers/create",
        "/containers/%6a%73%6f%6e",
        "/containers%2Fjson",
        "/containers/json%00",
        "/containers/json;x=1",
        "/containers/json#x",
        "/v1.41/v1.41/containers/json",
        "/v99999/containers/json",
        "http://docker/containers/json",
        "*",
        f"/containers/{ID}/logs?stdout=1",
        f"/containers/{ID}/top",
        f"/containers/{ID}/changes",
        f"/containers/{ID}/export",
        f"/containers/{ID}/archive?path=/etc/shadow",
        f"/containers/{ID}/attach/ws",
        f"/containers/{ID}/stats",
        f"/containers/{ID}/json/../logs",
        "/containers/web/json",
        f"/containers/{ID.upper()}/json",
        "/images/busybox/get",
        "/images/search?term=x",
        "/distribution/busybox/json",
        "/info",
        "/swarm",
        "/swarm/unlockkey",
        "/secrets",
        "/configs",
        "/plugins",
        "/session",
        "/grpc",
        "/containers/json?all=1&unknown=1",
        "/system/df?type=container",
    ],
)
async def test_no_path_but_those_that_are_known_reaches_the_engine(
    fake: FakeEngine, port: int, target: str
) -> None:
    code, body = await got(port, target)
    assert code == 403
    assert json.loads(body)["message"]
    assert fake.asked == []


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\n\r\nhello",
        b"Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n",
        b"Transfer-Encoding: x\r\n\r\n",
        b"Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
        b"Upgrade: tcp\r\n\r\n",
        b"Connection: keep-alive, upgrade\r\n\r\n",
        b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
        b"Expect: 100-continue\r\n\r\n",
        b"Host: another\r\n\r\n",
        b"X\x00: y\r\n\r\n",
        b"X: a\x00b\r\n\r\n",
        b"no colon\r\n\r\n",
        b"X: " + b"a" * 40_000 + b"\r\n\r\n",
    ],
    ids=range(16),
)
async def test_no_request_that_is_more_than_one_reaches_the_engine(
    fake: FakeEngine, port: int, head: bytes
) -> None:
    answer = await said(port, b"GET /version HTTP/1.1\r\n" + HEAD + head)
    assert status(answer) in {400, 431, 501}
    assert answer.count(b"HTTP/1.1 ") == 1
    assert fake.asked == []


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /version HTTP/1.1\r\n\r\n",
        b"GET /version\r\n\r\n",
        b"GET  /version HTTP/1.1\r\nHost: x\r\n\r\n",
        b"A" * 20_000,
    ],
    ids=["tls", "http2", "no host", "http 0.9", "two spaces", "endless line"],
)
async def test_what_is_no_http_is_refused(fake: FakeEngine, sent: bytes) -> None:
    async with proxy(fake, request_seconds=0.2) as hurried:
        assert 400 <= status(await said(hurried, sent)) < 500
    assert fake.asked == []


async def test_what_follows_a_request_is_never_taken_for_another(
    fake: FakeEngine, port: int
) -> None:
    fake.says("GET /networks", [])
    second = b"POST /containers/create HTTP/1.1\r\n" + HEAD + b"Content-Length: 2\r\n\r\n{}"
    answer = await said(port, b"GET /networks HTTP/1.1\r\n" + HEAD + b"\r\n" + second + second)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert status(answer) == 200
    assert fake.asked == ["GET /version", "GET /networks"]


@pytest.mark.parametrize("query", ["all=1&all=1", "all", "&", "x=%zz&all", "&".join(["all=1"] * 9)])
async def test_a_query_that_can_be_read_in_two_ways_is_refused(
    fake: FakeEngine, port: int, query: str
) -> None:
    code, _ = await got(port, f"/containers/json?{query}")
    assert code == 400
    assert fake.asked == []


async def test_a_head_alone_is_answered_without_a_body(fake: FakeEngine, port: int) -> None:
    answer = await said(port, b"HEAD /_ping HTTP/1.1\r\n" + HEAD + b"\r\n")
    assert status(answer) == 200
    assert answer.endswith(b"\r\n\r\n")
    assert fake.asked == ["GET /version", "GET /version"]


async def test_what_a_view_does_not_name_is_left_out(fake: FakeEngine, port: int) -> None:
    fake.says(
        f"GET /containers/{ID}/json",
        {
            "Id": ID,
            "Config": {"Env": ["TOKEN=hunter2"], "Cmd": ["--password=hunter2"]},
            "Args": ["hunter2"],
            "State": {"StartedAt": "2026-01-01T00:00:00Z", "Health": {"Log": ["hunter2"]}},
        },
    )
    fake.says(
        "GET /volumes",
        {
            "Volumes": [
                {
                    "Name": "share",
                    "Mountpoint": "/hunter2",
                    "Options": {"type": "cifs", "o": "username=me,password=hunter2,rw"},
                }
            ]
        },
    )
    _, container = await got(port, f"/containers/{ID}/json")
    _, volumes = await got(port, "/volumes")
    assert json.loads(container) == {"Id": ID, "State": {"StartedAt": "2026-01-01T00:00:00Z"}}
    assert json.loads(volumes) == {
        "Volumes": [
            {
                "Name": "share",
                "Options": {"type": "cifs", "o": "username=me,password=[hidden],rw"},
            }
        ]
    }


async def test_an_event_tells_neither_a_command_line_nor_labels(
    fake: FakeEngine, port: int
) -> None:
    ran = {
        "Type": "container",
        "Action": "exec_create: sh -c hunter2",
        "status": "exec_create: sh -c hunter2",
        "Actor": {"ID": ID, "Attributes": {"note": "hunter2"}},
    }
    fake.streams("GET /events", json.dumps(ran).encode() + b"\nnot JSON: hunter2\n")
    code, body = await got(port, "/events")
    assert code == 200
    assert b"hunter2" not in body
    assert b'"Action": "exec_create"' in body
    assert b"\n{}\n" in body


async def test_an_engine_that_is_away_is_said_to_be(fake: FakeEngine, port: int) -> None:
    fake.drops("GET /version")
    code, body = await got(port, "/containers/json")
    assert code == 502
    assert "cannot be reached" in json.loads(body)["message"]


async def test_an_engine_that_does_not_answer_is_waited_for_no_longer_than_allowed(
    fake: FakeEngine, port: int
) -> None:
    fake.hangs("GET /images/json")
    code, body = await got(port, "/images/json")
    assert code == 502
    assert "no answer in time" in json.loads(body)["message"]


async def test_an_engines_own_refusal_is_passed_on(fake: FakeEngine, port: int) -> None:
    fake.says(f"GET /containers/{ID}/json", {"message": "No such container"}, status=404)
    assert await got(port, f"/containers/{ID}/json") == (404, b'{"message": "No such container"}')


async def test_another_version_of_the_api_is_refused_so_that_it_is_agreed_upon_again(
    fake: FakeEngine, port: int
) -> None:
    fake.says("GET /networks", [])
    assert (await got(port, "/v1.41/networks"))[0] == 200
    code, body = await got(port, "/v1.43/networks")
    assert code == 400
    assert "client version 1.43" in json.loads(body)["message"]


async def test_a_request_that_never_ends_is_given_up(fake: FakeEngine) -> None:
    async with proxy(fake, request_seconds=0.1) as port:
        assert status(await said(port, b"GET /version HTTP/1.1\r\nX: ")) == 408


async def test_more_requests_than_allowed_are_refused_and_served_again_later(
    fake: FakeEngine,
) -> None:
    async with proxy(fake, connections=1) as port:
        _, idle = await asyncio.open_connection("127.0.0.1", port)
        try:
            async with asyncio.timeout(SECONDS):
                while (await got(port, "/version"))[0] != 503:
                    await asyncio.sleep(0)
        finally:
            idle.close()
        async with asyncio.timeout(SECONDS):
            while (await got(port, "/version"))[0] != 200:
                await asyncio.sleep(0)


async def test_a_caller_that_goes_away_gives_its_stream_back(fake: FakeEngine) -> None:
    fake.hangs("GET /events")
    ask = b"GET /events HTTP/1.1\r\n" + HEAD + b"\r\n"
    async with proxy(fake, streams=1) as port:
        _, first = await asyncio.open_connection("127.0.0.1", port)
        first.write(ask)
        async with asyncio.timeout(SECONDS):
            while "GET /events" not in fake.asked:
                await asyncio.sleep(0.01)
            assert (await got(port, "/events"))[0] == 503
            first.close()
            fake.streams("GET /events", b"{}\n")
            while (await got(port, "/events"))[0] != 200:
                await asyncio.sleep(0.01)


async def test_a_caller_that_does_not_read_is_cut_off(fake: FakeEngine) -> None:
    """Nothing is kept for it: whoever asks on and reads nothing would fill the memory."""
    event = b'{"Type": "%s"}\n' % (b"x" * 100_000)
    fake.streams("GET /events", *[event] * 100)
    async with proxy(fake, write_seconds=0.2, streams=1) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.transport.pause_reading()  # type: ignore[attr-defined] # the loop's own can
        writer.write(b"GET /events HTTP/1.1\r\n" + HEAD + b"\r\n")
        async with asyncio.timeout(SECONDS):
            while "GET /events" not in fake.asked:
                await asyncio.sleep(0.01)
            while (await got(port, "/events"))[0] == 503:  # until it is given up
                await asyncio.sleep(0.01)
            while not writer.is_closing():  # until the proxy resets the connection
                writer.write(b"\r\n")
                await asyncio.sleep(0.05)
