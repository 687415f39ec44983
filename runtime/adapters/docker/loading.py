"""`docker load` and `docker import`: images of a tar archive that the caller sends."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

from pydantic import JsonValue

from contracts.docker.operations import Import, Load
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import platforms, reference
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.progress import Printout, changing, follow

_PLATFORM_SINCE = "1.48"
_PIECE = 64 * 1024
_TAR = {"Content-Type": "application/x-tar"}
_LOADED = ("Loaded image: ", "Loaded image ID: ")
_INVALID = "invalid reference format"


async def load(host: Host, operation: Load) -> Outcome:
    """Load the images of an archive; the engine is always asked for no bars, as by docker's CLI.

    Raises RefusedError (INVALID_COMMAND) where no archive was sent.
    """
    printout = Printout(host)
    query = [("quiet", "1")]
    if operation.platforms:
        if old := await platforms.too_old(host, _PLATFORM_SINCE):
            return await printout.failed(old)
        query += [("platform", platforms.encoded(each)) for each in operation.platforms]
    archive = _upload(host, "load")
    path = f"images/load?{urlencode(query)}"
    try:
        async with changing(host, path, body=_pieces(archive), headers=_TAR) as pieces:
            told = await follow(pieces, printout.stdout)
    except EngineError as error:
        return await printout.failed(error)
    loaded: list[JsonValue] = [
        line.removeprefix(start)
        for line in told.statuses
        for start in _LOADED
        if line.startswith(start)
    ]
    return printout.outcome({"images": loaded})


async def import_(host: Host, operation: Import) -> Outcome:
    """Make an image of a file system: of the caller's archive, or of what an address has.

    It bears the errand's labels. Raises RefusedError (INVALID_COMMAND) where no archive was sent.
    """
    printout = Printout(host)
    try:
        new = reference.read(operation.reference) if operation.reference else None
    except ValueError:
        return await printout.failed(_INVALID)
    fetched = operation.source.startswith(("https://", "http://"))
    query = [("fromSrc", operation.source if fetched else "-")]
    query += [("repo", operation.reference)] if operation.reference else []
    query += [("message", operation.message)] if operation.message else []
    query += [("platform", operation.platform.lower())] if operation.platform else []
    query += [("changes", each) for each in operation.changes]
    query += [("changes", _label(key, value)) for key, value in host.errand.labels.items()]
    body = None if fetched else _pieces(_upload(host, "import"))
    try:
        async with changing(host, f"images/create?{urlencode(query)}", body=body) as pieces:
            told = await follow(pieces, printout.stdout)
    except EngineError as error:
        return await printout.failed(error)
    return printout.outcome(
        {
            "id": told.statuses[-1] if told.statuses else None,
            "reference": new.tagged().familiar if new else None,
        }
    )


def _upload(host: Host, verb: str) -> bytes:
    """Return the caller's archive."""
    if host.errand.upload is None:
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"docker {verb} needs a tar archive, and none was sent.",
            "Send it with the request, as base64 in the field `upload`.",
        )
    return host.errand.upload


async def _pieces(archive: bytes) -> AsyncIterator[bytes]:
    """Give an archive piece by piece, so that sending it holds nothing else up."""
    for start in range(0, len(archive), _PIECE):
        yield archive[start : start + _PIECE]


def _label(key: str, value: str) -> str:
    """Return a label as an instruction of a Dockerfile, in which nothing is expanded."""
    return f"LABEL {_quoted(key)}={_quoted(value)}"


def _quoted(text: str) -> str:
    plain = text.replace("\r", " ").replace("\n", " ")
    for character in '\\"$':
        plain = plain.replace(character, f"\\{character}")
    return f'"{plain}"'
