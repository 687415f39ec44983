"""An engine that is not there: the answer says so, and what to do."""

from pathlib import Path

import pytest

from contracts.requests import RunRequest
from runtime import discover
from runtime.client import gateway
from runtime.serve import serving
from runtime.settings import AcgSettings
from tests.servers import NatsServer


@pytest.mark.parametrize("request_", [{"request": "restart web"}, {"command": "docker ps"}])
async def test_without_an_engine_a_request_fails_with_a_hint(
    server: NatsServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request_: dict[str, str],
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    settings = AcgSettings(home=tmp_path / "home")
    async with (
        serving(discover.everything(), settings, server.link, prepare=True),
        gateway(server.link, "tester") as caller,
    ):
        reply = await caller.run(RunRequest.model_validate(request_))
    assert reply.status == "failed"
    assert reply.error
    assert reply.error.code == "engine_unreachable"
    assert reply.error.hint
