"""When two docker commands are the same: one form for all the ways to write an operation.

A command becomes atoms, the smallest things that it does. Names and ids of one object are one,
units are one, an image without a tag is `latest`, what docker takes by default is left out, and
what stands in no order is put in one. A command on several targets is one atom for each.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from contracts.docker.grammar import command_of
from contracts.docker.grammar.quantities import DURATION, DURATIONS, NANOSECONDS
from contracts.docker.operations import (
    Commit,
    Create,
    Exec,
    Filter,
    Inspect,
    Kill,
    Operation,
    Ps,
    Publication,
    Pull,
    Run,
    Stats,
    Tag,
)
from contracts.docker.parse import Reading, understand_words
from contracts.docker.risk import Risk, assess
from contracts.errors import Code, RefusedError
from contracts.model import Fact
from contracts.world import World

ObjectKind = Literal["container", "image", "network", "volume"]

OUTPUT_ONLY = frozenset(
    {
        *("format", "no_trunc", "quiet", "size", "digests", "human", "details", "verbose"),
        *("log_prefix", "list_services", "orphans"),
    }
)
"""Fields that say how the answer of a read looks, and nothing of what is read."""

TARGETS: Mapping[str, str] = {
    **dict.fromkeys(
        ("start", "stop", "restart", "kill", "rm", "pause", "unpause", "update", "wait"),
        "containers",
    ),
    "rmi": "images",
    "volume rm": "volumes",
    "network rm": "networks",
    "inspect": "targets",
}
"""By verb: the field that lists its targets, each of which is an atom of its own."""

_IN_ORDER = frozenset({"args", "argv", "ps_args", "command", "changes"})
_NO_TERMINAL = frozenset({"interactive", "tty"})
_TERMINAL = "An interactive terminal"
_SIGNALS = {"1": "HUP", "2": "INT", "3": "QUIT", "9": "KILL", "10": "USR1", "12": "USR2"} | {
    "15": "TERM"
}
_REGISTRY = re.compile(r"^(?:docker\.io/)?(?:library/)?")
_ANCHORS = re.compile(r"^\^?/?(.*?)\$?$", re.DOTALL)
_ID = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that a command does, equal to every other way to say it.

    `risk` and `line` tell of it and are not compared.
    """

    verb: str
    fields: frozenset[tuple[str, Any]]
    risk: Risk = field(compare=False)
    line: str = field(compare=False)

    @property
    def changes(self) -> bool:
        """Whether it may change anything."""
        return self.risk > Risk.READ

    def loosely(self) -> "Atom":
        """Return it without what only shapes the answer of a read."""
        if self.changes:
            return self
        kept = frozenset(each for each in self.fields if each[0] not in OUTPUT_ONLY)
        return Atom(self.verb, kept, self.risk, self.line)


def atoms(words: Sequence[str], world: World, *, apart: bool = True) -> tuple[Atom, ...]:
    """Return what a docker command does; with `apart` false, several targets stay together.

    A command that docker has and whose form is not known here is one atom, equal to the same
    words alone; it counts as a change. Raises RefusedError for what is no docker command.
    """
    line = " ".join(words)
    try:
        reading = understand_words(list(words))
    except RefusedError as refused:
        if refused.error.code is not Code.UNSUPPORTED_COMMAND:
            raise
        said = frozenset({("words", tuple(words[1:]))})
        return (Atom("not served", said, Risk.MUTATE, line),)
    risk = assess(reading.operation, *reading.findings).risk
    return tuple(
        Atom(verb, frozenset(fields.items()), risk, line)
        for verb, fields in _parts(reading, world, apart=apart)
    )


def _parts(reading: Reading, world: World, *, apart: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    operation = reading.operation
    fields = _fields(operation, world)
    if beside := [each.message for each in reading.unserved if _TERMINAL not in each.message]:
        fields["beside"] = tuple(beside)
    listed = TARGETS.get(operation.verb)
    targets: tuple[Any, ...] = fields.get(listed, ()) if listed else ()
    if isinstance(operation, Inspect):
        found = [_kind_of(operation, target, world) for target in targets]
        each_kind = [(each,) for each in found] if apart else [tuple(found)]
        yield from (
            (operation.verb, {**fields, "type": None, "targets": each}) for each in each_kind
        )
    elif listed and apart and len(targets) > 1:
        for target in targets:
            yield operation.verb, {**fields, listed: (target,)}
    else:
        yield operation.verb, fields


def _fields(operation: Operation, world: World) -> dict[str, Any]:
    """Return what an operation says beyond docker's defaults."""
    command = command_of(operation)
    kinds = dict(command.references)
    found: dict[str, Any] = {}
    for name, default in command.defaults.items():
        value = getattr(operation, name)
        if name == "verb" or value == default or _means_nothing(operation, name):
            continue
        named = partial(_named, kind=kinds.get(name), world=world)
        found[name] = _one_form(name, value, named)
    _specially(operation, found)
    return found


def _means_nothing(operation: Operation, name: str) -> bool:
    """Tell what changes nothing here: no terminal, no live view of statistics."""
    match operation:
        case Exec() | Run() | Create():
            return name in _NO_TERMINAL
        case Stats():
            return name == "stream"
        case Ps(filters=filters, last=last):  # both see stopped containers by themselves
            shown = last is not None or any(each.key == "status" for each in filters)
            return name == "all" and shown
        case Kill(signal=signal):
            return name == "signal" and _signal(signal or "") == "KILL"
        case _:
            return False


def _specially(operation: Operation, fields: dict[str, Any]) -> None:
    """Put images that are no existing objects into their one form."""
    wanted: tuple[str, ...] = ()
    match operation:
        case Run() | Create() | Pull():
            wanted = ("image",)
        case Tag() | Commit():
            wanted = ("reference",)
        case _:
            pass
    for name in wanted:
        if isinstance(fields.get(name), str):
            fields[name] = image(fields[name])


def _one_form(name: str, value: Any, named: Callable[[str], str]) -> Any:
    """Return a value that is equal for all its spellings, and hashable."""
    match value:
        case tuple():
            all_of = tuple(_one_form(name, each, named) for each in value)
            return all_of if name in _IN_ORDER else tuple(sorted(set(all_of), key=repr))
        case Fact():
            return _compound(value)
        case str():
            return _text(name, value, named)
        case _:
            return value


def _compound(value: Fact) -> tuple[Any, ...]:
    match value:
        case Filter(key=key, value=text):
            return (key, _filter(key, text))
        case Publication(host_ip=ip):
            anywhere = ip in {None, "0.0.0.0"}  # noqa: S104 -- compared, never bound
            ports = (value.host_ports, value.container_ports, value.protocol)
            return (None if anywhere else ip, *ports)
        case _:
            return tuple(sorted((each, repr(held)) for each, held in value))


def _text(name: str, value: str, named: Callable[[str], str]) -> str:
    match name:
        case "since" | "until":
            return moment(value)
        case "signal":
            return _signal(value)
        case _:
            return named(value)


def _filter(key: str, value: str) -> str:
    match key:
        case "name":
            found = _ANCHORS.match(value)
            return found[1] if found else value
        case "ancestor":
            return value.removesuffix(":latest")
        case "dangling":
            return str(value in {"1", "t", "T", "TRUE", "true", "True"})
        case "publish" | "expose":
            return value.removesuffix("/tcp")
        case "since" | "until":
            return moment(value)
        case _:
            return value


def moment(text: str) -> str:
    """Return a moment in one form: how long ago in seconds, a time without its `Z`."""
    found = DURATIONS.fullmatch(text)
    if found is None:
        return text.removesuffix("Z") if "T" in text else text
    spent = sum(float(count) * NANOSECONDS[unit] for count, unit in DURATION.findall(found[2]))
    return f"{found[1]}{spent / NANOSECONDS['s']:g}s"


def image(name: str) -> str:
    """Return an image's name in one form: without docker's own registry, with its tag."""
    short = _REGISTRY.sub("", name)
    return short if "@" in short or ":" in short.rpartition("/")[2] else f"{short}:latest"


def _signal(text: str) -> str:
    return _SIGNALS.get(text, text.upper().removeprefix("SIG"))


def _named(name: str, kind: str | None, world: World) -> str:
    match kind:
        case "container":
            return container(name, world)
        case "image":
            return image(name)
        case _:
            return name


def container(name: str, world: World) -> str:
    """Return a container's name for its name, its id, or the start of its id alone."""
    wanted = name.lstrip("/")
    known = [each for picture in world for each in picture.containers]
    if any(each.name == wanted for each in known) or not _ID.fullmatch(wanted):
        return wanted
    found = {each.name for each in known if _same_id(each.id, wanted)}
    return found.pop() if len(found) == 1 else wanted


_SHORT_ID = 12


def _same_id(known: str, wanted: str) -> bool:
    """Tell whether an id, whole or as docker shortens it, is the one that is wanted."""
    return known.startswith(wanted) or (len(known) == _SHORT_ID and wanted.startswith(known))


def _kind_of(operation: Inspect, target: str, world: World) -> tuple[str, str]:
    """Return what kind of object is inspected, in the order of docker's own search, and which."""
    kinds: Iterable[str] = (operation.type,) if operation.type else _exist(target, world)
    kind = next(iter(kinds), "container")
    return kind, _named(target, kind, world)


def _exist(name: str, world: World) -> Iterator[ObjectKind]:
    for picture in world:
        if container(name, world) in {each.name for each in picture.containers}:
            yield "container"
        if image(name) in {image(tag) for each in picture.images for tag in each.tags}:
            yield "image"
        if name in {each.name for each in picture.networks}:
            yield "network"
        if name in {each.name for each in picture.volumes}:
            yield "volume"
