"""`docker ps` and `docker images`."""

import json
import time
from collections.abc import Iterator
from typing import Any

from contracts.docker.operations import Filter, Images, Ps
from contracts.docker.outcome import Outcome
from runtime.adapters.docker import ports, tables
from runtime.adapters.docker.host import Host, grouped, name_of
from runtime.adapters.docker.text import human
from runtime.adapters.docker.text.template import Row

_IGNORED = "WARNING: Ignoring custom format, because both --format and --quiet are set.\n"
_QUIET = "{{.ID}}"
_COMMAND = 20
_MOUNT = 15
_SIZE_DIGITS = 3
_NONE = "<none>"

_CONTAINERS = tables.Columns(
    "docker ps",
    {
        "Command": "COMMAND",
        "CreatedAt": "CREATED AT",
        "ID": "CONTAINER ID",
        "Image": "IMAGE",
        "Labels": "LABELS",
        "LocalVolumes": "LOCAL VOLUMES",
        "Mounts": "MOUNTS",
        "Names": "NAMES",
        "Networks": "NETWORKS",
        "Platform": "PLATFORM",
        "Ports": "PORTS",
        "RunningFor": "CREATED",
        "Size": "SIZE",
        "State": "STATE",
        "Status": "STATUS",
    },
    labels=True,
)
_PS_TABLE = (
    "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}"
)

IMAGE_TITLES = {
    "Containers": "CONTAINERS",
    "CreatedAt": "CREATED AT",
    "CreatedSince": "CREATED",
    "Digest": "DIGEST",
    "ID": "IMAGE ID",
    "Repository": "REPOSITORY",
    "SharedSize": "SHARED SIZE",
    "Size": "SIZE",
    "Tag": "TAG",
    "UniqueSize": "UNIQUE SIZE",
    "VirtualSize": "SIZE",
}
_IMAGES = tables.Columns("docker images", IMAGE_TITLES)
_SINCE = "{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}"
_IMAGE_HEAD = "table {{.Repository}}\t{{.Tag}}\t"
_IMAGE_RAW = "repository: {{ .Repository }}\ntag: {{.Tag}}\n"
_IMAGE_RAW_TAIL = "image_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n"
_SUBCOMMANDS = frozenset(
    {"build", "history", "import", "inspect", "list", "load", "ls", "prune", "pull", "push", "rm",
     "save", "tag"}
)  # fmt: skip


async def ps(host: Host, operation: Ps) -> Outcome:
    """List containers."""
    format_ = operation.format or ""
    wants_size = bool(format_) and "Size" in _CONTAINERS.used(format_)
    size = operation.size or (wants_size and not operation.quiet)
    listed = await host.containers(
        everything=operation.all,
        filters=operation.filters,
        limit=operation.last,
        size=size,
    )
    rows = [container_row(each, trunc=not operation.no_trunc) for each in listed]
    entries = tables.data(container_row(each, trunc=False) for each in listed)
    if not size:
        # The engine did not compute it; docker's JSON has "0B" here, which is no size.
        entries = [{key: each[key] for key in each if key != "Size"} for each in entries]
    return Outcome(
        stdout=_CONTAINERS.render(_ps_format(format_, quiet=operation.quiet, size=size), rows),
        stderr=_IGNORED if format_ and operation.quiet else "",
        data=entries,
    )


def _ps_format(format_: str, *, quiet: bool, size: bool) -> str:
    if format_ == "raw":
        raw = tables.CONTAINER_RAW + ("size: {{.Size}}\\n" if size else "")
        return "container_id: {{.ID}}" if quiet else raw
    if quiet:
        return _QUIET
    if format_ in {"", "table"}:
        return _PS_TABLE + ("\t{{.Size}}" if size else "")
    return format_


def container_row(listed: dict[str, Any], *, trunc: bool) -> Row:
    """Return a listed container as a line; `trunc` shortens as the CLI does for people."""
    created = listed.get("Created") or 0
    labels: dict[str, str] = listed.get("Labels") or {}
    mounts = [each.get("Name") or each.get("Source") or "" for each in listed.get("Mounts") or ()]
    volumes = [each for each in listed.get("Mounts") or () if each.get("Driver") == "local"]
    networks = (listed.get("NetworkSettings") or {}).get("Networks") or {}
    command = listed.get("Command") or ""
    names = [name.removeprefix("/") for name in listed.get("Names") or ()]
    return _CONTAINERS.row(
        {
            "Command": lambda: human.quote(human.ellipsis(command, _COMMAND) if trunc else command),
            "CreatedAt": lambda: human.moment(created),
            "ID": lambda: human.short_id(listed["Id"]) if trunc else str(listed["Id"]),
            "Image": lambda: _image(listed, trunc=trunc),
            "Labels": lambda: ",".join(sorted(f"{key}={labels[key]}" for key in labels)),
            "LocalVolumes": lambda: str(len(volumes)),
            "Mounts": lambda: ",".join(
                human.ellipsis(name, _MOUNT) if trunc else name for name in mounts
            ),
            "Names": lambda: name_of(listed) if trunc else ",".join(names),
            "Networks": lambda: ",".join(sorted(networks)),
            "Platform": lambda: None,
            "Ports": lambda: ports.displayed(listed.get("Ports") or []),
            "RunningFor": lambda: f"{human.duration(time.time() - created)} ago",
            "Size": lambda: _size(listed),
            "State": lambda: listed.get("State") or "",
            "Status": lambda: listed.get("Status") or "",
        },
        lambda key: labels.get(key, ""),
    )


def _image(listed: dict[str, Any], *, trunc: bool) -> str:
    image: str = listed.get("Image") or ""
    if not image:
        return "<no image>"
    if not trunc:
        return image
    short = human.short_id(listed.get("ImageID") or "")
    if short == human.short_id(image):
        return short
    return _familiar(image.partition("@")[0])


def _familiar(name: str) -> str:
    """Return an image's name without the parts that docker leaves out."""
    name = name.removeprefix("docker.io/")
    rest = name.removeprefix("library/")
    return name if "/" in rest else rest


def _size(listed: dict[str, Any]) -> str:
    own = human.size(listed.get("SizeRw") or 0, _SIZE_DIGITS)
    whole = listed.get("SizeRootFs") or 0
    return f"{own} (virtual {human.size(whole, _SIZE_DIGITS)})" if whole > 0 else own


async def images(host: Host, operation: Images) -> Outcome:
    """List images."""
    format_ = operation.format or "table"
    _IMAGES.used(_images_format(format_, operation))
    filters = list(operation.filters)
    if operation.reference:
        filters.append(Filter(key="reference", value=operation.reference))
    params = {"all": "1"} if operation.all else {}
    if filters:
        params["filters"] = json.dumps(grouped(filters))
    listed: list[dict[str, Any]] = await host.connection.read("images/json", params)
    final = _images_format(format_, operation)
    digests = operation.digests or "{{.Digest}}" in final
    rows = [row for each in listed for row in _image_rows(each, operation, digests=digests)]
    whole = operation.model_copy(update={"no_trunc": True})
    return Outcome(
        stdout=_IMAGES.render(final, rows),
        stderr="" if listed else _ambiguous(operation.reference),
        data=tables.data(
            row for each in listed for row in _image_rows(each, whole, digests=digests)
        ),
    )


def _images_format(format_: str, operation: Images) -> str:
    quiet, digests = operation.quiet, operation.digests
    if format_ == "table":
        columns = "{{.Digest}}\t{{.ID}}\t" if digests else "{{.ID}}\t"
        return _QUIET if quiet else _IMAGE_HEAD + columns + _SINCE
    if format_ == "raw":
        digest = "digest: {{.Digest}}\n" if digests else ""
        return "image_id: {{.ID}}" if quiet else _IMAGE_RAW + digest + _IMAGE_RAW_TAIL
    if format_.startswith("table") and digests and "{{.Digest}}" not in format_:
        return f"{format_}\t{{{{.Digest}}}}"
    return format_


def _image_rows(listed: dict[str, Any], operation: Images, *, digests: bool) -> Iterator[Row]:
    """Go over one image's lines: one per tag, and per digest where those are shown."""
    tags = _by_repository(listed.get("RepoTags"), ":")
    by_digest = _by_repository(listed.get("RepoDigests"), "@")
    if not tags and not by_digest:
        yield _image_row(listed, operation, _NONE, _NONE, _NONE)
    for repository, names in tags.items():
        shown = by_digest.pop(repository, []) if digests else by_digest.pop(repository, [])[:0]
        for tag in names:
            for digest in shown or [_NONE]:
                yield _image_row(listed, operation, repository, tag, digest)
    for repository, names in by_digest.items():
        for digest in names if operation.digests else [""]:
            yield _image_row(listed, operation, repository, _NONE, digest)


def _by_repository(references: list[str] | None, separator: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for reference in references or ():
        name, _, rest = reference.rpartition(separator)
        if name and name != _NONE:
            found.setdefault(_familiar(name), []).append(rest)
    return found


def _image_row(
    listed: dict[str, Any], operation: Images, repository: str, tag: str, digest: str
) -> Row:
    created, size = listed.get("Created") or 0, listed.get("Size") or 0
    shared, users = listed.get("SharedSize", -1), listed.get("Containers", -1)
    return _IMAGES.row(
        {
            "Containers": lambda: "N/A" if users == -1 else str(users),
            "CreatedAt": lambda: human.moment(created),
            "CreatedSince": lambda: f"{human.duration(time.time() - created)} ago",
            "Digest": lambda: digest,
            "ID": lambda: str(listed["Id"]) if operation.no_trunc else human.short_id(listed["Id"]),
            "Repository": lambda: repository,
            "SharedSize": lambda: "N/A" if shared == -1 else human.size(shared),
            "Size": lambda: human.size(size, _SIZE_DIGITS),
            "Tag": lambda: tag,
            "UniqueSize": lambda: "N/A" if shared == -1 else human.size(size - shared),
            "VirtualSize": lambda: human.size(size),
        }
    )


def _ambiguous(reference: str | None) -> str:
    if reference not in _SUBCOMMANDS:
        return ""
    return f'\nNo images found matching "{reference}": did you mean "docker image {reference}"?\n'
