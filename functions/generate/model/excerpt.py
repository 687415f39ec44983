"""What a model is shown of the world: what bears on the words first, up to a number of tokens.

Never the environment of a container, never output; labels by an allow-list. Everything here
comes from whoever made the containers: it is written as JSON, and nothing in it can end the
message that it stands in.
"""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from contracts.world import Container, HostPicture, World
from functions.generate.aliases import NO_ALIASES, Aliases
from runtime import without_secrets

_CHARACTERS_PER_TOKEN = 3
"""Fewer than any tokenizer needs for JSON in ASCII, so that the limit holds for all of them."""
_WORDS = re.compile(r"[^\W_]{2,}")
_LONGEST = 200
_NAMES = 200
"""More than some endpoints take in an enum: beyond this, names are only data."""


class Excerpt(NamedTuple):
    """What is shown: `text` as JSON, the `names` in it, and how many objects were left out."""

    text: str
    names: tuple[str, ...]
    left_out: int

    @property
    def enumerable(self) -> bool:
        """Whether a schema can list the names."""
        return 0 < len(self.names) <= _NAMES and not self.left_out


def excerpt(  # noqa: PLR0913 - what is known, and each limit on what of it is shown
    words: str,
    world: World,
    *,
    host: str | None,
    labels: Collection[str],
    tokens: int,
    aliases: Aliases = NO_ALIASES,
) -> Excerpt:
    """Return what to show for these words of this world, of one host where that is given."""
    said = _words(words)
    found = [
        (-_bearing(said, entry), number, entry)
        for number, entry in enumerate(_entries(world, host, labels, aliases))
    ]
    shown: list[dict[str, Any]] = []
    room = tokens * _CHARACTERS_PER_TOKEN
    for _, _, entry in sorted(found, key=lambda each: each[:2]):
        room -= len(quoted(entry)) + 1
        if room < 0:
            break
        shown.append(entry)
    left_out = len(found) - len(shown)
    document: dict[str, Any] = {
        "hosts": [_host(each) for each in _pictures(world, host)],
        "objects": shown,
    }
    if left_out:
        document["left_out"] = left_out
    names = tuple(dict.fromkeys(str(entry["name"]) for entry in shown))
    harmless = set(without_secrets("\n".join(names)).split("\n"))
    return Excerpt(quoted(document), tuple(each for each in names if each in harmless), left_out)


def quoted(value: object) -> str:
    """Return a value as JSON in which no tag can be opened or closed."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def _pictures(world: World, host: str | None) -> list[HostPicture]:
    return [each for each in world if host in {None, each.host}]


def _host(picture: HostPicture) -> dict[str, Any]:
    return {"name": picture.host} | ({"unreachable": True} if picture.error else {})


def _entries(
    world: World, host: str | None, labels: Collection[str], aliases: Aliases
) -> Iterator[dict[str, Any]]:
    for picture in _pictures(world, host):
        for each in picture.containers:
            entry = {"kind": "container", "host": picture.host, **_container(each, labels)}
            called = aliases.of(each, picture.host)
            yield entry | ({"called": list(called)} if called else {})
        for image in picture.images:
            for tag in image.tags:
                yield {"kind": "image", "host": picture.host, "name": tag[:_LONGEST]}
        for network in picture.networks:
            yield {"kind": "network", "host": picture.host, "name": network.name[:_LONGEST]}
        for volume in picture.volumes:
            yield {"kind": "volume", "host": picture.host, "name": volume.name[:_LONGEST]}


def _container(each: Container, labels: Collection[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": each.name, "image": each.image, "state": each.state}
    if each.health:
        entry["health"] = each.health
    published = [port.host_port for port in each.ports if port.host_port]
    if published:
        entry["ports"] = sorted(set(published))
    allowed = {key: value[:_LONGEST] for key, value in each.labels.items() if key in labels}
    if allowed:
        entry["labels"] = allowed
    return {
        key: value[:_LONGEST] if isinstance(value, str) else value for key, value in entry.items()
    }


def _bearing(said: frozenset[str], entry: dict[str, Any]) -> int:
    """Return how much an object has to do with the words; containers before the rest."""
    known = (str(entry.get(key, "")) for key in ("name", "image", "labels", "called"))
    own = _words(" ".join(known))
    shared = len(said & own) or int(any(word in name for word in said for name in own))
    return 2 * shared + int(entry["kind"] == "container")


def _words(text: str) -> frozenset[str]:
    words = (word.lower() for word in _WORDS.findall(text))
    return frozenset(word.removesuffix("s") for word in words)
