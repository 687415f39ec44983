"""`docker history`: the layers of an image."""

import time
from datetime import datetime
from typing import Any

from contracts.docker.operations import History
from contracts.docker.outcome import Outcome
from runtime.adapters.docker import platforms, tables
from runtime.adapters.docker.connection import path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.text import human
from runtime.adapters.docker.text.template import Row

_PLATFORM_SINCE = "1.48"
_CREATED_BY = 45
_SIZE_DIGITS = 3
_EPOCH = 946_684_800
"""The start of the year 2000: what is older was dated by a build that gives no dates."""

_LAYERS = tables.Columns(
    "docker history",
    {
        "Comment": "COMMENT",
        "CreatedAt": "CREATED AT",
        "CreatedBy": "CREATED BY",
        "CreatedSince": "CREATED",
        "ID": "IMAGE",
        "Size": "SIZE",
    },
)
_TABLE = "table {{.ID}}\t{{.%s}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}"
_QUIET = "{{.ID}}"


async def history(host: Host, operation: History) -> Outcome:
    """List the layers of an image, the newest first."""
    format_ = _format(operation)
    _LAYERS.used(format_)
    params: dict[str, str] = {}
    if operation.platform:
        if old := await platforms.too_old(host, _PLATFORM_SINCE):
            return Outcome(exit_code=1, stderr=f"{old}\n")
        params["platform"] = platforms.encoded(operation.platform)
    layers: list[dict[str, Any]] = await host.connection.read(
        path_of("images", operation.image, "history"), params
    )
    trunc = not operation.no_trunc
    rows = [_row(each, human_=operation.human, trunc=trunc) for each in layers]
    whole = [_row(each, human_=operation.human, trunc=False) for each in layers]
    return Outcome(stdout=_LAYERS.render(format_, rows), data=tables.data(whole))


def _format(operation: History) -> str:
    if operation.format not in {None, "", "table"}:
        return str(operation.format)
    if operation.quiet:
        return _QUIET
    return _TABLE % ("CreatedSince" if operation.human else "CreatedAt")


def _row(layer: dict[str, Any], *, human_: bool, trunc: bool) -> Row:
    created, size = int(layer.get("Created") or 0), int(layer.get("Size") or 0)
    created_by = str(layer.get("CreatedBy") or "").replace("\t", " ")
    identifier = str(layer.get("Id") or "")
    return _LAYERS.row(
        {
            "Comment": lambda: str(layer.get("Comment") or ""),
            "CreatedAt": lambda: _moment(created),
            "CreatedBy": lambda: human.ellipsis(created_by, _CREATED_BY) if trunc else created_by,
            "CreatedSince": lambda: _since(created) if human_ else _moment(created),
            "ID": lambda: human.short_id(identifier) if trunc else identifier,
            "Size": lambda: human.size(size, _SIZE_DIGITS) if human_ else str(size),
        }
    )


def _since(created: int) -> str:
    return f"{human.duration(time.time() - created)} ago" if created > _EPOCH else "N/A"


def _moment(created: int) -> str:
    """Return a Unix time in the local zone, as RFC 3339 has it."""
    text = datetime.fromtimestamp(created).astimezone().isoformat(timespec="seconds")
    return text.replace("+00:00", "Z")
