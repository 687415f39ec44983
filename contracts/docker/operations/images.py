"""Images: listing them, looking at them, moving, making and removing them."""

from typing import Literal

from contracts.docker.operations.values import Filter
from contracts.model import Fact


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


class History(Fact):
    """`docker history`: the layers of an image."""

    verb: Literal["history"] = "history"
    image: str
    format: str | None = None
    human: bool = True
    no_trunc: bool = False
    platform: str | None = None
    quiet: bool = False


class Search(Fact):
    """`docker search`: look for images on a registry."""

    verb: Literal["search"] = "search"
    term: str
    filters: tuple[Filter, ...] = ()
    format: str | None = None
    limit: int = 0
    no_trunc: bool = False


class Pull(Fact):
    """`docker pull`."""

    verb: Literal["pull"] = "pull"
    image: str
    all_tags: bool = False
    platform: str | None = None
    quiet: bool = False


class Push(Fact):
    """`docker push`."""

    verb: Literal["push"] = "push"
    image: str
    all_tags: bool = False
    platform: str | None = None
    quiet: bool = False


class Tag(Fact):
    """`docker tag`."""

    verb: Literal["tag"] = "tag"
    image: str
    reference: str


class Rmi(Fact):
    """`docker rmi`: remove images."""

    verb: Literal["rmi"] = "rmi"
    images: tuple[str, ...]
    force: bool = False
    prune: bool = True
    platforms: tuple[str, ...] = ()


class Save(Fact):
    """`docker save`: images as a tar archive; `output` is a host path."""

    verb: Literal["save"] = "save"
    images: tuple[str, ...]
    output: str = ""
    platforms: tuple[str, ...] = ()


class Load(Fact):
    """`docker load`: images from a tar archive that the caller sends.

    `input` is what the caller calls its upload; empty means the only one.
    """

    verb: Literal["load"] = "load"
    input: str = ""
    platforms: tuple[str, ...] = ()
    quiet: bool = False


class Import(Fact):
    """`docker import`: an image from a file system that the caller sends, or from an address."""

    verb: Literal["import"] = "import"
    source: str
    reference: str | None = None
    changes: tuple[str, ...] = ()
    message: str = ""
    platform: str | None = None


class ImagePrune(Fact):
    """`docker image prune`: remove images without a name, or with `all` every unused one."""

    verb: Literal["image prune"] = "image prune"
    all: bool = False
    filters: tuple[Filter, ...] = ()
