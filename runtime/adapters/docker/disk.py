"""`docker system df`: what takes up disk space, in short or in detail."""

import asyncio
import json
from typing import Any

from contracts.docker.operations import SystemDf
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import disk_rows, tables, volumes
from runtime.adapters.docker.disk_rows import Rows, Whole
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.listing import container_row
from runtime.adapters.docker.text import human
from runtime.adapters.docker.text.template import Row, Template

_LARGEST = 64 * 1024 * 1024
_UNKNOWN = -1
"""What the engine says of a size or a number that it did not compute."""
_ACTIVE = frozenset({"running", "paused", "restarting"})

_SUMMARY = tables.Columns(
    "docker system df",
    {
        "Active": "ACTIVE",
        "Reclaimable": "RECLAIMABLE",
        "Size": "SIZE",
        "TotalCount": "TOTAL",
        "Type": "TYPE",
    },
)
_TABLE = "table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}"
_RAW = """type: {{.Type}}
total: {{.TotalCount}}
active: {{.Active}}
size: {{.Size}}
reclaimable: {{.Reclaimable}}
"""
_IMAGE_TABLE = (
    "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}"
    "\t{{.UniqueSize}}\t{{.Containers}}"
)
_CONTAINER_TABLE = (
    "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}"
    "\t{{.Status}}\t{{.Names}}"
)
_VOLUME_TABLE = "table {{.Name}}\t{{.Links}}\t{{.Size}}"
_CACHE_TABLE = (
    "table {{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}"
    "\t{{.UsageCount}}\t{{.Shared}}"
)
_RAW_WHOLE = r"""{{range .Images}}type: Image
repository: {{ .Repository }}
tag: {{.Tag}}
digest: {{.Digest}}
image_id: {{.ID}}
created_at: {{.CreatedAt}}
virtual_size: {{.Size}}

{{end -}}
{{range .Containers}}type: Container
container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state: {{- pad .State 1 0}}
status: {{- pad .Status 1 0}}
names: {{.Names}}
labels: {{- pad .Labels 1 0}}
ports: {{- pad .Ports 1 0}}
size: {{.Size}}\n
{{end -}}
{{range .Volumes}}type: Volume
name: {{.Name}}
driver: {{.Driver}}

{{end -}}
{{range .BuildCache}}type: Build Cache
build_cache_id: {{.ID}}
parent_id: {{.Parent}}
build_cache_type: {{.CacheType}}
description: {{.Description}}
created_at: {{.CreatedAt}}
created_since: {{.CreatedSince}}
last_used_at: {{.LastUsedAt}}
last_used_since: {{.LastUsedSince}}
usage_count: {{.UsageCount}}
in_use: {{.InUse}}
shared: {{.Shared}}

{{end -}}"""


async def df(host: Host, operation: SystemDf) -> Outcome:
    """Return how much space images, containers, volumes and the build cache take up."""
    form = operation.format or "table"
    if not operation.verbose:
        form = {"table": _TABLE, "raw": _RAW}.get(form, form)
        _SUMMARY.used(form)
    elif form != "table":
        form = {"json": tables.JSON, "raw": _RAW_WHOLE}.get(form, form)
        template = Template(_unescaped(form.removeprefix("table").strip(" ")))
    usage = await _usage(host)
    lines = _lines(usage)
    data = [line.data() for line in lines]
    if not operation.verbose:
        return Outcome(stdout=_SUMMARY.render(form, lines), data={"summary": data})
    whole = Whole(_kinds(usage, trunc=False))
    if form == "table":
        text = _detailed(usage, _kinds(usage, trunc=True))
    else:
        text = template.render(Whole(_kinds(usage, trunc=form.startswith("table"))))
    return Outcome(stdout=text, data={"summary": data, **whole.data()})


def _unescaped(form: str) -> str:
    return form.replace("\\t", "\t").replace("\\n", "\n")


async def _usage(host: Host) -> dict[str, Any]:
    """Let the engine measure, for as long as a wait may last: large volumes take minutes.

    Containers that may not be seen are left out; that a volume or an image has users is said of
    all of them, for it must not look as if nobody needed it.
    """
    body = bytearray()
    try:
        async with (
            asyncio.timeout(host.settings.wait_timeout.total_seconds()),
            host.connection.stream("system/df", endless=True) as pieces,
        ):
            async for piece in pieces:
                body += piece
                if len(body) > _LARGEST:
                    raise _unreadable(host, f"more than {_LARGEST} bytes")
    except TimeoutError as error:
        raise RefusedError(
            Code.DEADLINE_EXCEEDED,
            f"The engine at {host.connection.url} measured its disk for as long as allowed.",
            "Nothing was changed. Ask again when it has less to do.",
        ) from error
    try:
        usage: dict[str, Any] = json.loads(body)
    except ValueError as error:
        raise _unreadable(host, f"what is no JSON: {error}") from error
    if host.only_label is not None:
        seen = {each["Id"] for each in await host.containers(everything=True)}
        listed = usage.get("Containers") or ()
        usage["Containers"] = [each for each in listed if each["Id"] in seen]
    return usage


def _unreadable(host: Host, what: str) -> RefusedError:
    return RefusedError(
        Code.ENGINE_ERROR,
        f"The engine at {host.connection.url} answered {what}.",
        "Look at the engine's own log; try again.",
    )


def _lines(usage: dict[str, Any]) -> list[Row]:
    """Return one line for each kind, as the summary has them."""
    cache = usage.get("BuildCache") or []
    cached = _cached(cache)
    in_use = _cached([each for each in cache if each.get("InUse")])
    busy = sum(1 for each in cache if each.get("InUse"))
    size = human.size(cached)
    return [
        _images(usage),
        _containers(usage.get("Containers") or []),
        _volumes(usage.get("Volumes") or []),
        _line("Build Cache", len(cache), busy, size, human.size(cached - in_use)),
    ]


def _cached(cache: list[dict[str, Any]]) -> int:
    return sum(each.get("Size") or 0 for each in cache if not each.get("Shared"))


def _images(usage: dict[str, Any]) -> Row:
    """Count what layers no container needs: what is shared between images counts as needed once."""
    images: list[dict[str, Any]] = usage.get("Images") or []
    total = usage.get("LayersSize") or 0
    sizes = [
        (each.get("Size", _UNKNOWN), each.get("SharedSize", _UNKNOWN))
        for each in images
        if each.get("Containers")
    ]
    needed = sum(size - shared for size, shared in sizes if _UNKNOWN not in {size, shared})
    active = sum(1 for each in images if each.get("Containers", 0) > 0)
    size = human.size(total)
    return _line("Images", len(images), active, size, _share(total - needed, total))


def _containers(containers: list[dict[str, Any]]) -> Row:
    sizes = [(each.get("State") in _ACTIVE, each.get("SizeRw") or 0) for each in containers]
    total = sum(size for _, size in sizes)
    free = sum(size for active, size in sizes if not active)
    busy = sum(1 for active, _ in sizes if active)
    return _line("Containers", len(sizes), busy, human.size(total), _share(free, total))


def _volumes(listed: list[dict[str, Any]]) -> Row:
    told = [each.get("UsageData") or {} for each in listed]
    usages = [(each.get("RefCount", _UNKNOWN), each.get("Size", _UNKNOWN)) for each in told]
    known = [(users, size) for users, size in usages if size != _UNKNOWN]
    total = sum(size for _, size in known)
    free = sum(size for users, size in known if users == 0)
    active = sum(1 for users, _ in usages if users > 0)
    return _line("Local Volumes", len(usages), active, human.size(total), _share(free, total))


def _share(part: int, total: int) -> str:
    """Return a size, and how many percent of the whole it is, rounded towards nought."""
    if total <= 0:
        return human.size(part)
    percent = abs(part) * 100 // total
    return f"{human.size(part)} ({-percent if part < 0 else percent}%)"


def _line(kind: str, count: int, active: int, size: str, reclaimable: str) -> Row:
    return _SUMMARY.row(
        {
            "Active": lambda: str(active),
            "Reclaimable": lambda: reclaimable,
            "Size": lambda: size,
            "TotalCount": lambda: str(count),
            "Type": lambda: kind,
        }
    )


def _kinds(usage: dict[str, Any], *, trunc: bool) -> dict[str, Rows]:
    """Return everything by kind, without the virtual size of containers."""
    cache = sorted(
        usage.get("BuildCache") or (),
        key=lambda each: (each.get("LastUsedAt") or "", each.get("ID") or ""),
    )
    return {
        "Images": Rows(disk_rows.image(each, trunc=trunc) for each in usage.get("Images") or ()),
        "Containers": Rows(
            container_row(each | {"SizeRootFs": 0}, trunc=trunc)
            for each in usage.get("Containers") or ()
        ),
        "Volumes": Rows(volumes.row(each) for each in usage.get("Volumes") or ()),
        "BuildCache": Rows(disk_rows.build_cache(each, trunc=trunc) for each in cache),
    }


def _detailed(usage: dict[str, Any], kinds: dict[str, Rows]) -> str:
    cached = human.size(_cached(usage.get("BuildCache") or []))
    parts = (
        ("Images space usage:", disk_rows.IMAGES, _IMAGE_TABLE, "Images"),
        ("Containers space usage:", disk_rows.CONTAINERS, _CONTAINER_TABLE, "Containers"),
        ("Local Volumes space usage:", volumes.VOLUMES, _VOLUME_TABLE, "Volumes"),
        (f"Build cache usage: {cached}", disk_rows.BUILD_CACHE, _CACHE_TABLE, "BuildCache"),
    )
    return "\n".join(
        f"{title}\n\n{columns.render(form, kinds[kind])}" for title, columns, form, kind in parts
    )
