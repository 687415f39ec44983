"""Typed docker operations: what runs. A line is only how an operation is shown.

One frozen model per verb; `verb` tells them apart. An operation holds what docker's own CLI
would have parsed from its arguments (docker/cli v28 reference), in docker's words.
"""

from typing import Annotated, Literal

from pydantic import Field

from contracts.model import Fact


class Filter(Fact):
    """One `--filter key=value`."""

    key: str
    value: str


class Ps(Fact):
    """`docker ps`: list containers."""

    verb: Literal["ps"] = "ps"
    all: bool = False
    filters: tuple[Filter, ...] = ()
    format: str | None = None
    last: int | None = None
    no_trunc: bool = False
    quiet: bool = False
    size: bool = False


class Images(Fact):
    """`docker images`: list images."""

    verb: Literal["images"] = "images"
    reference: str | None = None
    all: bool = False
    digests: bool = False
    filters: tuple[Filter, ...] = ()
    format: str | None = None
    no_trunc: bool = False
    quiet: bool = False


class Inspect(Fact):
    """`docker inspect`: everything the engine knows of an object; `type` narrows the search."""

    verb: Literal["inspect"] = "inspect"
    targets: tuple[str, ...]
    type: Literal["container", "image", "network", "volume"] | None = None
    format: str | None = None
    size: bool = False


class Logs(Fact):
    """`docker logs`: what a container printed. `tail` None means all."""

    verb: Literal["logs"] = "logs"
    container: str
    details: bool = False
    follow: bool = False
    since: str | None = None
    tail: int | None = None
    timestamps: bool = False
    until: str | None = None


class Stats(Fact):
    """`docker stats`: resource use; without `stream`, one reading."""

    verb: Literal["stats"] = "stats"
    containers: tuple[str, ...] = ()
    all: bool = False
    format: str | None = None
    no_trunc: bool = False
    stream: bool = False


class Top(Fact):
    """`docker top`: the processes of a container, with options for ps."""

    verb: Literal["top"] = "top"
    container: str
    ps_args: tuple[str, ...] = ()


class Port(Fact):
    """`docker port`: published ports, of all or of one private port such as `80/tcp`."""

    verb: Literal["port"] = "port"
    container: str
    private_port: str | None = None


class Diff(Fact):
    """`docker diff`: what changed in a container's file system."""

    verb: Literal["diff"] = "diff"
    container: str


class Version(Fact):
    """`docker version`."""

    verb: Literal["version"] = "version"
    format: str | None = None


class Info(Fact):
    """`docker info`."""

    verb: Literal["info"] = "info"
    format: str | None = None


class Help(Fact):
    """`docker help`, and `--help` after any command: how a command is used. Asks no engine."""

    verb: Literal["help"] = "help"
    command: tuple[str, ...] = ()


class Start(Fact):
    """`docker start`."""

    verb: Literal["start"] = "start"
    containers: tuple[str, ...]


class Stop(Fact):
    """`docker stop`: `timeout` is the grace period in seconds before SIGKILL."""

    verb: Literal["stop"] = "stop"
    containers: tuple[str, ...]
    signal: str | None = None
    timeout: int | None = None


class Restart(Fact):
    """`docker restart`: `timeout` is the grace period in seconds before SIGKILL."""

    verb: Literal["restart"] = "restart"
    containers: tuple[str, ...]
    signal: str | None = None
    timeout: int | None = None


class Pause(Fact):
    """`docker pause`."""

    verb: Literal["pause"] = "pause"
    containers: tuple[str, ...]


class Unpause(Fact):
    """`docker unpause`."""

    verb: Literal["unpause"] = "unpause"
    containers: tuple[str, ...]


class Kill(Fact):
    """`docker kill`: send a signal, SIGKILL where none is named."""

    verb: Literal["kill"] = "kill"
    containers: tuple[str, ...]
    signal: str | None = None


class Rename(Fact):
    """`docker rename`."""

    verb: Literal["rename"] = "rename"
    container: str
    name: str


class Wait(Fact):
    """`docker wait`: block until containers stop, print their exit codes."""

    verb: Literal["wait"] = "wait"
    containers: tuple[str, ...]


class Rm(Fact):
    """`docker rm`: remove containers."""

    verb: Literal["rm"] = "rm"
    containers: tuple[str, ...]
    force: bool = False
    volumes: bool = False


Operation = Annotated[
    Ps
    | Images
    | Inspect
    | Logs
    | Stats
    | Top
    | Port
    | Diff
    | Version
    | Info
    | Help
    | Start
    | Stop
    | Restart
    | Pause
    | Unpause
    | Kill
    | Rename
    | Wait
    | Rm,
    Field(discriminator="verb"),
]
