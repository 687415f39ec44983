"""What Prometheus, Alertmanager and Grafana are given reads as it was meant."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime import discover
from runtime.cli.app import COMMANDS
from tests.observability.rules import Rule

_ACG = re.compile(r"`?\bacg ([a-z-]+)")


def receivers(amtool: Callable[..., str], operations: Path, **labels: str) -> str:
    config = operations / "alertmanager" / "alertmanager.yml"
    words = [f"{name}={value}" for name, value in labels.items()]
    return amtool("config", "routes", "test", f"--config.file={config}", *words).strip()


def test_prometheus_reads_its_configuration_and_every_rule(
    promtool: Callable[..., str], operations: Path
) -> None:
    folder = operations / "prometheus"
    for name in ("prometheus.yml", "single.yml"):
        said = promtool("check", "config", str(folder / name))
        assert said.count("SUCCESS") >= len(list((folder / "rules").glob("*.yml"))) > 1
    promtool(
        "check", "rules", "--lint=all", "--lint-fatal", *map(str, (folder / "rules").glob("*.yml"))
    )


def test_prometheus_looks_for_every_function(operations: Path) -> None:
    config = yaml.safe_load((operations / "prometheus" / "prometheus.yml").read_text())
    jobs = {each["job_name"]: each for each in config["scrape_configs"]}
    (found,) = jobs["gateway"]["dns_sd_configs"]
    assert set(discover.names()) <= set(found["names"])


def test_alertmanager_reads_its_configuration(amtool: Callable[..., str], operations: Path) -> None:
    amtool("check-config", str(operations / "alertmanager" / "alertmanager.yml"))


@pytest.mark.parametrize(
    ("severity", "receiver"), [("critical", "page"), ("warning", "ticket"), ("info", "look")]
)
def test_how_bad_it_is_decides_who_hears_of_it(
    amtool: Callable[..., str], operations: Path, severity: str, receiver: str
) -> None:
    assert receivers(amtool, operations, severity=severity, alertname="GatewayDown") == receiver


def test_a_sign_of_life_goes_where_its_absence_is_noticed(
    amtool: Callable[..., str], operations: Path, alerts: dict[str, Rule]
) -> None:
    labels = alerts["Heartbeat"]["labels"]
    assert receivers(amtool, operations, alertname="Heartbeat", **labels) == "heartbeat"


def test_what_is_held_back_while_its_cause_is_told_are_alerts_that_exist(
    alertmanager_config: dict[str, Any], alerts: dict[str, Rule]
) -> None:
    matchers = [
        matcher
        for rule in alertmanager_config["inhibit_rules"]
        for matcher in (*rule["source_matchers"], *rule["target_matchers"])
    ]
    named: list[str] = []
    for matcher in matchers:
        found = re.fullmatch(r'alertname=~?"([\w|]+)"', matcher)
        assert found, matcher
        named += found[1].split("|")
    assert named
    assert set(named) <= set(alerts)


def test_grafana_finds_its_figures_and_its_dashboards(operations: Path) -> None:
    folder = operations / "grafana" / "provisioning"
    sources = yaml.safe_load((folder / "datasources" / "prometheus.yml").read_text())
    (source,) = sources["datasources"]
    assert (source["type"], source["uid"]) == ("prometheus", "prometheus")
    providers = yaml.safe_load((folder / "dashboards" / "gateway.yml").read_text())
    assert all(each["options"]["path"] for each in providers["providers"])


@pytest.mark.parametrize("page", ["docs/runbook.md", "docs/operations.md"])
def test_every_acg_command_of_a_page_exists(root: Path, page: str) -> None:
    code = re.findall(r"`[^`\n]+`|^    .+$", (root / page).read_text(), re.MULTILINE)
    named = {word for line in code for word in _ACG.findall(line)}
    assert named
    assert named <= COMMANDS.keys()


def test_the_receivers_that_the_page_shows_are_read(
    amtool: Callable[..., str],
    root: Path,
    alertmanager_config: dict[str, Any],
    tmp_path: Path,
) -> None:
    page = (root / "docs" / "operations.md").read_text()
    (shown,) = re.findall(r"```yaml\n(receivers:[\s\S]*?)```", page)
    path = tmp_path / "alertmanager.yml"
    path.write_text(yaml.safe_dump(alertmanager_config | yaml.safe_load(shown)))
    amtool("check-config", str(path))
