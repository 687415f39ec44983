"""Networks: the adapter says and does what docker's own CLI says and does."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.docker.errand import Errand
from contracts.docker.operations import (
    Filter,
    NetworkConnect,
    NetworkCreate,
    NetworkDisconnect,
    NetworkLs,
    NetworkPrune,
    NetworkRm,
    Setting,
)
from contracts.docker.parse import parse
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from scripts.engine import api
from tests.adapters.conftest import Lab, opened_lab
from tests.adapters.docker.cli import Cli, Said, assert_same, ours

pytestmark = pytest.mark.docker

_ID = re.compile(r"\b[0-9a-f]{64}\b")

LISTS: list[tuple[tuple[str, ...], dict[str, object]]] = [
    ((), {}),
    (("-q",), {"quiet": True}),
    (("--no-trunc",), {"no_trunc": True}),
    (("--format", "json"), {"format": "json"}),
    (("--format", "raw"), {"format": "raw"}),
    (("--format", "table"), {"format": "table"}),
    (("-q", "--format", "raw"), {"quiet": True, "format": "raw"}),
    (
        ("--format", "{{.Name}} {{.Driver}} {{.Scope}} {{.Internal}} {{.IPv6}}"),
        {"format": "{{.Name}} {{.Driver}} {{.Scope}} {{.Internal}} {{.IPv6}}"},
    ),
    (
        ("--format", 'table {{.ID}}\t{{.Label "tier"}}\t{{.CreatedAt}}'),
        {"format": 'table {{.ID}}\t{{.Label "tier"}}\t{{.CreatedAt}}'},
    ),
]


@pytest.fixture(scope="module")
def two(engine: api.Engine, busybox: str) -> Iterator[Lab]:
    """Make two networks, whose names sort by number and not by letter; tests only read them."""
    with opened_lab(engine, busybox) as lab:
        for word in ("net10", "net9"):
            body = {"Name": lab.name(word), "Labels": {"acg.test": lab.suffix, "tier": word}}
            lab.real.json("POST", "/networks/create", body | {"Internal": word == "net9"})
        yield lab


@pytest.mark.parametrize(("flags", "fields"), LISTS, ids=[" ".join(flags) for flags, _ in LISTS])
async def test_network_ls_prints_what_the_cli_prints(
    cli: Cli, docker: Engine, two: Lab, flags: tuple[str, ...], fields: dict[str, object]
) -> None:
    filters = (Filter(key="label", value=two.label),)
    line = ("network", "ls", *flags, "--filter", f"label={two.label}")
    await assert_same(cli, docker, line, NetworkLs.model_validate({**fields, "filters": filters}))


async def test_the_labels_of_a_network_are_the_clis(cli: Cli, docker: Engine, two: Lab) -> None:
    name = two.name("net9")
    theirs = cli("network", "ls", "--format", "{{.Labels}}", "--filter", f"name={name}")
    by_name = (Filter(key="name", value=name),)
    our = await ours(docker, NetworkLs(format="{{.Labels}}", filters=by_name))
    # The CLI goes over a map here, in no order.
    assert our.out == f"acg.test={two.suffix},tier=net9\n"
    assert sorted(our.out.strip().split(",")) == sorted(theirs.out.strip().split(","))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("driver", "null"),
        ("type", "builtin"),
        ("scope", "swarm"),
        ("name", "host"),
        ("bogus", "1"),
        ("type", "bogus"),
    ],
)
async def test_filters_of_networks_are_the_engines_own(
    cli: Cli, docker: Engine, key: str, value: str
) -> None:
    line = ("network", "ls", "--filter", f"{key}={value}")
    await assert_same(cli, docker, line, NetworkLs(filters=(Filter(key=key, value=value),)))


CREATES: list[tuple[tuple[str, ...], str]] = [
    ((), "plain"),
    (("--internal", "--attachable", "--label", "a=1", "--label", "b"), "marked"),
    (("--driver", "bridge", "--opt", "com.docker.network.driver.mtu=1400"), "driven"),
    (
        ("--subnet", "10.213.{n}.0/24", "--gateway", "10.213.{n}.7", "--ip-range",
         "10.213.{n}.128/25", "--aux-address", "router=10.213.{n}.9"),
        "addressed",
    ),
    (("--driver", "host"), "second"),
]  # fmt: skip


@pytest.mark.parametrize(("flags", "word"), CREATES, ids=[word for _, word in CREATES])
async def test_a_network_is_made_as_the_cli_makes_it(
    cli: Cli, docker: Engine, lab: Lab, flags: tuple[str, ...], word: str
) -> None:
    """Subnets cannot overlap, so each side has its own, of which only the third number differs."""
    made: list[Any] = []
    said: list[Said] = []
    for side, number in (("x", 61), ("y", 62)):
        name = lab.name(f"{word}-{side}")
        own = [each.format(n=number) for each in flags]
        line = ["network", "create", *own, "--label", lab.label, name]
        if side == "x":
            said.append(cli(*line))
        else:
            operation = parse(" ".join(["docker", *line]))
            assert isinstance(operation, NetworkCreate)
            said.append(await ours(docker, operation))
        found = lab.real.json("GET", "/networks", query={"filters": f'{{"name":["{name}"]}}'})
        made.append([_without_what_differs(each) for each in found])
    theirs, our = said
    assert (our.code, _blank(our.out, lab), _blank(our.err, lab)) == (
        theirs.code,
        _blank(theirs.out, lab),
        _blank(theirs.err, lab),
    )
    assert made[1] == made[0]


def _without_what_differs(network: dict[str, Any]) -> dict[str, Any]:
    kept = {key: network[key] for key in network if key not in {"Id", "Name", "Created"}}
    if "10.213" not in str(kept["IPAM"]):
        # The engine chose the addresses.
        kept["IPAM"] = {**kept["IPAM"], "Config": len(kept["IPAM"]["Config"])}
    return dict(_level(kept))


def _level(value: Any) -> Any:
    """Take out by which number the subnets of the two sides differ."""
    if isinstance(value, dict):
        return {key: _level(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_level(each) for each in value]
    return re.sub(r"10\.213\.6[12]", "10.213.n", value) if isinstance(value, str) else value


async def test_a_network_that_is_there_already_is_refused_as_by_the_cli(
    cli: Cli, docker: Engine, lab: Lab
) -> None:
    name = lab.network("taken")
    await assert_same(cli, docker, ("network", "create", name), NetworkCreate(name=name))


async def test_what_is_made_bears_the_commands_labels(docker: Engine, lab: Lab) -> None:
    name = lab.name("labelled")
    errand = Errand(labels={"acg.command": "c1", "acg.test": lab.suffix})
    asked = NetworkCreate(name=name, labels=(Setting(key="acg.command", value="forged"),))
    outcome = await docker.run(asked, errand)
    found = lab.real.json("GET", f"/networks/{name}")
    assert found["Labels"] == {"acg.command": "c1", "acg.test": lab.suffix}
    assert outcome.stdout == f"{found['Id']}\n"


@pytest.mark.parametrize("force", [False, True])
async def test_network_rm_goes_on_after_a_failure_as_the_cli_does(
    cli: Cli,
    docker: Engine,
    lab: Lab,
    force: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    names = {side: [lab.network(f"{side}1"), lab.network(f"{side}2")] for side in "xy"}
    flags = ("--force",) if force else ()
    line = ("network", "rm", *flags, names["x"][0], "acg-none", "bridge", names["x"][1])
    if cli.old(line) and force:
        pytest.skip("docker: this CLI does not know `network rm --force`")
    theirs = cli(*line)
    our = await ours(
        docker,
        NetworkRm(networks=(names["y"][0], "acg-none", "bridge", names["y"][1]), force=force),
    )
    assert (our.code, our.out.replace("-y", "-x")) == (theirs.code, theirs.out)
    assert our.err.replace("-y", "-x") == theirs.err or cli.old(line)
    there = {each["Name"] for each in lab.real.json("GET", "/networks")}
    assert not there & {*names["x"], *names["y"]}


@pytest.mark.slow
async def test_connecting_does_what_the_cli_does(cli: Cli, docker: Engine, lab: Lab) -> None:
    network = lab.name("wired")
    subnet = {"Subnet": "10.215.77.0/24"}
    body = {"Name": network, "Labels": {"acg.test": lab.suffix}, "IPAM": {"Config": [subnet]}}
    lab.real.json("POST", "/networks/create", body)
    one, other = lab.make("x"), lab.make("y")
    theirs = cli("network", "connect", "--alias", "api", "--ip", "10.215.77.8", network, one)
    our = await ours(
        docker,
        NetworkConnect(network=network, container=other, aliases=("api",), ip="10.215.77.9"),
    )
    assert our == theirs == Said(0, "", "")
    seen, expected = (lab.inspect(each)["NetworkSettings"]["Networks"] for each in (other, one))
    assert seen[network]["IPAddress"] == "10.215.77.9"
    assert seen[network]["IPAMConfig"] == {"IPv4Address": "10.215.77.9"}
    assert "api" in seen[network]["Aliases"]
    assert seen.keys() == expected.keys()

    for line, operation in (
        (("connect", network, one), NetworkConnect(network=network, container=one)),
        (("connect", "acg-none", one), NetworkConnect(network="acg-none", container=one)),
        (("connect", network, "acg-none"), NetworkConnect(network=network, container="acg-none")),
        (
            ("disconnect", network, "acg-none"),
            NetworkDisconnect(network=network, container="acg-none"),
        ),
        (("rm", network), NetworkRm(networks=(network,))),
    ):
        theirs = cli("network", *line)
        our = await ours(docker, operation)
        assert our.code == theirs.code == 1
        if not cli.old(("acg-none",)):
            # Newer engines say which containers use it, in no order.
            mine, expected = (re.sub(r"\(.*\)", "", said.err) for said in (our, theirs))
            assert mine == expected

    theirs = cli("network", "disconnect", network, one)
    our = await ours(docker, NetworkDisconnect(network=network, container=other, force=True))
    assert our == theirs == Said(0, "", "")
    for name in (one, other):
        assert network not in lab.inspect(name)["NetworkSettings"]["Networks"]


@pytest.mark.slow
async def test_network_prune_removes_what_the_cli_removes(
    cli: Cli, docker: Engine, lab: Lab
) -> None:
    used = lab.network("used")
    lab.make("user", HostConfig={"NetworkMode": used})
    said = []
    for side in "xy":
        name = lab.network(side)
        if side == "x":
            said.append(cli("network", "prune", "--force", "--filter", f"label={lab.label}"))
        else:
            mine = (Filter(key="label", value=lab.label),)
            said.append(await ours(docker, NetworkPrune(filters=mine)))
        assert name not in {each["Name"] for each in lab.real.json("GET", "/networks")}
    theirs, our = said
    assert (our.code, our.out.replace("-y-", "-x-"), our.err) == (
        theirs.code,
        theirs.out,
        theirs.err,
    )
    assert used in {each["Name"] for each in lab.real.json("GET", "/networks")}
    await assert_same(
        cli,
        docker,
        ("network", "prune", "-f", "--filter", f"label={lab.label}"),
        NetworkPrune(filters=(Filter(key="label", value=lab.label),)),
    )
    await assert_same(
        cli,
        docker,
        ("network", "prune", "-f", "--filter", "until=yesterday"),
        NetworkPrune(filters=(Filter(key="until", value="yesterday"),)),
    )


async def test_what_may_not_be_seen_is_neither_wired_nor_robbed_of_its_network(lab: Lab) -> None:
    """Not even of one that it uses while it is stopped, which the engine would not mind."""
    used, free = lab.network("used"), lab.network("free")
    hidden = lab.make("hidden", start=False, HostConfig={"NetworkMode": used})
    shown = lab.make("shown", start=False, labels={"t": lab.suffix})
    settings = EngineSettings(docker_host=lab.real.address.host, only_label=f"t={lab.suffix}")
    async with open_docker(settings) as narrow:
        own = lab.name("own")
        await narrow.run(NetworkCreate(name=own), Errand(labels={"acg.test": lab.suffix}))
        assert lab.real.json("GET", f"/networks/{own}")["Labels"]["t"] == lab.suffix
        for operation in (
            NetworkConnect(network=free, container=hidden),
            NetworkDisconnect(network=used, container=hidden, force=True),
            NetworkConnect(network=free, container=shown, links=(f"{hidden}:x",)),
        ):
            outcome = await narrow.run(operation)
            words = f"Error response from daemon: No such container: {hidden}\n"
            assert (outcome.exit_code, outcome.stderr) == (1, words)
        outcome = await narrow.run(NetworkRm(networks=(used, free)))
        assert (outcome.exit_code, outcome.stdout) == (1, f"{free}\n")
        assert f"network {used} is in use" in outcome.stderr
    assert list(lab.inspect(hidden)["NetworkSettings"]["Networks"]) == [used]


def _blank(text: str, lab: Lab) -> str:
    """Take out what differs by necessity: ids, and the letter of who did it."""
    return re.sub(rf"-[xy]-{lab.suffix}", "-#", _ID.sub("#", text))
