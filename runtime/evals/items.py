"""Items of an evaluation, read line by line: what is wrong in one line costs that line alone."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.world import World
from runtime.evals.worlds import WorldError, world_of

REPEATED = re.compile("\u27e6repeat:(.*?):([0-9]{1,7})\u27e7", re.DOTALL)
COUNTED = re.compile("\u27e6seq:(.*?):([0-9]{1,5})\u27e7", re.DOTALL)
LONGEST = 2**22
"""Characters of an expanded text: far beyond what a line may have."""


@dataclass(frozen=True, slots=True)
class Line:
    """A docker line. `attack` asks for a decision, else for grammar and risk."""

    id: str
    text: str
    attack: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A request in words, in the world that it is asked of. `attack` as in `Line`."""

    id: str
    text: str
    world: World
    attack: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """An item that is not measured here, and why."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no item: where it stands, and what is wrong with it."""

    path: Path
    number: int
    why: str


EMPTY = world_of({})

Item = Line | Words | Passed


class ItemError(ValueError):
    """What makes a line no item, as a sentence without its full stop."""


def read(path: Path, worlds: Mapping[str, World], default: str = "") -> Iterator[Item | Fault]:
    """Yield the items of a file in their order, and a fault for each line that is none.

    Requests that name no world are asked of the one called `default`, else of an empty one.
    Raises OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if not raw.strip():
                continue
            try:
                yield item_of(object_of(raw), worlds, worlds.get(default, EMPTY))
            except (ItemError, WorldError) as wrong:
                yield Fault(path, number, str(wrong))


def object_of(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a line. Raises ItemError."""
    try:
        found = json.loads(raw.decode())
    except (ValueError, RecursionError) as wrong:
        raise ItemError(f"this is no JSON ({type(wrong).__name__})") from wrong
    if not isinstance(found, dict):
        raise ItemError("this is no JSON object")
    return found


def item_of(found: Mapping[str, Any], worlds: Mapping[str, World], default: World) -> Item:
    """Return the item that an object is. Raises ItemError, WorldError."""
    if not isinstance(found.get("id"), str) or not found["id"]:
        raise ItemError("`id` is missing or no text")
    if "layer" in found:
        return _attack(found, default)
    if "line" in found:
        return Line(found["id"], _text(found, "line"), attack=False)
    if "request" in found and "setup" in found:
        return Passed(found["id"], "it needs an engine")
    if "request" in found:
        world = worlds.get(_text(found, "world"))
        if world is None:
            raise ItemError(f"there is no world {found['world'][:40]!r} (--worlds FILE names them)")
        return Words(found["id"], _text(found, "request"), world, attack=False)
    raise ItemError("there is neither `line`, `request` nor `layer`")


def _attack(found: Mapping[str, Any], default: World) -> Item:
    match found["layer"]:
        case "cli":
            return Line(found["id"], _text(found, "input"), attack=True)
        case "nl":
            return Words(found["id"], _text(found, "input"), default, attack=True)
        case "context":
            held = found.get("input")
            if not isinstance(held, dict):
                raise ItemError("`input` is no object")
            return Words(
                found["id"], _text(held, "request"), world_of(held.get("context")), attack=True
            )
        case layer:
            return Passed(found["id"], f"layer {layer}")


def _text(found: Mapping[str, Any], name: str) -> str:
    if not isinstance(found.get(name), str):
        raise ItemError(f"`{name}` is missing or no text")
    return expanded(found[name])


def expanded(text: str) -> str:
    """Write out what an item says in short: one text repeated, or a series of numbered ones."""
    text = REPEATED.sub(lambda found: _bounded(found[1], int(found[2])), text)
    return COUNTED.sub(lambda found: _series(found[1], int(found[2])), text)


def _bounded(text: str, times: int) -> str:
    if len(text) * times > LONGEST:
        raise ItemError(f"an expanded text has more than {LONGEST} characters")
    return text * times


def _series(text: str, count: int) -> str:
    _bounded(f"{text} {count}", count)
    return " ".join(f"{text}{number}" for number in range(count))
