"""`docker compose ls`, `ps`, `images` and `top`."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from contracts.docker import projects
from contracts.docker.operations import ComposeImages, ComposeLs, ComposePs, ComposeTop
from contracts.docker.outcome import Outcome
from contracts.docker.projects import Member
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import reference, tables
from runtime.adapters.docker.compose import rows
from runtime.adapters.docker.compose.project import listing, member, project
from runtime.adapters.docker.connection import NOT_FOUND, EngineError, path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.text import gojson, human, moments, table
from runtime.adapters.docker.text.printing import InvalidTemplateError
from runtime.adapters.docker.together import together

_SECTION = 20
"""The least width of a column, where compose lays out its own tables."""
_PLAIN = frozenset({"table", "pretty", ""})
_SIZE_DIGITS = 3
_NONE = "<none>"


async def ls(host: Host, operation: ComposeLs) -> Outcome:
    """List the projects: of stopped containers too with `all`."""
    names = _names(operation)
    listed = await listing(host, everything=operation.all)
    found = projects.grouped(map(member, listed))
    shown = [
        {"Name": name, "Status": _status(members), "ConfigFiles": _files(members)}
        for name, members in found.items()
        if not names or name in names
    ]
    if operation.quiet:
        return Outcome(
            stdout="".join(f"{each['Name']}\n" for each in shown), data=cast("Any", shown)
        )
    lines = [("NAME", "STATUS", "CONFIG FILES"), *(tuple(each.values()) for each in shown)]
    return Outcome(stdout=_shown(operation.format, lines, shown), data=cast("Any", shown))


def _names(operation: ComposeLs) -> set[str]:
    """Return the names that the filters allow; raise RefusedError for other filters."""
    for each in operation.filters:
        if each.key != "name":
            raise RefusedError(
                Code.INVALID_COMMAND,
                f"`docker compose ls` has no filter {each.key!r}.",
                "Use --filter name=PROJECT.",
            )
    return {each.value for each in operation.filters}


def _status(members: Iterable[Member]) -> str:
    """Return how many containers are in which state: `exited(1), running(2)`."""
    states = Counter(each.state for each in members)
    return ", ".join(f"{state}({states[state]})" for state in sorted(states))


def _files(members: tuple[Member, ...]) -> str:
    """Return the files that a project was made from, unless a container does not say."""
    if all(each.labels.get(projects.FILES) for each in members):
        return ",".join(projects.files(members))
    return "N/A"


async def ps(host: Host, operation: ComposePs) -> Outcome:
    """List the containers of a project."""
    form = _container_format(operation)
    rows.CONTAINERS.used(form)
    found = await project(host, operation)
    taken = [found.listed[each.id] for each in found.touched]
    states = await together(_state(host, each["Id"]) for each in taken)
    there = [(each, state) for each, state in zip(taken, states, strict=True) if state is not None]
    trunc = not operation.no_trunc
    if operation.list_services:
        services = dict.fromkeys(member(each).service for each, _ in there)
        text = "\n".join(services) + "\n"
    elif operation.quiet:
        text = "".join(f"{each['Id']}\n" for each, _ in there)
    else:
        text = rows.CONTAINERS.render(
            form, [rows.container(each, state, trunc=trunc) for each, state in there]
        )
    return Outcome(
        stdout=text,
        data=tables.data(rows.container(each, state, trunc=False) for each, state in there),
    )


def _container_format(operation: ComposePs) -> str:
    form = operation.format or "table"
    if form == "raw":
        return tables.CONTAINER_RAW
    return rows.TABLE if form == "table" else form


async def _state(host: Host, identifier: str) -> dict[str, Any] | None:
    """Return a container's state; None where it was removed since it was listed."""
    try:
        found = await host.connection.read(path_of("containers", identifier, "json"))
    except EngineError as error:
        if error.status != NOT_FOUND:
            raise
        return None
    return cast("dict[str, Any]", found.get("State") or {})


async def images(host: Host, operation: ComposeImages) -> Outcome:
    """List the images of a project's containers."""
    _known(operation.format)
    found = await project(host, operation)
    names = dict.fromkeys(found.listed[each.id]["Image"] for each in found.touched)
    read = await together(host.connection.read(path_of("images", name, "json")) for name in names)
    known = dict(zip(names, read, strict=True))
    shown = [
        _image(each, image, known[image])
        for each in found.touched
        for image in [found.listed[each.id]["Image"]]
    ]
    data = cast("Any", shown)
    if operation.quiet:
        ids = dict.fromkeys(each["ID"].removeprefix("sha256:") for each in shown)
        return Outcome(stdout="".join(f"{each}\n" for each in ids), data=data)
    if (operation.format or "").lower() == "json":
        # Compose ends it twice.
        return Outcome(stdout=f"{gojson.compact(shown)}\n\n", data=data)
    lines = [
        ("CONTAINER", "REPOSITORY", "TAG", "PLATFORM", "IMAGE ID", "SIZE", "CREATED"),
        *map(_image_line, shown),
    ]
    return Outcome(stdout=_section(lines), data=data)


def _image(one: Member, name: str, image: dict[str, Any]) -> dict[str, Any]:
    repository, tag = _named(name)
    tagged = (image.get("Metadata") or {}).get("LastTagTime") or ""
    parts = (image.get("Os"), image.get("Architecture"), image.get("Variant"))
    return {
        "ID": image["Id"],
        "ContainerName": one.name,
        "Repository": repository,
        "Tag": tag,
        "Platform": "/".join(part for part in parts if part),
        "Size": image.get("Size") or 0,
        "LastTagTime": image.get("Created") or "" if moments.never(tagged) else tagged,
    }


def _named(name: str) -> tuple[str, str]:
    """Return repository and tag of what a container was made from; an id has neither."""
    try:
        found = reference.read(name).tagged()
    except ValueError:
        return "", ""
    return replace(found, tag="", digest="").familiar, found.tag


def _image_line(shown: dict[str, Any]) -> tuple[str, ...]:
    passed = time.time() - moments.unix(shown["LastTagTime"])
    return (
        shown["ContainerName"],
        shown["Repository"] or _NONE,
        shown["Tag"] or _NONE,
        shown["Platform"],
        human.short_id(shown["ID"]),
        human.size(shown["Size"], _SIZE_DIGITS),
        f"{human.duration(passed)} ago",
    )


async def top(host: Host, operation: ComposeTop) -> Outcome:
    """Show the processes of a project: one table for all of its containers."""
    found = await project(host, operation)
    answers = await together(
        host.connection.read(path_of("containers", each.id, "top")) for each in found.touched
    )
    titles = ["SERVICE", "#"]
    lines: list[dict[str, str]] = []
    for one, answer in zip(found.touched, answers, strict=True):
        own: list[str] = answer.get("Titles") or []
        titles.extend(title for title in own if title not in titles)
        lines.extend(
            {"SERVICE": one.service, "#": one.number} | dict(zip(own, process, strict=False))
            for process in answer.get("Processes") or ()
        )
    if "CMD" in titles:
        titles.remove("CMD")
        titles.append("CMD")
    cells = [titles, *([line.get(title, "-") for title in titles] for line in lines)]
    text = "".join("\t".join(line) + "\n" for line in cells) if lines else ""
    return Outcome(stdout=table.align(text, least=4, padding=2), data=cast("Any", lines))


def _shown(form: str | None, lines: Iterable[tuple[str, ...]], shown: list[dict[str, Any]]) -> str:
    """Return a list as a table, or as JSON; compose knows no other form of it."""
    _known(form)
    return f"{gojson.compact(shown)}\n" if (form or "").lower() == "json" else _section(lines)


def _known(form: str | None) -> None:
    if (form or "").lower() not in _PLAIN | {"json"}:
        raise InvalidTemplateError(
            f'format value "{form}" could not be parsed: parsing failed',
            "Use --format table or --format json.",
        )


def _section(lines: Iterable[tuple[str, ...]]) -> str:
    return table.align("".join("\t".join(line) + "\n" for line in lines), least=_SECTION)
