"""Whoever has no token, sends no HTTP, or takes for ever: told so, and never let in."""

import asyncio
import json
import re
import time
from typing import Any

import pytest

from contracts.errors import Code
from tests.functions.http.conftest import WITHIN_S, Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PATHS = [
    ("POST", "/v1/commands"),
    ("GET", f"/v1/commands/{'a' * 26}"),
    ("DELETE", f"/v1/commands/{'a' * 26}"),
    ("GET", f"/v1/commands/{'a' * 26}/output"),
    ("POST", "/execute-docker-command"),
    ("GET", "/metrics"),
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("GET", "/nothing"),
    ("PUT", "/v1/commands"),
    ("OPTIONS", "/v1/commands"),
]


def problem(told: Any) -> str:
    assert told["detail"]
    assert told["hint"]
    assert told["code"] in set(Code)
    return str(told["code"])


def head(site: Site, *lines: str, path: str = "/v1/commands") -> bytes:
    """Return the head of a request for a command, with these lines."""
    own = ("Host: x", "Content-Type: application/json", f"Authorization: Bearer {site.token}")
    return "\r\n".join((f"POST {path} HTTP/1.1", *own, *lines, "", "")).encode()


def status_of(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer[9:12])


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_without_a_token_nothing_is_told(site: Site, method: str, path: str) -> None:
    status, headers, told = await site.ask(method, path, token=None)
    assert (status, problem(told)) == (401, "unauthenticated")
    assert headers["www-authenticate"] == 'Bearer realm="acg"'


@pytest.mark.parametrize(
    "shown",
    [
        "Bearer x",
        "Bearer acg_aaaaaaaa_" + "A" * 43,
        "Basic dGVzdGVyOng=",
        "Bearer",
        "Bearer " + "a" * 5000,
        "Bearer a b",
        "Bearer \u00e9\u00e9",
    ],
)
async def test_what_is_no_token_of_ours_lets_nobody_in(site: Site, shown: str) -> None:
    headers = {"Authorization": shown}
    status, answered, told = await site.ask(
        "POST", "/v1/commands", token=None, headers=headers, json={"request": "restart c020"}
    )
    assert (status, problem(told)) == (401, "unauthenticated")
    assert "invalid_token" in answered["www-authenticate"]
    assert site.engine.restarts["c020"] == 0


async def test_half_a_token_and_two_tokens_let_nobody_in(site: Site) -> None:
    status, _, _ = await site.ask("GET", "/docs", token=site.token[:-1])
    assert status == 401
    status, _, _ = await site.ask("GET", "/docs", token=site.token + "x")
    assert status == 401
    doubled = head(
        site, f"Authorization: Bearer {site.token}", "Content-Length: 0", "Connection: close"
    )
    assert status_of(await site.raw(doubled)) == 401


async def test_every_answer_is_told_to_be_kept_by_nobody_and_framed_by_nobody(site: Site) -> None:
    for path, token in (("/health", None), ("/nothing", None), ("/docs", "")):
        _, headers, _ = await site.ask("GET", path, token=token)
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-request-id"]
        assert not {"server", "access-control-allow-origin"} & set(headers)


async def test_other_sites_are_not_let_in(site: Site) -> None:
    headers = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    status, answered, _ = await site.ask("OPTIONS", "/v1/commands", headers=headers)
    assert status == 405
    assert not [name for name in answered if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b'{"request": "x"} trailing', "not_json"),
        (b"\xff\xfe{}", "not_json"),
        (b'{"request": NaN}', "not_json"),
        (b'{"request": "a", "request": "b"}', "not_json"),
        (b"[" * 30_000, "not_json"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "not_json"),
        (b"[]", "invalid_request"),
        (b"null", "invalid_request"),
        (b"{}", "invalid_request"),
        (b'{"request": "x", "caller": "root"}', "invalid_request"),
        (b'{"request": "restart\\u202e c020"}', "invalid_request"),
        (b'{"request": "x", "deadline_s": 1e999}', "invalid_request"),
        (b'{"request": "x", "context": ' + b"[" * 40 + b"]" * 40 + b"}", "invalid_request"),
    ],
)
async def test_what_is_no_request_is_told_so(site: Site, body: bytes, code: str) -> None:
    headers = {"Content-Type": "application/json"}
    status, answered, told = await site.ask("POST", "/v1/commands", data=body, headers=headers)
    assert (status, problem(told)) == ({"not_json": 400}.get(code, 422), code)
    assert answered["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_a_body_in_another_form_is_not_read(site: Site, headers: dict[str, str]) -> None:
    body = b'{"request": "restart c021"}'
    status, _, told = await site.ask("POST", "/v1/commands", data=body, headers=headers)
    assert (status, problem(told)) == (415, "unsupported_media_type")
    assert site.engine.restarts["c021"] == 0


async def test_a_large_body_is_refused_before_it_is_read(site: Site) -> None:
    declared = head(site, "Content-Length: 70000", "Expect: 100-continue")
    answer = await site.raw(declared)
    assert status_of(answer) == 413
    assert b"100 Continue" not in answer


async def test_a_body_that_grows_too_large_is_refused_while_it_comes(site: Site) -> None:
    chunk = b"1000\r\n" + b" " * 4096 + b"\r\n"
    answer = await site.raw(head(site, "Transfer-Encoding: chunked") + chunk * 20)
    assert status_of(answer) == 413


async def test_who_sends_far_too_much_reads_why_it_was_refused(site: Site) -> None:
    body = b" " * (4 << 20)
    answer = await site.raw(head(site, f"Content-Length: {len(body)}") + body)
    assert status_of(answer) == 413


SMUGGLED = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 4", "Transfer-Encoding: chunked"),
        ("Content-Length: 4", "Content-Length: 5"),
        ("Content-Length: 4, 5",),
        ("Content-Length: +4",),
        ("Content-Length: -1",),
        ("Content-Length: 0x4",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding: \x0bchunked",),
        ("Bad Header: x",),
        ("X: a\x00b",),
        ("Host: y",),
    ],
    ids=repr,
)
async def test_what_two_readers_could_take_for_two_requests_is_answered_once(
    site: Site, lines: tuple[str, ...]
) -> None:
    body = f"0\r\n\r\n{SMUGGLED}"
    answer = await site.raw(head(site, *lines) + body.encode(), end=True)
    assert status_of(answer) in {400, 501}
    assert len(re.findall(rb"HTTP/1\.1 \d{3} ", answer)) == 1
    assert b"\r\nconnection: close\r\n" in answer.lower()


async def test_a_large_head_is_refused(site: Site) -> None:
    answer = await site.raw(head(site, "X: " + "a" * 200_000))
    assert status_of(answer) == 431
    many = head(site, *(f"X-{number}: y" for number in range(200)), "Connection: close")
    assert status_of(await site.raw(many)) == 431
    long_path = head(site, "Connection: close", path="/v1/" + "a" * 100_000)
    assert status_of(await site.raw(long_path)) in {414, 431}


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\x00", b"SSH-2.0-x\r\n", b"\x00" * 64])
async def test_what_is_no_http_is_told_so(site: Site, sent: bytes) -> None:
    answer = await site.raw(sent + b"\r\n\r\n")
    assert status_of(answer) == 400
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "invalid_request"


@pytest.mark.parametrize("slow", ["head", "body", "silent"])
async def test_who_sends_a_byte_at_a_time_is_not_waited_for(site: Site, slow: str) -> None:
    """The door waits one second here for a head, and one for a body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    if slow == "body":
        writer.write(head(site, "Content-Length: 60000"))
    drops = b"" if slow == "silent" else b"X: aaaaaaaaaaaaaa\r\n" * 1000
    began = time.monotonic()

    async def drip() -> None:
        for number in range(len(drops)):
            writer.write(drops[number : number + 1])
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    try:
        async with asyncio.timeout(WITHIN_S):
            answer = await reader.read(-1)
    finally:
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
        writer.close()
    assert status_of(answer) == 408
    assert time.monotonic() - began > 0.9


async def test_others_are_served_while_many_say_nothing(site: Site) -> None:
    silent = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(100)]
    try:
        status, _, reply = await site.run(command="docker ps")
        assert (status, reply["status"]) == (200, "executed")
    finally:
        for _, writer in silent:
            writer.close()


async def test_requests_on_one_connection_are_answered_in_turn(site: Site) -> None:
    body = b'{"command": "docker ps"}'
    one = head(site, f"Content-Length: {len(body)}") + body
    last = head(site, f"Content-Length: {len(body)}", "Connection: close") + body
    answer = await site.raw(one + one + last)
    assert answer.count(b"HTTP/1.1 200 OK") == 3
