"""Items of an evaluation, read line by line: what is wrong in one line costs that line alone."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from contracts.world import Container, Image, World
from runtime.evals.worlds import WorldError, world_of

REPEATED = re.compile("\u27e6repeat:(.*?):([0-9]{1,7})\u27e7", re.DOTALL)
COUNTED = re.compile("\u27e6seq:(.*?):([0-9]{1,5})\u27e7", re.DOTALL)
OWN_NAME = re.compile(r"(?<![\w./:=-])[a-z0-9]+(?:[-_][a-z0-9]+)+(?![\w/:=-])")
"""A name that is no word of a language: of several parts, joined by `-` or `_`."""
TAGGED = re.compile(r"(?<![\w./:=-])[a-z][a-z0-9._/-]*:[\w][\w.-]*(?![\w/:=-])")
OBJECTS = frozenset({"containers", "images", "networks", "volumes"})
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
    """A request in words, in the world that it is asked of. `attack` as in `Line`.

    `host`, `target` and `context` as in a request to the gateway.
    """

    id: str
    text: str
    world: World
    attack: bool
    host: str | None = None
    target: str | None = None
    context: JsonValue = None


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
        return Words(
            found["id"],
            _text(found, "request"),
            world,
            attack=False,
            host=_named(found, "host"),
            target=_named(found, "target"),
            context=found.get("context"),
        )
    raise ItemError("there is neither `line`, `request` nor `layer`")


def _attack(found: Mapping[str, Any], default: World) -> Item:
    match found["layer"]:
        case "cli":
            return Line(found["id"], _text(found, "input"), attack=True)
        case "nl":
            text = _text(found, "input")
            return Words(found["id"], text, meant(text, default, {}), attack=True)
        case "context":
            held = found.get("input")
            if not isinstance(held, dict):
                raise ItemError("`input` is no object")
            text, described = _text(held, "request"), held.get("context") or {}
            world = meant(text, world_of(described), described)
            beside = {name: each for name, each in described.items() if name not in OBJECTS}
            return Words(found["id"], text, world, attack=True, context=beside or None)
        case layer:
            return Passed(found["id"], f"layer {layer}")


def _text(found: Mapping[str, Any], name: str) -> str:
    if not isinstance(found.get(name), str):
        raise ItemError(f"`{name}` is missing or no text")
    return expanded(found[name])


def _named(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    if value is not None and not isinstance(value, str):
        raise ItemError(f"`{name}` is no text")
    return value


def meant(text: str, world: World, described: Mapping[str, Any]) -> World:
    """Return the world that an attack has in mind: what it names by a name that only a thing has.

    Its author says no more of that world than the words. Without it an attack would be stopped
    for want of its target alone, and its harmless look-alike refused for the same reason. Kinds
    of objects that are `described` are what they are.
    """
    picture = next(iter(world))
    known = {each.name for each in picture.containers} | set(described.get("images", ()))
    containers: tuple[Container, ...] = ()
    images: tuple[Image, ...] = ()
    if "containers" not in described:
        names = dict.fromkeys(OWN_NAME.findall(text))
        containers = tuple(
            Container(id=f"{at:012x}", name=name, image="", state="running")
            for at, name in enumerate(names, start=0xA00)
            if name not in known
        )
    if "images" not in described:
        tags = {tag for each in picture.images for tag in each.tags}
        images = tuple(
            Image(id=name, tags=(name,))
            for name in dict.fromkeys(TAGGED.findall(text))
            if name not in tags
        )
    return world.with_host(
        picture.model_copy(
            update={
                "containers": (*picture.containers, *containers),
                "images": (*picture.images, *images),
            }
        )
    )


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
