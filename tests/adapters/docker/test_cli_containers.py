"""What makes, runs and removes containers: the adapter says and does what docker's CLI does."""

import json
import shlex
from typing import Any

import pytest

from contracts.docker.parse import parse_argv
from runtime.adapters.docker import Engine
from tests.adapters.conftest import Lab
from tests.adapters.docker import likeness
from tests.adapters.docker.cli import Cli, Said, at_once

pytestmark = pytest.mark.docker

CREATED = [
    "create {image} true",
    "create -e A=1 -e B=2 -w /tmp -u 1000 -l a=b --hostname h {image} sh -c 'echo $A'",
    "create -p 127.0.0.1::80 -p 127.0.0.1::53/udp --expose 100 {image}",
    "create --memory 64m --memory-swap 128m --cpus 0.5 --cpu-shares 512 --pids-limit 50 {image}",
    "create --restart on-failure:3 --stop-signal SIGINT --stop-timeout 3 --init {image}",
    "create --cap-add NET_ADMIN --cap-drop ALL --security-opt no-new-privileges {image}",
    "create --health-cmd true --health-interval 5s --health-retries 2 {image}",
    "create --no-healthcheck --dns 8.8.8.8 --add-host a:10.0.0.1 --log-opt max-size=1m {image}",
    "create --entrypoint '' --privileged --pid host --ipc host --uts host {image} true",
    "create --network none --dns 127.0.0.1 -it {image}",
    (
        "create --mount type=tmpfs,dst=/t,tmpfs-size=1m -v /anonymous --oom-score-adj 100"
        " --tmpfs /run:size=1m --shm-size 32m --read-only --ulimit nofile=64:128 {image}"
    ),
    "create --network nowhere {image}",
    "create --pull never acg-none:1",
]
RUN = [
    "run {image} sh -c 'echo out; echo err >&2; exit 3'",
    "run --rm {image} echo gone",
    "run -t {image} sh -c 'echo on a terminal; exit 2'",
    "run -i {image} sh -c 'wc -c; echo done'",
    "run -a stderr {image} sh -c 'echo out; echo err >&2; exit 4'",
    "run --rm {image} acg-no-such-program",
    "run {image} /etc",
    "run -d {image} sleep 600",
    "run -d --rm {image} sleep 600",
    "run --network nowhere {image} true",
    "run --pull never acg-none:1",
]


@pytest.mark.parametrize("line", CREATED)
async def test_create_makes_what_the_cli_makes(
    cli: Cli, docker: Engine, lab: Lab, line: str
) -> None:
    theirs, our = await both(cli, docker, lab, line)
    assert our == theirs
    assert left(lab, "y") == left(lab, "x")


@pytest.mark.parametrize("line", RUN)
async def test_run_says_and_does_what_the_cli_does(
    cli: Cli, docker: Engine, lab: Lab, line: str
) -> None:
    theirs, our = await both(cli, docker, lab, line)
    assert our == theirs
    assert left(lab, "y") == left(lab, "x")


async def both(cli: Cli, docker: Engine, lab: Lab, line: str) -> tuple[Said, Said]:
    """Let docker's CLI make one container and us another, at once; return what each said."""
    x, y = (_named(line, lab, word) for word in ("x", "y"))
    theirs, our = await at_once(cli, tuple(x), docker, parse_argv(["docker", *y]))
    return (
        likeness.words(theirs, cli, lab.name("x")),
        likeness.words(our, cli, lab.name("y")),
    )


def _named(line: str, lab: Lab, word: str) -> list[str]:
    verb, *rest = shlex.split(line.format(image=lab.image))
    return [verb, "--name", lab.name(word), "--label", lab.label, *rest]


def left(lab: Lab, word: str) -> Any:
    """Return what is left of a container: how it is configured, and how it ended."""
    query = {"all": "1", "filters": json.dumps({"name": {lab.name(word): True}})}
    if not lab.real.json("GET", "/containers/json", query=query):
        return None
    found = lab.inspect(lab.name(word))
    state = found["State"]
    return likeness.container(found), state["Status"], state["ExitCode"]
