"""Scenarios as they are written down: one JSON object a line.

`{p}` stands for what begins the names of the run's own objects, `{image}` for the image that it
makes containers of. Both are put in before a line is read, so that any number of runs may share
an engine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from contracts.docker.operations import Create, Operation, Rename, Run
from contracts.docker.parse import parse
from contracts.docker.risk import Risk
from contracts.errors import RefusedError
from contracts.model import Strict
from contracts.requests import MAX_DEADLINE_S, Words
from runtime.evals.engine.checks import Check, DockerLine, OfContainer
from runtime.evals.engine.guard import beyond

PREFIX, IMAGE = "{p}", "{image}"
_ANY_RUN, _ANY_IMAGE = "eval0000-", "image"
_LONGEST_S = 600.0

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class Scenario(Strict):
    """One scenario.

    - `setup`: docker lines, in their order, that make what the request is about.
    - `until`: what must be so before anything is asked, such as a container that has ended.
    - `request`: the words.
    - `checks`: what must be so afterwards. What they do not name must be as it was.
    - `free`: containers that may change by themselves, such as one that restarts for ever.
    - `max_risk`: as the caller says it; nothing above it may run.
    - `deadline_s`: seconds for all of it, without cleaning up.
    """

    id: Id
    title: str = ""
    setup: Annotated[tuple[DockerLine, ...], Field(max_length=64)] = ()
    until: tuple[Check, ...] = ()
    request: Words
    checks: Annotated[tuple[Check, ...], Field(min_length=1)]
    free: tuple[str, ...] = ()
    max_risk: Annotated[Risk, Field(strict=False)] = Risk.DESTROY
    deadline_s: Annotated[float, Field(ge=1, le=min(_LONGEST_S, MAX_DEADLINE_S))] = 60.0
    note: str = ""

    @property
    def named(self) -> frozenset[str]:
        """The containers that may be otherwise afterwards."""
        about = (each.name for each in self.checks if isinstance(each, OfContainer))
        return frozenset((*self.free, *about))

    def operations(self, prefix: str) -> Iterator[Operation]:
        """Yield what sets it up. Raises ScenarioError for what is not the run's own to make."""
        for line in self.setup:
            op = parse(line)
            names = [*beyond(op, prefix), *_unmarked(op, prefix)]
            if names:
                raise ScenarioError(
                    f"`{line}` would touch {', '.join(names)}: begin names with {PREFIX}"
                )
            yield op


class ScenarioError(ValueError):
    """A scenario that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no scenario: where it stands, and what is wrong with it."""

    path: Path
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """A line of a file that holds a scenario, before anything is put in."""

    id: str
    text: str

    def read(self, prefix: str, image: str) -> Scenario:
        """Return the scenario. Raises ScenarioError."""
        text = self.text.replace(PREFIX, prefix).replace(IMAGE, image)
        try:
            found = Scenario.model_validate_json(text)
        except ValidationError as error:
            raise ScenarioError(_told(error)) from error
        try:
            list(found.operations(prefix))
        except RefusedError as refused:
            raise ScenarioError(refused.error.message) from refused
        return found


def read(path: Path) -> list[Written | Fault]:
    """Return the lines of a file that are scenarios, and a fault for each that is none.

    Two of one name are a fault of the second. Raises OSError where it cannot be read.
    """
    found: list[Written | Fault] = []
    names: set[str] = set()
    for number, raw in enumerate(path.read_bytes().splitlines(), start=1):
        if not raw.strip():
            continue
        try:
            text = raw.decode()
            name = Written("", text).read(_ANY_RUN, _ANY_IMAGE).id
        except (ScenarioError, UnicodeDecodeError) as wrong:
            found.append(Fault(path, number, str(wrong)))
            continue
        if name in names:
            found.append(Fault(path, number, f"the id {name} is there more than once"))
            continue
        names.add(name)
        found.append(Written(name, text))
    return found


def _unmarked(op: Any, prefix: str) -> Iterator[str]:
    """Yield the names of containers that nobody would know for the run's own."""
    if isinstance(op, Run | Create | Rename) and not (op.name or "").startswith(prefix):
        yield op.name or "a container without a name"


def _told(error: ValidationError) -> str:
    told = []
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join(map(str, each["loc"]))
        told.append(
            f"{where}: {each['msg'].removeprefix('Value error, ')}" if where else each["msg"]
        )
    return "; ".join(told)
