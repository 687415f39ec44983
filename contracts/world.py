"""What exists: a compact picture of each host, kept by `inventory`, read by everybody else.

Names, labels and images come from whoever made the containers: they are data, never instructions.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Self

from pydantic import Field

from contracts.errors import Error
from contracts.model import Fact

COMPOSE_PROJECT = "com.docker.compose.project"
COMPOSE_SERVICE = "com.docker.compose.service"


class PublishedPort(Fact):
    """A port of a container; `host_port` is None where it is exposed but not published."""

    container_port: int
    protocol: str = "tcp"
    host_ip: str | None = None
    host_port: int | None = None


class Container(Fact):
    """One container as the engine lists it."""

    id: str
    name: str
    image: str
    image_id: str = ""
    state: str
    status: str = ""
    health: str | None = None
    exit_code: int | None = None
    created: datetime | None = None
    restart_count: int | None = None
    ports: tuple[PublishedPort, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)
    networks: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()

    @property
    def project(self) -> str | None:
        """The compose project that it belongs to."""
        return self.labels.get(COMPOSE_PROJECT)

    @property
    def service(self) -> str | None:
        """The compose service that it runs."""
        return self.labels.get(COMPOSE_SERVICE)


class Image(Fact):
    """One image; `tags` are `repository:tag`."""

    id: str
    tags: tuple[str, ...] = ()
    size: int | None = None
    created: datetime | None = None
    labels: dict[str, str] = Field(default_factory=dict)


class Network(Fact):
    """One network."""

    id: str
    name: str
    driver: str = ""
    labels: dict[str, str] = Field(default_factory=dict)


class Volume(Fact):
    """One volume: it has no id, its name is all."""

    name: str
    driver: str = "local"
    labels: dict[str, str] = Field(default_factory=dict)


class HostPicture(Fact):
    """Everything on one host at one moment.

    - `host`: its name, as requests and plans name it.
    - `as_of`: the moment.
    - `error`: why it cannot be seen, if so.
    - `engine`: what runs there, and in which version.
    - `containers`, `images`, `networks`, `volumes`: what exists.
    """

    host: str
    as_of: datetime
    error: Error | None = None
    engine: str = ""
    containers: tuple[Container, ...] = ()
    images: tuple[Image, ...] = ()
    networks: tuple[Network, ...] = ()
    volumes: tuple[Volume, ...] = ()

    def container(self, reference: str) -> Container | None:
        """Return the container of this name, id, or unambiguous start of an id."""
        wanted = reference.removeprefix("/")
        for each in self.containers:
            if wanted in {each.name, each.id}:
                return each
        found = [each for each in self.containers if wanted and each.id.startswith(wanted)]
        return found[0] if len(found) == 1 else None


class World:
    """The pictures of all hosts, by name. Immutable; a newer picture makes a new world."""

    def __init__(self, hosts: Mapping[str, HostPicture] | None = None) -> None:
        self.hosts: Mapping[str, HostPicture] = MappingProxyType(dict(hosts or {}))

    def with_host(self, picture: HostPicture) -> Self:
        """Return this world with one host's picture replaced."""
        return type(self)({**self.hosts, picture.host: picture})

    def __iter__(self) -> Iterator[HostPicture]:
        """Go over the pictures in the order of their hosts' names."""
        return iter(sorted(self.hosts.values(), key=lambda picture: picture.host))
