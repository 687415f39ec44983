"""The adapter on a real engine: pictures, changes, data, and what may not be seen."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.docker.operations import (
    Create,
    Exec,
    Filter,
    Inspect,
    Kill,
    Logs,
    Operation,
    Pause,
    Port,
    Ps,
    Rename,
    Restart,
    Run,
    Start,
    Stats,
    Stop,
    Top,
    Unpause,
    Wait,
)
from contracts.errors import Code, RefusedError
from contracts.world import Container, PublishedPort
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from tests.adapters.conftest import Lab

pytestmark = pytest.mark.docker


async def seen(docker: Engine, name: str) -> Container:
    found = (await docker.picture()).container(name)
    assert found is not None
    return found


async def test_a_restart_changes_started_at_and_its_data_say_so(docker: Engine, lab: Lab) -> None:
    name = lab.make("web")
    before = lab.inspect(name)
    outcome = await docker.run(Restart(containers=(name,)))
    after = lab.inspect(name)["State"]["StartedAt"]
    assert after > before["State"]["StartedAt"]
    data: Any = outcome.data
    assert data["containers"] == [
        {
            "name": name,
            "id": before["Id"],
            "state": "running",
            "started_at": after,
            "finished_at": lab.inspect(name)["State"]["FinishedAt"],
            "exit_code": 0,
        }
    ]


async def test_the_picture_holds_what_is_on_the_host(docker: Engine, lab: Lab) -> None:
    began = datetime.now(UTC)
    volume, network = lab.volume("data"), lab.network("net")
    web = lab.make(
        "web",
        labels={"com.docker.compose.project": "shop", "com.docker.compose.service": "web"},
        ExposedPorts={"80/tcp": {}, "53/udp": {}},
        HostConfig={
            "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]},
            "Binds": [f"{volume}:/data"],
            "NetworkMode": network,
        },
        Healthcheck={"Test": ["CMD", "true"], "Interval": 60 * 10**9},
    )
    job = lab.finished("job", "sh", "-c", "exit 3")
    picture = await docker.picture()
    port = int(lab.inspect(web)["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"])
    assert picture.host == "local"
    assert began <= picture.as_of <= datetime.now(UTC)
    assert picture.engine.startswith("Docker Engine ")
    found, ended = picture.container(web), picture.container(job)
    assert found is not None
    assert ended is not None
    assert (found.state, found.health, found.image) == ("running", "starting", lab.image)
    assert (found.project, found.service) == ("shop", "web")
    assert (found.volumes, found.networks) == ((volume,), (network,))
    assert set(found.ports) == {
        PublishedPort(container_port=80, host_ip="127.0.0.1", host_port=port),
        PublishedPort(container_port=53, protocol="udp"),
    }
    assert (ended.state, ended.exit_code, ended.health) == ("exited", 3, None)
    assert found.created is not None
    assert abs(found.created - began) < timedelta(minutes=1)
    assert volume in {each.name for each in picture.volumes}
    assert network in {each.name for each in picture.networks}
    assert lab.image in {tag for each in picture.images for tag in each.tags}


async def test_a_crash_loop_is_seen_with_its_restarts(docker: Engine, lab: Lab) -> None:
    name = lab.make("loop", "sh", "-c", "exit 9", HostConfig={"RestartPolicy": {"Name": "always"}})
    async with asyncio.timeout(20):
        async for _ in docker.changes():
            found = await seen(docker, name)
            if found.state == "restarting":
                break
    assert found.exit_code == 9
    assert found.restart_count is not None


async def test_a_change_is_told_and_a_look_is_not(docker: Engine, lab: Lab) -> None:
    name = lab.make("web")
    changes = docker.changes()
    await anext(changes)
    async with asyncio.timeout(30):
        heard = asyncio.ensure_future(anext(changes))
        while True:
            await docker.run(Top(container=name))
            await docker.run(Ps())
            await asyncio.wait({heard}, timeout=0.1)
            if not heard.done():
                break  # somebody else's change may come between: then it is looked at again
            heard = asyncio.ensure_future(anext(changes))
        await docker.run(Pause(containers=(name,)))
        await heard


async def test_secrets_in_the_environment_are_redacted(docker: Engine, lab: Lab) -> None:
    secret = secrets.token_hex(8)
    name = lab.make(
        "web", Env=[f"API_TOKEN={secret}", f"DB=postgres://app:{secret}@db/x", "MODE=prod"]
    )
    for operation in (
        Inspect(targets=(name,)),
        Inspect(targets=(name,), format="{{json .Config}}"),
        Inspect(targets=(name,), format="{{range .Config.Env}}{{.}} {{end}}"),
        Inspect(targets=(name,), format="json"),
    ):
        outcome = await docker.run(operation)
        assert secret not in outcome.model_dump_json()
        assert "MODE=prod" in outcome.stdout
        assert "API_TOKEN=[redacted]" in outcome.stdout


async def test_long_output_keeps_its_head_and_its_tail(lab: Lab) -> None:
    name = lab.finished("loud", "sh", "-c", "seq 1 20000; seq 1 20000 >&2")
    settings = EngineSettings(docker_host=lab.real.address.host, output_limit_bytes=2000)
    async with open_docker(settings) as docker:
        outcome = await docker.run(Logs(container=name))
    assert outcome.truncated
    for text in (outcome.stdout, outcome.stderr):
        lines = text.splitlines()
        assert (lines[0], lines[-1]) == ("1", "20000")
        assert sum("bytes left out" in line for line in lines) == 1
    assert len(outcome.stdout) + len(outcome.stderr) < 2200
    data: Any = outcome.data
    assert (data["stdout_lines"], data["stderr_lines"]) == (20000, 20000)


@pytest.mark.parametrize(
    ("operation", "flag"),
    [
        (Exec(container="any", argv=("env",), env_files=("secrets.env",)), "--env-file"),
        (Run(image="any", cidfile="id"), "--cidfile"),
        (Run(image="any", label_files=("labels",)), "--label-file"),
        (Create(image="any", use_api_socket=True), "--use-api-socket"),
    ],
)
async def test_what_is_not_served_is_refused_by_its_flag_and_never_half_done(
    docker: Engine, operation: Operation, flag: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        await docker.run(operation)
    assert refused.value.error.code is Code.UNSUPPORTED_COMMAND
    assert f"{flag} " in refused.value.error.message
    assert flag in refused.value.error.hint


@pytest.mark.parametrize(
    "operation",
    [
        Ps(format="{{.Nonsense}}"),
        Ps(format="{{if}}"),
        Ps(format="{{.Names"),
        Stats(format="{{.Nonsense}}"),
        Inspect(targets=("bridge",), format='{{template "x"}}'),
        Inspect(targets=("bridge",), format="{{nonsense .}}"),
    ],
)
async def test_a_format_that_cannot_be_read_is_refused_with_a_hint(
    docker: Engine, operation: Operation
) -> None:
    with pytest.raises(RefusedError) as refused:
        await docker.run(operation)
    assert refused.value.error.code is Code.INVALID_COMMAND
    assert refused.value.error.hint


async def test_a_wait_can_be_cancelled_and_leaves_the_engine_usable(
    docker: Engine, lab: Lab
) -> None:
    name = lab.make("web")
    waiting = asyncio.create_task(docker.run(Wait(containers=(name,))))
    await asyncio.wait({waiting}, timeout=0.2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await docker.run(Ps(quiet=True))).exit_code == 0


async def test_many_operations_run_at_once(docker: Engine, lab: Lab) -> None:
    name = lab.make("web")
    outcomes = await asyncio.gather(
        *(docker.run(Inspect(targets=(name,), format="{{.Name}}")) for _ in range(100))
    )
    assert {outcome.stdout for outcome in outcomes} == {f"/{name}\n"}


@pytest.fixture
def fenced(lab: Lab) -> EngineSettings:
    """Allow only what a test labelled so."""
    return EngineSettings(docker_host=lab.real.address.host, only_label=f"acg.fence={lab.suffix}")


async def test_a_container_without_the_label_is_nowhere_to_be_seen(
    fenced: EngineSettings, lab: Lab
) -> None:
    inside = lab.make("in", labels={"acg.fence": lab.suffix})
    outside = lab.make("out")
    hidden = lab.inspect(outside)["Id"]
    async with open_docker(fenced) as docker:
        listed = (await docker.run(Ps(all=True, format="{{.Names}}"))).stdout
        assert listed == f"{inside}\n"
        asked = (Filter(key="name", value=outside),)
        assert (await docker.run(Ps(all=True, filters=asked, quiet=True))).stdout == ""
        assert [each.name for each in (await docker.picture()).containers] == [inside]
        measured: Any = (await docker.run(Stats())).data
        assert [each["Name"] for each in measured] == [inside]
        bridge: Any = (await docker.run(Inspect(targets=("bridge",), type="network"))).data
        assert list(bridge[0]["Containers"]) == [lab.inspect(inside)["Id"]]
        since = (Filter(key="since", value=outside),)
        said = await docker.run(Ps(all=True, filters=since))
        assert (said.exit_code, said.stdout) == (1, "")
        told = await docker.evidence(Restart(containers=(outside,)))
        assert "No such container" in told
        assert hidden[:12] not in told


async def test_an_error_does_not_tell_who_else_is_there(fenced: EngineSettings, lab: Lab) -> None:
    """A name that is taken is refused by the engine with the id of who has it."""
    inside = lab.make("in", labels={"acg.fence": lab.suffix})
    outside = lab.make("out")
    async with open_docker(fenced) as docker:
        said = await docker.run(Rename(container=inside, name=outside))
        own = await docker.run(Unpause(containers=(inside,)))
    assert said.exit_code == 1
    assert lab.inspect(outside)["Id"] not in said.stderr
    assert lab.inspect(inside)["Id"] in own.stderr


@pytest.mark.parametrize("reference", ["name", "slash", "id", "short", "prefix"])
async def test_a_container_without_the_label_cannot_be_touched(
    fenced: EngineSettings, lab: Lab, reference: str
) -> None:
    outside = lab.make("out")
    before = lab.inspect(outside)
    identifier = before["Id"]
    name = {
        "name": outside,
        "slash": f"/{outside}",
        "id": identifier,
        "short": identifier[:12],
        "prefix": identifier[:5],
    }[reference]
    async with open_docker(fenced) as docker:
        for operation in (
            Inspect(targets=(name,), type="container"),
            Logs(container=name),
            Stats(containers=(name,)),
            Top(container=name),
            Port(container=name),
            Start(containers=(name,)),
            Stop(containers=(name,), timeout=0),
            Restart(containers=(name,), timeout=0),
            Pause(containers=(name,)),
            Kill(containers=(name,)),
            Rename(container=name, name=lab.name("taken")),
            Wait(containers=(name,)),
        ):
            outcome = await docker.run(operation)
            assert (outcome.exit_code, outcome.stdout.strip()) == (
                1,
                "[]" if isinstance(operation, Inspect) else "",
            )
            assert f"No such container: {name}" in outcome.stderr
    after = lab.inspect(outside)
    assert (after["State"], after["Name"]) == (before["State"], before["Name"])


async def test_a_container_with_the_label_is_served_by_name_and_by_id(
    fenced: EngineSettings, lab: Lab
) -> None:
    inside = lab.make("in", labels={"acg.fence": lab.suffix})
    identifier = lab.inspect(inside)["Id"]
    async with open_docker(fenced) as docker:
        for name in (inside, f"/{inside}", identifier, identifier[:12]):
            outcome = await docker.run(Restart(containers=(name,), timeout=0))
            assert outcome.stdout == f"{name}\n"
