"""`docker tag` and `docker rmi`."""

import re
from typing import Any
from urllib.parse import urlencode

from contracts.docker.operations import Rmi, Tag
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import platforms, reference
from runtime.adapters.docker.connection import NOT_FOUND, EngineError, Params, path_of
from runtime.adapters.docker.gate import NotBegunError, left_undone
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.progress import unknown

_NOT_A_NAME = (
    'Error parsing reference: "{}" is not a valid repository/tag: invalid reference format'
)
_BY_DIGEST = "refusing to create a tag with a digest reference"
_PLATFORM_SINCE = "1.50"
_USER = re.compile(r"\bcontainer ([0-9a-f]{12,64})\b")
_CONFLICT = 409
_HIDDEN = "container (an id that may not be seen)"

_Removed = list[dict[str, str]]


async def tag(host: Host, operation: Tag) -> Outcome:
    """Give an image another name; the name is taken from the image that had it."""
    try:
        new = reference.read(operation.reference)
    except ValueError:
        return _failed(_NOT_A_NAME.format(operation.reference))
    if new.digest:
        return _failed(_BY_DIGEST)
    new = new.tagged()
    path = path_of("images", operation.image, "tag")
    await _changed(host, path, {"repo": new.name, "tag": new.tag})
    return Outcome(data={"image": operation.image, "reference": new.familiar})


async def rmi(host: Host, operation: Rmi) -> Outcome:
    """Remove images, one after the other, going on after a failure as docker's CLI does.

    An image that is not there is no failure under `--force`. Behind `only_label` force removes
    none that a container uses which may not be seen.
    """
    query = [("force", "1")] if operation.force else []
    query += [] if operation.prune else [("noprune", "1")]
    if operation.platforms:
        if old := await platforms.too_old(host, _PLATFORM_SINCE):
            return _failed(old)
        query += [("platforms", platforms.encoded(each)) for each in operation.platforms]
    asked = f"?{urlencode(query)}" if query else ""
    removed: _Removed = []
    errors: list[str] = []
    fatal = False
    host.gate.each = True
    for position, image in enumerate(operation.images):
        try:
            if operation.force:
                await _spare_hidden(host, image)
            removed += await _removed(host, image, asked)
        except NotBegunError as refused:
            if not host.gate.begun:
                raise
            fatal = True
            errors.append(left_undone(operation.images[position:], refused))
            break
        except EngineError as error:
            fatal = fatal or error.status != NOT_FOUND
            errors.append(await _veiled(host, str(error)))
        except RefusedError as refused:
            fatal = True
            errors.append(_lost(host, refused, operation.images[:position]))
    return Outcome(
        exit_code=1 if errors and (fatal or not operation.force) else 0,
        stdout="".join(f"{line}\n" for line in _lines(removed)),
        stderr="".join(f"{error}\n" for error in errors),
        data=_data(removed),
    )


async def _removed(host: Host, image: str, query: str) -> _Removed:
    found: _Removed | None = await _changed(host, path_of("images", image) + query, method="DELETE")
    return found or []


def _lines(removed: _Removed) -> list[str]:
    return [
        f"Deleted: {each['Deleted']}" if each.get("Deleted") else f"Untagged: {each['Untagged']}"
        for each in removed
    ]


def _data(removed: _Removed) -> dict[str, Any]:
    return {
        "untagged": [each["Untagged"] for each in removed if each.get("Untagged")],
        "deleted": [each["Deleted"] for each in removed if each.get("Deleted")],
    }


def _failed(words: str) -> Outcome:
    return Outcome(exit_code=1, stderr=f"{words}\n")


async def _changed(
    host: Host, path: str, params: Params | None = None, *, method: str = "POST"
) -> Any:
    """Change images; layers may be large and disks slow, so it may take as long as a wait."""
    try:
        return await host.connection.change(
            path, params, method=method, grace=host.settings.wait_timeout.total_seconds()
        )
    except RefusedError as refused:
        if refused.error.code is not Code.OUTCOME_UNKNOWN:
            raise
        raise unknown(refused.error.message) from refused


def _lost(host: Host, refused: RefusedError, before: tuple[str, ...]) -> str:
    """Return docker's words for an engine that is lost after something was done.

    Raises RefusedError where nothing was, or where nobody knows what.
    """
    if refused.error.code is Code.OUTCOME_UNKNOWN:
        tried = f" Asked for before that: {', '.join(before)}." if before else ""
        raise unknown(f"{refused.error.message}{tried}") from refused
    if not before or refused.error.code is not Code.ENGINE_UNREACHABLE:
        raise refused
    return (
        f"Cannot connect to the Docker daemon at {host.connection.url}."
        " Is the docker daemon running?"
    )


async def _spare_hidden(host: Host, image: str) -> None:
    """Raise EngineError where a container that may not be seen uses an image."""
    if host.only_label is None:
        return
    found: dict[str, Any] = await host.connection.read(path_of("images", image, "json"))
    everything: list[dict[str, Any]] = await host.connection.read("containers/json", {"all": "1"})
    seen = {each["Id"] for each in await host.containers(everything=True)}
    if any(each["ImageID"] == found["Id"] and each["Id"] not in seen for each in everything):
        raise EngineError(
            _CONFLICT, f"conflict: unable to delete {image} - image is being used by {_HIDDEN}"
        )


async def _veiled(host: Host, words: str) -> str:
    """Hide which container uses an image, where that container may not be seen."""
    if host.only_label is None or not _USER.search(words):
        return words
    seen = [str(each["Id"]) for each in await host.containers(everything=True)]
    return _USER.sub(
        lambda user: user[0] if any(each.startswith(user[1]) for each in seen) else _HIDDEN, words
    )
