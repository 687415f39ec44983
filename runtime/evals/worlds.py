"""The worlds that requests are asked of: what exists on one host or several, as a file has it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from contracts.world import Container, HostPicture, Image, Network, PublishedPort, Volume, World

HOST = "local"
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
"""The moment of every picture: the same file always gives the same world."""


class WorldError(ValueError):
    """What makes a description no world, as a sentence without its full stop."""


class _Port(BaseModel):
    container: int
    host: int | None = None
    host_ip: str | None = None
    proto: str = "tcp"


class _Mount(BaseModel):
    type: str = "volume"
    source: str = ""


class _Container(BaseModel):
    name: str
    id: str = ""
    image: str = ""
    state: str = "running"
    status: str = ""
    health: str | None = None
    exit_code: int | None = None
    restart_count: int | None = None
    labels: dict[str, str] = {}
    ports: tuple[_Port, ...] = ()
    networks: tuple[str, ...] = ()
    mounts: tuple[_Mount, ...] = ()


class _Host(BaseModel):
    containers: tuple[_Container, ...] = ()
    images: tuple[str | dict[str, Any], ...] = ()
    networks: tuple[str | dict[str, Any], ...] = ()
    volumes: tuple[str | dict[str, Any], ...] = ()
    labels: dict[str, str] = {}


class _World(_Host):
    """One host's objects, or `hosts`: those of each by its name."""

    hosts: dict[str, _Host] = {}


def read_worlds(path: Path) -> dict[str, World]:
    """Return the worlds of a file, by name. Raises WorldError, OSError."""
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as wrong:
        raise WorldError(f"{path} is no JSON") from wrong
    if not isinstance(found, dict):
        raise WorldError(f"{path} is no JSON object")
    return {name: world_of(each) for name, each in found.items()}


def world_of(described: object) -> World:
    """Return the world of a description; what it does not say does not exist. Raises WorldError."""
    if described is None or (isinstance(described, Mapping) and not described):
        described = {}
    try:
        held = _World.model_validate(described)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise WorldError(f"a world is not described right ({where}: {first['msg']})") from wrong
    return World(
        {host: _picture(host, each) for host, each in (held.hosts or {HOST: held}).items()}
    )


def _picture(host: str, held: _Host) -> HostPicture:
    return HostPicture(
        host=host,
        as_of=AS_OF,
        containers=tuple(_container(each, at) for at, each in enumerate(held.containers)),
        images=tuple(Image(id=name, tags=(name,)) for name in _names(held.images)),
        networks=tuple(Network(id=name, name=name) for name in _names(held.networks)),
        volumes=tuple(Volume(name=name) for name in _names(held.volumes)),
        labels=held.labels,
    )


def _names(described: tuple[str | dict[str, Any], ...]) -> list[str]:
    """Return names, each described by itself or by an object that has it."""
    named = [each if isinstance(each, str) else each.get("name") for each in described]
    return [each for each in named if isinstance(each, str)]


def _container(described: _Container, at: int) -> Container:
    return Container(
        id=described.id or f"{at + 1:012x}",
        name=described.name,
        image=described.image,
        state=described.state,
        status=described.status,
        health=described.health,
        exit_code=described.exit_code,
        restart_count=described.restart_count,
        labels=described.labels,
        networks=described.networks,
        volumes=tuple(each.source for each in described.mounts if each.type == "volume"),
        ports=tuple(
            PublishedPort(
                container_port=port.container,
                protocol=port.proto,
                host_ip=port.host_ip,
                host_port=port.host,
            )
            for port in described.ports
        ),
    )
