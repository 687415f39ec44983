"""Networks and volumes."""

from typing import Literal

from contracts.docker.operations.values import Filter, Setting
from contracts.model import Fact


class NetworkLs(Fact):
    """`docker network ls`."""

    verb: Literal["network ls"] = "network ls"
    filters: tuple[Filter, ...] = ()
    format: str | None = None
    no_trunc: bool = False
    quiet: bool = False


class NetworkCreate(Fact):
    """`docker network create`."""

    verb: Literal["network create"] = "network create"
    name: str
    driver: str = "bridge"
    attachable: bool = False
    aux_addresses: tuple[Setting, ...] = ()
    config_from: str = ""
    config_only: bool = False
    gateways: tuple[str, ...] = ()
    ingress: bool = False
    internal: bool = False
    ip_ranges: tuple[str, ...] = ()
    ipam_driver: str = "default"
    ipam_options: tuple[Setting, ...] = ()
    ipv4: bool | None = None
    ipv6: bool | None = None
    labels: tuple[Setting, ...] = ()
    options: tuple[Setting, ...] = ()
    scope: str = ""
    subnets: tuple[str, ...] = ()


class NetworkRm(Fact):
    """`docker network rm`."""

    verb: Literal["network rm"] = "network rm"
    networks: tuple[str, ...]
    force: bool = False


class NetworkConnect(Fact):
    """`docker network connect`."""

    verb: Literal["network connect"] = "network connect"
    network: str
    container: str
    aliases: tuple[str, ...] = ()
    driver_options: tuple[Setting, ...] = ()
    gateway_priority: int = 0
    ip: str = ""
    ip6: str = ""
    links: tuple[str, ...] = ()
    link_local_ips: tuple[str, ...] = ()


class NetworkDisconnect(Fact):
    """`docker network disconnect`."""

    verb: Literal["network disconnect"] = "network disconnect"
    network: str
    container: str
    force: bool = False


class NetworkPrune(Fact):
    """`docker network prune`: remove all unused networks."""

    verb: Literal["network prune"] = "network prune"
    filters: tuple[Filter, ...] = ()


class VolumeLs(Fact):
    """`docker volume ls`."""

    verb: Literal["volume ls"] = "volume ls"
    filters: tuple[Filter, ...] = ()
    format: str | None = None
    quiet: bool = False


class VolumeCreate(Fact):
    """`docker volume create`; without a name, docker makes one up."""

    verb: Literal["volume create"] = "volume create"
    name: str | None = None
    driver: str = "local"
    labels: tuple[Setting, ...] = ()
    options: tuple[Setting, ...] = ()


class VolumeRm(Fact):
    """`docker volume rm`."""

    verb: Literal["volume rm"] = "volume rm"
    volumes: tuple[str, ...]
    force: bool = False


class VolumePrune(Fact):
    """`docker volume prune`: remove unused anonymous volumes, or with `all` named ones too."""

    verb: Literal["volume prune"] = "volume prune"
    all: bool = False
    filters: tuple[Filter, ...] = ()
