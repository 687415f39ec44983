"""Disk use and pruning of everything: what docker's own CLI says, the adapter says too."""

import json
import re
from typing import Any

import pytest

from contracts.docker.operations import Filter, Help, SystemDf, SystemPrune
from contracts.docker.parse import parse
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from tests.adapters.conftest import Lab
from tests.adapters.docker.cli import Cli, Said, ours

pytestmark = pytest.mark.docker

_ID = re.compile(r"\b[0-9a-f]{12,64}\b")
_AGO = re.compile(r"(Less than a second|About a \w+|About an \w+|\d+ \w+) ago")
_TRIES = 8

FORMATS: list[tuple[tuple[str, ...], dict[str, object]]] = [
    ((), {}),
    (("--format", "json"), {"format": "json"}),
    (("--format", "raw"), {"format": "raw"}),
    (("--format", "{{.Type}}: {{.Size}}"), {"format": "{{.Type}}: {{.Size}}"}),
    (("--format", "table {{.Type}}\t{{.Active}}"), {"format": "table {{.Type}}\t{{.Active}}"}),
    (("-v",), {"verbose": True}),
    (("-v", "--format", "raw"), {"verbose": True, "format": "raw"}),
    (
        ("-v", "--format", "{{range .Containers}}{{.Names}} {{.Size}};{{end}}"),
        {"verbose": True, "format": "{{range .Containers}}{{.Names}} {{.Size}};{{end}}"},
    ),
    (
        ("-v", "--format", "{{range .Volumes}}{{.Name}} {{.Links}};{{end}}"),
        {"verbose": True, "format": "{{range .Volumes}}{{.Name}} {{.Links}};{{end}}"},
    ),
]


@pytest.mark.parametrize(
    ("flags", "fields"), FORMATS, ids=[" ".join(flags) or "plain" for flags, _ in FORMATS]
)
async def test_system_df_prints_what_the_cli_prints(
    cli: Cli,
    docker: Engine,
    shop: dict[str, str],
    flags: tuple[str, ...],
    fields: dict[str, object],
) -> None:
    """The engine goes over a map, and other tests make things: so lines, and several tries."""
    assert shop["web"]
    operation = SystemDf.model_validate(fields)
    for _ in range(_TRIES):
        before, our, after = cli("system", "df", *flags), await ours(docker, operation), None
        if _lines(our) == _lines(before) or (cli.old(("json",)) and {"json", "-v"} & set(flags)):
            return
        after = cli("system", "df", *flags)
        if _lines(before) == _lines(after):
            break
    assert _lines(our) == _lines(after or before)


def _lines(said: Said) -> tuple[int, list[str], str]:
    text = _AGO.sub("# ago", said.out)
    # Columns are as wide as what stands in them.
    return said.code, sorted(re.sub(r" +", " ", each) for each in re.split("[\n;]", text)), said.err


async def test_the_whole_as_json_is_the_clis(
    cli: Cli, docker: Engine, shop: dict[str, str]
) -> None:
    theirs = cli("system", "df", "-v", "--format", "json")
    our = await ours(docker, SystemDf(verbose=True, format="json"))
    assert our.code == 0
    found = json.loads(our.out)
    assert list(found) == ["Images", "Containers", "Volumes", "BuildCache"]
    mine = _of_the_shop(found, shop)
    assert set(mine) == {shop[name] for name in ("web", "job", "new", "sick")}
    if not cli.old(("json",)):
        assert list(json.loads(theirs.out)) == list(found)
        assert mine == _of_the_shop(json.loads(theirs.out), shop)
        for kind in ("Images", "Volumes"):
            expected = json.loads(theirs.out)[kind]
            assert {frozenset(each) for each in found[kind]} == {frozenset(e) for e in expected}


def _of_the_shop(found: dict[str, Any], shop: dict[str, str]) -> dict[str, Any]:
    """Return its containers without what a moment changes, and labels in an order."""
    kept: dict[str, Any] = {}
    for each in found["Containers"]:
        if each["Names"] in shop.values():
            labels = sorted(each["Labels"].split(","))
            kept[each["Names"]] = each | {"Labels": labels, "RunningFor": "", "Status": ""}
    return kept


@pytest.mark.slow
async def test_system_prune_removes_what_the_cli_removes(
    cli: Cli, docker: Engine, lab: Lab
) -> None:
    running = lab.make("running")
    named = lab.volume("named")
    said: list[Said] = []
    mine = (Filter(key="label", value=lab.label),)
    for side in "xy":
        stopped, network = lab.make(side, start=False), lab.network(side)
        if side == "x":
            said.append(cli("system", "prune", "--force", "--filter", f"label={lab.label}"))
        else:
            said.append(await ours(docker, SystemPrune(filters=mine)))
        there = lab.real.json("GET", "/containers/json", query={"all": "1"})
        assert f"/{stopped}" not in {name for each in there for name in each["Names"]}
        assert network not in {each["Name"] for each in lab.real.json("GET", "/networks")}
    theirs, our = (
        Said(each.code, _ID.sub("#", each.out).replace("-y-", "-x-"), each.err) for each in said
    )
    assert our == theirs
    assert lab.inspect(running)["State"]["Running"]
    assert named in {each["Name"] for each in lab.real.json("GET", "/volumes")["Volumes"]}
    nothing = SystemPrune(filters=(Filter(key="label", value=f"{lab.label}-none"),))
    theirs = cli("system", "prune", "-f", "--filter", f"label={lab.label}-none")
    assert await ours(docker, nothing) == theirs == Said(0, "Total reclaimed space: 0B\n", "")


async def test_system_prune_stops_at_the_first_failure_as_the_cli_does(
    cli: Cli, docker: Engine
) -> None:
    wrong = (Filter(key="until", value="yesterday"),)
    theirs = cli("system", "prune", "-f", "--filter", "until=yesterday")
    our = await ours(docker, SystemPrune(filters=wrong))
    assert (our.code, our.out) == (theirs.code, theirs.out)
    assert our.code == 1
    assert our.err == theirs.err


async def test_what_may_not_be_seen_is_neither_pruned_nor_counted(lab: Lab) -> None:
    hidden = lab.make("hidden", start=False)
    shown = lab.make("shown", start=False, labels={"t": lab.suffix})
    unlabelled = lab.network("unlabelled")
    settings = EngineSettings(docker_host=lab.real.address.host, only_label=f"t={lab.suffix}")
    async with open_docker(settings) as narrow:
        whole: Any = (await narrow.run(SystemDf(verbose=True))).data
        assert [each["Names"] for each in whole["Containers"]] == [shown]
        outcome = await narrow.run(SystemPrune(filters=(Filter(key="label", value=lab.label),)))
    data: Any = outcome.data
    assert len(data["containers"]) == 1
    assert lab.inspect(hidden)["State"]["Status"] == "created"
    assert unlabelled in {each["Name"] for each in lab.real.json("GET", "/networks")}


async def test_volumes_are_pruned_only_where_named_ones_are_safe(docker: Engine, lab: Lab) -> None:
    version = lab.real.json("GET", "/version")["ApiVersion"]
    if tuple(map(int, version.split("."))) >= (1, 42):
        pytest.skip("docker: this engine tells anonymous volumes from named ones")
    stopped = lab.make("stopped", start=False)
    with pytest.raises(RefusedError) as refused:
        await docker.run(SystemPrune(volumes=True, filters=(Filter(key="label", value=lab.label),)))
    assert refused.value.error.code is Code.UNSUPPORTED_COMMAND
    assert lab.inspect(stopped)["State"]["Status"] == "created"


@pytest.mark.parametrize(
    "line", ["docker help", "docker help network", "docker ps --help", "docker compose --help"]
)
async def test_help_says_how_a_command_is_used_and_asks_no_engine(line: str) -> None:
    operation = parse(line)
    assert isinstance(operation, Help)
    settings = EngineSettings(docker_host="unix:///nowhere/docker.sock")
    async with open_docker(settings) as nowhere:
        outcome = await nowhere.run(operation)
    command = " ".join(["docker", *operation.command])
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith(f"Usage:  {command}")
