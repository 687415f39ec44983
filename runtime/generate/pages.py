"""The generated pages of `docs/`: how events flow, and what each event holds."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from contracts.errors import Error
from contracts.events import EVENTS, Event
from contracts.lifecycle import BESIDE, FOLLOWS, TERMINAL_EVENTS
from contracts.plan import GeneratorUse, ObjectRef, Plan, Step, StepResult
from runtime import discover
from runtime.declare import Function
from runtime.generate import schemas
from runtime.generate.meaning import meaning
from runtime.graph import consumers, graph, in_order, publishers, where

_WRITTEN = "<!-- Written by `make generate` from the code. Do not edit. -->"
_PARTS: tuple[type[BaseModel], ...] = (Plan, Step, ObjectRef, StepResult, GeneratorUse, Error)


def flow() -> str:
    """Return `docs/flow.md`: what `acg graph` prints."""
    return f"""\
{_WRITTEN}

# How a command flows

Every function with what it consumes and what it publishes, in the order of a command's life: what
`acg graph` prints. It is read from the functions' signatures. An event is stored under
`command.<type>.<id>`; as soon as it is, everybody who subscribes to `command.<type>` sees it.

```
{graph()}```
"""


def events() -> str:
    """Return `docs/events.md`: every event, its fields, who makes it and who hears it."""
    functions = in_order(discover.everything())
    parts = [_WRITTEN, _INTRODUCTION]
    parts.extend(_event(each, functions) for each in EVENTS)
    parts.append("## What events are made of")
    parts.extend(_part(each) for each in _PARTS)
    return "\n\n".join(parts) + "\n"


def _event(event: type[Event], functions: list[Function]) -> str:
    facts = [
        f"- subject: `{where(event)}`, live on `command.{event.type}`",
        f"- published by: {_names(publishers(event, functions))}",
        f"- consumed by: {_names(consumers(event, functions))}",
        f"- may follow: {_names(_before(event))}",
    ]
    if event in TERMINAL_EVENTS:
        facts.append("- ends the command: nothing follows that changes it")
    elif event.type in BESIDE:
        facts.append("- leaves the command in the state in which it is")
    schema = f"- schema: [{schemas.name_of(event)}](../contracts/schemas/{schemas.name_of(event)})"
    return "\n\n".join(
        [
            f"## {event.__name__}",
            meaning(event).text,
            "\n".join([*facts, schema]),
            _fields(event),
        ]
    )


def _part(kind: type[BaseModel]) -> str:
    return "\n\n".join([f"### {kind.__name__}", meaning(kind).text, _fields(kind)])


def _before(event: type[Event]) -> list[str]:
    return [state.value for state, types in FOLLOWS.items() if event.type in types]


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in names) or "no function"


def _fields(kind: type[BaseModel]) -> str:
    said = meaning(kind).fields
    properties = schemas.fields_of(kind)["properties"]
    rows = ["| field | type | meaning |", "| --- | --- | --- |"]
    for name in kind.model_fields:
        kinds = " or ".join(dict.fromkeys(_types(properties[name])))
        rows.append(f"| `{name}` | {kinds} | {said[name]} |")
    return "\n".join(rows)


def _types(held: dict[str, Any]) -> Iterator[str]:
    """Name the type of a field in words of JSON."""
    if "$ref" in held:
        name = held["$ref"].rpartition("/")[2]
        yield "any JSON" if name == "JsonValue" else name
    elif "anyOf" in held:
        for each in held["anyOf"]:
            yield from _types(each)
    elif "enum" in held:
        yield from (f"`{each}`" for each in held["enum"])
    elif "oneOf" in held:
        yield "Operation"
    elif held["type"] == "array":
        yield f"list of {' or '.join(_types(held['items']))}"
    elif "format" in held:
        yield held["format"]
    else:
        yield held["type"]


_INTRODUCTION = """\
# Events

Every event of a command's life, in the order of that life. Each is one JSON object; its headers are
told in [asyncapi.yaml](../contracts/asyncapi.yaml). An event that comes out of turn takes up a
sequence and changes nothing. Fields are only ever added: a reader ignores those that it does not
know. What a command printed is never in an event: it is in the stream OUTPUTS."""
