"""The engine as a whole: what it is, what it holds, what happens in it."""

from typing import Literal, Self

from pydantic import model_validator

from contracts.docker.operations.values import Filter
from contracts.model import Fact


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


class Inspect(Fact):
    """`docker inspect`: everything the engine knows of an object; `type` narrows the search.

    `platform` belongs to images and `verbose` to networks.
    """

    verb: Literal["inspect"] = "inspect"
    targets: tuple[str, ...]
    type: Literal["container", "image", "network", "volume"] | None = None
    format: str | None = None
    size: bool = False
    platform: str | None = None
    verbose: bool = False

    @model_validator(mode="after")
    def _say_what_can_be_said(self) -> Self:
        """Refuse options of another type of object."""
        if self.platform is not None and self.type != "image":
            raise ValueError("platform belongs to images")
        if self.verbose and self.type != "network":
            raise ValueError("verbose belongs to networks")
        return self


class SystemDf(Fact):
    """`docker system df`: what takes up disk space."""

    verb: Literal["system df"] = "system df"
    format: str | None = None
    verbose: bool = False


class Events(Fact):
    """`docker events`: what happens in the engine; without `until` it goes on."""

    verb: Literal["events"] = "events"
    filters: tuple[Filter, ...] = ()
    format: str | None = None
    since: str | None = None
    until: str | None = None


class SystemPrune(Fact):
    """`docker system prune`: remove everything that is not used."""

    verb: Literal["system prune"] = "system prune"
    all: bool = False
    filters: tuple[Filter, ...] = ()
    volumes: bool = False
