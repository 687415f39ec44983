"""Scenarios as they are written down, what a run may touch, and how what happened is judged."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from contracts.docker.outcome import Outcome
from contracts.docker.parse import parse
from contracts.errors import Code, Error
from contracts.events import CommandGenerated, CommandRejected
from contracts.plan import GeneratorUse
from contracts.requests import Reply, StepReport
from runtime.evals.engine.checks import Check
from runtime.evals.engine.gateway import kept
from runtime.evals.engine.guard import beyond
from runtime.evals.engine.judge import Happened, others, wrong
from runtime.evals.engine.scenario import Fault, Written, read
from runtime.evals.engine.seen import Seen

OWN = Path(__file__).with_name("scenarios.jsonl")
CHECKS: TypeAdapter[Check] = TypeAdapter(Check)
GOOD: dict[str, Any] = {
    "id": "a",
    "setup": ["docker run -d --name {p}web {image} sleep 60"],
    "request": "restart {p}web",
    "checks": [{"check": "started_again", "name": "{p}web"}],
}


def test_the_projects_own_scenarios_can_be_read_and_are_of_every_sort() -> None:
    found = [each for each in read(OWN) if isinstance(each, Written)]
    assert [each for each in read(OWN) if isinstance(each, Fault)] == []
    assert len(found) >= 16
    scenarios = [each.read("eval0-", "busybox:1") for each in found]
    used = {check.check for each in scenarios for check in (*each.checks, *each.until)}
    assert used == kinds()


def kinds() -> set[str]:
    """Return the names of all kinds of check."""
    union = get_args(Check)[0]
    return {get_args(each.model_fields["check"].annotation)[0] for each in get_args(union)}


def test_what_stands_for_the_runs_own_is_put_in() -> None:
    found = Written("a", json.dumps(GOOD)).read("eval7-", "busybox:1")
    assert found.request == "restart eval7-web"
    assert found.setup == ("docker run -d --name eval7-web busybox:1 sleep 60",)
    assert found.named == {"eval7-web"}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"id": ""}, "id"),
        ({"request": ""}, "request"),
        ({"checks": []}, "checks"),
        ({"checks": [{"check": "looks_fine", "name": "{p}web"}]}, "looks_fine"),
        ({"checks": [{"check": "container_is", "name": "{p}web", "state": "well"}]}, "state"),
        ({"checks": [{"check": "line_prints", "line": "docker ps | sh", "contains": ""}]}, "shell"),
        ({"expr": "rc == 0"}, "expr"),
        ({"setup": ["rm -rf /"]}, "docker"),
        ({"setup": ["docker run -d --name web {image}"]}, "would touch web"),
        ({"setup": ["docker run -d {image}"]}, "without a name"),
        ({"setup": ["docker run -d --name {p}a -v data:/data {image}"]}, "would touch data"),
        ({"setup": ["docker pull {image}"]}, "would touch pull"),
        ({"setup": ["docker rename {p}a b"]}, "would touch b"),
        ({"deadline_s": 86_400}, "deadline_s"),
        ({"max_risk": "any"}, "max_risk"),
    ],
)
def test_a_line_that_is_no_scenario_is_named_with_what_is_wrong(
    tmp_path: Path, changed: dict[str, Any], why: str
) -> None:
    path = tmp_path / "s.jsonl"
    lines = [json.dumps({**GOOD, **changed}), "", json.dumps({**GOOD, "id": "b"})]
    path.write_text("\n".join(lines))
    fault, good = read(path)
    assert isinstance(fault, Fault)
    assert fault.number == 1
    assert why in fault.why
    assert isinstance(good, Written)


def test_what_is_no_json_or_is_there_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(b"{\n\xff\n" + b"\n".join([json.dumps(GOOD).encode()] * 2))
    faults = [each for each in read(path) if isinstance(each, Fault)]
    assert [each.number for each in faults] == [1, 2, 4]
    assert "more than once" in faults[-1].why


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("docker ps", ()),
        ("docker restart whatever", ()),  # no container without the label is seen
        ("docker volume inspect data", ()),
        ("docker volume rm e-a b", ("b",)),
        ("docker volume create", ("",)),
        ("docker volume create data", ("data",)),
        ("docker network create e-net", ()),
        ("docker network connect net e-web", ("net",)),
        ("docker network rm net", ("net",)),
        ("docker rmi e-web:1 busybox:1", ("busybox:1",)),
        ("docker tag busybox:1 e-web:2", ("busybox:1",)),
        ("docker commit e-web web:2", ("web:2",)),
        ("docker commit e-web e-web:2", ()),
        ("docker run -d -v data:/data --network net busybox:1", ("net", "data")),
        ("docker run -d --mount type=volume,source=e-data,target=/d busybox:1", ()),
        ("docker pull busybox:1", ("pull",)),
        ("docker push e-web:1", ("push",)),
        ("docker container prune", ()),
    ],
)
def test_nothing_is_changed_or_made_that_is_not_the_runs_own(
    line: str, names: tuple[str, ...]
) -> None:
    assert beyond(parse(line), "e-") == names


def test_lines_of_a_generator_go_no_further_where_one_goes_beyond_the_run() -> None:
    def answer(*lines: str) -> CommandGenerated:
        use = GeneratorUse(kind="test")
        return CommandGenerated(command_id="a" * 26, lines=lines, generator=use)

    fine = answer("docker volume rm e-a", "docker restart web", "no docker line")
    assert kept(fine, "e-") is fine
    refused = kept(answer("docker ps", "docker volume rm data"), "e-")
    assert isinstance(refused, CommandRejected)
    assert refused.error.code is Code.UNSUPPORTED
    assert "'data'" in refused.error.message


def container(state: str = "running", began: str = "1", **more: Any) -> dict[str, Any]:
    return {
        "Id": "abc",
        "State": {"Status": state, "StartedAt": began, "ExitCode": 0},
        "Config": {"Labels": {"team": "shop"}, "Image": "busybox:1"},
        "HostConfig": {"Memory": 64, "NanoCpus": 1_500_000_000, "RestartPolicy": {"Name": ""}},
        "NetworkSettings": {"Networks": {"bridge": {}}},
        **more,
    }


def seen(**containers: dict[str, Any]) -> Seen:
    return Seen(containers, frozenset({"net"}), frozenset({"data"}), frozenset({"snap:1"}))


STEP = StepReport.model_validate(
    {"command": "docker restart web", "risk": "mutate", "host": "local", "stdout": "web\n"}
)
RAN = Reply(status="executed", outcome="succeeded", steps=(STEP,))
ASKED = Reply(
    status="rejected",
    error=Error(code=Code.AMBIGUOUS, message="'web' fits 2.", options=("web-1", "web-2")),
)


async def asked(_: str) -> Outcome:
    return Outcome(exit_code=0, stdout="well\n")


async def told(check: dict[str, Any], reply: Reply = RAN) -> str:
    before = seen(web=container(), db=container())
    ended = container("exited", State={"Status": "exited", "StartedAt": "1", "ExitCode": 3})
    after = seen(web=container(began="2"), db=ended, new=container())
    return await wrong(CHECKS.validate_python(check), Happened(before, after, reply, asked))


HOLDS: list[tuple[dict[str, Any], Reply]] = [
    ({"check": "container_is", "name": "web", "state": "running"}, RAN),
    ({"check": "container_is", "name": "db", "state": "exited", "exit_code": 3}, RAN),
    ({"check": "container_absent", "name": "gone"}, RAN),
    ({"check": "started_again", "name": "web"}, RAN),
    ({"check": "started_again", "name": "new"}, RAN),
    ({"check": "label_is", "name": "web", "label": "team", "value": "shop"}, RAN),
    ({"check": "setting_is", "name": "web", "setting": "memory", "value": 64}, RAN),
    ({"check": "setting_is", "name": "web", "setting": "cpus", "value": 1.5}, RAN),
    ({"check": "setting_is", "name": "web", "setting": "restart", "value": "no"}, RAN),
    ({"check": "setting_is", "name": "web", "setting": "image", "value": "busybox:1"}, RAN),
    ({"check": "on_network", "name": "web", "network": "bridge"}, RAN),
    ({"check": "on_network", "name": "web", "network": "net", "connected": False}, RAN),
    ({"check": "exists", "kind": "volume", "name": "data"}, RAN),
    ({"check": "exists", "kind": "network", "name": "other", "exists": False}, RAN),
    ({"check": "line_prints", "line": "docker exec web true", "contains": "well"}, RAN),
    ({"check": "answer_contains", "all": ("web",), "any": ("no", "eb")}, RAN),
    ({"check": "answer_contains", "all": ("web-2", "fits 2")}, ASKED),
    ({"check": "answer_lacks", "texts": ("db",)}, RAN),
    ({"check": "ended", "status": ("executed",), "outcome": "succeeded"}, RAN),
    ({"check": "ended", "status": ("rejected",), "codes": ("ambiguous",)}, ASKED),
    ({"check": "asked_back", "options": ("web-1", "web-2")}, ASKED),
    ({"check": "ran", "verbs": ("restart",)}, RAN),
    ({"check": "ran", "verbs": ()}, ASKED),
]
FAILS: list[tuple[dict[str, Any], Reply, str]] = [
    ({"check": "container_is", "name": "gone"}, RAN, "gone is not there"),
    ({"check": "container_is", "name": "db", "state": "running"}, RAN, "state exited, not running"),
    ({"check": "container_is", "name": "web", "health": "healthy"}, RAN, "health None"),
    ({"check": "container_is", "name": "db", "exit_code": 0}, RAN, "exit_code 3, not 0"),
    ({"check": "container_absent", "name": "web"}, RAN, "web is still there"),
    ({"check": "started_again", "name": "db"}, RAN, "db does not run"),
    ({"check": "untouched", "name": "web"}, RAN, "web is not as it was"),
    ({"check": "untouched", "name": "new"}, RAN, "new is not as it was"),
    ({"check": "label_is", "name": "web", "label": "tier", "value": "1"}, RAN, "tier is None"),
    ({"check": "setting_is", "name": "web", "setting": "memory", "value": 65}, RAN, "is 64"),
    ({"check": "on_network", "name": "web", "network": "net"}, RAN, "web is not on net"),
    ({"check": "exists", "kind": "image", "name": "snap:2"}, RAN, "snap:2 is not there"),
    ({"check": "exists", "kind": "image", "name": "snap:1", "exists": False}, RAN, "still there"),
    ({"check": "line_prints", "line": "docker ps", "contains": "ill"}, RAN, "prints 'well'"),
    ({"check": "line_prints", "line": "docker ps", "contains": "", "exit_code": 1}, RAN, "with 0"),
    ({"check": "answer_contains", "all": ("db",)}, RAN, "lacks db"),
    ({"check": "answer_contains", "any": ("db", "x")}, RAN, "lacks db or x"),
    ({"check": "answer_lacks", "texts": ("web-1",)}, ASKED, "says web-1"),
    ({"check": "ended", "status": ("executed",)}, ASKED, "rejected (ambiguous: 'web' fits 2.)"),
    ({"check": "ended", "status": ("executed",), "outcome": "failed"}, RAN, "executed, succeeded"),
    ({"check": "ended", "status": ("rejected",), "codes": ("unsupported",)}, ASKED, "ambiguous"),
    ({"check": "asked_back"}, RAN, "docker restart web"),
    ({"check": "asked_back", "options": ("web-3",)}, ASKED, "does not offer web-3"),
    ({"check": "ran", "verbs": ("stop",)}, RAN, "it ran docker restart web"),
]


@pytest.mark.parametrize(("check", "reply"), HOLDS)
async def test_a_check_that_holds_says_nothing(check: dict[str, Any], reply: Reply) -> None:
    assert await told(check, reply) == ""


@pytest.mark.parametrize(("check", "reply", "why"), FAILS)
async def test_a_check_that_does_not_hold_says_what_it_found(
    check: dict[str, Any], reply: Reply, why: str
) -> None:
    assert why in await told(check, reply)


def test_every_kind_of_check_is_tried_both_ways() -> None:
    assert {check["check"] for check, _ in HOLDS} | {"untouched"} == kinds()
    assert {check["check"] for check, *_ in FAILS} == kinds()


def test_what_nobody_named_must_be_as_it_was() -> None:
    before = seen(web=container(), db=container(), gone=container())
    after = seen(web=container(began="2"), db=container(), new=container())
    happened = Happened(before, after, RAN, asked)
    assert [each.partition(",")[0] for each in others(happened, frozenset())] == [
        "gone is gone",
        "new was made",
        "web changed",
    ]
    assert list(others(happened, frozenset({"web", "new", "gone"}))) == []
