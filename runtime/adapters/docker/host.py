"""One engine, as much of it as this gateway may see."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from contracts.docker.errand import Errand
from contracts.docker.operations import Filter
from runtime.adapters.docker.connection import NOT_FOUND, Connection, EngineError, path_of
from runtime.adapters.docker.gate import Gate
from runtime.adapters.docker.settings import EngineSettings

_BAD_REQUEST = 400
_ID = re.compile(r"\b[0-9a-f]{64}\b")
_HIDDEN = "(an id that may not be seen)"
_NAMES_A_CONTAINER = frozenset({"before", "since"})


@dataclass(frozen=True)
class Host:
    """An engine behind `only_label`: what does not bear that label does not exist here.

    A reference is resolved among what may be seen alone, and acted upon by its full id, so that
    neither an error nor a rename in between tells of, or reaches, anything else.
    """

    connection: Connection
    settings: EngineSettings
    errand: Errand = field(default_factory=Errand)
    gate: Gate = field(default_factory=Gate)

    @property
    def only_label(self) -> str | None:
        """The label that a container must bear, if any."""
        return self.settings.only_label

    async def path(self, reference: str, *rest: str) -> str:
        """Return the path of a container; raise EngineError where it does not exist here."""
        return path_of("containers", await self.reference(reference), *rest)

    async def reference(self, reference: str) -> str:
        """Return by what the engine may be asked for a container: where it is sealed, by its id."""
        if not reference.strip("/ "):
            raise EngineError(_BAD_REQUEST, "invalid container name or ID: value is empty")
        wanted = self.sealed("container", reference) or reference
        if self.only_label is None:
            return wanted
        return _resolved(wanted, await self.containers(everything=True))

    def sealed(self, kind: str, reference: str) -> str | None:
        """Return the id of what a reference of the operation was validated to mean, if it was."""
        name = reference.strip("/ ")
        for each in self.errand.objects or ():
            if each.kind == kind and each.name.strip("/ ") == name:
                return each.id or None
        return None

    async def container(self, reference: str, *, size: bool = False) -> dict[str, Any]:
        """Return all that the engine says of a container."""
        path = await self.path(reference, "json")
        found: dict[str, Any] = await self.connection.read(path, {"size": "1"} if size else None)
        return found

    async def containers(
        self,
        *,
        everything: bool = False,
        filters: Iterable[Filter] = (),
        limit: int | None = None,
        size: bool = False,
    ) -> list[dict[str, Any]]:
        """Return the list of containers that may be seen."""
        params = {"all": "1"} if everything else {}
        if limit is not None and limit > 0:
            params["limit"] = str(limit)
        if size:
            params["size"] = "1"
        if asked := await self._filters(filters):
            params["filters"] = json.dumps(asked)
        found: list[dict[str, Any]] = await self.connection.read("containers/json", params)
        return found

    async def veiled(self, words: str, known: str) -> str:
        """Return an error's words without ids that may not be seen and are not `known` already."""
        if self.only_label is None or not _ID.search(words):
            return words
        seen = {str(each["Id"]) for each in await self.containers(everything=True)}
        seen |= set(_ID.findall(known))
        return _ID.sub(lambda found: found[0] if found[0] in seen else _HIDDEN, words)

    async def _filters(self, filters: Iterable[Filter]) -> dict[str, dict[str, bool]]:
        asked = grouped(filters)
        if self.only_label is not None:
            for key in _NAMES_A_CONTAINER & asked.keys():
                asked[key] = {await self.reference(name): True for name in asked[key]}
            asked.setdefault("label", {})[self.only_label] = True
        return asked


def grouped(filters: Iterable[Filter]) -> dict[str, dict[str, bool]]:
    """Return filters as the engine takes them."""
    asked: dict[str, dict[str, bool]] = {}
    for each in filters:
        asked.setdefault(each.key.strip().lower(), {})[each.value.strip()] = True
    return asked


def name_of(listed: dict[str, Any]) -> str:
    """Return a listed container's own name, not those that links gave it."""
    names = [name.removeprefix("/") for name in listed.get("Names") or ()]
    return next((name for name in names if "/" not in name), names[0] if names else "")


def _resolved(reference: str, listed: list[dict[str, Any]]) -> str:
    """Find by id, by name, by an unambiguous start of an id: docker's own order."""
    name = reference.removeprefix("/")
    for key in (lambda each: each["Id"] == reference, lambda each: name_of(each) == name):
        for each in filter(key, listed):
            return str(each["Id"])
    found = [str(each["Id"]) for each in listed if each["Id"].startswith(reference)]
    if len(found) == 1:
        return found[0]
    if found:
        raise EngineError(_BAD_REQUEST, f"Multiple IDs found with provided prefix: {reference}")
    raise EngineError(NOT_FOUND, f"No such container: {reference}")
