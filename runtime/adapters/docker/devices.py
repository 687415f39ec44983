"""Devices and GPUs of the host, as the engine takes them."""

import posixpath
from typing import Any

from contracts.docker.grammar.csv import read_csv
from contracts.docker.grammar.settings import CDI, MODE
from contracts.docker.operations import Create, Run

_ALL = -1
_MOST_PARTS = 3


def mappings(texts: tuple[str, ...]) -> list[dict[str, str]]:
    """Return `--device host[:container][:mode]` (parseLinuxDevice)."""
    return [_mapping(text) for text in texts if not CDI.fullmatch(text)]


def _mapping(text: str) -> dict[str, str]:
    host, *rest = text.split(":")
    mode = "rwm"
    if len(rest) == _MOST_PARTS - 1 or (rest and MODE.fullmatch(rest[-1])):
        mode = rest.pop()
    # Docker's client cleans the path that the container sees, unless a mode follows it.
    inside = rest[0] if rest else posixpath.normpath(host)
    if rest and text.count(":") == 1:
        inside = posixpath.normpath(inside)
    return {
        "PathOnHost": host if rest else posixpath.normpath(host),
        "PathInContainer": inside,
        "CgroupPermissions": mode,
    }


def requests(spec: Create | Run) -> list[dict[str, Any]]:
    """Return `--gpus`, and what `--device` names by CDI."""
    found = [_gpus(text) for text in spec.gpus]
    if named := [text for text in spec.devices if CDI.fullmatch(text)]:
        found.append({"Driver": "cdi", "DeviceIDs": named})
    return found


def _gpus(text: str) -> dict[str, Any]:
    said: dict[str, str] = {}
    for part in read_csv(text):
        key, equals, value = part.partition("=")
        said.update({key: value} if equals else {"count": key})
    devices = said["device"].split(",") if "device" in said else None
    count = said.get("count", "0" if devices else "1")
    capabilities = said["capabilities"].split(",") if "capabilities" in said else []
    options = read_csv(said["options"]) if "options" in said else []
    return {
        "Driver": said.get("driver", ""),
        "Count": _ALL if count == "all" else int(count),
        "DeviceIDs": devices,
        "Capabilities": [[*capabilities, "gpu"]],
        "Options": {key: value for key, _, value in (each.partition("=") for each in options)},
    }
