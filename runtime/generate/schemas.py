"""JSON Schema (2020-12) of every event, request and reply, and of what else is stored as JSON.

They describe what a reader must accept: a field with a default may be missing, since an older
version did not write it. Requests alone forbid what they do not name. All operations of the
docker language stand in one file, to which the plans in events refer.
"""

import json
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from contracts.docker.operations import Operation
from contracts.events import EVENTS, Event
from contracts.inputs import DeadLetter
from contracts.plan import Step
from contracts.requests import OutputChunk, Reply, Request
from contracts.world import HostPicture
from runtime import discover
from runtime.generate.meaning import Meaning, meaning, read
from runtime.graph import in_order

OPERATION = "operation.json"
_DEFS = "#/$defs/"
_OTHERS: dict[type[BaseModel], str] = {
    Reply: "reply.json",
    OutputChunk: "output-chunk.json",
    HostPicture: "host-picture.json",
    DeadLetter: "dead-letter.json",
}


def requests() -> tuple[type[Request], ...]:
    """Return every class of request that some function serves."""
    return tuple(kind for each in in_order(discover.everything()) for kind in each.requests)


def name_of(kind: type[BaseModel]) -> str:
    """Return the name of the file that holds a class's schema."""
    if issubclass(kind, Event):
        return f"command.{kind.type}.json"
    if issubclass(kind, Request):
        return f"request.{kind.verb}.json"
    return _OTHERS[kind]


def all() -> dict[str, dict[str, Any]]:  # noqa: A001 - read as `schemas.all()`
    """Return every schema, by the name of its file."""
    kinds: tuple[type[BaseModel], ...] = (*EVENTS, *requests(), *_OTHERS)
    found = {name_of(each): schema(each) for each in kinds}
    found[OPERATION] = _operations()
    return dict(sorted(found.items()))


def text(schema: dict[str, Any]) -> str:
    """Return a schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def schema(kind: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of one class."""
    held = fields_of(kind)
    defs = dict(held.get("$defs", {}))
    if step := defs.get(Step.__name__):
        properties = {**step["properties"], "operation": {"$ref": OPERATION}}
        defs[Step.__name__] = {**step, "properties": properties}
    own = {name: each for name, each in held.items() if name != "$defs"}
    return _document(name_of(kind), _told(own, meaning(kind)), defs)


@cache
def fields_of(kind: type[BaseModel]) -> dict[str, Any]:
    """Return a class's schema as pydantic has it. Not to be changed: it is asked for often."""
    return kind.model_json_schema()


def _operations() -> dict[str, Any]:
    held = TypeAdapter(Operation).json_schema()
    defs = held.pop("$defs")
    tag = held.pop("discriminator")["propertyName"]
    for each in held["oneOf"]:
        of_verb = defs[each["$ref"].removeprefix(_DEFS)]
        of_verb["required"] = [tag, *(name for name in of_verb.get("required", ()) if name != tag)]
    about = {
        "title": "Operation",
        "description": "One typed docker command: what runs. `verb` tells them apart.",
    }
    return _document(OPERATION, {**about, **held}, defs)


def _document(name: str, held: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    """Put a schema into the form of a file: what it names comes with it, in alphabetical order."""
    document: dict[str, Any] = {"$schema": GenerateJsonSchema.schema_dialect, "$id": name}
    document |= held
    needed = _reached(document, defs)
    if needed:
        document["$defs"] = {
            each: _told(defs[each], read(defs[each].get("description", "")))
            for each in sorted(needed)
        }
    return document


def _told(held: dict[str, Any], said: Meaning) -> dict[str, Any]:
    """Return a class's schema with the meaning of its fields instead of their names as titles."""
    told = {**held, **({"description": said.text} if said.text else {})}
    if "properties" in held:
        told["properties"] = {
            name: _without_noise(each) | _description(said.fields.get(name))
            for name, each in held["properties"].items()
        }
    return told


def _without_noise(held: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing new, and `discriminator`, which is not of JSON Schema."""
    return {key: value for key, value in held.items() if key not in {"title", "discriminator"}}


def _description(said: str | None) -> dict[str, str]:
    return {"description": said} if said else {}


def _reached(document: dict[str, Any], defs: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    left = [document]
    while left:
        for reference in _references(left.pop()):
            if reference not in found:
                found.add(reference)
                left.append(defs[reference])
    return found


def _references(part: Any) -> list[str]:
    """Return the names that a part of a schema refers to in its own file."""
    if isinstance(part, list):
        return [name for each in part for name in _references(each)]
    if not isinstance(part, dict):
        return []
    own = part.get("$ref", "")
    names = [own.removeprefix(_DEFS)] if isinstance(own, str) and own.startswith(_DEFS) else []
    return names + [name for each in part.values() for name in _references(each)]
