"""`docker compose logs`: lines behind the names of their containers, in the order of time."""

import asyncio
import re
from collections.abc import Iterator

import pytest

from contracts.docker.errand import Errand
from contracts.docker.operations import ComposeLogs
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine
from scripts.engine import api
from tests.adapters.conftest import Lab, opened_lab
from tests.adapters.docker.project import Project

pytestmark = pytest.mark.docker

LONG = 40_000


@pytest.fixture(scope="module")
def told(engine: api.Engine, busybox: str) -> Iterator[Project]:
    """Make a project that said something, one container after the other; tests only read it."""
    with opened_lab(engine, busybox) as lab:
        project = Project(lab)
        project.finished("db", "sh", "-c", "echo db one; echo db two")
        project.finished("frontend", "sh", "-c", "echo front >&2")
        project.finished("db", "sh", "-c", "echo last", number=2)
        project.finished("db", "sh", "-c", "echo never shown", number=3, one_off=True)
        yield project


async def test_lines_stand_behind_the_names_of_their_containers(
    docker: Engine, told: Project
) -> None:
    outcome = await docker.run(ComposeLogs(project=told.name))
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert outcome.stdout == (
        "db-1        | db one\ndb-1        | db two\nfrontend-1  | front\ndb-2        | last\n"
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"services": ["db"], "tail": 1}, "db-1  | db two\ndb-2  | last\n"),
        ({"services": ["db"], "index": 2}, "db-2  | last\n"),
        ({"services": ["frontend"], "log_prefix": False}, "front\n"),
        ({"tail": 0}, ""),
        ({"until": "1h"}, ""),
        ({"services": ["frontend"], "since": "1h"}, "frontend-1  | front\n"),
    ],
)
async def test_what_is_asked_for_is_shown(
    docker: Engine, told: Project, fields: dict[str, object], expected: str
) -> None:
    operation = ComposeLogs.model_validate({"project": told.name, **fields})
    assert (await docker.run(operation)).stdout == expected


async def test_times_are_the_engines(docker: Engine, told: Project) -> None:
    asked = ComposeLogs(project=told.name, services=("frontend",), timestamps=True)
    outcome = await docker.run(asked)
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z"
    assert re.fullmatch(rf"frontend-1  \| {moment} front\n", outcome.stdout)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"index": 1}, "--index requires one service to be selected\n"),
        ({"services": ["db"], "index": 9}, 'service "db" is not running container #9\n'),
        ({"since": "yesterday"}, 'invalid value for "since": failed to parse'),
    ],
)
async def test_what_cannot_be_shown_is_an_error_in_composes_words(
    docker: Engine, told: Project, fields: dict[str, object], words: str
) -> None:
    operation = ComposeLogs.model_validate({"project": told.name, **fields})
    outcome = await docker.run(operation)
    assert outcome.exit_code == 1
    assert outcome.stderr.startswith(words)


@pytest.mark.slow
async def test_a_line_that_the_engine_keeps_in_parts_is_one_line(docker: Engine, lab: Lab) -> None:
    project = Project(lab)
    project.finished("web", "sh", "-c", f"head -c {LONG} /dev/zero | tr '\\0' x; echo; echo end")
    project.finished("tty", "sh", "-c", "echo colours", Tty=True)
    outcome = await docker.run(ComposeLogs(project=project.name, services=("web",)))
    assert outcome.stdout == f"web-1  | {'x' * LONG}\nweb-1  | end\n"
    outcome = await docker.run(ComposeLogs(project=project.name, services=("tty",)))
    assert outcome.stdout == "tty-1  | colours\r\n"


@pytest.mark.slow
async def test_a_container_that_keeps_no_log_hides_no_other(docker: Engine, lab: Lab) -> None:
    project = Project(lab)
    project.finished("mute", "true", HostConfig={"LogConfig": {"Type": "none"}})
    project.finished("web", "sh", "-c", "echo hello")
    outcome = await docker.run(ComposeLogs(project=project.name))
    assert (outcome.exit_code, outcome.stdout) == (0, "web-1  | hello\n")
    assert "Can't retrieve logs" in outcome.stderr


async def test_following_needs_somebody_who_takes_what_comes(docker: Engine, lab: Lab) -> None:
    project = Project(lab)
    web = project.make("web", "sh", "-c", "echo first; trap exit TERM; sleep 600 & wait")
    asked = ComposeLogs(project=project.name, follow=True)
    with pytest.raises(RefusedError) as refused:
        await docker.run(asked)
    assert refused.value.error.code is Code.UNSUPPORTED_COMMAND

    heard: list[str] = []
    first = asyncio.Event()

    async def out(stdout: str, stderr: str) -> None:
        heard.append(stdout + stderr)
        first.set()

    async with asyncio.timeout(20):
        following = asyncio.ensure_future(docker.run(asked, Errand(out=out)))
        await first.wait()
        await asyncio.to_thread(lab.real.call, "POST", f"/containers/{web}/stop")
        outcome = await following
    assert "".join(heard) == outcome.stdout == "web-1  | first\n"
