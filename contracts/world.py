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
_WHOLE_ID = 64


class PublishedPort(Fact):
    """A port of a container; `host_port` is None where it is exposed but not published."""

    container_port: int
    protocol: str = "tcp"
    host_ip: str | None = None
    host_port: int | None = None


class Container(Fact):
    """One container as the engine lists it.

    - `restart_count`: how often its restart policy started it again; None where not known.
    - `started`, `finished`: when its latest run began, and when its latest run to end ended.
    - `oom_killed`: whether the kernel ended it for want of memory.
    - `size`: the bytes that it wrote, of the age of the disk figures.
    - `host_mounts`: whether it mounts anything of the host, by itself or through a volume; None
      where that is not known.
    """

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
    started: datetime | None = None
    finished: datetime | None = None
    oom_killed: bool | None = None
    size: int | None = None
    ports: tuple[PublishedPort, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)
    networks: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    host_mounts: bool | None = None

    @property
    def project(self) -> str | None:
        """The compose project that it belongs to."""
        return self.labels.get(COMPOSE_PROJECT)

    @property
    def service(self) -> str | None:
        """The compose service that it runs."""
        return self.labels.get(COMPOSE_SERVICE)


class Image(Fact):
    """One image; `tags` are `repository:tag`.

    - `containers`: how many of the containers that are seen were made from it.
    - `dangling`: it has no tag, so `docker image prune` would remove it unless it is in use.
    """

    id: str
    tags: tuple[str, ...] = ()
    size: int | None = None
    created: datetime | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    containers: int | None = None
    dangling: bool = False


class Network(Fact):
    """One network.

    - `scope`: how far it reaches: `local`, `swarm`, `global`.
    - `internal`: it leads nowhere else.
    - `dangling`: no container is on it; None where that is not known, and of the engine's own.
    """

    id: str
    name: str
    driver: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    scope: str = ""
    internal: bool = False
    created: datetime | None = None
    dangling: bool | None = None


class Volume(Fact):
    """One volume: it has no id, its name is all.

    - `size`: in bytes, of the age of the disk figures; None where its driver does not tell.
    - `containers`: how many of the containers that are seen use it.
    - `dangling`: no container uses it, seen or not; None where that is not known.
    - `host`: what it holds is not docker's own but of the host or beyond: its options mount a
      path, a device or a network's file system, or another driver than docker's keeps it.
    """

    name: str
    driver: str = "local"
    labels: dict[str, str] = Field(default_factory=dict)
    created: datetime | None = None
    size: int | None = None
    containers: int | None = None
    dangling: bool | None = None
    host: bool = False


class Disk(Fact):
    """What the engine's objects take of its disk, in bytes: dear to measure, so never quite new.

    - `as_of`: when it was measured; the sizes of containers and volumes are of that moment.
    - `images`: layers of all images, each counted once. `build_cache`: what builds left.
    """

    as_of: datetime
    images: int = 0
    containers: int = 0
    volumes: int = 0
    build_cache: int = 0


class HostPicture(Fact):
    """Everything on one host at one moment.

    - `host`: its name, as requests and plans name it.
    - `as_of`: the moment.
    - `error`: why it cannot be seen, if so.
    - `engine`: what runs there, and in which version.
    - `containers`, `images`, `networks`, `volumes`: what exists.
    - `labels`: what the host is for, as hosts.toml has it (env = prod).
    - `disk`: what all of it takes of the disk; None until it was measured.
    - `left_out`: what had no room in a message, in words.
    """

    host: str
    as_of: datetime
    error: Error | None = None
    engine: str = ""
    containers: tuple[Container, ...] = ()
    images: tuple[Image, ...] = ()
    networks: tuple[Network, ...] = ()
    volumes: tuple[Volume, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)
    disk: Disk | None = None
    left_out: tuple[str, ...] = ()

    def container(self, reference: str) -> Container | None:
        """Return the container of this id, name, or unambiguous start of an id, in that order."""
        wanted = reference.removeprefix("/")
        whole, named = len(wanted) == _WHOLE_ID, None
        for each in self.containers:
            if wanted == each.id:
                return each
            if wanted == each.name:
                named = each
                if not whole:  # else it may be another's id, which goes before a name
                    break
        if named:
            return named
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
