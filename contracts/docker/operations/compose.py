"""Compose projects that exist, known by the labels of their containers. No file is read."""

from typing import Literal

from contracts.docker.operations.values import Filter
from contracts.model import Fact


class Compose(Fact):
    """What every compose command says of the project that it means.

    `project` is its name, `files` and `directory` are what its containers' labels say that it was
    made from; they only tell projects apart. Where nothing is said, the host's only project is
    meant.
    """

    project: str | None = None
    files: tuple[str, ...] = ()
    directory: str | None = None
    profiles: tuple[str, ...] = ()


class ComposeLs(Compose):
    """`docker compose ls`: list projects."""

    verb: Literal["compose ls"] = "compose ls"
    all: bool = False
    filters: tuple[Filter, ...] = ()
    format: str | None = None
    quiet: bool = False


class ComposePs(Compose):
    """`docker compose ps`: list the containers of a project."""

    verb: Literal["compose ps"] = "compose ps"
    services: tuple[str, ...] = ()
    all: bool = False
    filter: str | None = None
    format: str | None = None
    no_trunc: bool = False
    orphans: bool = True
    quiet: bool = False
    list_services: bool = False
    statuses: tuple[str, ...] = ()


class ComposeLogs(Compose):
    """`docker compose logs`. `tail` None means all, `index` 0 every replica."""

    verb: Literal["compose logs"] = "compose logs"
    services: tuple[str, ...] = ()
    follow: bool = False
    index: int = 0
    log_prefix: bool = True
    since: str | None = None
    tail: int | None = None
    timestamps: bool = False
    until: str | None = None


class ComposeTop(Compose):
    """`docker compose top`: the processes of a project."""

    verb: Literal["compose top"] = "compose top"
    services: tuple[str, ...] = ()


class ComposeImages(Compose):
    """`docker compose images`: the images of a project."""

    verb: Literal["compose images"] = "compose images"
    services: tuple[str, ...] = ()
    format: str | None = None
    quiet: bool = False


class ComposeStart(Compose):
    """`docker compose start`."""

    verb: Literal["compose start"] = "compose start"
    services: tuple[str, ...] = ()


class ComposeStop(Compose):
    """`docker compose stop`."""

    verb: Literal["compose stop"] = "compose stop"
    services: tuple[str, ...] = ()
    timeout: int | None = None


class ComposeRestart(Compose):
    """`docker compose restart`."""

    verb: Literal["compose restart"] = "compose restart"
    services: tuple[str, ...] = ()
    dependencies: bool = True
    timeout: int | None = None


class ComposePause(Compose):
    """`docker compose pause`."""

    verb: Literal["compose pause"] = "compose pause"
    services: tuple[str, ...] = ()


class ComposeUnpause(Compose):
    """`docker compose unpause`."""

    verb: Literal["compose unpause"] = "compose unpause"
    services: tuple[str, ...] = ()


class ComposeKill(Compose):
    """`docker compose kill`."""

    verb: Literal["compose kill"] = "compose kill"
    services: tuple[str, ...] = ()
    remove_orphans: bool = False
    signal: str | None = None


class ComposeRm(Compose):
    """`docker compose rm`: remove stopped containers, with `stop` running ones too."""

    verb: Literal["compose rm"] = "compose rm"
    services: tuple[str, ...] = ()
    stop: bool = False
    volumes: bool = False
