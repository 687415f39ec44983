"""Networks and volumes."""

from collections.abc import Iterator
from dataclasses import replace

from contracts.docker import escape
from contracts.docker import operations as ops
from contracts.docker.grammar import checks
from contracts.docker.grammar.containers import (
    CONTAINER,
    FILTERS,
    FORMAT,
    NO_TRUNC,
    PRUNE,
    QUIET,
)
from contracts.docker.grammar.csv import read_csv, show_csv
from contracts.docker.grammar.kinds import BOOL, INT, NAME_OF, Kind
from contracts.docker.grammar.networking import LINK
from contracts.docker.grammar.references import NETWORK, NEW_NAME
from contracts.docker.grammar.settings import LABEL, OPTION, show_setting
from contracts.docker.grammar.table import Argument, Command, Flag
from contracts.docker.harm import Finding, Risk
from contracts.docker.operations.values import Setting

LIST = Kind(
    "list",
    lambda text: tuple(read_csv(text)) if text else (),
    lambda item: show_csv([item]),
    spread=True,
)


def read_driver_options(text: str) -> tuple[Setting, ...]:
    """Read `key=value,...`; docker trims both, and both marks must be there."""
    settings = []
    for part in read_csv(text) if text else ():
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise ValueError("it must be key=value")
        settings.append(Setting(key=key.strip(), value=value.strip()))
    return tuple(settings)


OPTION_LIST = Kind(
    "key=value",
    read_driver_options,
    lambda item: show_csv([show_setting(item)]),
    spread=True,
)
LABELS = Flag(name="label", field="labels", kind=LABEL, many=True, about="label")
OPTIONS = Flag(
    name="opt", short="o", field="options", kind=OPTION, many=True, about="option of the driver"
)
FORCE = Flag(name="force", short="f", kind=BOOL, about="do not mind those that are missing")
ONE_NETWORK = Argument(field="network", kind=NETWORK, refers="network")
SWARM = "Cluster volumes belong to swarm, which is not served."


def judge_connect(op: ops.NetworkConnect) -> Iterator[Finding]:
    """Judge `docker network connect`: an escape where it is the host's network."""
    yield from escape.judge_network(op.network)


def judge_volume(op: ops.VolumeCreate) -> Iterator[Finding]:
    """Judge `docker volume create`: an escape by another driver, or by what it would mount."""
    yield from escape.judge_driver(op.driver)
    yield from escape.judge_volume_options(op.options)


COMMANDS = (
    Command(
        names=("network ls", "network list"),
        model=ops.NetworkLs,
        about="list networks",
        risk=Risk.READ,
        flags=(FILTERS, FORMAT, NO_TRUNC, QUIET),
    ),
    Command(
        names=("network create",),
        model=ops.NetworkCreate,
        about="make a network",
        risk=Risk.MUTATE,
        flags=(
            Flag(name="attachable", kind=BOOL, about="containers may join by hand"),
            Flag(
                name="aux-address",
                field="aux_addresses",
                kind=OPTION,
                many=True,
                about="address that is taken, as name=ip",
            ),
            Flag(
                name="config-from",
                kind=NETWORK,
                refers="network",
                about="network to take the configuration from",
            ),
            Flag(name="config-only", kind=BOOL, about="only a configuration"),
            Flag(name="driver", short="d", judge=escape.judge_network_driver, about="driver"),
            Flag(
                name="gateway", field="gateways", kind=LIST, many=True, about="gateway of a subnet"
            ),
            Flag(name="ingress", kind=BOOL, about="routing mesh of a swarm"),
            Flag(name="internal", kind=BOOL, about="without a way out"),
            Flag(
                name="ip-range",
                field="ip_ranges",
                kind=LIST,
                many=True,
                about="range to give addresses from",
            ),
            Flag(
                name="ipam-driver",
                judge=escape.judge_address_driver,
                about="driver that gives addresses",
            ),
            Flag(
                name="ipam-opt",
                field="ipam_options",
                kind=OPTION,
                many=True,
                about="option of that driver",
            ),
            Flag(name="ipv4", kind=BOOL, about="with IPv4 addresses"),
            Flag(name="ipv6", kind=BOOL, about="with IPv6 addresses"),
            LABELS,
            replace(OPTIONS, judge=escape.judge_network_options),
            Flag(name="scope", about="local or swarm"),
            Flag(
                name="subnet", field="subnets", kind=LIST, many=True, about="subnet, as 10.0.0.0/24"
            ),
        ),
        arguments=(Argument(field="name", kind=NETWORK),),
        checks=(checks.addressing,),
    ),
    Command(
        names=("network rm", "network remove"),
        model=ops.NetworkRm,
        about="remove networks",
        risk=Risk.DESTROY,
        reason="removes networks",
        flags=(FORCE,),
        arguments=(Argument(field="networks", kind=NETWORK, many=True, refers="network"),),
    ),
    Command(
        names=("network connect",),
        model=ops.NetworkConnect,
        about="connect a container to a network",
        risk=Risk.MUTATE,
        flags=(
            Flag(
                name="alias",
                field="aliases",
                kind=LIST,
                many=True,
                about="further name in the network",
            ),
            Flag(
                name="driver-opt",
                field="driver_options",
                kind=OPTION_LIST,
                many=True,
                about="option of the driver",
            ),
            Flag(
                name="gw-priority",
                field="gateway_priority",
                kind=INT,
                about="the highest is the way out",
            ),
            Flag(name="ip", about="IPv4 address"),
            Flag(name="ip6", about="IPv6 address"),
            Flag(
                name="link", field="links", kind=LINK, many=True, about="legacy link to a container"
            ),
            Flag(
                name="link-local-ip",
                field="link_local_ips",
                kind=LIST,
                many=True,
                about="link-local address",
            ),
        ),
        arguments=(ONE_NETWORK, CONTAINER),
        judge=judge_connect,
    ),
    Command(
        names=("network disconnect",),
        model=ops.NetworkDisconnect,
        about="disconnect a container from a network",
        risk=Risk.MUTATE,
        flags=(Flag(name="force", short="f", kind=BOOL, about="even where it is in use"),),
        arguments=(ONE_NETWORK, CONTAINER),
    ),
    Command(
        names=("network prune",),
        model=ops.NetworkPrune,
        about="remove all unused networks",
        risk=Risk.DESTROY,
        reason="removes all unused networks",
        flags=PRUNE,
    ),
    Command(
        names=("volume ls", "volume list"),
        model=ops.VolumeLs,
        about="list volumes",
        risk=Risk.READ,
        flags=(Flag(name="cluster", kind=BOOL, refused=SWARM), FILTERS, FORMAT, QUIET),
    ),
    Command(
        names=("volume create",),
        model=ops.VolumeCreate,
        about="make a volume",
        risk=Risk.MUTATE,
        flags=(
            Flag(name="driver", short="d", about="driver"),
            LABELS,
            Flag(name="name", field="name_flag", kind=NEW_NAME, about="same as the argument"),
            OPTIONS,
            *(
                Flag(name=name, refused=SWARM)
                for name in (
                    "availability",
                    "group",
                    "limit-bytes",
                    "required-bytes",
                    "scope",
                    "secret",
                    "sharing",
                    "topology-preferred",
                    "topology-required",
                    "type",
                )
            ),
        ),
        arguments=(Argument(field="name", kind=NEW_NAME, optional=True),),
        checks=(checks.volume_name,),
        judge=judge_volume,
    ),
    Command(
        names=("volume rm", "volume remove"),
        model=ops.VolumeRm,
        about="remove volumes with all that is in them",
        risk=Risk.DESTROY,
        reason="removes volumes with all that is in them",
        flags=(FORCE,),
        arguments=(Argument(field="volumes", kind=NAME_OF, many=True, refers="volume"),),
    ),
    Command(
        names=("volume prune",),
        model=ops.VolumePrune,
        about="remove all unused volumes",
        risk=Risk.DESTROY,
        reason="removes all unused volumes",
        flags=(Flag(name="all", short="a", kind=BOOL, about="named ones too"), *PRUNE),
        checks=(checks.all_once,),
    ),
)
