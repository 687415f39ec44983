"""What existing objects hold of the host reaches no new container that nobody allowed it."""

import pytest

from contracts.docker.errand import Errand
from contracts.docker.operations import Operation
from contracts.docker.parse import parse
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine
from tests.adapters.conftest import Lab

pytestmark = pytest.mark.docker

ALLOWED = Errand(may_reach_host=True)


def bound(lab: Lab, word: str) -> str:
    """Make a volume that is a folder of the host, and return its name."""
    options = {"type": "none", "device": "/etc", "o": "bind,ro"}
    body = {"Name": lab.name(word), "DriverOpts": options, "Labels": {"acg.test": lab.suffix}}
    return str(lab.real.json("POST", "/volumes/create", body)["Name"])


def reading(lab: Lab, verb: str, flags: str) -> Operation:
    """Return a new container of this test that looks at what is mounted at /x."""
    return parse(f"docker {verb} --label {lab.label} {flags} {lab.image} ls /x/passwd")


def sources(lab: Lab) -> dict[str, str]:
    """Make what holds a folder of the host, and return the flags that take it, by what it is."""
    volume = bound(lab, "etc")
    binds = {"Binds": ["/etc:/x:ro"]}
    agent = lab.make("agent", start=False, HostConfig=binds)
    user = lab.make("user", start=False, HostConfig={"Binds": [f"{volume}:/x"]})
    return {
        "a container that binds": f"--volumes-from {agent}",
        "a container by its id": f"--volumes-from {lab.inspect(agent)['Id'][:12]}:ro",
        "a container with such a volume": f"--volumes-from {user}",
        "a volume": f"-v {volume}:/x",
        "a volume of --mount": f"--mount type=volume,source={volume},target=/x",
    }


@pytest.mark.parametrize("verb", ["create", "run"])
async def test_what_mounts_the_host_is_taken_by_nobody_who_may_not_reach_it(
    docker: Engine, lab: Lab, verb: str
) -> None:
    for what, flags in sources(lab).items():
        made = lab.name("made")
        operation = reading(lab, verb, f"--name {made} {flags}")
        with pytest.raises(RefusedError) as refused:
            await docker.run(operation, Errand())
        assert refused.value.error.code is Code.RISK_NOT_ALLOWED, what
        assert "holds what is the host's" in str(refused.value) or "mounts what" in str(
            refused.value
        )
        assert refused.value.error.hint
        assert (await docker.picture()).container(made) is None, what


async def test_what_was_allowed_to_reach_the_host_does(docker: Engine, lab: Lab) -> None:
    flags = sources(lab)["a container that binds"]
    outcome = await docker.run(reading(lab, "run", flags), ALLOWED)
    assert (outcome.exit_code, outcome.stdout) == (0, "/x/passwd\n")


async def test_what_docker_keeps_itself_is_anybodys(docker: Engine, lab: Lab) -> None:
    volume, memory = lab.volume("data"), {"/tmp/memory": ""}  # noqa: S108 - in a container
    kept = {"Binds": [f"{volume}:/x"], "Tmpfs": memory}
    plain = lab.make("plain", start=False, HostConfig=kept)
    for flags in (f"--volumes-from {plain}", f"-v {volume}:/x", f"-v {lab.name('new')}:/x"):
        outcome = await docker.run(reading(lab, "run", f"--rm {flags}"), Errand())
        assert outcome.exit_code == 1, outcome
        assert "No such file" in outcome.stderr, outcome
    lab.real.call("DELETE", f"/volumes/{lab.name('new')}")


async def test_a_container_that_is_not_there_is_told_as_the_engine_tells_it(
    docker: Engine, lab: Lab
) -> None:
    outcome = await docker.run(reading(lab, "create", f"--volumes-from {lab.name('none')}"))
    assert outcome.exit_code == 1
    assert f"No such container: {lab.name('none')}" in outcome.stderr


async def test_the_picture_says_what_mounts_the_host(docker: Engine, lab: Lab) -> None:
    made = sources(lab)
    plain = lab.make("plain", start=False, HostConfig={"Binds": [f"{lab.volume('data')}:/x"]})
    picture = await docker.picture()
    names = [lab.name("agent"), lab.name("user"), plain]
    found = [picture.container(name) for name in names]
    assert made
    assert [each and each.host_mounts for each in found] == [True, True, False]
    assert {each.name: each.host for each in picture.volumes if lab.suffix in each.name} == {
        lab.name("etc"): True,
        lab.name("data"): False,
    }
