"""Another language's client: Node's, from npm (`make node` fetches it)."""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

import pytest

from runtime import discover
from runtime.embedded import embedded
from runtime.serve import serving
from runtime.settings import AcgSettings
from tests.faults.counting_engine import counting_engine
from tests.servers import ROOT

pytestmark = pytest.mark.slow

NODE = ROOT / "tests" / "node"


async def test_node_asks_and_sees_the_execution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the embedded server, as its caller, with that user's rights and no more."""
    node = shutil.which("node")
    if node is None or not (NODE / "node_modules").is_dir():
        pytest.skip("node: the client is not there; `make node` fetches it")
    acg = AcgSettings(home=tmp_path / "home")
    with tempfile.TemporaryDirectory(prefix="acg-") as sockets:
        async with counting_engine(Path(sockets) / "d.sock", 3) as engine:
            monkeypatch.setenv("DOCKER_HOST", engine.url)
            async with (
                embedded(acg) as home,
                serving(discover.everything(), acg, home.link("gateway"), prepare=True),
            ):
                request = json.dumps({"request": "restart c002"})
                process = await asyncio.create_subprocess_exec(
                    node,
                    str(NODE / "ask.mjs"),
                    str(home.url),
                    str(home.key("local")),
                    "local",
                    request,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.PIPE,
                )
                out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    said = json.loads(out)
    assert said["reply"]["status"] == "executed"
    assert said["reply"]["steps"][0]["stdout"] == "c002\n"
    assert said["event"]["type"] == "command.executed"
    assert said["event"]["body"]["command_id"] == said["reply"]["command_id"]
    assert engine.restarts["c002"] == 1
