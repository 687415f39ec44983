"""What can be seen of networks, volumes and projects after a crash."""

import pytest

from contracts.docker.errand import COMMAND, Errand
from contracts.docker.operations import (
    ComposeStop,
    NetworkConnect,
    NetworkCreate,
    NetworkRm,
    VolumeCreate,
    VolumeRm,
)
from runtime.adapters.docker import Engine
from tests.adapters.conftest import Lab
from tests.adapters.docker.project import Project

pytestmark = pytest.mark.docker


async def test_what_was_made_is_known_by_the_commands_label(docker: Engine, lab: Lab) -> None:
    ours = Errand(labels={COMMAND: f"c-{lab.suffix}", "acg.test": lab.suffix})
    other = Errand(labels={COMMAND: "c-other"})
    for operation in (
        NetworkCreate(name=lab.name("net")),
        VolumeCreate(name=lab.name("vol")),
    ):
        assert "No " in await docker.evidence(operation, ours)
        await docker.run(operation, ours)
        assert (await docker.evidence(operation, ours)).startswith("It was created: ")
        assert "No " in await docker.evidence(operation, other)


async def test_what_was_removed_is_gone(docker: Engine, lab: Lab) -> None:
    network, volume = lab.network("net"), lab.volume("vol")
    for operation in (NetworkRm(networks=(network,)), VolumeRm(volumes=(volume,))):
        assert "is still there" in await docker.evidence(operation)
        await docker.run(operation)
        assert "is gone" in await docker.evidence(operation)


async def test_a_container_says_in_which_networks_it_is(docker: Engine, lab: Lab) -> None:
    network, name = lab.network("net"), lab.make("web", start=False)
    operation = NetworkConnect(network=network, container=name)
    assert network not in await docker.evidence(operation)
    await docker.run(operation)
    assert network in await docker.evidence(operation)


async def test_a_project_says_in_which_states_its_containers_are(docker: Engine, lab: Lab) -> None:
    project = Project(lab)
    project.make("web", start=False)
    asked = ComposeStop(project=project.name)
    assert f"{project.name}-web-1 created" in await docker.evidence(asked)
    gone = ComposeStop(project=f"{project.name}gone")
    assert "may have been removed" in await docker.evidence(gone)
