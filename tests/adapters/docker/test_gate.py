"""What may not begin any more is not sent, and what was done before that is told."""

from collections.abc import Callable

import pytest

from contracts.docker.errand import Errand
from contracts.docker.operations import ComposeKill, Operation
from contracts.docker.outcome import Outcome
from contracts.docker.parse import parse
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine
from tests.adapters.conftest import Lab
from tests.adapters.docker.fake_engine import FakeEngine
from tests.adapters.docker.project import Project

TOO_LATE = RefusedError(Code.DEADLINE_EXCEEDED, "The deadline passed.", "Ask again.")


class Clock:
    """Lets so many changes begin, and none after them."""

    def __init__(self, many: int) -> None:
        self.left = many

    def begin(self) -> None:
        if not self.left:
            raise TOO_LATE
        self.left -= 1


async def run(engine: Engine, line: str, begin: Callable[[], None]) -> Outcome:
    operation: Operation = parse(line)
    return await engine.run(operation, Errand(begin=begin))


def sent(fake: FakeEngine) -> list[str]:
    """Return what was asked that is no read."""
    return [each for each in fake.asked if not each.startswith("GET ")]


@pytest.mark.parametrize(
    "line",
    [
        "docker kill a b",
        "docker rm -f a",
        "docker rename a b",
        "docker run -d nginx",
        "docker exec a true",
        "docker pull nginx",
        "docker rmi a b",
        "docker tag a b",
        "docker volume create data",
        "docker volume rm data",
        "docker network rm net",
        "docker container prune",
        "docker system prune",
    ],
)
async def test_nothing_is_sent_that_may_not_begin(
    fake: FakeEngine, impatient: Engine, line: str
) -> None:
    fake.says("GET /containers/a/json", {"Id": "a" * 64, "Name": "/a"})
    with pytest.raises(RefusedError) as refused:
        await run(impatient, line, Clock(0).begin)
    assert refused.value.error == TOO_LATE.error
    assert sent(fake) == []


async def test_reads_ask_nobody(fake: FakeEngine, impatient: Engine) -> None:
    fake.says("GET /containers/json", [])
    assert (await run(impatient, "docker ps", Clock(0).begin)).exit_code == 0


@pytest.mark.parametrize(
    ("line", "first", "asked"),
    [
        ("docker kill a b c", "a", "POST /containers/a/kill"),
        ("docker pause a b c", "a", "POST /containers/a/pause"),
        ("docker rm a b c", "a", "DELETE /containers/a"),
        ("docker volume rm a b c", "a", "DELETE /volumes/a"),
    ],
)
async def test_what_was_done_is_told_beside_what_was_not_begun(
    fake: FakeEngine, impatient: Engine, line: str, first: str, asked: str
) -> None:
    fake.says(asked)
    outcome = await run(impatient, line, Clock(1).begin)
    assert outcome.exit_code == 1
    assert outcome.stdout == f"{first}\n"
    assert outcome.stderr == "Not done: b, c. The deadline passed.\n"
    assert sent(fake) == [asked]


@pytest.mark.docker
@pytest.mark.slow
async def test_a_project_says_which_containers_were_not_come_to(docker: Engine, lab: Lab) -> None:
    project = Project(lab)
    names = [project.make("web"), project.make("web", number=2), project.make("db")]
    operation = ComposeKill(project=project.name)
    with pytest.raises(RefusedError) as refused:
        await docker.run(operation, Errand(begin=Clock(0).begin))
    assert refused.value.error == TOO_LATE.error
    assert [project.state(name) for name in names] == ["running"] * 3
    outcome = await docker.run(operation, Errand(begin=Clock(1).begin))
    assert outcome.exit_code == 1
    assert sorted(project.state(name) for name in names) == ["exited", "running", "running"]
    left = ", ".join(sorted(name for name in names if project.state(name) == "running"))
    assert f"Not done: {left}. The deadline passed.\n" in outcome.stderr


async def test_images_that_were_not_come_to_are_named(fake: FakeEngine, impatient: Engine) -> None:
    fake.says("DELETE /images/a", [{"Untagged": "a:latest"}])
    outcome = await run(impatient, "docker rmi a b", Clock(1).begin)
    assert (outcome.exit_code, outcome.stdout) == (1, "Untagged: a:latest\n")
    assert outcome.stderr == "Not done: b. The deadline passed.\n"


async def test_a_prune_names_the_kinds_that_it_did_not_come_to(
    fake: FakeEngine, impatient: Engine
) -> None:
    fake.says("POST /containers/prune", {"ContainersDeleted": ["a"], "SpaceReclaimed": 5})
    outcome = await run(impatient, "docker system prune", Clock(1).begin)
    assert outcome.exit_code == 1
    assert "Deleted Containers:\na\n" in outcome.stdout
    assert outcome.stderr == "Not done: networks, images, build cache. The deadline passed.\n"


async def test_what_was_begun_on_one_object_is_gone_through_with(
    fake: FakeEngine, impatient: Engine
) -> None:
    fake.says("POST /containers/create", {"Id": "c" * 64})
    fake.says(f"POST /containers/{'c' * 64}/start")
    outcome = await run(impatient, "docker run -d nginx", Clock(1).begin)
    assert outcome.exit_code == 0
    assert len(sent(fake)) == 2
