"""Whatever docker's own CLI prints and returns on this engine, the adapter does too."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from contracts.docker.operations import (
    Diff,
    Filter,
    Images,
    Info,
    Inspect,
    Kill,
    Logs,
    Operation,
    Pause,
    Port,
    Ps,
    Rename,
    Restart,
    Start,
    Stats,
    Stop,
    Top,
    Unpause,
    Version,
    Wait,
)
from runtime.adapters.docker import Engine
from scripts.engine import api
from tests.adapters.conftest import Lab, opened_lab

pytestmark = pytest.mark.docker

_STATS_JSON = partial(Stats, format="json", no_trunc=True)
_ID = re.compile(r"\b[0-9a-f]{64}\b")
_TRIES = 4


@dataclass(frozen=True)
class Said:
    """What a program printed and returned."""

    code: int
    out: str
    err: str


Cli = Callable[..., Said]


@pytest.fixture
def cli(engine: api.Engine, tmp_path: Path) -> Cli:
    """Give docker's CLI with a configuration of its own, on the same engine."""
    program = shutil.which("docker")
    if program is None:
        pytest.skip("docker: there is no docker CLI on PATH to compare with")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    version = re.search(r"(\d+)\.", said.stdout)
    if version is None or int(version[1]) < 27:
        pytest.skip(f"docker: the CLI is older than what the adapter follows: {said.stdout}")
    environment = os.environ | {
        "DOCKER_HOST": engine.address.host,
        "DOCKER_CONFIG": str(tmp_path),
    }

    def run(*arguments: str) -> Said:
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            check=False,
            env=environment,
            timeout=30,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


async def ours(docker: Engine, operation: Operation) -> Said:
    outcome = await docker.run(operation)
    return Said(outcome.exit_code, outcome.stdout, outcome.stderr)


async def at_once(
    cli: Cli, line: tuple[str, ...], docker: Engine, operation: Operation
) -> tuple[Said, Said]:
    """Let both run at the same time; return what the CLI said, then what we did."""
    theirs, our = await asyncio.gather(asyncio.to_thread(cli, *line), ours(docker, operation))
    return theirs, our


async def assert_same(
    cli: Cli, docker: Engine, line: tuple[str, ...], operation: Operation
) -> None:
    """Compare; where the CLI itself says another thing a moment later, compare again."""
    for _ in range(_TRIES):
        before, our = cli(*line), await ours(docker, operation)
        if our == before:
            return
        after = cli(*line)
        if before == after:
            assert our == after
    pytest.fail(f"docker {' '.join(line)} never said the same twice: {before} {after}")


@pytest.fixture(scope="module")
def shop(engine: api.Engine, busybox: str) -> Iterator[dict[str, str]]:
    """Make one container of each kind that a list may show; tests read them, and no more."""
    with opened_lab(engine, busybox) as lab:
        volume = f"acg-{lab.suffix}-a-volume-with-a-long-name"
        yield {
            "label": lab.label,
            "volume": volume,
            "web": lab.make(
                "web",
                labels={"tier": "front", "odd": "<a>&b"},
                Env=["MODE=prod"],
                ExposedPorts={"80/tcp": {}, "7000/udp": {}, "9001/tcp": {}, "9000/tcp": {}},
                HostConfig={
                    "PortBindings": {
                        "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}],
                        "9000/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}],
                    },
                    "Binds": [f"{volume}:/data"],
                },
            ),
            "job": lab.finished("job", "sh", "-c", "echo out; echo error >&2; exit 3"),
            "new": lab.make("new", "sh", "-c", 'echo "quoted"\techo 日本語の長い名前', start=False),
            "sick": lab.make(
                "sick", Healthcheck={"Test": ["CMD", "false"], "Interval": 10**9, "Retries": 1}
            ),
        }


LISTS: list[tuple[tuple[str, ...], dict[str, object]]] = [
    ((), {}),
    (("-a",), {"all": True}),
    (("-aq",), {"all": True, "quiet": True}),
    (("-a", "--no-trunc"), {"all": True, "no_trunc": True}),
    (("-as",), {"all": True, "size": True}),
    (("-n", "2"), {"last": 2}),
    (("-a", "--format", "json"), {"all": True, "format": "json"}),
    (("-a", "--format", "{{json .}}"), {"all": True, "format": "{{json .}}"}),
    (("-a", "--format", "raw"), {"all": True, "format": "raw"}),
    (("-a", "--format", "table"), {"all": True, "format": "table"}),
    (("-aq", "--format", "json"), {"all": True, "quiet": True, "format": "json"}),
    *[
        (("-a", "--format", form), {"all": True, "format": form})
        for form in (
            "{{.Names}}",
            r"{{.ID}}\t{{.Image}}",
            "table {{.Names}}\t{{.Ports}}",
            r"table {{.ID}}\t{{.Names}}\t{{.Label \"tier\"}}\t{{.Size}}".replace('\\"', '"'),
            '{{.Label "tier"}}|{{.Labels}}|{{.Mounts}}|{{.LocalVolumes}}|{{.Networks}}',
            "{{.Names | upper}} {{lower .Image}} {{truncate .ID 4}} {{json .Ports}}",
            '{{if eq .State "running"}}{{.Names}} up{{else}}{{.Names}} {{.State}}{{end}}',
            '{{range $i, $p := split .Names "-"}}{{if $i}}/{{end}}{{$p}}{{end}}',
            "table {{upper .Names}}\t{{.CreatedAt}}\t{{.RunningFor}}\t{{.Status}}",
            '{{printf "%-30s|%5s" .Names .State}}{{with .Ports}} {{len .}}{{end}}',
            "no fields at all",
        )
    ],
]


@pytest.mark.parametrize(("flags", "fields"), LISTS, ids=[" ".join(flags) for flags, _ in LISTS])
async def test_ps_prints_what_the_cli_prints(
    cli: Cli,
    docker: Engine,
    shop: dict[str, str],
    flags: tuple[str, ...],
    fields: dict[str, object],
) -> None:
    mine = () if "-n" in flags else ("--filter", f"label={shop['label']}")
    filters = [Filter(key="label", value=shop["label"])] if mine else []
    operation = Ps.model_validate({**fields, "filters": filters})
    await assert_same(cli, docker, ("ps", *flags, *mine), operation)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "exited"),
        ("exited", "3"),
        ("health", "unhealthy"),
        ("name", "acg-"),
        ("volume", "/data"),
        ("bogus", "1"),
        ("status", "bogus"),
    ],
)
async def test_filters_are_the_engines_own(
    cli: Cli, docker: Engine, shop: dict[str, str], key: str, value: str
) -> None:
    both = [Filter(key="label", value=shop["label"]), Filter(key=key, value=value)]
    line = ("ps", "-a", "--filter", f"label={shop['label']}", "--filter", f"{key}={value}")
    await assert_same(cli, docker, line, Ps(all=True, filters=tuple(both)))


IMAGES: list[tuple[tuple[str, ...], dict[str, object]]] = [
    ((), {}),
    (("-a",), {"all": True}),
    (("-q",), {"quiet": True}),
    (("--no-trunc",), {"no_trunc": True}),
    (("--digests",), {"digests": True}),
    (("--format", "json"), {"format": "json"}),
    (("--format", "raw"), {"format": "raw"}),
    (("--format", "{{.Repository}} {{.Size}}"), {"format": "{{.Repository}} {{.Size}}"}),
    (("--format", "table {{.ID}}\t{{.Digest}}"), {"format": "table {{.ID}}\t{{.Digest}}"}),
    (("acg-nothing-of-this-name",), {"reference": "acg-nothing-of-this-name"}),
    (("ls",), {"reference": "ls"}),
    (("--filter", "dangling=true"), {"filters": [Filter(key="dangling", value="true")]}),
]  # fmt: skip


@pytest.mark.parametrize(("flags", "fields"), IMAGES, ids=[" ".join(flags) for flags, _ in IMAGES])
async def test_images_prints_what_the_cli_prints(
    cli: Cli, docker: Engine, flags: tuple[str, ...], fields: dict[str, object]
) -> None:
    await assert_same(cli, docker, ("images", *flags), Images.model_validate(fields))


FORMATS = (
    "{{.Id}}",
    "{{.ID}} {{.Name}} {{.State.Status}}",
    "{{.State.Running}} {{.State.Pid}} {{.State.ExitCode}} {{.RestartCount}}",
    "{{.Config.Cmd}} {{.Config.Env}} {{.Config.Entrypoint}} {{.Config.Labels}}",
    "{{json .Config.Labels}}{{json .Config.ExposedPorts}}{{json .HostConfig.Binds}}",
    '{{index .Config.Labels "tier"}}|{{index .Config.Labels "none"}}|{{.Config.Labels.none}}',
    "{{range .Mounts}}{{.Type}} {{.Name}} -> {{.Destination}}{{println}}{{end}}",
    "{{range .NetworkSettings.Ports}}{{with .}}{{(index . 0).HostIp}}{{else}}-{{end}}{{end}}",
    '{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}',
    "{{range $name, $net := .NetworkSettings.Networks}}{{$name}}={{$net.IPAddress}}{{end}}",
    "{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}",
    "{{.State.Health.Status}}",
    "{{.NoSuchField}}",
    "{{.HostConfig.NanoCPUs}} {{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}",
    '{{join .Config.Cmd " "}} {{len .Mounts}} {{title .State.Status}} {{printf "%q" .Name}}',
    "{{with .State}}{{if and .Running (not .Paused)}}up since {{.StartedAt}}{{end}}{{end}}",
    "{{- /* nothing */ -}}  {{ .Name }}  {{- .Path }}",
    "{{.HostConfig.CapAdd}} {{.HostConfig.Init}} {{.Config.Volumes}} {{.Config.StopSignal}}",
    '{{slice .Id 0 12}}{{if or (eq .Path "sleep" "sh") false}} ok{{end}}',
    "{{.Config.ExposedPorts}}",
    "{{.HostConfig.RestartPolicy}} {{.Mounts}} {{.SizeRw}} {{.Config.Healthcheck}}",
    "{{.Name.Foo}}",
    "{{(index .Config.Cmd 9)}}",
    '{{printf "%s" .State.ExitCode}}',
)


@pytest.mark.parametrize("form", FORMATS)
async def test_inspect_reads_templates_as_the_cli_does(
    cli: Cli, docker: Engine, shop: dict[str, str], form: str
) -> None:
    line = ("inspect", "--format", form, shop["web"])
    await assert_same(cli, docker, line, Inspect(targets=(shop["web"],), format=form))


async def test_inspect_prints_the_whole_object(
    cli: Cli, docker: Engine, shop: dict[str, str], busybox: str
) -> None:
    web, volume = shop["web"], shop["volume"]
    for line, operation in (
        ((web, shop["job"]), Inspect(targets=(web, shop["job"]))),
        (("--format", "json", web), Inspect(targets=(web,), format="json")),
        (("--size", web, busybox), Inspect(targets=(web, busybox), size=True)),
        ((web, "acg-none"), Inspect(targets=(web, "acg-none"))),
        (("acg-none",), Inspect(targets=("acg-none",))),
        (("--format", "{{.Name}}", "acg-none"), Inspect(targets=("acg-none",), format="{{.Name}}")),
        ((volume,), Inspect(targets=(volume,))),
        (("bridge",), Inspect(targets=("bridge",))),
        (
            ("--type", "network", "bridge"),
            Inspect(targets=("bridge",), type="network", verbose=True),
        ),
        ((busybox,), Inspect(targets=(busybox,))),
        (("--type", "image", web), Inspect(targets=(web,), type="image")),
        (("--type", "network", web), Inspect(targets=(web,), type="network")),
        (("--type", "volume", web), Inspect(targets=(web,), type="volume")),
        (("--type", "container", "acg-none"), Inspect(targets=("acg-none",), type="container")),
    ):
        await assert_same(cli, docker, ("inspect", *line), operation)


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
    measured = re.compile(r"\d[\d.]*([kMG]?i?B|%)")
    for line, operation in (
        ((web, job), Stats(containers=(web, job))),
        (("--format", "json", "--no-trunc", web), _STATS_JSON(containers=(web,))),
        ((web, "acg-none"), Stats(containers=(web, "acg-none"))),
    ):
        theirs, our = await at_once(cli, ("stats", "--no-stream", *line), docker, operation)
        assert (our.code, our.err) == (theirs.code, theirs.err)
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
        assert _sorted(runtimes, served) == _sorted(runtimes, expected)
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
