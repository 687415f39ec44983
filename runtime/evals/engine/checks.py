"""What must be so after a request: a short list of kinds, each of them data."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, FiniteFloat

from contracts.docker.parse import parse
from contracts.errors import Code, RefusedError
from contracts.model import Strict
from contracts.requests import Status


def _docker(line: str) -> str:
    try:
        parse(line)
    except RefusedError as refused:
        raise ValueError(refused.error.message) from refused
    return line


DockerLine = Annotated[str, AfterValidator(_docker)]


class OfContainer(Strict):
    """Something that is so of a container, which the request may so have changed."""

    name: str


class ContainerIs(OfContainer):
    """It is there, in this state; where said, with this health and exit code."""

    check: Literal["container_is"]
    state: Literal["created", "running", "paused", "restarting", "exited", "dead"] | None = None
    health: Literal["starting", "healthy", "unhealthy"] | None = None
    exit_code: int | None = None


class ContainerAbsent(OfContainer):
    """There is none of this name."""

    check: Literal["container_absent"]


class StartedAgain(OfContainer):
    """It runs, and began to after the request: the same container, or one that took its place."""

    check: Literal["started_again"]


class Untouched(OfContainer):
    """It is the very run of it that was there before. Said of what must above all not change."""

    check: Literal["untouched"]


class LabelIs(OfContainer):
    """One of its labels has this value."""

    check: Literal["label_is"]
    label: str
    value: str


class SettingIs(OfContainer):
    """How it may run, and of what it was made: `memory` in bytes, `cpus` in whole processors."""

    check: Literal["setting_is"]
    setting: Literal["memory", "cpus", "restart", "image"]
    value: int | FiniteFloat | str


class OnNetwork(OfContainer):
    """It is on a network, or with `connected` false it is not."""

    check: Literal["on_network"]
    network: str
    connected: bool = True


class Exists(Strict):
    """A network, a volume or an image (`name:tag`) is there, or with `exists` false it is not."""

    check: Literal["exists"]
    kind: Literal["network", "volume", "image"]
    name: str
    exists: bool = True


class LinePrints(Strict):
    """A docker line, run afterwards, prints a text: for what no other check sees."""

    check: Literal["line_prints"]
    line: DockerLine
    contains: str
    exit_code: int = 0


class AnswerContains(Strict):
    """The caller was told all of these texts, and where there are some one of `any`."""

    check: Literal["answer_contains"]
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()


class AnswerLacks(Strict):
    """The caller was told none of these texts."""

    check: Literal["answer_lacks"]
    texts: Annotated[tuple[str, ...], Field(min_length=1)]


class Ended(Strict):
    """How it ended; where said, by one of these codes, and as docker's success or failure."""

    check: Literal["ended"]
    status: Annotated[tuple[Status, ...], Field(min_length=1)]
    codes: tuple[Annotated[Code, Field(strict=False)], ...] = ()
    outcome: Literal["succeeded", "failed"] | None = None


class AskedBack(Strict):
    """It was a question back, which offers these answers. Nothing was done."""

    check: Literal["asked_back"]
    options: tuple[str, ...] = ()


class Ran(Strict):
    """These verbs, in this order, and no others (`restart`, `compose stop`, `network rm`)."""

    check: Literal["ran"]
    verbs: tuple[str, ...]


Check = Annotated[
    ContainerIs
    | ContainerAbsent
    | StartedAgain
    | Untouched
    | LabelIs
    | SettingIs
    | OnNetwork
    | Exists
    | LinePrints
    | AnswerContains
    | AnswerLacks
    | Ended
    | AskedBack
    | Ran,
    Field(discriminator="check"),
]
