"""What changes and removes containers for good: update, commit, rm, prune, as docker's CLI does."""

import shlex
from typing import Any

import pytest

from contracts.docker.parse import parse_argv
from runtime.adapters.docker import Engine
from tests.adapters.conftest import Lab
from tests.adapters.docker import likeness
from tests.adapters.docker.cli import Cli, Said, at_once, ours

pytestmark = pytest.mark.docker

UPDATE = [
    "update --memory 64m --memory-swap 128m --cpus 0.5 --pids-limit 40 {0}",
    "update --restart on-failure:2 --cpu-shares 256 {0}",
    "update --memory-reservation 32m --cpuset-cpus 0 --restart no {0} nobody-there",
    "update --cpu-period 1 {0}",
]
REMOVE = [
    "rm {0}",
    "rm -f nobody-there",
    "rm nobody-there {1} /{2}",
    "rm -f -v {0}",
    "rm --link nobody/there",
]
COMMIT = [
    "commit {0}",
    "commit -p=false -a 'Somebody <some@example.com>' -m 'a message' {0} acg-made-{1}:two",
    "commit -c 'ENV A=b' -c 'CMD [\"true\"]' -c 'LABEL own=1' {0} acg-made-{1}",
    "commit -c 'NONSENSE a' {0}",
    "commit nobody-there",
]


async def test_update_changes_what_the_cli_changes(cli: Cli, docker: Engine, lab: Lab) -> None:
    x, y = lab.make("x"), lab.make("y")
    for line in UPDATE:
        theirs, our = await twice(cli, docker, line, [x], [y])
        assert likeness.words(our, cli, y) == likeness.words(theirs, cli, x)
        assert lab.inspect(y)["HostConfig"] == lab.inspect(x)["HostConfig"]
    assert lab.inspect(y)["HostConfig"]["Memory"] == 64 * 1024 * 1024


async def test_rm_removes_what_the_cli_removes(cli: Cli, docker: Engine, lab: Lab) -> None:
    """First of each is a container that runs, then two that ended."""
    names: dict[str, list[str]] = {}
    for side in "xy":
        running = lab.make(side, HostConfig={"Binds": []}, Volumes={"/anonymous": {}})
        names[side] = [running, *(lab.make(f"{side}-{word}", start=False) for word in "ab")]
    for line in REMOVE:
        theirs, our = await twice(cli, docker, line, names["x"], names["y"])
        said = [likeness.words(theirs, cli, *names["x"]), likeness.words(our, cli, *names["y"])]
        assert said[1] == said[0]
        assert left(lab, names["y"]) == left(lab, names["x"])
    assert left(lab, names["y"]) == [False, False, False]


async def test_commit_makes_what_the_cli_makes(cli: Cli, docker: Engine, lab: Lab) -> None:
    name = lab.make("web", Env=["MODE=prod"], labels={"tier": "front"})
    made = []
    try:
        for line in COMMIT:
            words = shlex.split(line.format(name, lab.suffix))
            pair = cli(*words), await ours(docker, parse_argv(["docker", *words]))
            made += [said.out.strip() for said in pair if said.code == 0]
            assert likeness.words(pair[1], cli) == likeness.words(pair[0], cli)
        for theirs, our in zip(made[::2], made[1::2], strict=True):
            assert image(lab, our) == image(lab, theirs)
    finally:
        for each in reversed(made):
            lab.real.call("DELETE", f"/images/{each}", query={"force": "1"})
    assert len(made) == 6


async def test_container_prune_removes_what_the_cli_removes(
    cli: Cli, docker: Engine, lab: Lab
) -> None:
    names: dict[str, list[str]] = {side: [] for side in "xy"}
    for side, made in names.items():
        for word in ("a", "b"):
            made.append(lab.finished(f"{side}-{word}", "true", labels={"side": side}))
        made.append(lab.make(f"{side}-running", labels={"side": side}))
    line = ["container", "prune", "--force", "--filter", f"label={lab.label}", "--filter"]
    for last in (("label=side={}", "--filter", "until=1h"), ("label=side={}",)):
        words = [[*line, *(word.format(side) for word in last)] for side in "xy"]
        theirs = cli(*words[0])  # one after the other: an engine prunes once at a time
        our = await ours(docker, parse_argv(["docker", *words[1]]))
        assert likeness.words(our, cli) == likeness.words(theirs, cli)
    assert "Deleted Containers:\n#\n#\n\n" in likeness.words(our, cli).out
    assert left(lab, names["y"]) == left(lab, names["x"]) == [False, False, True]


async def twice(
    cli: Cli, docker: Engine, line: str, theirs: list[str], our: list[str]
) -> tuple[Said, Said]:
    """Let docker's CLI do a line to its objects and us to ours, at once."""
    one, other = (shlex.split(line.format(*names)) for names in (theirs, our))
    return await at_once(cli, tuple(one), docker, parse_argv(["docker", *other]))


def left(lab: Lab, names: list[str]) -> list[bool]:
    """Say which containers are still there."""
    listed = lab.real.json("GET", "/containers/json", query={"all": "1"})
    there = {name.removeprefix("/") for each in listed for name in each["Names"]}
    return [name in there for name in names]


def image(lab: Lab, identifier: str) -> Any:
    """Return what an image says of itself."""
    found = lab.real.json("GET", f"/images/{identifier}/json")
    return {key: found[key] for key in ("Author", "Comment", "Config", "Os", "Architecture")}
