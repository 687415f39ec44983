"""What a compose command touches, seen through the plan that validate makes of it."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.docker import projects
from contracts.docker.operations import ComposeRestart, ComposeStart, ComposeStop
from contracts.docker.risk import Risk
from contracts.errors import Code, Error
from contracts.events import CommandPlanned, CommandRejected, CommandValidated
from contracts.world import Container, HostPicture
from functions.validate import validate
from tests.stories import container, generated, history, picture, requested, world

EVERYTHING = frozenset(Risk)
UNSEEN = Error(code=Code.ENGINE_UNREACHABLE, message="No engine.", hint="Start it.")


def member(project: str, service: str, number: int = 1, **more: Any) -> Container:
    """Return a running container of a compose project."""
    labels = {
        "com.docker.compose.project": project,
        "com.docker.compose.service": service,
        "com.docker.compose.container-number": str(number),
        "com.docker.compose.oneoff": str(more.pop("one_off", False)),
        "com.docker.compose.depends_on": more.pop("needs", ""),
        "com.docker.compose.project.config_files": f"/srv/{project}/compose.yml",
        "com.docker.compose.project.working_dir": f"/srv/{project}",
    }
    return container(f"{project}-{service}-{number}", labels=labels, **more)


SHOP = (
    member("shop", "db"),
    member("shop", "api", needs="db:service_healthy:true"),
    member("shop", "web", needs="api:service_started:false"),
    member("shop", "web", 2, needs="api:service_started:false", state="paused"),
    member("shop", "job", state="exited"),
    member("shop", "job", 9, one_off=True),
)
BLOG = (member("blog", "web"),)


def host(containers: Sequence[Container], name: str = "local", **more: Any) -> HostPicture:
    return picture(name, containers=tuple(containers), **more)


async def made(line: str, *pictures: HostPicture, **asked: Any) -> Any:
    event = generated(line)
    story = history(requested(**asked), event)
    return await validate(event, EVERYTHING, story, world(*pictures))


async def touched(line: str, *pictures: HostPicture, **asked: Any) -> list[str]:
    decided = await made(line, *(pictures or (host(SHOP),)), max_risk="escape", **asked)
    assert isinstance(decided, CommandValidated | CommandPlanned), decided
    (step,) = decided.plan.steps
    for each in step.objects:
        assert each.kind == "container"
        assert each.id
    return [each.name.removeprefix("shop-") for each in step.objects]


async def refused(line: str, *pictures: HostPicture, **asked: Any) -> Error:
    decided = await made(line, *(pictures or (host(SHOP),)), max_risk="escape", **asked)
    assert isinstance(decided, CommandRejected), decided
    return decided.error


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("docker compose ps", ["api-1", "db-1", "web-1", "web-2"]),
        ("docker compose ps --all", ["api-1", "db-1", "job-1", "job-9", "web-1", "web-2"]),
        ("docker compose ps --status exited", ["job-1"]),
        ("docker compose logs", ["api-1", "db-1", "job-1", "web-1", "web-2"]),
        ("docker compose logs --index 2 web", ["web-2"]),
        ("docker compose top", ["api-1", "db-1", "job-9", "web-1", "web-2"]),
        ("docker compose images job", ["job-1", "job-9"]),
        ("docker compose start", ["job-1", "web-2"]),
        ("docker compose start web", ["web-2"]),
        ("docker compose start db", []),
        ("docker compose stop", ["api-1", "db-1", "job-1", "web-1", "web-2"]),
        ("docker compose stop web db", ["db-1", "web-1", "web-2"]),
        ("docker compose restart db", ["api-1", "db-1"]),
        ("docker compose restart api", ["api-1"]),
        ("docker compose restart --no-deps db", ["db-1"]),
        ("docker compose pause", ["api-1", "db-1", "web-1", "web-2"]),
        ("docker compose unpause web", ["web-1", "web-2"]),
        ("docker compose kill", ["api-1", "db-1", "job-9", "web-1", "web-2"]),
        ("docker compose rm", ["job-1"]),
        ("docker compose rm --stop web", ["web-1", "web-2"]),
        ("docker compose ls", []),
    ],
)
async def test_exactly_what_the_command_touches_stands_in_the_plan(
    line: str, names: list[str]
) -> None:
    assert await touched(line) == names


async def test_what_is_needed_is_started_too() -> None:
    stopped = [each.model_copy(update={"state": "exited"}) for each in SHOP]
    expected = ["api-1", "db-1", "web-1", "web-2"]
    assert await touched("docker compose start web", host(stopped)) == expected
    everything = ["api-1", "db-1", "job-1", "web-1", "web-2"]
    assert await touched("docker compose start", host(stopped)) == everything


@pytest.mark.parametrize(
    "line",
    [
        "docker compose --project-name blog stop",
        "docker compose -p Blog stop",
        "docker compose -f /srv/blog/compose.yml stop",
        "docker compose -f blog/compose.yml stop",
        "docker compose --project-directory /srv/blog/ stop",
        "docker compose --project-directory ../blog stop",
    ],
)
async def test_a_project_is_told_by_name_file_or_folder(line: str) -> None:
    assert await touched(line, host((*SHOP, *BLOG))) == ["blog-web-1"]


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("docker compose -p shpo stop", ("shop",)),
        ("docker compose -p shop -f other.yml stop", ("shop",)),
        ("docker compose stop wbe", ("web", "db")),
        ("docker compose --project-directory /srv/none stop", ()),
        ("docker compose -f compose.yaml stop", ()),
    ],
)
async def test_what_does_not_exist_is_refused_with_the_nearest_names(
    line: str, options: tuple[str, ...]
) -> None:
    error = await refused(line)
    assert (error.code, error.options) == (Code.UNKNOWN_OBJECT, options)
    assert error.hint


async def test_without_any_project_there_is_nothing_to_touch() -> None:
    error = await refused("docker compose stop", host((container("web"),)))
    assert error.code is Code.UNKNOWN_OBJECT


async def test_several_projects_are_a_question() -> None:
    error = await refused("docker compose stop", host((*SHOP, *BLOG)))
    assert (error.code, error.options) == (Code.AMBIGUOUS, ("blog", "shop"))
    assert error.question == "Which project?"


async def test_the_projects_of_all_hosts_are_to_choose_from() -> None:
    hosts = host((*SHOP, *BLOG), "east"), host((member("wiki", "web"),), "west")
    error = await refused("docker compose stop", *hosts)
    assert (error.code, error.options) == (Code.AMBIGUOUS, ("blog", "shop", "wiki"))


async def test_a_profile_is_refused_before_anything_runs() -> None:
    error = await refused("docker compose --profile debug stop")
    assert error.code is Code.UNSUPPORTED_COMMAND


async def test_the_host_is_the_one_that_has_the_project() -> None:
    hosts = host(SHOP, "east"), host(BLOG, "west")
    decided = await made("docker compose -p blog restart", *hosts)
    assert isinstance(decided, CommandValidated)
    assert [step.host for step in decided.plan.steps] == ["west"]
    assert await touched("docker compose stop api", *hosts) == ["api-1"]
    error = await refused("docker compose -p shop stop nothing", *hosts)
    assert (error.code, error.message) == (
        Code.UNKNOWN_OBJECT,
        "The compose project 'shop' has no service 'nothing'.",
    )


async def test_a_host_that_is_not_seen_may_have_the_project_too() -> None:
    hosts = host(SHOP, "east"), host(BLOG, "west"), host((), "north", error=UNSEEN)
    error = await refused("docker compose -p blog restart", *hosts)
    assert (error.code, error.options) == (Code.AMBIGUOUS, ("west", "north"))
    assert await touched("docker compose -p shop logs api", *hosts) == ["api-1"]


@pytest.mark.parametrize(
    ("hosts", "line", "code"),
    [
        ((host(SHOP, "east"), host(SHOP, "west")), "docker compose stop", Code.AMBIGUOUS),
        ((host(SHOP, "east"), host(BLOG, "west")), "docker compose stop web", Code.AMBIGUOUS),
        (
            (host((*SHOP, *BLOG), "east"), host(BLOG, "west")),
            "docker compose stop",
            Code.AMBIGUOUS,
        ),
        (
            (host(SHOP[:1], "east"), host(SHOP[1:2], "west")),
            "docker compose stop db api",
            Code.UNKNOWN_OBJECT,
        ),
        ((host((), "east", error=UNSEEN),), "docker compose stop", Code.ENGINE_UNREACHABLE),
    ],
    ids=["same", "one each", "two and one", "in parts", "unseen"],
)
async def test_no_host_is_guessed(hosts: tuple[HostPicture, ...], line: str, code: Code) -> None:
    assert (await refused(line, *hosts)).code is code


async def test_help_needs_neither_a_host_nor_a_choice_of_one() -> None:
    hosts = host(SHOP, "east"), host(BLOG, "west")
    assert await touched("docker help compose", *hosts) == []
    assert await touched("docker ps --help", host((), error=UNSEEN)) == []


NAMES = st.text(alphabet="abc:,-", max_size=12)


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES, st.sampled_from(["running", "exited"])), max_size=6))
def test_no_label_can_be_written_so_that_choosing_fails(
    labels: list[tuple[str, str, str]],
) -> None:
    """Whoever makes a container writes its labels: circles and nonsense are data."""
    members = [
        projects.Member(
            str(at),
            f"c{at}",
            state,
            {
                "com.docker.compose.project": "p",
                "com.docker.compose.service": service,
                "com.docker.compose.depends_on": needs,
            },
        )
        for at, (service, needs, state) in enumerate(labels)
    ]
    if not members:
        return
    for operation in (ComposeStart(), ComposeStop(), ComposeRestart()):
        choice = projects.choose(operation, members)
        ids = [each.id for each in choice.touched]
        assert len(ids) == len(set(ids))
        assert set(ids) <= {each.id for each in members}
