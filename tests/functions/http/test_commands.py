"""Commands over HTTP: begun, looked at, read, stopped, each as on NATS."""

import asyncio
import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from contracts.requests import StatusRequest
from tests.functions.http.conftest import Site, eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODYS = "a" * 26


async def test_words_become_an_effect_and_the_reply_that_nats_would_give(site: Site) -> None:
    status, headers, reply = await site.run(request="restart c001")
    assert (status, reply["status"], reply["outcome"]) == (200, "executed", "succeeded")
    assert reply["steps"][0]["stdout"] == "c001\n"
    assert site.engine.restarts["c001"] == 1
    assert headers["location"] == f"/v1/commands/{reply['command_id']}"
    told = await site.caller.ask(StatusRequest(command_id=reply["command_id"]))
    assert told.model_dump(mode="json") == reply


async def test_who_does_not_wait_is_told_where_to_look(site: Site) -> None:
    status, headers, reply = await site.run(request="restart c002", wait="accepted")
    assert (status, reply["status"]) == (202, "accepted")

    async def ended() -> Any:
        _, _, seen = await site.ask("GET", headers["location"])
        return seen if seen["status"] != "accepted" else None

    async with asyncio.timeout(20):
        while not (seen := await ended()):
            await asyncio.sleep(0.01)
    assert (seen["status"], site.engine.restarts["c002"]) == ("executed", 1)


async def test_what_policy_refuses_is_a_reply_and_no_error_of_http(site: Site) -> None:
    status, _, reply = await site.run(request="remove c003")
    assert (status, reply["status"]) == (200, "rejected")
    assert reply["error"]["code"] == "risk_not_allowed"


async def test_a_plan_runs_nothing(site: Site) -> None:
    status, _, reply = await site.run(command="docker restart c004", mode="plan")
    assert (status, reply["status"], site.engine.restarts["c004"]) == (200, "planned", 0)


async def test_the_same_key_is_the_same_command(site: Site) -> None:
    body, headers = {"request": "restart c005"}, {"Idempotency-Key": '"key-5"'}
    first = await site.ask("POST", "/v1/commands", json=body, headers=headers)
    again = await site.ask("POST", "/v1/commands", json=body, headers=headers)
    in_body = await site.run(**body, idempotency_key="key-5")
    assert first[2] == again[2] == in_body[2]
    assert site.engine.restarts["c005"] == 1


async def test_a_key_that_was_used_for_something_else_is_a_conflict(site: Site) -> None:
    headers = {"Idempotency-Key": "key-6"}
    await site.ask("POST", "/v1/commands", json={"request": "restart c006"}, headers=headers)
    status, _, told = await site.ask(
        "POST", "/v1/commands", json={"request": "restart c007"}, headers=headers
    )
    assert (status, told["code"]) == (409, "idempotency_key_reused")
    assert site.engine.restarts["c007"] == 0


@pytest.mark.parametrize("key", ["two words", "k" * 129, "schlüssel"])
async def test_what_is_no_key_is_refused(site: Site, key: str) -> None:
    headers = {"Idempotency-Key": key}
    status, _, told = await site.ask(
        "POST", "/v1/commands", json={"request": "restart c008"}, headers=headers
    )
    assert (status, told["code"], site.engine.restarts["c008"]) == (422, "invalid_request", 0)


async def test_two_keys_are_refused(site: Site) -> None:
    body = {"request": "restart c008", "idempotency_key": "one"}
    headers = {"Idempotency-Key": "two"}
    status, _, _ = await site.ask("POST", "/v1/commands", json=body, headers=headers)
    assert (status, site.engine.restarts["c008"]) == (422, 0)


async def test_twenty_at_once_with_one_key_run_once(site: Site) -> None:
    asked = (site.run(request="restart c009", idempotency_key="crowd") for _ in range(20))
    ids = {reply["command_id"] for _, _, reply in await asyncio.gather(*asked)}
    assert (len(ids), site.engine.restarts["c009"]) == (1, 1)


async def test_the_caller_is_the_tokens_whatever_the_body_says(site: Site) -> None:
    status, _, told = await site.run(request="restart c010", caller="somebody")
    assert (status, told["code"]) == (422, "invalid_request")
    _, _, reply = await site.run(request="restart c010", source_id="somebody")
    for path in ("", "/output"):
        status, _, told = await site.ask(
            "GET", f"/v1/commands/{reply['command_id']}{path}", token=site.other
        )
        assert (status, told["code"]) == (404, "unknown_command_id")


@pytest.mark.parametrize("name", [NOBODYS, "x", "..%2F..%2Fhealth", "%00", "Ä" * 26])
@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/output"), ("DELETE", "")])
async def test_a_command_that_is_not_there_is_not_found(
    site: Site, name: str, method: str, path: str
) -> None:
    status, _, told = await site.ask(method, f"/v1/commands/{name}{path}")
    assert status == 404
    assert told["code"] in {"unknown_command_id", "not_found"}


async def test_what_it_printed_is_read_page_by_page(site: Site) -> None:
    _, headers, _ = await site.run(command="docker logs c011")
    status, _, reply = await site.ask("GET", f"{headers['location']}/output")
    assert status == 200
    printed = "".join(each["stdout"] for each in reply["page"]["chunks"])
    assert printed == "line 0\nline 1\nline 2\n"
    after = reply["page"]["after"]
    _, _, rest = await site.ask("GET", f"{headers['location']}/output?after={after}")
    assert rest["page"] == {"chunks": [], "after": after, "more": False}


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "9" * 40, "٣"])
async def test_what_is_no_position_is_refused(site: Site, after: str) -> None:
    path = f"/v1/commands/{NOBODYS}/output"
    status, _, told = await site.ask("GET", path, params={"after": after})
    assert (status, told["code"]) == (422, "invalid_request")


async def test_what_goes_on_is_stopped(site: Site) -> None:
    body = {"command": "docker logs -f c012", "wait": "accepted"}
    _, headers, reply = await site.run(**body)
    status, _, _ = await site.ask("DELETE", f"{headers['location']}?reason=enough")
    assert status in {200, 202}
    command = reply["command_id"]

    async with asyncio.timeout(20):
        while (
            seen := await site.caller.ask(StatusRequest(command_id=command))
        ).status == "accepted":
            await asyncio.sleep(0.01)
    assert seen.status in {"executed", "failed", "rejected"}
    status, _, told = await site.ask("DELETE", headers["location"])
    assert (status, told["code"]) == (409, "already_ended")


async def test_a_trace_goes_on_into_every_event(site: Site) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01", "X-Request-Id": "my-1"}
    _, answered, reply = await site.ask(
        "POST", "/v1/commands", json={"command": "docker ps"}, headers=headers
    )
    assert answered["x-request-id"] == "my-1"
    seen = [each async for each in site.caller.history(reply["command_id"])]
    assert len(seen) >= 4
    assert all(each.entry and trace in each.entry.headers["traceparent"] for each in seen)


@pytest.mark.parametrize("sent", ["zz", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "a b"])
async def test_what_is_no_trace_is_left_out(site: Site, sent: str) -> None:
    headers = {"traceparent": sent, "X-Request-Id": "x" * 200}
    status, answered, reply = await site.ask(
        "POST", "/v1/commands", json={"command": "docker ps"}, headers=headers
    )
    assert (status, reply["status"]) == (200, "executed")
    assert len(answered["x-request-id"]) == 32
    seen = [each async for each in site.caller.history(reply["command_id"])]
    assert all(each.entry and sent not in each.entry.headers["traceparent"] for each in seen)


async def test_a_client_that_leaves_does_not_stop_its_command(site: Site) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", site.port)
    body = b'{"request": "restart c013"}'
    writer.write(
        b"POST /v1/commands HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
        % (site.token.encode(), len(body), body)
    )
    await writer.drain()
    writer.close()
    await eventually(lambda: site.engine.restarts["c013"] == 1)


async def test_no_answer_waits_for_the_acknowledgement_of_its_head(site: Site) -> None:
    """Where it does (Nagle's algorithm), every answer takes 40 ms: the quickest of many tells."""
    _, headers, _ = await site.run(command="docker ps")
    took = []
    for _ in range(40):
        began = time.perf_counter()
        await site.ask("GET", headers["location"])
        took.append(time.perf_counter() - began)
    assert min(took) < 0.035


async def test_a_line_is_logged_for_each_request_and_tells_no_secret(site: Site) -> None:
    with capture_logs() as logs:
        _, headers, reply = await site.run(request="restart c014", context="the night shift")
    (line,) = [each for each in logs if each["event"] == "answered"]
    assert line["command_id"] == reply["command_id"]
    assert (line["route"], line["status"], line["caller"]) == ("/v1/commands", 200, "tester")
    assert line["request_id"] == headers["x-request-id"]
    told = str(logs)
    assert not [word for word in (site.token, "night shift", "restart c014") if word in told]
