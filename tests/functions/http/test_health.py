"""What is there and what is not, for probes, scrapers and readers."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from functions.http.openapi import document
from runtime import tokens
from tests.functions.http.conftest import WITHIN_S, Site, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHECKS = {"nats", "stream", "functions", "engine", "model"}


async def health(site: Site) -> tuple[int, Any]:
    status, _, told = await site.ask("GET", "/health", token=None)
    return status, told


async def test_each_thing_that_is_needed_is_looked_at_and_timed(site: Site) -> None:
    status, told = await health(site)
    assert (status, told["status"]) == (200, "ok")
    assert set(told["checks"]) == CHECKS
    for each in told["checks"].values():
        assert each["ok"]
        assert 0 < each["ms"] < 4000
        assert each["said"]
    assert told["checks"]["engine"]["said"] == "1 of 1 hosts answer"


async def test_it_names_nothing_that_runs_anywhere(site: Site) -> None:
    _, told = await health(site)
    text = str(told)
    assert not [name for name in (*site.engine.names, str(site.nats.port), "unix:") if name in text]


async def test_without_an_engine_it_is_degraded_and_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path, DOCKER_HOST="unix:///nonexistent/docker.sock") as site:
        status, told = await health(site)
    assert (status, told["status"]) == (200, "degraded")
    assert told["checks"]["engine"]["ok"] is False
    assert told["checks"]["engine"]["said"] == "engine_unreachable"
    assert told["checks"]["nats"]["ok"]


async def test_a_model_that_cannot_be_asked_is_seen(tmp_path: Path) -> None:
    nowhere = {"GENERATE_BASE_URL": "http://127.0.0.1:9/v1", "GENERATE_API_KEY": "none"}
    async with opened(tmp_path, GENERATE_MODEL="some-model", **nowhere) as site:
        status, told = await health(site)
    assert (status, told["status"]) == (200, "degraded")
    assert told["checks"]["model"] == {
        "ok": False,
        "said": "model_unavailable",
        "ms": told["checks"]["model"]["ms"],
    }


async def test_a_scraper_has_a_token_for_figures_and_nothing_else(site: Site) -> None:
    _, scraper = tokens.add(site.tokens, "prometheus", use="metrics")
    await site.run(command="docker ps")
    status, headers, text = await site.ask("GET", "/metrics", token=scraper)
    assert status == 200
    assert headers["content-type"].startswith("text/plain")
    found = {
        (sample.labels["route"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(text)
        if family.name == "http_requests"
        for sample in family.samples
    }
    assert found["/v1/commands", "200"] >= 1
    status, _, told = await site.ask(
        "POST", "/v1/commands", token=scraper, json={"command": "docker ps"}
    )
    assert (status, told["code"]) == (403, "forbidden")
    status, _, told = await site.ask("GET", "/metrics")
    assert (status, told["code"]) == (403, "forbidden")


async def test_routes_are_counted_by_their_form_and_never_by_what_was_sent(site: Site) -> None:
    for number in range(3):
        await site.ask("GET", f"/v1/commands/{'b' * 25}{'abc'[number]}")
        await site.ask("GET", f"/made-up-{number}")
    _, scraper = tokens.add(site.tokens, "prometheus", use="metrics")
    _, _, text = await site.ask("GET", "/metrics", token=scraper)
    routes = {line.split('"')[1] for line in text.splitlines() if line.startswith("http_requests")}
    assert {"other", "/v1/commands/{command_id}"} <= routes
    assert routes <= {"other", *document()["paths"]}


async def test_the_document_is_served_and_its_page_loads_nothing(site: Site) -> None:
    status, _, held = await site.ask("GET", "/openapi.json")
    assert (status, held["openapi"]) == (200, "3.1.0")
    assert held == document()
    status, headers, page = await site.ask("GET", "/docs")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    for loaded in ("<script", "<link", "src=", "@import", "url(", "http://", "https://"):
        assert loaded not in page
    for path in held["paths"]:
        assert f" {path}</code>" in page
    assert "script-src" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


async def test_the_document_can_be_shown_to_everybody(tmp_path: Path) -> None:
    async with opened(tmp_path, HTTP_PUBLIC_DOCS="true") as site:
        assert (await site.ask("GET", "/docs", token=None))[0] == 200
        assert (await site.ask("GET", "/openapi.json", token=None))[0] == 200
        assert (await site.ask("GET", "/metrics", token=None))[0] == 401


async def test_a_new_callers_token_lets_in_at_once(site: Site) -> None:
    _, text = tokens.add(site.tokens, "newcomer")
    async with asyncio.timeout(WITHIN_S):
        answer = await site.ask("POST", "/v1/commands", token=text, json={"command": "docker ps"})
    assert (answer[0], answer[2]["status"]) == (200, "executed")
