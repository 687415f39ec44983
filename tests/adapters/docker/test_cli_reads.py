"""What else only reads: what docker's own CLI prints, the adapter does too."""

import re
from functools import partial

import pytest

from contracts.docker.operations import Diff, Info, Logs, Port, Stats, Top, Version
from runtime.adapters.docker import Engine
from tests.adapters.conftest import Lab
from tests.adapters.docker.cli import Cli, assert_same, at_once, ours

pytestmark = pytest.mark.docker

_STATS_JSON = partial(Stats, format="json", no_trunc=True)


async def test_logs_are_split_and_selected_as_by_the_cli(
    cli: Cli, docker: Engine, lab: Lab, shop: dict[str, str]
) -> None:
    lines = lab.finished("lines", "sh", "-c", "for i in 1 2 3 4 5; do echo $i; done; echo x >&2")
    tty = lab.finished("tty", "sh", "-c", "echo hello; echo bad >&2", Tty=True)
    for line, operation in (
        ((shop["job"],), Logs(container=shop["job"])),
        ((lines,), Logs(container=lines)),
        (("--tail", "2", lines), Logs(container=lines, tail=2)),
        (("--tail", "0", lines), Logs(container=lines, tail=0)),
        (("-t", lines), Logs(container=lines, timestamps=True)),
        (("--details", lines), Logs(container=lines, details=True)),
        (("--since", "1h", lines), Logs(container=lines, since="1h")),
        (("--until", "1h", lines), Logs(container=lines, until="1h")),
        (("--since", "2001-01-01", lines), Logs(container=lines, since="2001-01-01")),
        (("--since", "yesterday", lines), Logs(container=lines, since="yesterday")),
        ((tty,), Logs(container=tty)),
        (("acg-none",), Logs(container="acg-none")),
        ((shop["new"],), Logs(container=shop["new"])),
    ):  # fmt: skip
        await assert_same(cli, docker, ("logs", *line), operation)


async def test_top_port_and_diff_print_what_the_cli_prints(
    cli: Cli, docker: Engine, lab: Lab, shop: dict[str, str]
) -> None:
    web = shop["web"]
    changed = lab.finished("changed", "sh", "-c", "echo 1 > /tmp/new; rm /etc/passwd")
    many = lab.make(
        "many",
        ExposedPorts={f"{port}/tcp": {} for port in (9, 10, 100)},
        HostConfig={"PortBindings": {f"{p}/tcp": [{"HostIp": "127.0.0.1"}] for p in (9, 10, 100)}},
    )
    for line, operation in (
        (("top", web), Top(container=web)),
        (("top", web, "-o", "pid,args"), Top(container=web, ps_args=("-o", "pid,args"))),
        (("top", shop["job"]), Top(container=shop["job"])),
        (("top", web, "--bogus"), Top(container=web, ps_args=("--bogus",))),
        (("port", web), Port(container=web)),
        (("port", many), Port(container=many)),
        (("port", web, "80"), Port(container=web, private_port="80")),
        (("port", web, "80/tcp"), Port(container=web, private_port="80/tcp")),
        (("port", web, "81"), Port(container=web, private_port="81")),
        (("port", web, "http"), Port(container=web, private_port="http")),
        (("port", web, "99999"), Port(container=web, private_port="99999")),
        (("port", shop["new"]), Port(container=shop["new"])),
        (("port", "acg-none"), Port(container="acg-none")),
        (("diff", web), Diff(container=web)),
        (("diff", "acg-none"), Diff(container="acg-none")),
    ):
        await assert_same(cli, docker, line, operation)
    theirs, our = cli("diff", changed), await ours(docker, Diff(container=changed))
    # The engine says them in no order.
    assert sorted(our.out.splitlines()) == sorted(theirs.out.splitlines())


@pytest.mark.slow
async def test_stats_has_the_columns_of_the_cli(
    cli: Cli, docker: Engine, shop: dict[str, str]
) -> None:
    """Two readings never agree in their numbers: the engine itself takes them a second apart."""
    web, job = shop["web"], shop["job"]
    measured = re.compile(r"\d[\d.]*([kKMG]?i?B|%)")
    for line, operation in (
        ((web, job), Stats(containers=(web, job))),
        (("--format", "json", "--no-trunc", web), _STATS_JSON(containers=(web,))),
        ((web, "acg-none"), Stats(containers=(web, "acg-none"))),
    ):
        theirs, our = await at_once(cli, ("stats", "--no-stream", *line), docker, operation)
        assert (our.code, our.err) == (theirs.code, theirs.err)
        if not cli.old(line):
            assert measured.sub("#", our.out).split() == measured.sub("#", theirs.out).split()


async def test_version_and_info_say_of_the_server_what_the_cli_says(
    cli: Cli, docker: Engine, shop: dict[str, str]
) -> None:
    assert shop["web"]
    for verb, operation in (("version", Version()), ("info", Info())):
        theirs, our = cli(verb), await ours(docker, operation)
        assert our.out.startswith("Client: AI Command Gateway\n")
        marker = "\nServer:"
        served, expected = (said.out.partition(marker)[2] for said in (our, theirs))
        # The CLI goes over a map here, in no order.
        runtimes = re.compile(r"(?<= Runtimes: ).*")
        mine, theirs_too = (_sorted(runtimes, text) for text in (served, expected))
        assert set(mine.splitlines()) <= set(theirs_too.splitlines())
        assert mine == theirs_too or cli.old((verb,))
        assert (our.code, our.err) == (theirs.code, theirs.err)
    for line, wanted in (
        (("version", "--format", "{{.Server.Version}}"), Version(format="{{.Server.Version}}")),
        (
            ("version", "--format", "{{range .Server.Components}}{{.Name}} {{end}}"),
            Version(format="{{range .Server.Components}}{{.Name}} {{end}}"),
        ),
        (
            ("info", "--format", "{{.ServerVersion}} {{.Driver}} {{.DriverStatus}} {{.ID}}"),
            Info(format="{{.ServerVersion}} {{.Driver}} {{.DriverStatus}} {{.ID}}"),
        ),
    ):
        await assert_same(cli, docker, line, wanted)


def _sorted(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: " ".join(sorted(found[0].split())), text)
