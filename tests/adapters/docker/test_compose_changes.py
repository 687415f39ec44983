"""`docker compose start`, `stop`, `restart`, `pause`, `unpause`, `kill` and `rm`."""

import asyncio
from typing import Any

import pytest

from contracts.docker.operations import (
    ComposeKill,
    ComposePause,
    ComposeRestart,
    ComposeRm,
    ComposeStart,
    ComposeStop,
    ComposeUnpause,
)
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine
from tests.adapters.conftest import Lab
from tests.adapters.docker.fake_engine import FakeEngine
from tests.adapters.docker.project import Project

pytestmark = pytest.mark.docker

QUICK = {"Test": ["CMD", "true"], "Interval": 100_000_000}
SICK = {"Test": ["CMD", "false"], "Interval": 100_000_000, "Retries": 1}


def said(outcome: Outcome, project: Project) -> list[str]:
    """Return what was said of the containers, without the project's name."""
    return [
        line.removeprefix(f" Container {project.name}-") for line in outcome.stderr.splitlines()
    ]


@pytest.mark.slow
async def test_stop_goes_from_what_depends_to_what_it_depends_on(docker: Engine, lab: Lab) -> None:
    project = Project(lab)
    db = project.make("db")
    api = project.make("api", needs="db:service_started:false")
    web = project.make("web", needs="api:service_started:false")
    left = project.make("web", number=7, one_off=True)
    outcome = await docker.run(ComposeStop(project=project.name))
    assert outcome.exit_code == 0
    assert said(outcome, project) == [
        "web-1  Stopping", "web-1  Stopped",
        "api-1  Stopping", "api-1  Stopped",
        "db-1  Stopping", "db-1  Stopped",
    ]  # fmt: skip
    assert [project.state(name) for name in (web, api, db, left)] == ["exited"] * 3 + ["running"]
    data: Any = outcome.data
    states = {each["name"]: each["state"] for each in data["containers"]}
    assert states == dict.fromkeys((web, api, db), "exited")


@pytest.mark.slow
async def test_what_lies_between_keeps_the_order_of_those_that_are_named(
    docker: Engine, lab: Lab
) -> None:
    project = Project(lab)
    project.make("db")
    api = project.make("api", needs="db:service_started:false")
    project.make("web", needs="api:service_started:false")
    outcome = await docker.run(ComposeStop(project=project.name, services=("db", "web"), timeout=5))
    assert said(outcome, project) == [
        "web-1  Stopping", "web-1  Stopped", "db-1  Stopping", "db-1  Stopped",
    ]  # fmt: skip
    assert project.state(api) == "running"


@pytest.mark.slow
async def test_start_brings_what_a_service_needs_and_waits_until_it_is_ready(
    docker: Engine, lab: Lab
) -> None:
    project = Project(lab)
    project.make("db", start=False, Healthcheck=QUICK)
    project.make("job", "sh", "-c", "exit 0", start=False)
    web = project.make(
        "web",
        start=False,
        needs="db:service_healthy:true,job:service_completed_successfully:false",
    )
    other = project.make("other", start=False)
    outcome = await docker.run(ComposeStart(project=project.name, services=("web",)))
    assert outcome.exit_code == 0
    lines = said(outcome, project)
    assert set(lines[:4]) == {
        "db-1  Starting", "db-1  Started", "job-1  Starting", "job-1  Started",
    }  # fmt: skip
    assert lines[4:] == [
        "db-1  Waiting", "db-1  Healthy", "job-1  Waiting", "job-1  Exited",
        "web-1  Starting", "web-1  Started",
    ]  # fmt: skip
    assert (project.state(web), project.state(other)) == ("running", "created")
    again = await docker.run(ComposeStart(project=project.name, services=("other",)))
    assert said(again, project) == ["other-1  Starting", "other-1  Started"]


@pytest.mark.parametrize(
    ("needs", "config", "words"),
    [
        ("db:service_healthy:true", {"Healthcheck": SICK}, "dependency failed to start: container"),
        ("db:service_healthy:true", {}, "has no healthcheck configured"),
        (
            "db:service_completed_successfully:true",
            {"Cmd": ["sh", "-c", "exit 4"]},
            'service "db" didn\'t complete successfully: exit 4',
        ),
    ],
)
async def test_what_is_not_ready_keeps_back_what_needs_it(
    docker: Engine, lab: Lab, needs: str, config: dict[str, Any], words: str
) -> None:
    project = Project(lab)
    project.make("db", start=False, **config)
    web = project.make("web", start=False, needs=needs)
    outcome = await docker.run(ComposeStart(project=project.name))
    assert outcome.exit_code == 1
    assert words in outcome.stderr.splitlines()[-1]
    assert project.state(web) == "created"


async def test_start_says_what_is_missing_or_goes_round(docker: Engine, lab: Lab) -> None:
    project, circle = Project(lab), Project(lab, "circle")
    web = project.make("web", start=False, needs="db:service_started:true")
    outcome = await docker.run(ComposeStart(project=project.name))
    assert (outcome.exit_code, outcome.stderr) == (1, "web is missing dependency db\n")
    circle.make("a", start=False, needs="b:service_started:true")
    circle.make("b", start=False, needs="a:service_started:true")
    outcome = await docker.run(ComposeStart(project=circle.name))
    assert (outcome.exit_code, outcome.stderr) == (1, "cycle found: a -> b -> a\n")
    assert project.state(web) == "created"


@pytest.mark.slow
async def test_restart_takes_along_what_is_to_be_restarted(docker: Engine, lab: Lab) -> None:
    project = Project(lab)
    project.make("db")
    project.make("web", needs="db")
    project.make("job", needs="db:service_started:false")
    outcome = await docker.run(ComposeRestart(project=project.name, services=("db",)))
    assert said(outcome, project) == [
        "db-1  Restarting", "db-1  Started", "db-1  Waiting", "db-1  Healthy",
        "web-1  Restarting", "web-1  Started",
    ]  # fmt: skip
    alone = ComposeRestart(project=project.name, services=("db",), dependencies=False, timeout=1)
    assert said(await docker.run(alone), project) == ["db-1  Restarting", "db-1  Started"]


async def test_pause_and_unpause_go_on_after_a_failure(docker: Engine, lab: Lab) -> None:
    project = Project(lab)
    one, two = project.make("web"), project.make("web", number=2)
    stopped = project.make("db", start=False)
    outcome = await docker.run(ComposePause(project=project.name, services=("web",)))
    assert outcome.exit_code == 0
    assert sorted(said(outcome, project)) == ["web-1  Paused", "web-2  Paused"]
    lab.real.call("POST", f"/containers/{two}/unpause")
    outcome = await docker.run(ComposeUnpause(project=project.name))
    assert outcome.exit_code == 1
    assert f"Container {project.name}-web-1  Unpaused" in outcome.stderr
    assert "is not paused" in outcome.stderr.splitlines()[-1]
    assert [project.state(name) for name in (one, two, stopped)] == ["running"] * 2 + ["created"]


@pytest.mark.slow
async def test_kill_reaches_what_runs_and_one_offs_too(docker: Engine, lab: Lab) -> None:
    project = Project(lab)
    project.make("web")
    project.make("web", number=2, one_off=True)
    project.make("db", start=False)
    outcome = await docker.run(ComposeKill(project=project.name, signal="SIGTERM"))
    assert sorted(said(outcome, project)) == [
        "web-1  Killed", "web-1  Killing", "web-run-2  Killed", "web-run-2  Killing",
    ]  # fmt: skip
    async with asyncio.timeout(20):
        while project.state(f"{project.name}-web-1") != "exited":
            await asyncio.sleep(0.05)
    nothing = await docker.run(ComposeKill(project=project.name, services=("db",)))
    assert (nothing.exit_code, nothing.stderr) == (0, "no container to kill")


@pytest.mark.slow
async def test_rm_removes_what_is_stopped_and_never_what_runs(docker: Engine, lab: Lab) -> None:
    project = Project(lab)
    running = project.make("web")
    done = project.finished("job", "true", Volumes={"/data": {}})
    left = project.finished("job", "true", number=2, one_off=True)
    volume = lab.inspect(done)["Mounts"][0]["Name"]
    outcome = await docker.run(ComposeRm(project=project.name, volumes=True))
    assert (outcome.exit_code, outcome.stdout) == (0, f"Going to remove {done}\n")
    assert said(outcome, project) == ["job-1  Removing", "job-1  Removed"]
    assert [project.state(name) for name in (running, done, left)] == ["running", "gone", "exited"]
    assert volume not in {
        each["Name"] for each in lab.real.json("GET", "/volumes")["Volumes"] or ()
    }
    again = await docker.run(ComposeRm(project=project.name))
    assert (again.exit_code, again.stdout, again.stderr) == (0, "", "No stopped containers\n")
    outcome = await docker.run(ComposeRm(project=project.name, services=("web",), stop=True))
    assert said(outcome, project) == [
        "web-1  Stopping", "web-1  Stopped", "web-1  Removing", "web-1  Removed",
    ]  # fmt: skip
    assert project.state(running) == "gone"


@pytest.mark.parametrize(
    "operation",
    [ComposeKill(remove_orphans=True), ComposeKill(project="x", remove_orphans=True)],
)
async def test_orphans_are_known_to_no_label(docker: Engine, operation: ComposeKill) -> None:
    with pytest.raises(RefusedError) as refused:
        await docker.run(operation)
    assert refused.value.error.code is Code.UNSUPPORTED_COMMAND


def fake_project(fake: FakeEngine, *names: str) -> None:
    """Let a fake engine list containers of a project, each a service that runs."""
    labels = {"com.docker.compose.project": "shop"}
    listed = [
        {
            "Id": name * 8,
            "Names": [f"/shop-{name}-1"],
            "State": "running",
            "Labels": labels | {"com.docker.compose.service": name},
        }
        for name in names
    ]
    fake.says("GET /containers/json", listed)
    for name in names:
        fake.says(f"GET /containers/{name * 8}/json", {"Config": {}})


async def test_an_answer_that_is_lost_is_unknown_and_the_others_are_told(
    fake: FakeEngine, impatient: Engine
) -> None:
    fake_project(fake, "db", "web")
    fake.drops(f"POST /containers/{'db' * 8}/pause")
    fake.says(f"POST /containers/{'web' * 8}/pause", status=204)
    with pytest.raises(RefusedError) as refused:
        await impatient.run(ComposePause())
    assert refused.value.error.code is Code.OUTCOME_UNKNOWN
    assert "Done besides: shop-web-1." in refused.value.error.message


async def test_several_projects_are_a_question(fake: FakeEngine, impatient: Engine) -> None:
    listed = [
        {"Id": name, "Names": [f"/{name}"], "State": "running",
         "Labels": {"com.docker.compose.project": name}}
        for name in ("shop", "blog")
    ]  # fmt: skip
    fake.says("GET /containers/json", listed)
    with pytest.raises(RefusedError) as refused:
        await impatient.run(ComposeStop())
    assert refused.value.error.code is Code.AMBIGUOUS
    assert refused.value.error.options == ("blog", "shop")
    assert not [asked for asked in fake.asked if asked.startswith("POST")]


async def test_nothing_was_done_where_the_engine_is_lost_before_the_first(
    fake: FakeEngine, impatient: Engine
) -> None:
    fake_project(fake, "db")
    fake.drops(f"GET /containers/{'db' * 8}/json")
    with pytest.raises(RefusedError) as refused:
        await impatient.run(ComposeStop())
    assert refused.value.error.code is Code.ENGINE_UNREACHABLE
