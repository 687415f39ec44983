"""Volumes: the adapter says and does what docker's own CLI says and does."""

import re
from collections.abc import Iterator

import pytest

from contracts.docker.errand import Errand
from contracts.docker.operations import (
    Filter,
    Setting,
    VolumeCreate,
    VolumeLs,
    VolumePrune,
    VolumeRm,
)
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine
from scripts.engine import api
from tests.adapters.conftest import Lab, opened_lab
from tests.adapters.docker.cli import Cli, assert_same, ours

pytestmark = pytest.mark.docker

# From this API on an engine tells anonymous volumes from named ones.
TELLS = (1, 42)

LISTS: list[tuple[tuple[str, ...], dict[str, object]]] = [
    ((), {}),
    (("-q",), {"quiet": True}),
    (("--format", "json"), {"format": "json"}),
    (("--format", "raw"), {"format": "raw"}),
    (("-q", "--format", "raw"), {"quiet": True, "format": "raw"}),
    (("--format", "{{.Name}} {{.Scope}}"), {"format": "{{.Name}} {{.Scope}}"}),
    (
        ("--format", 'table {{.Name}}\t{{.Label "acg.test"}}\t{{.Links}}\t{{.Size}}'),
        {"format": 'table {{.Name}}\t{{.Label "acg.test"}}\t{{.Links}}\t{{.Size}}'},
    ),
]


@pytest.fixture(scope="module")
def two(engine: api.Engine, busybox: str) -> Iterator[Lab]:
    """Make two volumes, whose names sort by number and not by letter; tests only read them."""
    with opened_lab(engine, busybox) as lab:
        for word in ("v10", "v9"):
            lab.volume(word)
        yield lab


@pytest.mark.parametrize(("flags", "fields"), LISTS, ids=[" ".join(flags) for flags, _ in LISTS])
async def test_volume_ls_prints_what_the_cli_prints(
    cli: Cli, docker: Engine, two: Lab, flags: tuple[str, ...], fields: dict[str, object]
) -> None:
    filters = (Filter(key="label", value=two.label),)
    line = ("volume", "ls", *flags, "--filter", f"label={two.label}")
    await assert_same(cli, docker, line, VolumeLs.model_validate({**fields, "filters": filters}))


@pytest.mark.parametrize(
    ("key", "value"), [("driver", "acg-none"), ("dangling", "bogus"), ("bogus", "1")]
)
async def test_filters_of_volumes_are_the_engines_own(
    cli: Cli, docker: Engine, key: str, value: str
) -> None:
    line = ("volume", "ls", "--filter", f"{key}={value}")
    await assert_same(cli, docker, line, VolumeLs(filters=(Filter(key=key, value=value),)))


async def test_a_volume_is_made_as_the_cli_makes_it(cli: Cli, docker: Engine, lab: Lab) -> None:
    options = ("type=tmpfs", "device=tmpfs", "o=size=1m")
    flags = [word for option in options for word in ("--opt", option)]
    one, other = lab.name("x"), lab.name("y")
    theirs = cli("volume", "create", *flags, "--label", lab.label, "--label", "tier", one)
    settings = tuple(Setting(key=o.partition("=")[0], value=o.partition("=")[2]) for o in options)
    labels = (Setting(key="acg.test", value=lab.suffix), Setting(key="tier", value=""))
    our = await ours(docker, VolumeCreate(name=other, options=settings, labels=labels))
    assert (our.code, our.err) == (theirs.code, theirs.err)
    assert (our.out, theirs.out) == (f"{other}\n", f"{one}\n")
    made, expected = (lab.real.json("GET", f"/volumes/{name}") for name in (other, one))
    for key in ("Driver", "Labels", "Options", "Scope"):
        assert made[key] == expected[key]


async def test_a_volume_without_a_name_gets_one_and_bears_the_commands_labels(
    docker: Engine, lab: Lab
) -> None:
    outcome = await docker.run(VolumeCreate(), Errand(labels={"acg.test": lab.suffix}))
    name = outcome.stdout.strip()
    assert re.fullmatch("[0-9a-f]{64}", name)
    assert lab.real.json("GET", f"/volumes/{name}")["Labels"]["acg.test"] == lab.suffix


async def test_what_no_volume_can_be_is_refused_as_by_the_cli(cli: Cli, docker: Engine) -> None:
    await assert_same(
        cli,
        docker,
        ("volume", "create", "--opt", "bogus=1", "acg-x"),
        VolumeCreate(name="acg-x", options=(Setting(key="bogus", value="1"),)),
    )


@pytest.mark.parametrize("force", [False, True])
async def test_volume_rm_goes_on_after_a_failure_as_the_cli_does(
    cli: Cli,
    docker: Engine,
    lab: Lab,
    force: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    used = lab.volume("used")
    lab.make("user", start=False, HostConfig={"Binds": [f"{used}:/data"]})
    names = {side: [lab.volume(f"{side}1"), lab.volume(f"{side}2")] for side in "xy"}
    flags = ("--force",) if force else ()
    theirs = cli("volume", "rm", *flags, names["x"][0], "acg-none", used, names["x"][1])
    asked = (names["y"][0], "acg-none", used, names["y"][1])
    our = await ours(docker, VolumeRm(volumes=asked, force=force))
    assert (our.code, our.out.replace("-y", "-x")) == (theirs.code, theirs.out)
    assert our.err == theirs.err or cli.old(("acg-none",))
    left = {each["Name"] for each in lab.real.json("GET", "/volumes")["Volumes"]}
    assert used in left
    assert not left & {*names["x"], *names["y"]}


async def test_volume_prune_of_all_removes_what_the_cli_removes(
    cli: Cli, docker: Engine, lab: Lab
) -> None:
    used = lab.volume("used")
    lab.make("user", start=False, HostConfig={"Binds": [f"{used}:/data"]})
    mine = (Filter(key="label", value=lab.label),)
    # An engine that knows no --all has no other prune than that of all.
    tells = await _api(docker, lab) >= TELLS
    every = ("--all",) if tells else ()
    one = lab.volume("x")
    theirs = cli("volume", "prune", *every, "--force", "--filter", f"label={lab.label}")
    other = lab.volume("y")
    our = await ours(docker, VolumePrune(all=True, filters=mine))
    assert (our.code, our.out.replace(other, one), our.err) == (
        theirs.code,
        theirs.out,
        theirs.err,
    )
    assert f"Deleted Volumes:\n{one}\n\nTotal reclaimed space: 0B\n" == theirs.out
    left = {each["Name"] for each in lab.real.json("GET", "/volumes")["Volumes"]}
    assert used in left
    assert not left & {one, other}


async def test_a_prune_of_anonymous_volumes_never_takes_named_ones(
    docker: Engine, lab: Lab
) -> None:
    """An engine that cannot tell them is not asked; one that can, takes those without a name."""
    named = lab.volume("named")
    asked = VolumePrune(filters=(Filter(key="label", value=lab.label),))
    if await _api(docker, lab) >= TELLS:
        assert (await docker.run(asked)).stdout == "Total reclaimed space: 0B\n"
    else:
        with pytest.raises(RefusedError) as refused:
            await docker.run(asked)
        assert refused.value.error.code is Code.UNSUPPORTED_COMMAND
        assert "--all" in refused.value.error.hint
    assert named in {each["Name"] for each in lab.real.json("GET", "/volumes")["Volumes"]}


async def _api(docker: Engine, lab: Lab) -> tuple[int, ...]:
    await docker.run(VolumeLs(filters=(Filter(key="label", value=lab.label),)))
    version = lab.real.json("GET", "/version")["ApiVersion"]
    return tuple(map(int, version.split(".")))
