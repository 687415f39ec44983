"""What is scraped of a gateway that works: each command counted once, by what its events say."""

import asyncio
import secrets
import urllib.request
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families

from contracts.errors import Code
from contracts.requests import CancelRequest, RunRequest
from contracts.verdict import Verdict
from runtime.metrics import SERIES
from runtime.slo.ends import Ends
from tests.flow.conftest import CALLER, Stack
from tests.scraping import Samples, more, samples, value

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
_SOON_S = 30.0


async def fetched(stack: Stack, accept: str = "text/plain") -> str:
    url = f"http://127.0.0.1:{stack.health_port}/metrics"
    request = urllib.request.Request(url, headers={"Accept": accept})

    def fetch() -> str:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own port
            body: bytes = answer.read()
            return body.decode()

    return await asyncio.to_thread(fetch)


async def scraped(stack: Stack) -> Samples:
    return samples(await fetched(stack))


async def until(stack: Stack, seen: Callable[[Samples], bool]) -> Samples:
    async with asyncio.timeout(_SOON_S):
        while not seen(found := await scraped(stack)):
            await asyncio.sleep(0.1)
    return found


async def test_a_command_that_ran_is_counted_once_at_every_stage(stack: Stack) -> None:
    source = "flow-label"
    before = await scraped(stack)
    await stack.caller.run(RunRequest(request="restart c001", source_id=source))
    after = await scraped(stack)
    ended = {"source_id": source, "status": "executed_succeeded"}
    assert more(before, after, "gateway_requests_total", **ended) == 1
    assert more(before, after, "gateway_request_duration_seconds_count", source_id=source) == 1
    asked = {"caller": CALLER, "status": "executed_succeeded", "slo": "good"}
    assert more(before, after, "caller_requests_total", **asked) == 1
    assert more(before, after, "caller_request_seconds_count", caller=CALLER) == 1
    assert more(before, after, "gateway_command_generation_total", status="generated") == 1
    assert more(before, after, "gateway_decisions_total", outcome="validated", code="") == 1
    ran = {"command_type": "restart", "status": "succeeded"}
    assert more(before, after, "gateway_command_execution_total", **ran) == 1
    assert more(before, after, "command_ends_total", status="executed_succeeded", code="") == 1
    for stage in ("accept", "generate", "validate", "execute"):
        assert more(before, after, "command_stage_seconds_count", stage=stage) == 1
    for kind in ("requested", "generated", "validated", "started", "executed"):
        assert more(before, after, "command_events_total", type=kind) == 1


async def test_every_event_says_who_asked(stack: Stack) -> None:
    reply = await stack.caller.run(RunRequest(request="restart c006", source_id="flow-label"))
    said = [
        (seen.entry.headers.get("acg-caller"), seen.entry.headers.get("acg-source-id"))
        async for seen in stack.caller.history(reply.command_id)
        if seen.entry
    ]
    assert said == [(CALLER, "flow-label")] * 5


async def test_the_history_tells_the_same_as_the_metrics(stack: Stack) -> None:
    since = datetime.now(UTC)
    before = await scraped(stack)
    await stack.caller.run(RunRequest(request="restart c007"))
    await stack.caller.run(RunRequest(command="docker ps", mode="plan"))
    await stack.caller.run(RunRequest(request="remove c007"))
    await stack.caller.run(RunRequest(command="docker pause c007"))
    after = await scraped(stack)
    ends = await Ends(stack.caller, since).all()
    assert {each.caller for each in ends} == {CALLER}
    counted = {
        verdict: sum(
            number - before.get(sample, 0)
            for sample, number in after.items()
            if sample[0] == "caller_requests_total"
            and {("caller", CALLER), ("slo", verdict)} <= sample[1]
        )
        for verdict in Verdict
    }
    assert counted == {Verdict.GOOD: 3, Verdict.BAD: 0, Verdict.EXCLUDED: 1}
    assert Counter(each.verdict for each in ends) == {Verdict.GOOD: 3, Verdict.EXCLUDED: 1}
    took = [each.seconds for each in ends if each.seconds is not None]
    assert more(before, after, "caller_request_seconds_count", caller=CALLER) == len(took) == 3
    spent = more(before, after, "caller_request_seconds_sum", caller=CALLER)
    assert spent == pytest.approx(sum(took), abs=0.001)


async def test_dockers_own_no_is_good_and_a_refusal_is_not_counted(stack: Stack) -> None:
    before = await scraped(stack)
    reply = await stack.caller.run(RunRequest(command="docker pause c002"))
    assert reply.outcome == "failed"  # the engine of these tests has no such thing
    refused = await stack.caller.run(RunRequest(request="remove c002"))
    assert refused.status == "rejected"
    after = await scraped(stack)
    asked = {"caller": CALLER, "status": "executed_failed", "slo": "good"}
    assert more(before, after, "caller_requests_total", **asked) == 1
    ran = {"command_type": "pause", "status": "failed"}
    assert more(before, after, "gateway_command_execution_total", **ran) == 1
    asked = {"caller": CALLER, "status": "rejected", "slo": "excluded"}
    assert more(before, after, "caller_requests_total", **asked) == 1
    why = {"outcome": "rejected", "code": Code.RISK_NOT_ALLOWED.value}
    assert more(before, after, "gateway_decisions_total", **why) == 1
    # Only what is good is asked how long it took.
    assert more(before, after, "caller_request_seconds_count", caller=CALLER) == 1


async def test_what_is_refused_at_the_door_ends_there(stack: Stack) -> None:
    before = await scraped(stack)
    await stack.link.ask(f"gateway.run.{CALLER}", b'{"nothing": 1}')
    after = await scraped(stack)
    ended = {"source_id": CALLER, "status": "rejected"}
    assert more(before, after, "gateway_requests_total", **ended) == 1
    asked = {"caller": CALLER, "status": "rejected", "slo": "excluded"}
    assert more(before, after, "caller_requests_total", **asked) == 1


async def test_a_request_that_is_repeated_is_counted_once(stack: Stack) -> None:
    request = RunRequest(command="docker restart c003", idempotency_key=secrets.token_hex(8))
    before = await scraped(stack)
    for _ in range(3):
        await stack.caller.run(request)
    after = await scraped(stack)
    ended = {"source_id": CALLER, "status": "executed_succeeded"}
    assert more(before, after, "gateway_requests_total", **ended) == 1
    assert more(before, after, "command_events_total", type="requested") == 1


async def test_what_can_be_counted_begins_with_nothing(stack: Stack) -> None:
    found = await scraped(stack)
    for status in ("generated", "rejected", "failed"):
        assert value(found, "gateway_command_generation_total", status=status) is not None
    unknown = {"status": "failed", "code": Code.OUTCOME_UNKNOWN.value}
    assert value(found, "command_ends_total", **unknown) is not None
    ran = {"command_type": "volume prune", "status": "outcome_unknown"}
    assert value(found, "gateway_command_execution_total", **ran) is not None
    assert value(found, "dead_letters_total", function="validate") is not None
    assert value(found, "nats_connected") == 1


async def test_a_bucket_shows_the_trace_of_a_command_that_fell_into_it(stack: Stack) -> None:
    trace = secrets.token_hex(16)
    source = "flow-traced"
    await stack.caller.run(
        RunRequest(request="restart c004", source_id=source),
        trace=f"00-{trace}-{secrets.token_hex(8)}-01",
    )
    text = await fetched(stack, OPENMETRICS)
    families = {each.name: each for each in read_openmetrics(text)}  # type: ignore[no-untyped-call] # the library's own
    for name in ("gateway_request_duration_seconds", "gateway_requests"):
        shown = [
            sample.exemplar.labels
            for sample in families[name].samples
            if sample.labels.get("source_id") == source and sample.exemplar
        ]
        assert {"trace_id": trace} in shown, name
    assert trace not in await fetched(stack)  # the older format has no place for it


@pytest.mark.slow
async def test_open_commands_and_the_figures_of_nats_and_engines_are_told(stack: Stack) -> None:
    await until(stack, lambda found: value(found, "gateway_active_requests") == 0)
    open_ = await stack.caller.run(RunRequest(command="docker logs -f c005", wait="accepted"))
    assert open_.command_id
    found = await until(stack, lambda found: value(found, "gateway_active_requests") == 1)
    await stack.caller.ask(CancelRequest(command_id=open_.command_id))
    await until(stack, lambda found: value(found, "gateway_active_requests") == 0)
    assert value(found, "engine_up", host="local") == 1
    found = await until(
        stack, lambda found: (value(found, "stream_messages", stream="COMMANDS") or 0) > 0
    )
    assert (value(found, "consumer_waiting", consumer="execute") or 0) > 0
    for name in ("pending", "ack_pending", "waiting", "redelivered"):
        for consumer in ("generate", "validate", "execute", "reply", "reaper"):
            assert value(found, f"consumer_{name}", consumer=consumer) is not None
    assert value(found, "stream_limit_bytes", stream="COMMANDS") == 2147483648
    assert (value(found, "stream_bytes", stream="COMMANDS") or 0) > 0
    assert value(found, "stream_messages", stream="KV_INVENTORY") == 1
    await until(
        stack,
        lambda found: (
            value(found, "archive_lag_messages") == 0 == value(found, "archive_lag_seconds")
        ),
    )


async def test_everything_that_is_scraped_is_a_series_that_is_declared(stack: Stack) -> None:
    families = {each.name for each in text_string_to_metric_families(await fetched(stack))}
    declared = {each.name.removesuffix("_total") for each in SERIES}
    ours = {each for each in families if not each.startswith(("process_", "python_", "tested_"))}
    assert ours == declared
