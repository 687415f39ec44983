"""Every alert: what it says, whom it leads where, when it fires and when it is quiet."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from runtime import discover
from runtime.metrics import CALLER_SECONDS
from runtime.setup import streams
from runtime.slo.objectives import SloSettings
from tests.observability.cases import gateway, pipeline, slo, surroundings
from tests.observability.cases.case import Case
from tests.observability.cases.written import promtool_tests
from tests.observability.rules import Rule

FILES = {
    "gateway.yml": gateway.CASES,
    "pipeline.yml": pipeline.CASES,
    "slo.yml": slo.CASES,
    "surroundings.yml": surroundings.CASES,
}
CASES = [case for cases in FILES.values() for case in cases]
SEVERITIES = {"critical", "warning", "info", "none"}


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_each_alert_fires_when_it_should_and_only_then(
    promtool: Callable[..., str],
    operations: Path,
    alerts: dict[str, Rule],
    tmp_path: Path,
    file: str,
) -> None:
    rules = operations / "prometheus" / "rules" / file
    groups = [each["name"] for each in yaml.safe_load(rules.read_text())["groups"]]
    for judged in sorted({case.judged for case in FILES[file]}):
        document = {
            "rule_files": [str(rules)],
            "evaluation_interval": judged,
            "group_eval_order": groups,
            "tests": promtool_tests(
                [case for case in FILES[file] if case.judged == judged], alerts
            ),
        }
        path = tmp_path / f"{judged}.yml"
        path.write_text(json.dumps(document))  # JSON is YAML
        promtool("test", "rules", str(path))


def test_a_case_that_does_not_hold_is_noticed(
    promtool: Callable[..., str], operations: Path, alerts: dict[str, Rule], tmp_path: Path
) -> None:
    fires = next(case for case in gateway.CASES if case.alert == "GatewayDown" and case.fires)
    wrong = Case(fires.alert, "it is said to be quiet", fires.series, fires.at)
    document = {
        "rule_files": [str(operations / "prometheus" / "rules" / "gateway.yml")],
        "evaluation_interval": "1m",
        "tests": promtool_tests([wrong], alerts),
    }
    path = tmp_path / "tests.yml"
    path.write_text(json.dumps(document))
    with pytest.raises(AssertionError, match="it is said to be quiet"):
        promtool("test", "rules", str(path))


def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_quiet(
    alerts: dict[str, Rule],
) -> None:
    assert {case.alert for case in CASES if case.fires is not None} == set(alerts)
    assert {case.alert for case in CASES if case.fires is None} == set(alerts)
    for file, cases in FILES.items():
        assert {case.alert for case in cases} == {
            name for name, rule in alerts.items() if rule["file"].name == file
        }


def test_every_alert_that_must_last_has_a_case_in_which_it_has_not_yet(
    alerts: dict[str, Rule],
) -> None:
    waits = {case.alert for case in CASES if case.not_yet}
    assert waits == {name for name, rule in alerts.items() if "for" in rule}


def test_every_alert_says_how_bad_it_is_what_it_means_and_what_to_read(
    alerts: dict[str, Rule],
) -> None:
    for name, rule in alerts.items():
        assert rule["labels"].keys() == {"severity"}, name
        assert rule["labels"]["severity"] in SEVERITIES, name
        assert (rule["labels"]["severity"] == "none") is (name == "Heartbeat")
        assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}, name
        assert all(rule["annotations"].values()), name


def test_every_runbook_link_leads_to_a_section_that_answers(
    root: Path, alerts: dict[str, Rule]
) -> None:
    for name, rule in alerts.items():
        page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        text = (root / page).read_text()
        sections = {
            title.lower().replace(" ", "-"): body
            for title, body in re.findall(r"^## (.+)\n([\s\S]*?)(?=^## |\Z)", text, re.MULTILINE)
        }
        assert anchor == name.lower()
        for part in ("**What it means.**", "**Look.**", "**Do.**"):
            assert part in sections[anchor], (name, part)


def test_no_section_of_the_runbook_is_about_an_alert_that_is_gone(
    root: Path, alerts: dict[str, Rule]
) -> None:
    text = (root / "docs" / "runbook.md").read_text()
    assert sorted(re.findall(r"^## (\w+)$", text, re.MULTILINE)) == sorted(alerts)


def test_the_functions_that_may_not_be_missing_are_those_that_there_are() -> None:
    fires = [case.fires for case in CASES if case.alert == "FunctionMissing" and case.fires]
    assert sorted(gateway.EVERY) == discover.names()
    assert {each["function"] for each in fires} >= {"accept", "inventory"}


@pytest.mark.parametrize("function", discover.names())
def test_a_function_that_is_missing_is_looked_for(alerts: dict[str, Rule], function: str) -> None:
    found = re.findall(r'(?:function=|"function", )"(\w+)"', alerts["FunctionMissing"]["expr"])
    assert found.count(function) == 1


@pytest.mark.parametrize("alert", ["StreamNearLimit", "StreamFull"])
def test_the_streams_that_make_room_by_themselves_raise_no_alarm(
    alerts: dict[str, Rule], alert: str
) -> None:
    found = re.search(r'stream!~"([\w|]+)"', alerts[alert]["expr"])
    assert found
    assert sorted(found[1].split("|")) == sorted(
        each["name"] for each in streams() if each["discard"] == "old"
    )


def test_the_page_for_operators_lists_every_alert_as_it_is(
    operations: Path, alerts: dict[str, Rule]
) -> None:
    rows = re.findall(
        r"^\| \[(\w+)\]\(runbook\.md#(\w+)\) \| (\w+) \|",
        (operations.parents[1] / "docs" / "operations.md").read_text(),
        re.MULTILINE,
    )
    assert rows == [
        (name, name.lower(), rule["labels"]["severity"]) for name, rule in alerts.items()
    ]


@pytest.mark.parametrize("kind", ["availability", "latency"])
def test_what_is_promised_is_what_acg_slo_counts_against(rules: list[Rule], kind: str) -> None:
    (objective,) = (rule["expr"] for rule in rules if rule.get("record") == f"slo:{kind}:objective")
    assert objective == f"vector({SloSettings.model_fields[kind].default / 100})"
    buckets = {
        float(each)
        for rule in rules
        for each in re.findall(r'caller_request_seconds_bucket\{le="([\d.]+)"\}', rule["expr"])
    }
    assert buckets == {SloSettings.model_fields["seconds"].default}
    assert buckets <= set(CALLER_SECONDS.limits)
