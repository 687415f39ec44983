"""What is on the host: one compact picture, and a word whenever it has changed."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.errors import Code, RefusedError
from contracts.world import Container, Disk, HostPicture, Image, Network, PublishedPort, Volume
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.fitting import fitted
from runtime.adapters.docker.host import Host, name_of
from runtime.adapters.docker.reach import held, mounted
from runtime.adapters.docker.together import together

_KINDS = ("container", "image", "network", "volume")
_NOT_A_CHANGE = (
    "exec_", "top", "attach", "detach", "resize", "export", "archive-path", "copy", "push", "save",
)  # fmt: skip
_EXITED = re.compile(r"\((?P<code>-?\d+)\)")
_HEALTH = re.compile(r"\((?:health: )?(?P<health>healthy|unhealthy|starting)\)")
_NO_TAG = "<none>:<none>"
_DANGLING = {"filters": json.dumps({"dangling": {"true": True}})}
_OWN_NETWORKS = frozenset({"bridge", "host", "none"})
_MEASURE_EVERY = timedelta(minutes=10)
"""Measuring reads whole folders on the host's disk, and an engine does it once at a time."""


class Pictures:
    """Pictures of one host. What is dear to ask is remembered while its changes are followed."""

    def __init__(self, host: Host, name: str, labels: Mapping[str, str]) -> None:
        self._host = host
        self._name = name
        self._labels = dict(labels)
        self._following = 0
        self._inspected: dict[str, dict[str, Any]] = {}
        self._touched: set[str] = set()
        self._measured: dict[str, Any] = {}
        self._measured_at: datetime | None = None

    async def look(self) -> HostPicture:
        """Return everything on the host that may be seen.

        `as_of` is the moment before the first look, so that the picture is never older than it
        says. Raises RefusedError, EngineError.
        """
        try:
            return await self._look()
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise RefusedError(
                Code.ENGINE_ERROR,
                f"What answers at {self._host.connection.url} is no engine that is known here:"
                f" {type(error).__name__} {error}.",
                "See its version (docker version): API 1.41 and newer are known.",
            ) from error

    async def _look(self) -> HostPicture:
        as_of = datetime.now(UTC)
        self._touched.clear()
        read = self._host.connection.read
        listed, images, networks, idle_networks, volumes, idle_volumes, version = await together(
            [
                self._host.containers(everything=True),
                read("images/json"),
                read("networks"),
                read("networks", _DANGLING),
                read("volumes"),
                read("volumes", _DANGLING),
                read("version"),
            ]
        )
        await self._inspect(listed)
        made_from = Counter(str(each.get("ImageID")) for each in listed)
        holding = {each["Name"]: held(each) for each in volumes.get("Volumes") or ()}
        containers = tuple(self._container(each, holding) for each in listed)
        users = Counter(name for each in containers for name in set(each.volumes))
        unused = {each["Name"] for each in idle_volumes.get("Volumes") or ()}
        sizes = self._sizes("Volumes", "Name", "UsageData", "Size")
        picture = HostPicture(
            host=self._name,
            as_of=as_of,
            engine=f"{_engine(version)} (API {self._host.connection.api_version})",
            containers=containers,
            images=tuple(_image(each, made_from) for each in images),
            networks=tuple(_network(each, {e["Id"] for e in idle_networks}) for each in networks),
            volumes=tuple(
                Volume(
                    name=each["Name"],
                    driver=each.get("Driver") or "local",
                    labels=each.get("Labels") or {},
                    created=_moment(each.get("CreatedAt")),
                    size=sizes.get(each["Name"]),
                    containers=users[each["Name"]],
                    dangling=each["Name"] in unused,
                    host=holding[each["Name"]],
                )
                for each in volumes.get("Volumes") or ()
            ),
            labels=self._labels,
            disk=self._disk(),
        )
        return fitted(picture)

    async def _inspect(self, listed: list[dict[str, Any]]) -> None:
        """Ask what lists do not tell, only of those that changed since they were asked last."""
        there = {str(each["Id"]) for each in listed}
        for gone in self._inspected.keys() - there:
            del self._inspected[gone]
        asked = {
            str(each["Id"])
            for each in listed
            if self._following or each.get("State") == "restarting"
        }
        if not self._following:
            self._inspected.clear()
        new = sorted(asked - self._inspected.keys())
        found = await together([self._inspection(each) for each in new])
        self._inspected.update(
            {key: value for key, value in zip(new, found, strict=True) if value is not None}
        )

    async def _inspection(self, container: str) -> dict[str, Any] | None:
        try:
            found = await self._host.connection.read(f"containers/{container}/json")
        except EngineError:
            return None  # it was removed since: the next picture has it no more
        state = found.get("State") or {}
        return {
            "restart_count": found.get("RestartCount"),
            "started": _moment(state.get("StartedAt")),
            "finished": _moment(state.get("FinishedAt")),
            "oom_killed": state.get("OOMKilled"),
        }

    def _container(self, listed: dict[str, Any], holding: Mapping[str, bool]) -> Container:
        known = self._inspected.get(str(listed["Id"]), {})
        if listed["Id"] in self._touched:
            self._inspected.pop(listed["Id"], None)
        sizes = self._sizes("Containers", "Id", "SizeRw")
        more = {"size": sizes.get(listed["Id"]), "host_mounts": mounted(listed, holding)}
        return _container(listed, known | more)

    async def _measure(self) -> None:
        """Measure the disk again and again, for as long as changes are followed."""
        while True:
            began = datetime.now(UTC)
            try:
                self._measured = await self._host.connection.read("system/df") or {}
                self._measured_at = began
            except (RefusedError, EngineError):
                pass  # the figures keep their age, which the picture tells
            await asyncio.sleep(_MEASURE_EVERY.total_seconds())

    def _sizes(self, kind: str, key: str, *path: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for each in self._measured.get(kind) or ():
            value: Any = each
            for step in path:
                value = (value or {}).get(step)
            if isinstance(value, int) and value >= 0:
                found[each[key]] = value
        return found

    def _disk(self) -> Disk | None:
        if self._measured_at is None:
            return None
        return Disk(
            as_of=self._measured_at,
            images=self._measured.get("LayersSize") or 0,
            containers=sum(self._sizes("Containers", "Id", "SizeRw").values()),
            volumes=sum(self._sizes("Volumes", "Name", "UsageData", "Size").values()),
            build_cache=sum(
                each.get("Size") or 0
                for each in self._measured.get("BuildCache") or ()
                if not each.get("Shared")
            ),
        )

    async def changes(self) -> AsyncIterator[None]:
        """Yield once the engine's events are heard, then whenever one says that something changed.

        Who takes a picture at each yield misses nothing. Events that come together are one yield.
        Raises RefusedError (ENGINE_UNREACHABLE) when the stream breaks; it has no other end.
        """
        filters = {"filters": json.dumps({"type": dict.fromkeys(_KINDS, True)})}
        async with (
            self._host.connection.stream("events", filters, endless=True) as pieces,
            self._followed(),
        ):
            yield None
            rest = b""
            async for piece in pieces:
                *lines, rest = (rest + piece).split(b"\n")
                if self._changed(line for line in lines if line.strip()):
                    yield None
        raise RefusedError(
            Code.ENGINE_UNREACHABLE,
            f"The Docker Engine at {self._host.connection.url} ended its stream of events.",
            "It was stopped or restarted; listen again when it is back.",
        )

    @asynccontextmanager
    async def _followed(self) -> AsyncIterator[None]:
        """Remember what was asked, as every change of it is heard."""
        self._inspected.clear()
        self._following += 1
        measuring = asyncio.create_task(self._measure())
        try:
            yield
        finally:
            self._following -= 1
            measuring.cancel()
            await asyncio.gather(measuring, return_exceptions=True)

    def _changed(self, lines: Iterable[bytes]) -> bool:
        """Tell whether events change the picture; what is not known is taken for a change."""
        changed = False
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            action = event.get("Action") if isinstance(event, dict) else None
            if isinstance(action, str) and action.startswith(_NOT_A_CHANGE):
                continue
            changed = True
            actor = event.get("Actor") if isinstance(event, dict) else None
            if isinstance(actor, dict) and isinstance(actor.get("ID"), str):
                self._inspected.pop(actor["ID"], None)
                self._touched.add(actor["ID"])
            else:
                self._inspected.clear()
        return changed


def _engine(version: dict[str, Any]) -> str:
    components: list[dict[str, Any]] = version.get("Components") or []
    kind = next((each["Name"] for each in components if "Engine" in each.get("Name", "")), "Engine")
    words = "Docker Engine" if kind == "Engine" else str(kind)
    return f"{words} {version.get('Version', '')}".strip()


def _container(listed: dict[str, Any], known: dict[str, Any]) -> Container:
    status: str = listed.get("Status") or ""
    state: str = listed.get("State") or ""
    health = _HEALTH.search(status)
    code = _EXITED.search(status) if state in {"exited", "dead", "restarting"} else None
    networks = (listed.get("NetworkSettings") or {}).get("Networks") or {}
    return Container(
        id=listed["Id"],
        name=name_of(listed),
        image=listed.get("Image") or "",
        image_id=listed.get("ImageID") or "",
        state=state,
        status=status,
        health=health["health"] if health else None,
        exit_code=int(code["code"]) if code else None,
        created=_second(listed.get("Created")),
        ports=tuple(_port(each) for each in listed.get("Ports") or ()),
        labels=listed.get("Labels") or {},
        networks=tuple(sorted(networks)),
        volumes=tuple(
            each["Name"] for each in listed.get("Mounts") or () if each.get("Type") == "volume"
        ),
        **known,
    )


def _port(listed: dict[str, Any]) -> PublishedPort:
    return PublishedPort(
        container_port=listed["PrivatePort"],
        protocol=listed.get("Type") or "tcp",
        host_ip=listed.get("IP") or None,
        host_port=listed.get("PublicPort") or None,
    )


def _image(listed: dict[str, Any], made_from: Mapping[str, int]) -> Image:
    tags = tuple(tag for tag in listed.get("RepoTags") or () if tag != _NO_TAG)
    return Image(
        id=listed["Id"],
        tags=tags,
        size=listed.get("Size"),
        created=_second(listed.get("Created")),
        labels=listed.get("Labels") or {},
        containers=made_from.get(listed["Id"], 0),
        dangling=not tags,
    )


def _network(listed: dict[str, Any], idle: set[str]) -> Network:
    own = listed["Name"] in _OWN_NETWORKS
    return Network(
        id=listed["Id"],
        name=listed["Name"],
        driver=listed.get("Driver") or "",
        labels=listed.get("Labels") or {},
        scope=listed.get("Scope") or "",
        internal=bool(listed.get("Internal")),
        created=_moment(listed.get("Created")),
        dangling=None if own else listed["Id"] in idle,
    )


def _second(value: int | None) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if value is not None else None


def _moment(value: str | None) -> datetime | None:
    """Return a time as the engine writes it; the year 1 is its word for never."""
    if not value or value.startswith("0001-"):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
