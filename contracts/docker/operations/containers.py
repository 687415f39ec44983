"""Containers that exist: listing them, looking at them, changing and removing them."""

from typing import Literal

from contracts.docker.operations.values import Filter, Setting
from contracts.model import Fact


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


class Start(Fact):
    """`docker start`; with `attach`, what the container prints comes back."""

    verb: Literal["start"] = "start"
    containers: tuple[str, ...]
    attach: bool = False
    interactive: bool = False
    checkpoint: str = ""
    checkpoint_dir: str = ""


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
    """`docker rm`: remove containers; with `link`, only a legacy link between two."""

    verb: Literal["rm"] = "rm"
    containers: tuple[str, ...]
    force: bool = False
    link: bool = False
    volumes: bool = False


class Exec(Fact):
    """`docker exec`: run `argv` inside a running container."""

    verb: Literal["exec"] = "exec"
    container: str
    argv: tuple[str, ...]
    detach: bool = False
    env: tuple[Setting, ...] = ()
    env_files: tuple[str, ...] = ()
    interactive: bool = False
    privileged: bool = False
    tty: bool = False
    user: str = ""
    workdir: str = ""


class Cp(Fact):
    """`docker cp`: copy a path out of a container, or into it where `into` is true.

    `local` is the other side: `-` is a tar archive, which the caller sends or gets back.
    """

    verb: Literal["cp"] = "cp"
    container: str
    path: str
    local: str
    into: bool
    archive: bool = False
    follow_link: bool = False

    @property
    def source(self) -> str:
        """What is copied, as the command says it."""
        return self.local if self.into else f"{self.container}:{self.path}"

    @property
    def destination(self) -> str:
        """Where it is copied, as the command says it."""
        return f"{self.container}:{self.path}" if self.into else self.local


class Export(Fact):
    """`docker export`: a container's file system as a tar archive; `output` is a host path."""

    verb: Literal["export"] = "export"
    container: str
    output: str = ""


class Commit(Fact):
    """`docker commit`: make an image of a container."""

    verb: Literal["commit"] = "commit"
    container: str
    reference: str | None = None
    author: str = ""
    changes: tuple[str, ...] = ()
    message: str = ""
    pause: bool = True


class ContainerPrune(Fact):
    """`docker container prune`: remove all stopped containers."""

    verb: Literal["container prune"] = "container prune"
    filters: tuple[Filter, ...] = ()
