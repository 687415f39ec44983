"""Which containers a compose command means, by their labels alone. No compose file is read.

A container belongs to the project and the service that its labels name (docker/compose,
pkg/api/labels.go); what a service depends on stands in a label too. The same rules choose from
the inventory, for a plan, and from the engine's own list, for the act.
"""

import difflib
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from contracts.docker import operations as ops
from contracts.docker.operations.compose import Compose
from contracts.errors import Code, RefusedError
from contracts.world import COMPOSE_PROJECT, COMPOSE_SERVICE

NUMBER = "com.docker.compose.container-number"
ONE_OFF = "com.docker.compose.oneoff"
FILES = "com.docker.compose.project.config_files"
DIRECTORY = "com.docker.compose.project.working_dir"
DEPENDS_ON = "com.docker.compose.depends_on"

RUNNING = frozenset({"running", "paused", "restarting"})
"""The states that docker lists without `--all`."""
HEALTHY, COMPLETED = "service_healthy", "service_completed_successfully"
EITHER = "running_or_healthy"
"""What a dependency must be where its label does not say."""

_NEAREST = 5
_LIKE = 0.4
_LISTED = "List what there is with `docker compose ls --all`."


@dataclass(frozen=True, slots=True)
class Member:
    """One container of a project. `state` is docker's word, such as `running`."""

    id: str
    name: str
    state: str
    labels: Mapping[str, str]

    @property
    def project(self) -> str:
        """The project that it belongs to; empty where there is none."""
        return self.labels.get(COMPOSE_PROJECT, "")

    @property
    def service(self) -> str:
        """The service that it runs; its own name where no label says."""
        return self.labels.get(COMPOSE_SERVICE) or self.name

    @property
    def number(self) -> str:
        """Which replica it is; empty where no label says."""
        return self.labels.get(NUMBER, "")

    @property
    def one_off(self) -> bool:
        """Whether `docker compose run` made it, beside the service."""
        return self.labels.get(ONE_OFF) == "True"


class Dependency(NamedTuple):
    """What a service waits for, and whether it is restarted with it."""

    condition: str = EITHER
    restart: bool = True


class Choice(NamedTuple):
    """A project, all that belongs to it, and which of that one command touches."""

    project: str
    members: tuple[Member, ...]
    touched: tuple[Member, ...]


def choose(op: Compose, containers: Iterable[Member]) -> Choice:
    """Return what a command means, in the order of the containers' names.

    Raises RefusedError: UNKNOWN_OBJECT with the nearest names (no such project or service),
    AMBIGUOUS where several projects fit, UNSUPPORTED_COMMAND for `--profile`.
    """
    if op.profiles:
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            "`--profile` is not served: no label says which profile a container belongs to.",
            "Leave `--profile` out and name the services.",
        )
    projects = grouped(containers)
    name = _project(op, projects)
    members = projects[name]
    known = {each.service for each in members}
    for service in _services(op):
        if service not in known:
            raise _unknown(
                f"The compose project {name!r} has no service {service!r}.", service, known
            )
    touched = tuple(each for each in _CHOOSERS[type(op)](op, members))
    return Choice(name, members, touched)


def grouped(containers: Iterable[Member]) -> dict[str, tuple[Member, ...]]:
    """Return the projects that there are, by name, each with its containers by name."""
    found: dict[str, list[Member]] = {}
    for each in sorted(containers, key=lambda each: each.name):
        if each.project:
            found.setdefault(each.project, []).append(each)
    return {name: tuple(found[name]) for name in sorted(found)}


def dependencies(members: Iterable[Member]) -> dict[str, dict[str, Dependency]]:
    """Return for each service what it depends on: `db:service_healthy:true,cache`."""
    found: dict[str, dict[str, Dependency]] = {}
    for each in members:
        if not each.one_off and each.service not in found:
            parts = each.labels.get(DEPENDS_ON, "").split(",")
            found[each.service] = dict(_dependency(part) for part in parts if part)
    return found


def files(members: Iterable[Member]) -> tuple[str, ...]:
    """Return the compose files that a project was made from."""
    said = (each.labels.get(FILES, "").split(",") for each in members)
    return tuple(dict.fromkeys(path for paths in said for path in paths if path))


def _dependency(text: str) -> tuple[str, Dependency]:
    name, *rest = text.split(":")
    condition = rest[0] if rest else EITHER
    restart = rest[1] in {"1", "t", "T", "TRUE", "true", "True"} if len(rest) > 1 else True
    return name, Dependency(condition, restart)


def _project(op: Compose, projects: Mapping[str, tuple[Member, ...]]) -> str:
    """Return the one project that fits everything that is said of it."""
    wanted = op.project.lower() if op.project else None
    fitting = [
        name
        for name, members in projects.items()
        if wanted in {None, name.lower()} and _made_from(op, members)
    ]
    if len(fitting) > 1:
        raise RefusedError(
            Code.AMBIGUOUS,
            f"{len(fitting)} compose projects fit.",
            "Say which with `--project-name`.",
            question="Which project?",
            options=tuple(fitting),
        )
    if fitting:
        return fitting[0]
    said = [f" {op.project!r}"] if op.project else []
    said += [f" made from {path!r}" for path in op.files]
    said += [f" in {op.directory!r}"] if op.directory else []
    missing = f"There is no compose project{','.join(said)}."
    raise _unknown(missing, op.project or "", projects)


def _made_from(op: Compose, members: Iterable[Member]) -> bool:
    """Tell whether a project's labels name the files and the folder that are said."""
    there = files(members)
    folders = {each.labels.get(DIRECTORY, "") for each in members}
    if not all(any(_same(path, each) for each in there) for path in op.files):
        return False
    return op.directory is None or any(_same(op.directory, each) for each in folders)


def _same(said: str, path: str) -> bool:
    """Tell whether a path, from wherever it is said, can be that absolute one."""
    if said.startswith("/"):
        return posixpath.normpath(said) == posixpath.normpath(path)
    parts = [part for part in posixpath.normpath(said).split("/") if part not in {".", ".."}]
    return not parts or posixpath.normpath(path).split("/")[-len(parts) :] == parts


def _unknown(message: str, name: str, names: Iterable[str]) -> RefusedError:
    near = difflib.get_close_matches(name, sorted(names), _NEAREST, _LIKE)
    hint = "Use one of the names given." if near else _LISTED
    return RefusedError(Code.UNKNOWN_OBJECT, message, hint, options=tuple(near))


def _services(op: Compose) -> tuple[str, ...]:
    services: tuple[str, ...] = getattr(op, "services", ())
    return services


def _of(
    op: Compose, members: Iterable[Member], *, running: bool = False, one_off: bool = False
) -> Iterator[Member]:
    """Go over the containers of the services that are said, or of all."""
    services = _services(op)
    for each in members:
        if services and each.service not in services:
            continue
        if (one_off or not each.one_off) and (not running or each.state in RUNNING):
            yield each


def _listed(op: ops.ComposePs, members: tuple[Member, ...]) -> Iterator[Member]:
    statuses = _statuses(op)
    everything = op.all or bool(statuses)
    for each in _of(op, members, running=not everything, one_off=everything):
        if not statuses or each.state in statuses:
            yield each


def _statuses(op: ops.ComposePs) -> tuple[str, ...]:
    if op.filter is None:
        return op.statuses
    key, equals, value = op.filter.partition("=")
    if key != "status" or not equals:
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"`docker compose ps` has no filter {op.filter[:40]!r}.",
            "Use --filter status=running, or another state.",
        )
    return (*op.statuses, value)


def _telling(op: ops.ComposeLogs, members: tuple[Member, ...]) -> Iterator[Member]:
    for each in _of(op, members):
        if op.index <= 0 or each.number == str(op.index):
            yield each


def _starting(op: ops.ComposeStart, members: tuple[Member, ...]) -> Iterator[Member]:
    """Go over what does not run yet, of the services and of all that they depend on."""
    needs = dependencies(members)
    wanted = _closure(op.services or needs, lambda name: needs.get(name, ()))
    for each in members:
        if each.service in wanted and not each.one_off and each.state != "running":
            yield each


def _restarting(op: ops.ComposeRestart, members: tuple[Member, ...]) -> Iterator[Member]:
    """Go over the services, and over those that are to be restarted with them."""
    needs = dependencies(members)

    def dependants(name: str) -> Iterable[str]:
        if not op.dependencies:
            return ()
        return (each for each, on in needs.items() if name in on and on[name].restart)

    wanted = _closure(op.services or needs, dependants)
    return (each for each in members if each.service in wanted and not each.one_off)


def _removing(op: ops.ComposeRm, members: tuple[Member, ...]) -> Iterator[Member]:
    return (each for each in _of(op, members) if op.stop or each.state not in RUNNING)


def _closure(names: Iterable[str], more: Callable[[str], Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(more(name))
    return found


_CHOOSERS: dict[type[Compose], Callable[..., Iterator[Member]]] = {
    ops.ComposePs: _listed,
    ops.ComposeLogs: _telling,
    ops.ComposeTop: lambda op, members: _of(op, members, running=True, one_off=True),
    ops.ComposeImages: lambda op, members: _of(op, members, one_off=True),
    ops.ComposeStart: _starting,
    ops.ComposeStop: _of,
    ops.ComposeRestart: _restarting,
    ops.ComposePause: lambda op, members: _of(op, members, running=True),
    ops.ComposeUnpause: lambda op, members: _of(op, members, running=True),
    ops.ComposeKill: lambda op, members: _of(op, members, running=True, one_off=True),
    ops.ComposeRm: _removing,
}
