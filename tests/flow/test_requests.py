"""A request in, a reply out; what is not well-formed is answered and never stored."""

import asyncio
import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from contracts.requests import MAX_REQUEST_BYTES, Reply, RunRequest, StatusRequest
from tests.flow.conftest import CALLER, Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def send(stack: Stack, body: bytes) -> Reply:
    answer = await stack.link.ask(f"gateway.run.{CALLER}", body)
    return Reply.model_validate_json(answer.data)


async def stored(stack: Stack) -> int:
    info = await stack.link.api("STREAM.INFO.COMMANDS")
    return int(info["state"]["last_seq"])


async def test_words_become_an_effect_and_an_answer_in_dockers_own_words(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(request="restart c001"))
    assert (reply.status, reply.outcome) == ("executed", "succeeded")
    (step,) = reply.steps
    assert (step.command, step.risk, step.host) == ("docker restart c001", "mutate", "local")
    assert (step.exit_code, step.stdout, step.stderr) == (0, "c001\n", "")
    assert stack.engine.restarts["c001"] == 1
    assert reply.generator
    assert reply.generator.kind == "builtin"
    assert {"accept", "generate", "validate", "execute", "total"} <= set(reply.timings)


async def test_a_plan_says_what_would_run_and_runs_nothing(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(command="docker restart c002", mode="plan"))
    assert reply.status == "planned"
    assert [step.command for step in reply.steps] == ["docker restart c002"]
    assert stack.engine.restarts["c002"] == 0


async def test_a_question_never_changes_anything(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(request="why restart c003?"))
    assert stack.engine.restarts["c003"] == 0
    assert all(step.risk == "read" for step in reply.steps) or reply.status == "rejected"


async def test_destruction_is_refused_with_the_reason(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(request="remove c004"))
    assert reply.status == "rejected"
    assert reply.error
    assert reply.error.code == "risk_not_allowed"
    assert "destroy" in reply.error.message
    assert reply.error.hint


async def test_more_risk_than_the_caller_allows_is_refused(stack: Stack) -> None:
    request = RunRequest.model_validate({"command": "docker restart c005", "max_risk": "read"})
    reply = await stack.caller.run(request)
    assert reply.error
    assert reply.error.code == "above_max_risk"
    assert stack.engine.restarts["c005"] == 0


async def test_an_unknown_container_is_answered_with_the_nearest_names(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(command="docker restart c0011"))
    assert reply.status == "rejected"
    assert reply.error
    assert reply.error.code == "unknown_object"
    assert "c001" in reply.error.options


async def test_words_that_nobody_understands_are_refused_with_a_hint(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(request="sing me a song about quarks"))
    assert reply.status == "rejected"
    assert reply.error
    assert reply.error.code in {"not_understood", "unsupported"}
    assert reply.error.hint


async def test_twenty_times_the_same_key_is_one_command_and_twenty_equal_replies(
    stack: Stack,
) -> None:
    before = await stored(stack)
    request = RunRequest(command="docker restart c006", idempotency_key="same")
    replies = await asyncio.gather(*(stack.caller.run(request) for _ in range(20)))
    assert len({reply.model_dump_json() for reply in replies}) == 1
    assert replies[0].status == "executed"
    assert stack.engine.restarts["c006"] == 1
    # requested, generated, validated, started, executed: once each
    assert await stored(stack) == before + 5


async def test_a_key_that_comes_later_gets_the_first_answer(stack: Stack) -> None:
    request = RunRequest(command="docker restart c007", idempotency_key="later")
    first = await stack.caller.run(request)
    again = await stack.caller.run(request)
    assert again == first
    assert first.idempotent_until
    assert stack.engine.restarts["c007"] == 1


async def test_a_key_used_for_another_request_is_refused(stack: Stack) -> None:
    await stack.caller.run(RunRequest(command="docker restart c008", idempotency_key="reused"))
    reply = await stack.caller.run(
        RunRequest(command="docker restart c009", idempotency_key="reused")
    )
    assert reply.error
    assert reply.error.code == "idempotency_key_reused"
    assert stack.engine.restarts["c009"] == 0


async def test_accepted_answers_at_once_and_status_follows_to_the_end(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(command="docker restart c010", wait="accepted"))
    assert reply.status == "accepted"
    assert reply.command_id
    async with asyncio.timeout(10):
        while (now := await stack.caller.ask(StatusRequest(command_id=reply.command_id))).stage:
            assert now.status == "accepted"
    assert (now.status, now.outcome) == ("executed", "succeeded")
    assert now.steps[0].stdout == "c010\n"


async def test_nobody_sees_another_callers_command(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(command="docker ps"))
    body = json.dumps({"command_id": reply.command_id}).encode()
    answer = await stack.link.ask("gateway.status.somebody-else", body)
    stranger = Reply.model_validate_json(answer.data)
    assert stranger.error
    assert stranger.error.code == "unknown_command_id"


BAD: list[tuple[str, bytes, str]] = [
    ("empty", b"", "not_json"),
    ("no json", b"restart web", "not_json"),
    ("cut", b'{"request": "restart', "not_json"),
    ("not utf-8", b'{"request": "\xff\xfe"}', "not_json"),
    ("a list", b'["restart web"]', "invalid_request"),
    ("nan", b'{"request": "a", "deadline_s": NaN}', "not_json"),
    ("infinity", b'{"request": "a", "deadline_s": 1e999}', "invalid_request"),
    ("a name twice", b'{"request": "a", "request": "b"}', "not_json"),
    ("deep", b'{"request": "a", "context": ' + b"[" * 100 + b"]" * 100 + b"}", "invalid_request"),
    ("deepest", b"[" * 60_000, "not_json"),
    ("neither", b"{}", "invalid_request"),
    ("both", b'{"request": "a", "command": "docker ps"}', "invalid_request"),
    ("blank", b'{"request": "  "}', "invalid_request"),
    ("unknown field", b'{"request": "a", "sudo": true}', "invalid_request"),
    ("wrong type", b'{"request": 7}', "invalid_request"),
    ("wrong priority", b'{"request": "a", "priority": "max"}', "invalid_request"),
    ("escape", b'{"request": "a", "max_risk": "escape"}', "invalid_request"),
    ("control", b'{"command": "docker ps\\u0007"}', "invalid_request"),
    ("line break", b'{"command": "docker ps\\ndocker rm x"}', "invalid_request"),
    ("bidi", '{"command": "docker ps \u202e"}'.encode(), "invalid_request"),
    ("surrogate", b'{"request": "\\ud800"}', "invalid_request"),
    ("nul", b'{"request": "a\\u0000b"}', "invalid_request"),
    ("host and hosts", b'{"request": "a", "host": "b", "hosts": "c"}', "invalid_request"),
    ("mixed hosts", b'{"request": "a", "hosts": "b,env=c"}', "invalid_request"),
    ("no base64", b'{"request": "a", "upload": "a b"}', "invalid_request"),
    ("odd base64", b'{"request": "a", "upload": "YWJ="}', "invalid_request"),
    ("too large", b'{"request": "' + b"a" * MAX_REQUEST_BYTES + b'"}', "request_too_large"),
]


@pytest.mark.parametrize(("body", "code"), [pytest.param(b, c, id=n) for n, b, c in BAD])
async def test_bad_input_is_answered_with_its_code_and_nothing_is_stored(
    stack: Stack, body: bytes, code: str
) -> None:
    before = await stored(stack)
    reply = await send(stack, body)
    assert reply.status == "rejected"
    assert reply.error
    assert reply.error.code == code
    assert reply.error.message
    assert reply.error.hint
    assert await stored(stack) == before


async def test_the_live_feed_and_the_stream_tell_the_same(stack: Stack) -> None:
    """What `nats sub command.executed` sees is what the stream replays, body and headers."""
    heard: list[Any] = []

    async def hear(message: Any) -> None:
        heard.append(message)

    subscription = await stack.link.nc.subscribe("command.executed", cb=hear)
    await stack.link.nc.flush()
    reply = await stack.caller.run(RunRequest(command="docker restart c011"))
    async with asyncio.timeout(5):
        while not heard:
            await asyncio.sleep(0.01)
    await subscription.unsubscribe()
    (message,) = heard
    assert json.loads(message.data)["command_id"] == reply.command_id
    assert message.headers["ce-type"] == "command.executed"
    (replayed,) = [
        seen async for seen in stack.caller.history(reply.command_id) if seen.type == "executed"
    ]
    assert replayed.sequence == int(message.headers["Nats-Sequence"])
    assert replayed.entry
    assert replayed.entry.event.model_dump_json() == message.data.decode()


async def test_the_history_names_each_cause_by_its_digest(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(request="restart c012"))
    entries = [seen.entry async for seen in stack.caller.history(reply.command_id)]
    found = [entry for entry in entries if entry]
    types = [entry.event.type for entry in found]
    assert types == ["requested", "generated", "validated", "started", "executed"]
    by_type = dict(zip(types, found, strict=True))
    for effect, cause in (
        ("generated", "requested"),
        ("validated", "generated"),
        ("started", "validated"),
        ("executed", "validated"),
    ):
        headers = by_type[effect].headers
        assert headers["ce-causationid"] == by_type[cause].id
        assert headers["ce-causationdigest"] == by_type[cause].digest
        assert headers["ce-correlationid"] == reply.command_id
    assert len({entry.headers["traceparent"].split("-")[1] for entry in found}) == 1


async def test_what_was_printed_is_in_outputs_and_never_in_an_event(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(command="docker ps --all"))
    assert "CONTAINER ID" in reply.steps[0].stdout
    async for seen in stack.caller.history(reply.command_id):
        assert seen.entry
        assert "CONTAINER ID" not in seen.entry.event.model_dump_json()


async def test_the_service_is_found_as_any_nats_micro_service(stack: Stack) -> None:
    answer = await stack.link.ask("$SRV.INFO.command-gateway")
    endpoints = {each["subject"] for each in json.loads(answer.data)["endpoints"]}
    verbs = ("run", "status", "output", "cancel")
    assert endpoints == {f"gateway.{each}.*" for each in verbs}


async def get(stack: Stack, path: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{stack.health_port}{path}"

    def fetch() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return await asyncio.to_thread(fetch)


async def test_health_and_metrics_have_a_port_of_their_own(stack: Stack) -> None:
    await stack.caller.run(RunRequest(command="docker restart c013"))
    assert await get(stack, "/healthz") == (200, '{"ok": true, "loop": true}\n')
    assert await get(stack, "/readyz") == (200, '{"ok": true, "nats": true, "functions": true}\n')
    status, metrics = await get(stack, "/metrics")
    assert status == 200
    assert 'function_deliveries_total{function="execute",outcome="published"}' in metrics
    assert (await get(stack, "/anything"))[0] == 404


async def test_an_event_that_no_function_made_is_not_acted_upon(stack: Stack) -> None:
    """A validated event that came round validate: right in form, wrong in how it was stored."""
    reply = await stack.caller.run(RunRequest(command="docker restart c014"))
    entries = [seen.entry async for seen in stack.caller.history(reply.command_id)]
    (validated,) = [each for each in entries if each and each.event.type == "validated"]
    forged = validated.event.model_copy(update={"command_id": "d" * 26})
    headers = {name: value for name, value in validated.headers.items() if name[:3] == "ce-"}
    await stack.link.store(forged.subject, forged.model_dump_json().encode(), headers)
    async with asyncio.timeout(10):
        while True:
            letter = await stack.link.ask("$JS.API.DIRECT.GET.DEAD_LETTERS.dead.execute")
            if "d" * 26 in letter.data.decode():
                break
            await asyncio.sleep(0.02)
    assert stack.engine.restarts["c014"] == 1


@pytest.mark.parametrize(
    "inbox", ["command.validated.x", "$JS.API.STREAM.DELETE.COMMANDS", "_INBOX.c.other.x", ""]
)
async def test_nothing_is_answered_to_what_is_no_inbox_of_the_caller(
    stack: Stack, inbox: str
) -> None:
    before = await stored(stack)
    await stack.link.nc.publish(f"gateway.run.{CALLER}", b'{"request": "restart c015"}', inbox)
    await stack.link.nc.flush()
    await stack.caller.run(RunRequest(command="docker ps", idempotency_key=f"after-{inbox}"))
    assert await stored(stack) == before + 5
    assert stack.engine.restarts["c015"] == 0
