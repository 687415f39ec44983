"""What takes up disk space, line by line, as `docker system df --verbose` shows it."""

import time
from functools import partial
from typing import Any, cast

from runtime.adapters.docker import reference, tables
from runtime.adapters.docker.listing import IMAGE_TITLES
from runtime.adapters.docker.text import human, moments
from runtime.adapters.docker.text.template import Row

_NONE = "<none>"
_UNKNOWN = "N/A"
_SIZE_DIGITS = 3

IMAGES = tables.Columns("docker system df", IMAGE_TITLES)
CONTAINERS = tables.Columns(
    "docker system df",
    {
        "Command": "COMMAND",
        "ID": "CONTAINER ID",
        "Image": "IMAGE",
        "LocalVolumes": "LOCAL VOLUMES",
        "Names": "NAMES",
        "RunningFor": "CREATED",
        "Size": "SIZE",
        "Status": "STATUS",
    },
)
BUILD_CACHE = tables.Columns(
    "docker system df",
    {
        "CacheType": "CACHE TYPE",
        "CreatedAt": "CREATED AT",
        "CreatedSince": "CREATED",
        "Description": "DESCRIPTION",
        "ID": "CACHE ID",
        "InUse": "IN USE",
        "LastUsedAt": "LAST USED AT",
        "LastUsedSince": "LAST USED",
        "Parent": "PARENT",
        "Shared": "SHARED",
        "Size": "SIZE",
        "UsageCount": "USAGE",
    },
)


class Rows(list[Row]):
    """Lines that a template may go over, or print as JSON."""

    def data(self) -> list[dict[str, str | None]]:
        """Return the lines as docker's JSON has them."""
        return [row.data() for row in self]


class Whole(Row):
    """All that takes up space: what a template is given that is run once, over everything."""

    def __init__(self, kinds: dict[str, Rows]) -> None:
        fields = {name: partial(kinds.__getitem__, name) for name in kinds}
        super().__init__("docker system df --verbose", cast("Any", fields))
        self._kinds = kinds

    def data(self) -> dict[str, Any]:
        """Return all kinds, in the order in which docker's JSON has them."""
        return {name: rows.data() for name, rows in self._kinds.items()}


def image(listed: dict[str, Any], *, trunc: bool) -> Row:
    """Return an image under the first of its names."""
    created, size = listed.get("Created") or 0, listed.get("Size") or 0
    shared, users = listed.get("SharedSize", -1), listed.get("Containers", -1)
    repository, tag = _named(listed.get("RepoTags") or [])
    return IMAGES.row(
        {
            "Containers": lambda: _UNKNOWN if users == -1 else str(users),
            "CreatedAt": lambda: human.moment(created),
            "CreatedSince": lambda: _ago(created),
            "Digest": lambda: "",
            "ID": lambda: human.short_id(listed["Id"]) if trunc else str(listed["Id"]),
            "Repository": lambda: repository,
            "SharedSize": lambda: _UNKNOWN if shared == -1 else human.size(shared),
            "Size": lambda: human.size(size, _SIZE_DIGITS),
            "Tag": lambda: tag,
            "UniqueSize": lambda: _UNKNOWN if shared == -1 else human.size(size - shared),
            "VirtualSize": lambda: human.size(size),
        }
    )


def _named(tags: list[str]) -> tuple[str, str]:
    try:
        found = reference.read(tags[0] if tags else "")
    except ValueError:
        return _NONE, _NONE
    return found.familiar.removesuffix(f":{found.tag}"), found.tag


def build_cache(record: dict[str, Any], *, trunc: bool) -> Row:
    """Return one record of the build cache; a star marks what is in use."""
    identifier = str(record.get("ID") or "")
    parents = ", ".join(record.get("Parents") or ()) or record.get("Parent") or ""
    created, used = record.get("CreatedAt") or "", record.get("LastUsedAt") or ""
    star = "*" if record.get("InUse") else ""
    return BUILD_CACHE.row(
        {
            "CacheType": lambda: record.get("Type") or "",
            "CreatedAt": lambda: moments.spoken(created),
            "CreatedSince": lambda: _ago(moments.unix(created)),
            "Description": lambda: record.get("Description") or "",
            "ID": lambda: (human.short_id(identifier) if trunc else identifier) + star,
            "InUse": lambda: _bool(record.get("InUse")),
            "LastUsedAt": lambda: moments.spoken(used),
            "LastUsedSince": lambda: _ago(moments.unix(used)) if used else "",
            "Parent": lambda: human.short_id(parents) if trunc else parents,
            "Shared": lambda: _bool(record.get("Shared")),
            "Size": lambda: human.size(record.get("Size") or 0, _SIZE_DIGITS),
            "UsageCount": lambda: str(record.get("UsageCount") or 0),
        }
    )


def _ago(unix: float) -> str:
    return f"{human.duration(time.time() - unix)} ago"


def _bool(value: object) -> str:
    return str(bool(value)).lower()
