"""The door as a process of its own: in front of a gateway that runs elsewhere."""

import io
import re
import signal
import sys
import tempfile
from pathlib import Path

import aiohttp
import pytest

from runtime import discover, tokens
from runtime.serve import serving
from runtime.settings import AcgSettings
from tests.faults.counting_engine import counting_engine
from tests.functions.http.conftest import free_port
from tests.servers import NatsServer, functions

# What a process at rest may have resident.
RESIDENT_BYTES = 70_000_000


@pytest.mark.slow
async def test_a_door_of_its_own_serves_a_gateway_elsewhere_and_drains_when_told(
    server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, port = tmp_path / "tokens.json", free_port()
    _, token = tokens.add(kept, "tester")
    _, scraper = tokens.add(kept, "prometheus", use="metrics")
    settings = {"NATS_URL": server.url, "HTTP_PORT": str(port), "HTTP_TOKENS": str(kept)}
    with tempfile.TemporaryDirectory(prefix="acg-") as sockets:
        async with counting_engine(Path(sockets) / "d.sock", 2) as engine:
            monkeypatch.setenv("DOCKER_HOST", engine.url)
            gateway = serving(
                discover.everything(), AcgSettings(home=tmp_path), server.link, prepare=True
            )
            async with (
                gateway,
                functions(["http"], settings, tmp_path / "logs") as running,
                aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as client,
            ):
                url = f"http://127.0.0.1:{port}"
                scraping = {"Authorization": f"Bearer {scraper}"}
                async with client.get(f"{url}/metrics", headers=scraping) as answer:
                    counted = await answer.text()
                if sys.platform == "linux":  # elsewhere nobody counts it
                    (found,) = re.findall(
                        r"^process_resident_memory_bytes (\S+)$", counted, re.MULTILINE
                    )
                    assert float(found) <= RESIDENT_BYTES
                async with client.get(f"{url}/health") as answer:
                    assert (await answer.json())["status"] == "ok"
                body = {"request": "restart c001"}
                async with client.post(f"{url}/v1/commands", json=body) as answer:
                    assert (await answer.json())["status"] == "executed"
                assert engine.restarts["c001"] == 1
                large, kind = io.BytesIO(b" " * (4 << 20)), {"Content-Type": "application/json"}
                async with client.post(f"{url}/v1/commands", data=large, headers=kind) as answer:
                    assert answer.status == 413
                assert running["http"].end(signal.SIGTERM) == 0
