"""What was validated is what is touched, whatever bears its name by now."""

import pytest

from contracts.docker.errand import Errand, Sealed
from contracts.docker.operations import ComposeRm, ComposeStop
from contracts.docker.outcome import Outcome
from contracts.docker.parse import parse_argv
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine
from tests.adapters.conftest import Lab
from tests.adapters.docker.cli import Cli
from tests.adapters.docker.project import Project
from tests.adapters.docker.shelf import Shelf

pytestmark = pytest.mark.docker


def container(lab: Lab, name: str) -> Sealed:
    return Sealed("container", name, lab.inspect(name)["Id"])


async def run(docker: Engine, *line: str, objects: tuple[Sealed, ...]) -> Outcome:
    return await docker.run(parse_argv(("docker", *line)), Errand(objects=objects))


async def stale(docker: Engine, *line: str, objects: tuple[Sealed, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        await run(docker, *line, objects=objects)
    assert refused.value.error.code is Code.PLAN_STALE
    assert refused.value.error.hint


def replaced(lab: Lab, name: str) -> str:
    """Give a container another name, and its own to a new one; return the other name."""
    other = f"{name}-old"
    lab.real.call("POST", f"/containers/{name}/rename", query={"name": other})
    lab.make("web")
    return other


async def test_a_container_is_touched_by_its_id_and_told_by_the_name_that_was_typed(
    docker: Engine, lab: Lab
) -> None:
    name = lab.make("web")
    sealed = container(lab, name)
    other = replaced(lab, name)
    outcome = await run(docker, "kill", name, objects=(sealed,))
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, f"{name}\n", "")
    assert not lab.inspect(other)["State"]["Running"]
    assert lab.inspect(name)["State"]["Running"]
    outcome = await run(docker, "rm", "-f", f"/{name}", objects=(sealed,))
    assert (outcome.exit_code, outcome.stdout) == (0, f"/{name}\n")
    assert lab.inspect(name)["State"]["Running"]


@pytest.mark.parametrize("line", ["kill", "stop", "rm", "logs", "rename", "pause"])
async def test_a_container_that_is_gone_is_not_there_in_dockers_own_words(
    cli: Cli, docker: Engine, lab: Lab, line: str
) -> None:
    name = lab.name("gone")
    arguments = (line, name, *(("new",) if line == "rename" else ()))
    outcome = await run(docker, *arguments, objects=(Sealed("container", name, "f" * 64),))
    theirs = cli(*arguments)
    assert outcome.exit_code == theirs.code == 1
    assert outcome.stderr == theirs.err
    assert name in outcome.stderr or line == "rename"


@pytest.mark.parametrize("line", ["kill", "pause", "unpause", "top"])
async def test_what_the_engine_refuses_is_told_in_dockers_own_words(
    cli: Cli, docker: Engine, lab: Lab, line: str
) -> None:
    name = lab.make("idle", start=False)
    outcome = await run(docker, line, name, objects=(container(lab, name),))
    theirs = cli(line, name)
    assert (outcome.exit_code, outcome.stderr) == (theirs.code, theirs.err)
    assert theirs.code == 1


async def test_a_network_that_was_replaced_is_left_as_it_is(docker: Engine, lab: Lab) -> None:
    name, web = lab.network("net"), lab.make("web")
    old = Sealed("network", name, lab.real.json("GET", f"/networks/{name}")["Id"])
    lab.real.call("DELETE", f"/networks/{name}")
    lab.network("net")
    objects = (old, container(lab, web))
    await stale(docker, "network", "rm", name, objects=objects)
    await stale(docker, "network", "connect", name, web, objects=objects)
    await stale(docker, "run", "-d", "--network", name, lab.image, objects=objects)
    assert not lab.real.json("GET", f"/networks/{name}")["Containers"]
    new = Sealed("network", name, lab.real.json("GET", f"/networks/{name}")["Id"])
    outcome = await run(docker, "network", "rm", name, objects=(new,))
    assert (outcome.exit_code, outcome.stdout) == (0, f"{name}\n")


async def test_an_image_whose_name_was_given_to_another_is_left_as_it_is(
    docker: Engine, shelf: Shelf
) -> None:
    name = f"{shelf.name('one')}:latest"
    shelf.make(name)
    old = Sealed("image", name, str(shelf.images()[0]["Id"]))
    other = f"{shelf.name('two')}:latest"
    shelf.make(other)
    shelf.tag(name, f"{shelf.name('kept')}:latest")
    shelf.tag(other, name)
    await stale(docker, "rmi", name, objects=(old,))
    await stale(docker, "tag", name, f"{shelf.name('new')}:1", objects=(old,))
    assert {name, other, f"{shelf.name('kept')}:latest"} == shelf.tags()


async def test_what_a_new_container_uses_of_another_must_be_that_other(
    docker: Engine, lab: Lab
) -> None:
    name = lab.make("web")
    sealed = container(lab, name)
    replaced(lab, name)
    made = lab.name("made")
    await stale(
        docker, "create", "--name", made, "--volumes-from", name, lab.image, objects=(sealed,)
    )
    there = lab.real.json("GET", "/containers/json", query={"all": "1"})
    assert f"/{made}" not in [each["Names"][0] for each in there]


async def test_nothing_is_changed_that_was_not_seen_when_it_was_validated(
    docker: Engine, lab: Lab
) -> None:
    name = lab.make("web")
    with pytest.raises(RefusedError) as refused:
        await run(docker, "kill", name, objects=())
    assert refused.value.error.code is Code.ENGINE_UNREACHABLE
    assert lab.inspect(name)["State"]["Running"]
    assert (await run(docker, "logs", name, objects=())).exit_code == 0
    outcome = await run(docker, "kill", name, objects=(Sealed("container", name, ""),))
    assert (outcome.exit_code, outcome.stdout) == (0, f"{name}\n")


async def test_of_a_project_what_joined_later_is_left_alone_and_named(
    docker: Engine, lab: Lab
) -> None:
    project = Project(lab)
    first = project.make("web")
    sealed = container(lab, first)
    second = project.make("web", number=2)
    stop = ComposeStop(project=project.name)
    outcome = await docker.run(stop, Errand(objects=(sealed,)))
    assert (project.state(first), project.state(second)) == ("exited", "running")
    assert f" Container {second}  Left alone" in outcome.stderr
    with pytest.raises(RefusedError) as refused:
        await docker.run(ComposeRm(project=project.name), Errand(objects=()))
    assert refused.value.error.code is Code.PLAN_STALE
    assert project.state(first) == "exited"
