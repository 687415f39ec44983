"""What changes containers: the adapter says and does what docker's own CLI says and does."""

import re
from collections.abc import Callable

import pytest

from contracts.docker.operations import (
    Kill,
    Operation,
    Pause,
    Rename,
    Restart,
    Start,
    Stop,
    Unpause,
    Wait,
)
from runtime.adapters.docker import Engine
from tests.adapters.conftest import Lab
from tests.adapters.docker.cli import Cli, Said, assert_same, at_once, ours

pytestmark = pytest.mark.docker

_ID = re.compile(r"\b[0-9a-f]{64}\b")

CHANGES: list[tuple[str, Callable[..., Operation], str]] = [
    ("start", Start, "created"),
    ("start", Start, "started"),
    ("stop", Stop, "started"),
    ("stop", Stop, "created"),
    ("restart", Restart, "started"),
    ("restart", Restart, "created"),
    ("pause", Pause, "started"),
    ("pause", Pause, "created"),
    ("unpause", Unpause, "started"),
    ("kill", Kill, "started"),
    ("kill", Kill, "created"),
]


@pytest.mark.parametrize(("verb", "operation", "state"), CHANGES)
async def test_a_change_says_and_does_what_the_cli_does(
    cli: Cli,
    docker: Engine,
    lab: Lab,
    verb: str,
    operation: Callable[..., Operation],
    state: str,
) -> None:
    """Each has a container of its own; between the two stands one that does not exist."""
    names = [
        lab.make(f"{word}-{who}", start=state == "started") for who in "xy" for word in ("a", "b")
    ]
    theirs, our = names[:2], names[2:]
    said, mine = await at_once(
        cli,
        (verb, theirs[0], "acg-none", theirs[1]),
        docker,
        operation(containers=(our[0], "acg-none", our[1])),
    )
    assert _blank(mine, lab) == _blank(said, lab)
    for one, other in zip(theirs, our, strict=True):
        seen, expected = lab.inspect(other)["State"], lab.inspect(one)["State"]
        assert (seen["Status"], seen["ExitCode"]) == (expected["Status"], expected["ExitCode"])


def _blank(said: Said, lab: Lab) -> Said:
    """Take out what differs by necessity: ids, and the letter of who did it."""
    out, err = (
        re.sub(rf"(acg-[ab])-[xy](-{lab.suffix})", r"\1\2", _ID.sub("#", text))
        for text in (said.out, said.err)
    )
    return Said(said.code, out, err)


async def test_rename_says_what_the_cli_says(cli: Cli, docker: Engine, lab: Lab) -> None:
    lab.make("x", start=False)
    lab.make("y", start=False)
    for old, new in (("none", "new"), ("x", "bad name"), ("x", "x2")):
        theirs = cli("rename", lab.name(old), lab.name(new))
        mine = [lab.name(word.replace("x", "y")) for word in (old, new)]
        our = await ours(docker, Rename(container=mine[0], name=mine[1]))
        texts = (text.replace("-y", "-x") for text in (our.out, our.err))
        assert Said(our.code, *texts) == theirs
    assert lab.inspect(lab.name("y2"))["Id"] != lab.inspect(lab.name("x2"))["Id"]


async def test_wait_says_what_the_cli_says(cli: Cli, docker: Engine, lab: Lab) -> None:
    done = lab.finished("done", "sh", "-c", "exit 7")
    names = (done, "acg-none", done)
    await assert_same(cli, docker, ("wait", *names), Wait(containers=names))
