"""From a fault to a person: a real Prometheus, a real Alertmanager, the gateway as processes."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
import yaml

from contracts.requests import RunRequest
from runtime.generate.dashboards import DASHBOARDS
from tests.functions.generate.fake_endpoint import fails
from tests.observability import hastened
from tests.observability.filled import filled
from tests.observability.programs import program
from tests.observability.rules import all_rules
from tests.observability.watched import MODEL, Watched, watched
from tests.servers import ROOT

_WITHIN_S = 50.0
_LOOK_S = 0.3
PANELS = {
    query.expr: f"{board.title}: {panel.title}"
    for board in DASHBOARDS
    for panel in board.panels
    for query in panel.queries
}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    programs = program("prometheus"), program("prometheus-alertmanager")
    async with watched(tmp_path_factory.mktemp("watched"), *programs) as running:
        yield running


async def eventually(found: Callable[[], Awaitable[Any]], what: Callable[[], object]) -> None:
    """Return as soon as that is found; `what` says what it was about."""
    until = time.monotonic() + _WITHIN_S
    while time.monotonic() < until:
        if await found():
            return
        await asyncio.sleep(_LOOK_S)
    raise AssertionError(f"not within {_WITHIN_S} s: {what()}")


def heard(stack: Watched, receiver: str, status: str, *names: str) -> Callable[[], Awaitable[bool]]:
    """Return whether all of these alerts were told to a receiver."""

    async def all_told() -> bool:
        return all((receiver, name, status) in stack.heard.alerts for name in names)

    return all_told


@pytest.mark.asyncio(loop_scope="module")
async def test_every_panel_shows_something(stack: Watched) -> None:
    empty = set(PANELS)
    rounds = itertools.count()

    async def all_shown() -> bool:
        well = await stack.use(next(rounds))
        shown = {each for each in empty if await stack.values(filled(each))}
        empty.difference_update(shown)
        return well and not empty

    await eventually(all_shown, lambda: {PANELS[each]: each for each in empty})


@pytest.mark.asyncio(loop_scope="module")
async def test_a_point_of_a_histogram_leads_to_its_trace(stack: Watched) -> None:
    now = time.time()

    async def led() -> bool:
        await stack.use(0)
        found = await stack.ask(
            "query_exemplars",
            query="gateway_request_duration_seconds_bucket",
            start=str(now - 300),
            end=str(now + 300),
        )
        return any(
            len(point["labels"]["trace_id"]) == 32 for each in found for point in each["exemplars"]
        )

    await eventually(led, lambda: "an exemplar")


@pytest.mark.asyncio(loop_scope="module")
async def test_where_nothing_is_wrong_only_a_sign_of_life_is_heard_and_every_rule_can_be_judged(
    stack: Watched,
) -> None:
    async def quiet() -> bool:
        return await stack.firing() == {"Heartbeat"}

    await eventually(quiet, lambda: "quiet")
    await eventually(heard(stack, "heartbeat", "firing", "Heartbeat"), stack.heard.alerts.keys)
    ours = len(all_rules(ROOT / "runtime" / "observability"))

    async def judged() -> bool:
        groups = (await stack.ask("rules"))["groups"]
        return [rule["health"] for group in groups for rule in group["rules"]] == ["ok"] * ours

    await eventually(judged, lambda: "every rule")


@pytest.mark.asyncio(loop_scope="module")
async def test_whoever_works_in_hours_hears_that_a_model_fails(stack: Watched) -> None:
    stack.model.script = [fails(403)]
    for number in range(6):
        reply = await stack.caller.run(RunRequest(request=f"what runs here, look {number}"))
        assert reply.error
        assert reply.error.code == "model_unavailable"
    await eventually(heard(stack, "ticket", "firing", "ModelCircuitOpen"), stack.heard.alerts.keys)
    told = stack.heard.alerts["ticket", "ModelCircuitOpen", "firing"]
    assert told["labels"]["model"] == MODEL


@pytest.mark.asyncio(loop_scope="module")
async def test_a_person_hears_that_no_executor_is_left_and_that_it_is_back(
    stack: Watched,
) -> None:
    stack.executor.kill()
    wanted = ("NoExecutorPulling", "GatewayDown", "FunctionMissing")
    await eventually(heard(stack, "page", "firing", *wanted), stack.heard.alerts.keys)
    told = stack.heard.alerts["page", "NoExecutorPulling", "firing"]
    assert told["labels"]["severity"] == "critical"
    assert told["annotations"]["summary"] == "No executor takes commands"
    assert told["annotations"]["runbook_url"] == "docs/runbook.md#noexecutorpulling"
    missing = stack.heard.alerts["page", "FunctionMissing", "firing"]
    assert missing["annotations"]["summary"] == "No process serves execute"

    await stack.executor.start(stack.executor_ready)
    await eventually(heard(stack, "page", "resolved", *wanted), stack.heard.alerts.keys)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_person_hears_that_an_engine_is_gone(stack: Watched) -> None:
    await stack.engine.aclose()
    await eventually(heard(stack, "page", "firing", "HostUnreachable"), stack.heard.alerts.keys)
    told = stack.heard.alerts["page", "HostUnreachable", "firing"]
    assert told["labels"]["host"] == "local"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_person_hears_that_nats_is_gone_and_that_it_is_back(stack: Watched) -> None:
    stack.nats.kill()
    try:
        await eventually(
            heard(stack, "page", "firing", "NatsDisconnected"), stack.heard.alerts.keys
        )
    finally:
        stack.nats.start()
    await eventually(heard(stack, "page", "resolved", "NatsDisconnected"), stack.heard.alerts.keys)


def test_what_is_hastened_differs_in_haste_alone() -> None:
    for path in (ROOT / "runtime" / "observability" / "prometheus" / "rules").glob("*.yml"):
        ours = yaml.safe_load(path.read_text())
        hasty = hastened.rules(ours)
        assert [each["name"] for each in hasty["groups"]] == [
            each["name"] for each in ours["groups"]
        ]
        for group, hurried in zip(ours["groups"], hasty["groups"], strict=True):
            assert hurried["interval"] == hastened.LOOKS
            for rule, fast in zip(group["rules"], hurried["rules"], strict=True):
                assert fast == {**rule, **({"for": hastened.LASTS} if "for" in rule else {})}


def test_whom_an_alert_is_told_and_what_holds_it_back_is_not_hastened() -> None:
    ours = yaml.safe_load(
        (ROOT / "runtime" / "observability" / "alertmanager" / "alertmanager.yml").read_text()
    )
    hasty = hastened.alertmanager(ours, "http://receiver")
    assert hasty["inhibit_rules"] == ours["inhibit_rules"]
    assert [each["name"] for each in hasty["receivers"]] == [
        each["name"] for each in ours["receivers"]
    ]
    for route, fast in zip(
        [ours["route"], *ours["route"]["routes"]],
        [hasty["route"], *hasty["route"]["routes"]],
        strict=True,
    ):
        assert fast["receiver"] == route["receiver"]
        assert fast.get("matchers") == route.get("matchers")
