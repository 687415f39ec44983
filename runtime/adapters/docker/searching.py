"""`docker search`: what a registry's index says that it has."""

import json
from typing import Any

from contracts.docker.operations import Search
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import tables
from runtime.adapters.docker.host import Host, grouped
from runtime.adapters.docker.reference import HUB
from runtime.adapters.docker.registries import authorization
from runtime.adapters.docker.text import human
from runtime.adapters.docker.text.template import Row

_LARGEST = 8 * 1024 * 1024
_DESCRIPTION = 45
_FOUND = tables.Columns(
    "docker search",
    {
        "Description": "DESCRIPTION",
        "IsOfficial": "OFFICIAL",
        "Name": "NAME",
        "StarCount": "STARS",
    },
)
_TABLE = "table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}"
_WHOLE = frozenset({"json", tables.JSON})
_AUTOMATED = (
    'WARNING: the "is-automated" filter is deprecated, and searching for "is-automated=true"'
    " will not yield any results in future.\n"
)


async def search(host: Host, operation: Search) -> Outcome:
    """Look for images; the index answers, the engine filters."""
    format_ = operation.format if operation.format not in {None, "", "table"} else _TABLE
    _FOUND.used(str(format_))
    params = {"term": operation.term}
    if operation.limit > 0:
        params["limit"] = str(operation.limit)
    filters = grouped(operation.filters)
    if filters:
        params["filters"] = json.dumps(filters)
    found = await _answer(host, params)
    trunc = not operation.no_trunc
    whole = format_ in _WHOLE
    rows = [_row(each, trunc=trunc, as_json=whole) for each in found]
    return Outcome(
        stdout=_FOUND.render(str(format_), rows),
        stderr=_AUTOMATED if "is-automated" in filters else "",
        data=tables.data(_row(each, trunc=False, as_json=True) for each in found),
    )


async def _answer(host: Host, params: dict[str, str]) -> list[dict[str, Any]]:
    headers = await authorization(host, _index(params["term"]))
    text = bytearray()
    async with host.connection.stream("images/search", params, headers=headers) as pieces:
        async for piece in pieces:
            text += piece
            if len(text) > _LARGEST:
                raise RefusedError(
                    Code.ENGINE_ERROR,
                    f"The index answered with more than {_LARGEST} bytes.",
                    "Ask for less: docker search --limit 25.",
                )
    try:
        return json.loads(text) or []
    except ValueError as error:
        raise RefusedError(
            Code.ENGINE_ERROR,
            f"The engine at {host.connection.url} answered what is no JSON: {error}.",
            "Look at the engine's own log; try again.",
        ) from error


def _index(term: str) -> str:
    """Return the registry that is asked, as the engine takes it from the term."""
    first, slash, _ = term.partition("/")
    named = slash and (set(".:") & set(first) or first == "localhost")
    return first if named else HUB


def _row(found: dict[str, Any], *, trunc: bool, as_json: bool) -> Row:
    text = str(found.get("description") or "").replace("\n", " ").replace("\r", " ")
    official = bool(found.get("is_official"))
    return _FOUND.row(
        {
            "Description": lambda: human.ellipsis(text, _DESCRIPTION) if trunc else text,
            "IsOfficial": lambda: _said(official, as_json=as_json),
            "Name": lambda: str(found.get("name") or ""),
            "StarCount": lambda: str(found.get("star_count") or 0),
        }
    )


def _said(true: bool, *, as_json: bool) -> str:  # noqa: FBT001 - the value that is said
    """Return a truth as docker has it in its tables, or in its JSON."""
    if as_json:
        return str(true).lower()
    return "[OK]" if true else ""
