"""Every dashboard reads, asks for what exists, and asks in PromQL."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.generate.dashboards import DASHBOARDS, FOLDER, Dashboard, dashboards
from tests.observability.expressions import grouped, known, reads
from tests.observability.filled import filled
from tests.observability.rules import Rule

# The eight pictures of the HTTP service that this replaces, in its order.
ORIGINAL = [
    "Request rate by source and status",
    "Response time, 95th percentile",
    "Generation rate",
    "Execution rate",
    "Active requests",
    "Success rate",
    "Generation failures",
    "Execution failures",
]
EXPRESSIONS = sorted({query.expr for board in DASHBOARDS for query in board.queries})
each_board = pytest.mark.parametrize("board", DASHBOARDS, ids=lambda each: each.uid)


def test_what_is_committed_is_what_the_code_says(root: Path) -> None:
    made = dashboards()
    assert {path.name for path in (root / FOLDER).iterdir()} == {Path(each).name for each in made}
    for name, text in made.items():
        assert (root / name).read_text() == text, "run `make generate`"


def test_the_overview_begins_with_what_the_original_showed() -> None:
    overview = next(each for each in DASHBOARDS if each.title == "Overview")
    assert [panel.title for panel in overview.panels[: len(ORIGINAL)]] == ORIGINAL


def test_each_page_that_is_asked_for_is_there() -> None:
    assert {each.title for each in DASHBOARDS} == {
        *("Overview", "Pipeline", "Safety", "Model", "Hosts", "Command")
    }


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_panel_asks_for_what_exists(rules: list[Rule], expression: str) -> None:
    series = known(rules)
    read = list(reads(filled(expression)))
    assert read
    for name, labels in read:
        assert name in series
        assert labels <= series[name], name
    assert grouped(expression) <= set().union(*(series[name] for name, _ in read))


def test_a_rule_asks_for_what_exists(rules: list[Rule]) -> None:
    series = known(rules)
    for rule in rules:
        for name, labels in reads(rule["expr"]):
            assert name in series, rule
            assert labels <= series[name], (rule, name)


@pytest.mark.parametrize(
    ("expression", "read"),
    [
        ("rate(a_total[5m])", [("a_total", set())]),
        (
            'sum by (x) (rate(a{x=~"b|c",y!="d"}[1m])) > 0 and up',
            [("a", {"x", "y"}), ("up", set())],
        ),
        ("1 - avg_over_time(a:b:c5m[1d] offset 15m)", [("a:b:c5m", set())]),
        ("a / on () group_left () (1 - b)", [("a", set()), ("b", set())]),
    ],
)
def test_what_an_expression_reads_is_found(
    expression: str, read: list[tuple[str, set[str]]]
) -> None:
    assert list(reads(expression)) == read


def test_every_query_of_every_panel_is_promql(promtool: Callable[..., str], tmp_path: Path) -> None:
    recorded = [
        {"record": f"panel:{number}", "expr": filled(each)}
        for number, each in enumerate(EXPRESSIONS)
    ]
    path = tmp_path / "panels.yml"
    path.write_text(json.dumps({"groups": [{"name": "panels", "rules": recorded}]}))
    assert f"{len(EXPRESSIONS)} rules found" in promtool("check", "rules", str(path))
    path.write_text(path.read_text().replace("sum by", "sum bye", 1))
    with pytest.raises(AssertionError, match="parse error"):
        promtool("check", "rules", str(path))


@each_board
def test_every_panel_says_what_it_shows_and_fits_its_page(board: Dashboard) -> None:
    document: dict[str, Any] = board.document()
    places: Counter[tuple[int, int]] = Counter()
    for panel in document["panels"]:
        assert panel["title"]
        assert panel["description"].endswith(".")
        place = panel["gridPos"]
        places.update(
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        )
    assert max(places.values()) == 1
    assert max(x for x, _ in places) < 24
    assert len({panel["id"] for panel in document["panels"]}) == len(document["panels"])


@each_board
def test_every_choice_of_a_page_is_used_and_every_one_used_can_be_made(board: Dashboard) -> None:
    document = board.document()
    asked = json.dumps([document["panels"], [query.expr for query in board.queries]])
    used = {name for name in re.findall(r"\$(\w+)", asked) if not name.startswith("__")}
    assert used == {each.name for each in board.variables}


def test_the_folder_that_grafana_reads_is_the_one_that_is_mounted(operations: Path) -> None:
    provider = (operations / "grafana/provisioning/dashboards/gateway.yml").read_text()
    page = (operations.parents[1] / "docs" / "operations.md").read_text()
    (mounted,) = re.findall(r"\| `grafana/dashboards/` \| [^|]+ \| `([^`]+)` \|", page)
    assert f"path: {mounted.rstrip('/')}\n" in provider
