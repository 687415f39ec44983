"""What can be seen of images after a crash: evidence, not proof (see evidence.py)."""

import json
from typing import Any

from contracts.docker.errand import COMMAND
from contracts.docker.operations import Import, Operation, Pull, Push, Rmi, Tag
from runtime.adapters.docker import reference
from runtime.adapters.docker.connection import NOT_FOUND, EngineError, path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.text import human

_SHOWN = 10


async def image_evidence(host: Host, operation: Operation) -> str | None:
    """Return a sentence for each image that an operation names; None where it names none.

    Raises RefusedError where the engine cannot be reached.
    """
    match operation:
        case Rmi(images=images):
            return " ".join([await _removed(host, image) for image in images])
        case Pull(image=image):
            return await _seen(host, image)
        case Push(image=image):
            told = await _seen(host, image)
            return f"What the registry has cannot be seen from here. {told}"
        case Tag(image=image, reference=new):
            return f"{await _seen(host, new)} {await _seen(host, image)}"
        case Import():
            return await _imported(host, operation)
        case _:
            return None


async def _removed(host: Host, image: str) -> str:
    """Say whether what was to be removed is gone."""
    try:
        found = await host.connection.read(path_of("images", image, "json"))
    except EngineError as error:
        if error.status == NOT_FOUND:
            return f"Image {image!r} is gone: there is no such image."
        return f"Image {image!r}: {error}."
    return f"{_described(image, found)} It is still there."


async def _imported(host: Host, operation: Import) -> str:
    """Say which images bear the command's label: those it made, for nothing else gives it."""
    named = f" {await _seen(host, operation.reference)}" if operation.reference else ""
    if (command := host.errand.labels.get(COMMAND)) is None:
        return named.strip() or "It names no image."
    label = f"{COMMAND}={command}"
    asked = {"filters": json.dumps({"label": {label: True}}), "all": "1"}
    found: list[dict[str, Any]] = await host.connection.read("images/json", asked)
    if not found:
        return f"No image bears the label {label}.{named}"
    made = ", ".join(human.short_id(each["Id"]) for each in found[:_SHOWN])
    return f"It was imported: the image {made} bears the label {label}.{named}"


async def _seen(host: Host, image: str) -> str:
    try:
        found = await host.connection.read(path_of("images", image, "json"))
    except EngineError as error:
        missing = error.status == NOT_FOUND
        return f"Image {image!r}: {'there is no such image' if missing else error}."
    return _described(image, found)


def _described(image: str, found: dict[str, Any]) -> str:
    digests = found.get("RepoDigests") or []
    named = [each for each in digests if _repository(each) == _repository(image)]
    told = f", digest {named[0].rpartition('@')[2]}" if named else ""
    return f"Image {image!r}, id {human.short_id(str(found.get('Id')))}{told}: it is there."


def _repository(image: str) -> str | None:
    """Return the repository that a reference names; None where it is an id."""
    try:
        return reference.read(image).name
    except ValueError:
        return None
