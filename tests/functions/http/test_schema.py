"""The door keeps to its OpenAPI document, whatever schemathesis makes of it."""

import asyncio
import json
import os
import sys
from pathlib import Path

import jsonschema
import pytest

from functions.http.openapi import document
from tests.functions.http.conftest import Site

# What people write may hold no invisible characters, and more that no schema can say: that all of
# what fits the schema is taken is not so, and not looked for.
NOT_SO = "positive_data_acceptance"
SEED = "20261122"


def test_the_document_is_openapi_3_1_and_its_schemas_are_schemas() -> None:
    held = document()
    for schema in held["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    text = json.dumps(held)
    for name in held["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, f"{name} is used by nothing"


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.asyncio(loop_scope="module")
async def test_requests_made_from_the_document_are_answered_as_it_says(
    site: Site, tmp_path: Path
) -> None:
    """No fault of ours, no answer that it does not tell, no request let in that it forbids."""
    config = tmp_path / "schemathesis.toml"
    config.write_text("")
    program = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
        *("--config-file", str(config), "--no-color", "run", f"{site.url}/openapi.json"),
        *("--header", f"Authorization: Bearer {site.token}", "--seed", SEED),
        *("--max-examples", "2", "--phases", "coverage,fuzzing", "--workers", "1"),
        *(
            "--mode",
            "all",
            "--checks",
            "all",
            "--exclude-checks",
            NOT_SO,
            "--request-timeout",
            "20",
        ),
        *("--exclude-path", "/metrics", "--suppress-health-check", "all"),
        *("--generation-database", "none"),
    ]
    running = await asyncio.create_subprocess_exec(
        *program,
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(100):
            said, _ = await running.communicate()
    finally:
        if running.returncode is None:
            running.kill()
    assert running.returncode == 0, said.decode(errors="replace")[-8000:]
