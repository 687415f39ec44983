"""What is on the host: one compact picture, and a word whenever it has changed."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from contracts.errors import Code, RefusedError
from contracts.world import Container, HostPicture, Image, Network, PublishedPort, Volume
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.host import Host, name_of
from runtime.adapters.docker.together import together

_KINDS = ("container", "image", "network", "volume")
_NOT_A_CHANGE = (
    "exec_", "top", "attach", "detach", "resize", "export", "archive-path", "copy", "push", "save",
)  # fmt: skip
_EXITED = re.compile(r"\((?P<code>-?\d+)\)")
_HEALTH = re.compile(r"\((?:health: )?(?P<health>healthy|unhealthy|starting)\)")
_NO_TAG = "<none>:<none>"


async def picture(host: Host, name: str) -> HostPicture:
    """Return everything on the host that may be seen.

    `as_of` is the moment before the first look, so that the picture is never older than it says.
    """
    as_of = datetime.now(UTC)
    connection = host.connection
    containers, images, networks, volumes, version = await together(
        [
            host.containers(everything=True),
            connection.read("images/json"),
            connection.read("networks"),
            connection.read("volumes"),
            connection.read("version"),
        ]
    )
    return HostPicture(
        host=name,
        as_of=as_of,
        engine=f"{_engine(version)} (API {connection.api_version})",
        containers=await _containers(host, containers),
        images=tuple(_image(each) for each in images),
        networks=tuple(
            Network(
                id=each["Id"],
                name=each["Name"],
                driver=each.get("Driver") or "",
                labels=each.get("Labels") or {},
            )
            for each in networks
        ),
        volumes=tuple(
            Volume(
                name=each["Name"],
                driver=each.get("Driver") or "local",
                labels=each.get("Labels") or {},
            )
            for each in volumes.get("Volumes") or ()
        ),
    )


def _engine(version: dict[str, Any]) -> str:
    components: list[dict[str, Any]] = version.get("Components") or []
    kind = next((each["Name"] for each in components if "Engine" in each.get("Name", "")), "Engine")
    words = "Docker Engine" if kind == "Engine" else str(kind)
    return f"{words} {version.get('Version', '')}".strip()


async def _containers(host: Host, listed: list[dict[str, Any]]) -> tuple[Container, ...]:
    """Return the containers; how often one restarted is asked only of those that do so."""
    restarts: dict[str, int] = {}
    for each in listed:
        if each.get("State") == "restarting":
            try:
                restarts[each["Id"]] = (await host.container(each["Id"])).get("RestartCount", 0)
            except EngineError:
                continue  # it was removed since: the next picture has it no more
    return tuple(_container(each, restarts.get(each["Id"])) for each in listed)


def _container(listed: dict[str, Any], restart_count: int | None) -> Container:
    status: str = listed.get("Status") or ""
    state: str = listed.get("State") or ""
    health = _HEALTH.search(status)
    code = _EXITED.search(status) if state in {"exited", "dead", "restarting"} else None
    networks = (listed.get("NetworkSettings") or {}).get("Networks") or {}
    created = listed.get("Created")
    return Container(
        id=listed["Id"],
        name=name_of(listed),
        image=listed.get("Image") or "",
        image_id=listed.get("ImageID") or "",
        state=state,
        status=status,
        health=health["health"] if health else None,
        exit_code=int(code["code"]) if code else None,
        created=datetime.fromtimestamp(created, UTC) if created is not None else None,
        restart_count=restart_count,
        ports=tuple(_port(each) for each in listed.get("Ports") or ()),
        labels=listed.get("Labels") or {},
        networks=tuple(sorted(networks)),
        volumes=tuple(
            each["Name"] for each in listed.get("Mounts") or () if each.get("Type") == "volume"
        ),
    )


def _port(listed: dict[str, Any]) -> PublishedPort:
    return PublishedPort(
        container_port=listed["PrivatePort"],
        protocol=listed.get("Type") or "tcp",
        host_ip=listed.get("IP") or None,
        host_port=listed.get("PublicPort") or None,
    )


def _image(listed: dict[str, Any]) -> Image:
    created = listed.get("Created")
    return Image(
        id=listed["Id"],
        tags=tuple(tag for tag in listed.get("RepoTags") or () if tag != _NO_TAG),
        size=listed.get("Size"),
        created=datetime.fromtimestamp(created, UTC) if created is not None else None,
        labels=listed.get("Labels") or {},
    )


async def changes(host: Host) -> AsyncIterator[None]:
    """Yield once the engine's events are heard, then whenever one says that something changed.

    Who takes a picture at each yield misses nothing. Events that come together are one yield.
    Raises RefusedError (ENGINE_UNREACHABLE) when the stream breaks; it has no other end.
    """
    filters = {"filters": json.dumps({"type": dict.fromkeys(_KINDS, True)})}
    async with host.connection.stream("events", filters, endless=True) as pieces:
        yield None
        rest = b""
        async for piece in pieces:
            *lines, rest = (rest + piece).split(b"\n")
            if any(_is_change(line) for line in lines if line.strip()):
                yield None
    raise RefusedError(
        Code.ENGINE_UNREACHABLE,
        f"The Docker Engine at {host.connection.url} ended its stream of events.",
        "It was stopped or restarted; listen again when it is back.",
    )


def _is_change(line: bytes) -> bool:
    """Tell whether an event changes the picture; what is not known is taken for a change."""
    try:
        event = json.loads(line)
    except ValueError:
        return True
    action = event.get("Action") if isinstance(event, dict) else None
    return not (isinstance(action, str) and action.startswith(_NOT_A_CHANGE))
