"""Cases as promtool reads them."""

from collections.abc import Sequence
from typing import Any

from tests.observability.cases.case import Case
from tests.observability.rules import Rule


def expected(case: Case, rule: Rule) -> list[dict[str, Any]]:
    """Return what promtool is to find: labels and annotations as a person reads them."""
    if case.fires is None:
        return []
    said = dict(rule["annotations"])
    for name, value in case.fires.items():
        said["description"] = said["description"].replace(f"{{{{ $labels.{name} }}}}", value)
    said["summary"] = case.summary
    return [{"exp_labels": {**rule["labels"], **case.fires}, "exp_annotations": said}]


def promtool_tests(cases: Sequence[Case], alerts: dict[str, Rule]) -> list[dict[str, Any]]:
    """Return one test of promtool's for each case."""
    return [
        {
            "name": f"{case.alert}: {case.because}",
            "interval": case.step,
            "input_series": [
                {"series": name, "values": values} for name, values in case.series.items()
            ],
            "alert_rule_test": [
                {"alertname": case.alert, "eval_time": time, "exp_alerts": found}
                for time, found in (
                    (case.not_yet, []),
                    (case.at, expected(case, alerts[case.alert])),
                )
                if time
            ],
        }
        for case in cases
    ]
