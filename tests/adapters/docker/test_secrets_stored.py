"""A secret that is sent, or printed by a container, is on no disk and in no log of ours (P9)."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from random import SystemRandom

import pytest

from contracts.requests import Reply, RunRequest
from runtime.client import Gateway, gateway
from runtime.link import connect
from scripts.engine import api
from tests.adapters.conftest import Lab
from tests.secrets.kinds import ALNUM, FORMS, chars
from tests.servers import ROOT, NatsServer, nats_server

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(180)]

R = SystemRandom()
TOKEN = FORMS["GitLab token"](R)
KEY = FORMS["private key"](R)
URL = FORMS["database URL"](R)
NAMED, SENT, TOLD = (f"{chars(R, ALNUM, 20)}7" for _ in range(3))
SECRETS = {
    "token": TOKEN.core,
    "key": KEY.core,
    "url": URL.core,
    "named": NAMED,
    "sent": SENT,
    "told": TOLD,
}
HARMLESS = f"harmless-{chars(R, ALNUM, 12)}"
_START_S = 60


@contextmanager
def gateway_process(folder: Path, nats: NatsServer, engine: api.Engine) -> Iterator[Path]:
    """Run every function in a process of its own; give its log."""
    log = folder / "gateway.log"
    environment = os.environ | {
        "ACG_HOME": str(folder / "home"),
        "NATS_URL": nats.url,
        "DOCKER_HOST": engine.address.host,
        "ACG_LOG_LEVEL": "debug",
        "ACG_LOG_FORMAT": "json",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "runtime", "up"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        until = time.monotonic() + _START_S
        while '"event": "serving"' not in log.read_text(errors="replace"):
            assert process.poll() is None, log.read_text()[-3000:]
            assert time.monotonic() < until, log.read_text()[-3000:]
            time.sleep(0.05)
        yield log
    finally:
        process.terminate()
        process.wait(_START_S)


@asynccontextmanager
async def caller_of(nats: NatsServer) -> AsyncIterator[Gateway]:
    """Give a caller, with no stream compressed: what is stored can be looked for."""
    async with connect(nats.link, "anybody") as link:
        names = (await link.api("STREAM.NAMES"))["streams"]
        for name in names:
            config = (await link.api(f"STREAM.INFO.{name}"))["config"]
            await link.api(f"STREAM.UPDATE.{name}", config | {"compression": "none"})
    async with gateway(nats.link, "tester") as caller:
        yield caller


async def known(caller: Gateway, name: str) -> None:
    """Wait until the gateway has seen a container."""
    async with asyncio.timeout(30):
        while (await caller.run(RunRequest(command=f"docker port {name}"))).status != "executed":
            await asyncio.sleep(0.2)


def texts(reply: Reply) -> str:
    return "".join(step.stdout + step.stderr for step in reply.steps)


def stored(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


async def test_a_secret_is_on_no_disk_and_in_no_log(
    lab: Lab, engine: api.Engine, tmp_path: Path
) -> None:
    printed = f"{HARMLESS}\nusing {TOKEN.text}\n{URL.text}\n{KEY.text}\n"
    leaky = lab.make(
        "leaky",
        "sh",
        "-c",
        'printf "%s" "$PRINTED"; trap "exit 0" TERM; sleep 600 & wait',
        labels={"hook.token": NAMED, "about": TOKEN.text},
        Env=[f"PRINTED={printed}", f"DB_PASSWORD={NAMED}"],
    )
    with (
        tempfile.TemporaryDirectory(prefix="acg-", dir=tmp_path) as store,
        nats_server(Path(store) / "nats", sync_always=False) as nats,
    ):
        with gateway_process(tmp_path, nats, engine) as log:
            async with caller_of(nats) as caller:
                await known(caller, leaky)
                for line in (
                    f"docker logs {leaky}",
                    f"docker logs --follow --tail 50 {leaky}",
                    f"docker inspect {leaky}",
                    f"docker exec {leaky} env",
                    f"docker ps --filter name={leaky} --format json",
                ):
                    wanted = RunRequest(command=line, deadline_s=5 if "--follow" in line else 60)
                    reply = await caller.run(wanted)
                    assert reply.status == "executed", (line, reply)
                    assert "[redacted]" in texts(reply), line
                    assert reply.steps[0].redactions > 0, line
                    left = [name for name, text in SECRETS.items() if text in str(reply)]
                    assert left == [], line
                for request in (
                    RunRequest(command=f"docker run -d -e API_TOKEN={SENT} busybox"),
                    RunRequest(request=f"restart {leaky}, the password is {TOLD}"),
                    RunRequest(request="restart it", context={"url": URL.text}),
                ):
                    reply = await caller.run(request)
                    assert reply.error
                    assert reply.error.code == "secret_in_command"
                    assert reply.command_id is None
        nats.stop()
        written = stored(Path(store)) | {"our log": log.read_bytes()}
    assert any(HARMLESS.encode() in content for content in written.values())
    found = {
        (name, path)
        for name, text in SECRETS.items()
        for path, content in written.items()
        if text.encode() in content
    }
    assert found == set()
