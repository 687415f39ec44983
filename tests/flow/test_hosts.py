"""One request on several hosts: two that are there, and one that is down."""

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from contracts.errors import Code
from contracts.requests import RunRequest
from runtime import discover
from runtime.client import Gateway, gateway
from runtime.serve import serving
from runtime.settings import AcgSettings
from tests.faults.counting_engine import CountingEngine, counting_engine
from tests.servers import nats_server

pytestmark = pytest.mark.asyncio(loop_scope="module")
CALLER = "tester"
HOST = """[[host]]
name = "{name}"
url = "unix://{socket}"
labels = {{ env = "{env}" }}
"""


@dataclass
class Fleet:
    caller: Gateway
    alpha: CountingEngine
    beta: CountingEngine


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    """Every function before two counting engines; the third host of hosts.toml is not there."""
    folder = tmp_path_factory.mktemp("fleet")
    with (
        tempfile.TemporaryDirectory(prefix="acg-") as sockets,  # a socket's path must be short
        nats_server(folder / "nats", sync_always=False) as nats,
        pytest.MonkeyPatch.context() as environment,
    ):
        here = Path(sockets)
        hosts = folder / "hosts.toml"
        envs = {"alpha": "prod", "beta": "prod", "gone": "old"}
        hosts.write_text(
            "\n".join(
                HOST.format(name=name, socket=here / name, env=env) for name, env in envs.items()
            )
        )
        hosts.chmod(0o600)
        environment.setenv("ACG_HOSTS", str(hosts))
        async with (
            counting_engine(here / "alpha", 4) as alpha,
            counting_engine(here / "beta", 4) as beta,
            serving(
                discover.everything(), AcgSettings(home=folder / "home"), nats.link, prepare=True
            ),
            gateway(nats.link, CALLER) as caller,
        ):
            yield Fleet(caller, alpha, beta)


@pytest.mark.parametrize(
    "asked", [{"command": "docker restart c000"}, {"request": "restart c001"}], ids=list
)
async def test_one_request_reaches_every_host_that_it_selects(
    fleet: Fleet, asked: dict[str, str]
) -> None:
    name = next(iter(asked.values()))[-4:]
    request = RunRequest.model_validate({**asked, "hosts": "env=prod", "max_parallel": 2})
    reply = await fleet.caller.run(request)
    assert (reply.status, reply.outcome, reply.error) == ("executed", "succeeded", None)
    assert [(step.host, step.exit_code) for step in reply.steps] == [("alpha", 0), ("beta", 0)]
    assert [step.stdout for step in reply.steps] == [f"{name}\n", f"{name}\n"]
    assert (fleet.alpha.restarts[name], fleet.beta.restarts[name]) == (1, 1)


async def test_a_host_that_is_down_holds_up_no_other_and_is_named(fleet: Fleet) -> None:
    reply = await fleet.caller.run(RunRequest(command="docker restart c002", hosts="*"))
    assert reply.status == "failed"
    assert reply.error
    assert reply.error.code is Code.ENGINE_UNREACHABLE
    assert "gone:" in reply.error.message
    assert [(step.host, step.exit_code) for step in reply.steps] == [
        ("alpha", 0),
        ("beta", 0),
        ("gone", None),
    ]
    assert (fleet.alpha.restarts["c002"], fleet.beta.restarts["c002"]) == (1, 1)


async def test_a_name_on_two_hosts_comes_back_as_a_question(fleet: Fleet) -> None:
    reply = await fleet.caller.run(RunRequest(command="docker restart c003"))
    assert reply.error
    assert (reply.error.code, reply.error.options) == (Code.AMBIGUOUS, ("alpha", "beta", "gone"))
    assert reply.error.question
    assert fleet.alpha.restarts["c003"] == fleet.beta.restarts["c003"] == 0


async def test_a_change_of_one_host_is_only_there_and_says_where(fleet: Fleet) -> None:
    reply = await fleet.caller.run(RunRequest(command="docker restart c003", host="beta"))
    assert [step.host for step in reply.steps] == ["beta"]
    assert (fleet.alpha.restarts["c003"], fleet.beta.restarts["c003"]) == (0, 1)
