"""The containers of a project as `docker compose ps` lists them (compose v2, cmd/formatter)."""

import time
from typing import Any, cast

from contracts.world import COMPOSE_PROJECT, COMPOSE_SERVICE
from runtime.adapters.docker import ports, tables
from runtime.adapters.docker.compose.project import member
from runtime.adapters.docker.text import human, values
from runtime.adapters.docker.text.template import Row

_UNTITLED = cast("str", values.MISSING)
"""Compose gives these no title: a template finds nothing there, not even a text."""
_COMMAND = 20
_MOUNT = 15
_SIZE_DIGITS = 3
_ENDED = frozenset({"exited", "dead"})

TABLE = (
    "table {{.Name}}\t{{.Image}}\t{{.Command}}\t{{.Service}}\t{{.RunningFor}}\t{{.Status}}"
    "\t{{.Ports}}"
)
CONTAINERS = tables.Columns(
    "docker compose ps",
    {
        "Command": "COMMAND",
        "CreatedAt": "CREATED AT",
        "ExitCode": _UNTITLED,
        "Health": _UNTITLED,
        "ID": "CONTAINER ID",
        "Image": "IMAGE",
        "Labels": "LABELS",
        "LocalVolumes": _UNTITLED,
        "Mounts": _UNTITLED,
        "Name": "NAME",
        "Names": _UNTITLED,
        "Networks": _UNTITLED,
        "Ports": "PORTS",
        "Project": "PROJECT",
        "Publishers": _UNTITLED,
        "RunningFor": "CREATED",
        "Service": "SERVICE",
        "Size": "SIZE",
        "State": "STATE",
        "Status": "STATUS",
    },
    labels=True,
)


def container(listed: dict[str, Any], state: dict[str, Any], *, trunc: bool) -> Row:
    """Return a listed container, whose state was looked at, as a line."""
    labels: dict[str, str] = listed.get("Labels") or {}
    created = listed.get("Created") or 0
    command = listed.get("Command") or ""
    mounts = [each.get("Name") or each.get("Source") or "" for each in listed.get("Mounts") or ()]
    volumes = [each for each in listed.get("Mounts") or () if each.get("Driver") == "local"]
    networks = (listed.get("NetworkSettings") or {}).get("Networks") or {}
    names = [name.removeprefix("/") for name in listed.get("Names") or ()]
    one = member(listed)
    status = state.get("Status") or ""
    health = (state.get("Health") or {}).get("Status") or ""
    fields = {
        "Command": lambda: human.quote(human.ellipsis(command, _COMMAND) if trunc else command),
        "CreatedAt": lambda: human.moment(created),
        "ExitCode": lambda: state.get("ExitCode", 0) if status in _ENDED else 0,
        "Health": lambda: health if status == "running" else "",
        "ID": lambda: human.short_id(listed["Id"]) if trunc else str(listed["Id"]),
        "Image": lambda: listed.get("Image") or "",
        "Labels": lambda: ",".join(sorted(f"{key}={labels[key]}" for key in labels)),
        "LocalVolumes": lambda: str(len(volumes)),
        "Mounts": lambda: ",".join(
            human.ellipsis(name, _MOUNT) if trunc else name for name in mounts
        ),
        "Name": lambda: one.name,
        "Names": lambda: one.name if trunc else ",".join(names),
        "Networks": lambda: ",".join(sorted(networks)),
        "Ports": lambda: ports.displayed(listed.get("Ports") or []),
        "Project": lambda: labels.get(COMPOSE_PROJECT, ""),
        "Publishers": lambda: values.typed(_publishers(listed), "Publishers"),
        "RunningFor": lambda: f"{human.duration(time.time() - created)} ago",
        "Service": lambda: labels.get(COMPOSE_SERVICE, ""),
        "Size": lambda: human.size(listed.get("SizeRw") or 0, _SIZE_DIGITS),
        "State": lambda: listed.get("State") or "",
        "Status": lambda: listed.get("Status") or "",
    }
    # Two of them are no texts: a number, and a list that a template may go over.
    return CONTAINERS.row(cast("Any", fields), lambda key: labels.get(key, ""))


def _publishers(listed: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the ports as compose's JSON has them."""
    return [
        {
            "URL": each.get("IP") or "",
            "TargetPort": each["PrivatePort"],
            "PublishedPort": each.get("PublicPort") or 0,
            "Protocol": each.get("Type") or "",
        }
        for each in sorted(listed.get("Ports") or (), key=lambda each: int(each["PrivatePort"]))
    ]
