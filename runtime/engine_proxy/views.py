"""What may be asked of an engine, and what of its answer is told.

Each view is a path of the Engine API, the parameters that it takes, and the shape of its answer: a
field that a shape does not name is left out, so what a newer engine adds is not told either.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from runtime.secrets.names import is_password

HIDDEN = "[hidden]"
_MOST_PARAMETERS = 8
_VERSION = re.compile(r"/v(?P<version>1\.[0-9]{1,3})(?=/)")


class NotShownError(Exception):
    """This is not shown, or cannot be understood; with the HTTP status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class View:
    """One thing that may be asked."""

    name: str
    path: re.Pattern[str]
    tells: Callable[[Any], Any]
    parameters: frozenset[str] = frozenset()
    endless: bool = False


@dataclass(frozen=True)
class Asked:
    """A request that may be made: of which view, where, and with which parameters.

    `version` is that of the API which the caller speaks; empty where it named none.
    """

    view: View
    path: str
    parameters: Mapping[str, str]
    version: str = ""


def understood(target: str) -> Asked:
    """Return what a request's target asks for.

    Nothing is decoded in a path: what is escaped, climbs or doubles a slash is not known. Raises
    NotShownError.
    """
    path, _, query = target.partition("?")
    version = _VERSION.match(path)
    rest = path[version.end() :] if version else path
    for view in VIEWS:
        if rest.startswith("/") and view.path.fullmatch(rest[1:]):
            named = version["version"] if version else ""
            return Asked(view, rest[1:], _parameters(view, query), named)
    raise NotShownError(403, "this is not shown here: engine-proxy knows what inventory reads")


def _parameters(view: View, query: str) -> dict[str, str]:
    if not query:
        return {}
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_PARAMETERS
        )
    except ValueError as error:
        raise NotShownError(400, "the query cannot be read") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotShownError(400, "a parameter is named twice")
    if unknown := found.keys() - view.parameters:
        raise NotShownError(403, f"{view.name} takes no such parameter here: {min(unknown)[:40]!r}")
    return found


Shape = Any
"""None: the value as it is. A mapping: these fields, each in its shape. A list of one shape: each
of them so. A function: what it makes of the value."""


def told(shape: Shape, value: Any) -> Any:
    """Return the part of a value that a shape names; what is not of its form is left out."""
    if value is None or shape is None:
        return value
    if callable(shape):
        return shape(value)
    if isinstance(shape, list):
        return [told(shape[0], each) for each in value] if isinstance(value, list) else None
    if not isinstance(value, Mapping):
        return None
    return {key: told(inner, value[key]) for key, inner in shape.items() if key in value}


def _of(shape: Shape) -> Callable[[Any], Any]:
    return lambda value: told(shape, value)


def _fields(names: str, **more: Shape) -> dict[str, Shape]:
    return dict.fromkeys(names.split()) | more


def _names(value: Any) -> Any:
    """Tell the names of a mapping alone."""
    return {key: {} for key in value} if isinstance(value, Mapping) else None


def _options(value: Any) -> Any:
    """Tell a volume's options, without the passwords that mounts of other machines take."""
    if not isinstance(value, Mapping):
        return None
    return {
        key: HIDDEN if is_password(key) else ",".join(map(_hidden, str(each).split(",")))
        for key, each in value.items()
    }


def _hidden(option: str) -> str:
    name, equals, _ = option.partition("=")
    secret = is_password(name) or name.strip().lower() in {"pass", "credentials", "secret"}
    return f"{name}={HIDDEN}" if equals and secret else option


def event(line: bytes) -> bytes:
    """Return what is told of one event; of what cannot be read, that something happened."""
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    return json.dumps(told(_EVENT, found) if isinstance(found, dict) else {}).encode() + b"\n"


def _action(value: Any) -> Any:
    """Tell an action without what stands after it: of an exec that is its command line."""
    return value.partition(":")[0] if isinstance(value, str) else None


_EVENT = _fields("Type scope time timeNano", Action=_action, Actor=_fields("ID"))
_SIZED = _fields("Id SizeRw SizeRootFs")
_CONTAINER = _fields(
    "Id Names Image ImageID Created Ports Labels State Status SizeRw SizeRootFs",
    NetworkSettings={"Networks": _names},
    Mounts=[_fields("Type Name")],
)
_INSPECTED = _fields(
    "Id Name Created Image RestartCount",
    State=_fields("Status Running Paused Restarting OOMKilled Dead ExitCode StartedAt FinishedAt"),
)
_IMAGE = _fields("Id RepoTags RepoDigests Created Size Labels")
_NETWORK = _fields("Id Name Created Scope Driver Internal Labels")
_VOLUME = _fields("Name Driver Scope CreatedAt Labels", Options=_options)
_USED = _fields("Name", UsageData=_fields("Size RefCount"))
_ENGINE = _fields("Version ApiVersion MinAPIVersion Os Arch", Components=[_fields("Name Version")])
_DISK = _fields(
    "LayersSize",
    Containers=[_SIZED],
    Volumes=[_USED],
    BuildCache=[_fields("Size Shared")],
)


def _view(name: str, path: str, shape: Shape, parameters: str = "", **more: Any) -> View:
    return View(name, re.compile(path), _of(shape), frozenset(parameters.split()), **more)


VIEWS = (
    _view("ping", "_ping", _fields("")),
    _view("version", "version", _ENGINE),
    _view("containers", "containers/json", [_CONTAINER], "all filters limit size"),
    _view("container", "containers/[0-9a-f]{64}/json", _INSPECTED),
    _view("images", "images/json", [_IMAGE], "all filters"),
    _view("networks", "networks", [_NETWORK], "filters"),
    _view("volumes", "volumes", {"Volumes": [_VOLUME]}, "filters"),
    _view("disk", r"system/df", _DISK),
    _view("events", "events", None, "filters since until", endless=True),
)
"""Everything that is shown."""
