"""A real engine, seen over a real sshd: what is done there, and the picture of it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from contracts.docker.operations import Logs, Ps, Restart, Version
from contracts.world import HostPicture
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from scripts.engine import api
from tests.adapters.conftest import Lab
from tests.adapters.docker.sshd import Sshd, program, running

pytestmark = pytest.mark.docker

WITHIN_S = 20.0


@pytest.fixture
def far(engine: api.Engine) -> Iterator[Sshd]:
    """Give an sshd in front of the real engine."""
    if program() is None:
        pytest.skip("ssh: there is no sshd here (apt-get install openssh-server)")
    with TemporaryDirectory(prefix="acg") as folder:
        made = Sshd(Path(folder) / "sshd", engine.address.host.removeprefix("unix://"))
        with running(made):
            yield made


@pytest.fixture
async def over_ssh(far: Sshd) -> AsyncIterator[Engine]:
    async with open_docker(EngineSettings(), far.entry()) as opened:
        yield opened


async def seen(
    engine: Engine, wanted: Callable[[HostPicture], object], *, within: float = WITHIN_S
) -> HostPicture:
    """Return the first picture that is wanted."""
    async with asyncio.timeout(within):
        while not wanted(picture := await engine.picture()):
            await asyncio.sleep(0.05)
    return picture


async def test_commands_do_there_what_they_do_here(lab: Lab, over_ssh: Engine, far: Sshd) -> None:
    name = lab.make("web", "sh", "-c", "echo hello; trap exit TERM; sleep 600 & wait")
    before = lab.inspect(name)["State"]["StartedAt"]
    assert (await over_ssh.run(Restart(containers=(name,), timeout=0))).stdout == f"{name}\n"
    assert lab.inspect(name)["State"]["StartedAt"] != before
    said = await over_ssh.run(Logs(container=name))
    assert said.stdout.startswith("hello\n")
    assert far.logins == 1


async def test_fifty_commands_at_once_reach_it_over_one_connection(
    over_ssh: Engine, far: Sshd
) -> None:
    async with asyncio.timeout(WITHIN_S):
        done = await asyncio.gather(*(over_ssh.run(Ps(all=True, quiet=True)) for _ in range(50)))
    assert {each.exit_code for each in done} == {0}
    assert far.logins == 1


async def test_dockers_own_dial_stdio_passes_on_where_forwarding_is_refused(
    engine: api.Engine,
) -> None:
    docker = shutil.which("docker")
    if docker is None or program() is None:
        pytest.skip("ssh: there is no docker CLI or no sshd here")
    with TemporaryDirectory(prefix="acg") as folder:
        path = engine.address.host.removeprefix("unix://")
        far = Sshd(Path(folder) / "sshd", path, ("AllowStreamLocalForwarding no",))
        (far.folder / "bin" / "docker").symlink_to(docker)
        with running(far):
            async with open_docker(EngineSettings(), far.entry()) as opened:
                done = await opened.run(Version(format="{{.Server.Version}}"))
    assert done.stdout.strip()


async def test_a_picture_tells_what_is_used_by_whom_and_what_dangles(
    lab: Lab, over_ssh: Engine
) -> None:
    used, unused = lab.volume("used"), lab.volume("unused")
    network = lab.network("nobody")
    web = lab.make("web", HostConfig={"Binds": [f"{used}:/data"]})
    lab.make("never", start=False)
    picture = await over_ssh.picture()
    assert picture.host == "far"
    volumes = {each.name: each for each in picture.volumes}
    assert (volumes[used].containers, volumes[used].dangling) == (1, False)
    assert (volumes[unused].containers, volumes[unused].dangling) == (0, True)
    assert volumes[used].created
    networks = {each.name: each for each in picture.networks}
    assert networks[network].dangling is True
    assert networks["bridge"].dangling is None
    assert networks[network].created
    found = picture.container(web)
    assert found
    (image,) = [each for each in picture.images if each.id == found.image_id]
    assert image.containers
    assert image.containers >= 2
    assert not image.dangling


async def test_who_follows_changes_knows_how_often_a_container_was_started_again(
    lab: Lab, over_ssh: Engine
) -> None:
    policy = {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 2}}
    name = lab.make("crash", "sh", "-c", "exit 7", HostConfig=policy)
    quiet = lab.make("quiet")
    changes = over_ssh.changes()
    await anext(changes)

    def ended(picture: HostPicture) -> bool:
        crashed = picture.container(name)
        return bool(crashed and crashed.state == "exited" and crashed.restart_count == 2)

    picture = await seen_while_followed(over_ssh, changes, ended)
    crashed, other = picture.container(name), picture.container(quiet)
    assert crashed
    assert other
    assert (crashed.exit_code, crashed.oom_killed) == (7, False)
    assert crashed.started
    assert crashed.finished
    # The engine notes both within a moment, in either order.
    assert abs((crashed.finished - crashed.started).total_seconds()) < 10
    assert other.restart_count == 0
    assert other.finished is None


async def seen_while_followed(
    engine: Engine, changes: AsyncIterator[None], wanted: Callable[[HostPicture], object]
) -> HostPicture:
    """Look as long as changes are followed, as `inventory` does."""

    async def follow() -> None:
        async for _ in changes:
            pass

    following = asyncio.create_task(follow())
    try:
        return await seen(engine, wanted)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def test_the_disk_is_measured_while_changes_are_followed(lab: Lab, docker: Engine) -> None:
    volume = lab.volume("data")
    writer = lab.finished(
        "writer",
        "sh",
        "-c",
        "dd if=/dev/zero of=/data/x bs=1000 count=100; echo 12345 >/written",
        HostConfig={"Binds": [f"{volume}:/data"]},
    )
    assert (await docker.picture()).disk is None
    changes = docker.changes()
    await anext(changes)
    picture = await seen_while_followed(docker, changes, lambda picture: picture.disk)
    assert picture.disk
    assert picture.disk.images
    (measured,) = [each for each in picture.volumes if each.name == volume]
    assert measured.size
    assert measured.size >= 100_000
    found = picture.container(writer)
    assert found
    assert found.size
