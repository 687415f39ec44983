"""`docker cp` and `docker export`: files between a container and the caller.

The caller's side is data: an archive in the answer, or the file that came with the request. No
path of the gateway's host is ever read or written; one that the line names is only a name.
"""

import posixpath
import tarfile
from collections.abc import AsyncIterator

from pydantic import JsonValue

from contracts.docker.operations import Cp, Export
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import archive
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.host import Host

FIELDS = "container path local into archive follow_link"

_ARCHIVE = "-"
_PIECE = 64 * 1024
_MOST_LINKS = 40
"""How many links Linux follows before it gives up."""


async def copy(host: Host, operation: Cp) -> Outcome:
    """Copy a path out of a container, or the caller's file into it."""
    if operation.into:
        return await _into(host, operation)
    path = operation.path
    if operation.follow_link:
        path = await _followed(host, operation.container, path)
    async with host.connection.stream(
        await host.path(operation.container, "archive"), {"path": path}
    ) as pieces:
        data = await archive.whole(host, pieces, operation.source)
    if path != operation.path and operation.local != _ARCHIVE:
        data = archive.renamed(data, posixpath.basename(operation.path.rstrip("/")))
    entry = archive.first(data)
    said: dict[str, JsonValue] = {"container": operation.container, "path": operation.path}
    said |= {"format": "tar", **archive.described(entry)}
    if operation.local != _ARCHIVE and entry.isreg():
        data = archive.content(data, entry)
        said["format"] = "file"
        if _names_a_file(operation.local):
            said["name"] = posixpath.basename(operation.local)
    return Outcome(data=archive.handed(host, operation.source, said, data))


async def export(host: Host, operation: Export) -> Outcome:
    """Return the whole file system of a container as an archive; `output` is only its name."""
    what = f"The file system of {operation.container}"
    async with host.connection.stream(await host.path(operation.container, "export")) as pieces:
        data = await archive.whole(host, pieces, what)
    said: dict[str, JsonValue] = {"container": operation.container, "format": "tar"}
    named = posixpath.basename("" if operation.output == _ARCHIVE else operation.output)
    said["name"] = named or f"{operation.container}.tar"
    return Outcome(data=archive.handed(host, what, said, data))


async def _into(host: Host, operation: Cp) -> Outcome:
    """Put the caller's file into a container, where docker's CLI would put it."""
    upload = host.errand.upload
    if upload is None:
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"docker cp {operation.local} needs a file, and none was sent.",
            "Send it with the request, as base64 in the field `upload`: a tar archive where the"
            " line says `-`, else the file itself.",
        )
    path = await _followed(host, operation.container, operation.path)
    there = await _stat(host, operation.container, path)
    if there is not None and (there.ischr() or there.isblk()):
        return _refused(
            f'destination "{operation.destination}" must be a directory or a regular file:'
            " got a device"
        )
    directory = there is not None and there.isdir()
    if operation.local == _ARCHIVE:
        if not directory:
            return _refused(f'destination "{operation.destination}" must be a directory')
    elif directory:
        upload = archive.of_file(posixpath.basename(operation.local.rstrip("/")), upload)
    elif path.endswith(("/", "/.")):
        return _refused("no such directory")
    else:
        path, name = posixpath.split(path)
        upload = archive.of_file(name, upload)
    params = {"path": path or "/", "noOverwriteDirNonDir": "true"}
    if operation.archive:
        params["copyUIDGID"] = "true"
    await host.connection.change(
        await host.path(operation.container, "archive"),
        params,
        method="PUT",
        body=_pieces(upload),
        headers={"Content-Type": "application/x-tar"},
        grace=host.settings.wait_timeout.total_seconds(),
    )
    return Outcome(
        data={
            "container": operation.container,
            "path": operation.path,
            "format": "tar" if operation.local == _ARCHIVE else "file",
            "bytes": len(host.errand.upload or b""),
        }
    )


async def _followed(host: Host, container: str, path: str) -> str:
    """Return where a path leads that may be a symbolic link."""
    for _ in range(_MOST_LINKS):
        found = await _stat(host, container, path)
        if found is None or not found.issym():
            break
        path = posixpath.join(posixpath.dirname(path.rstrip("/")), found.linkname)
    return path


async def _stat(host: Host, container: str, path: str) -> tarfile.TarInfo | None:
    """Return what lies at a path, None where the engine finds nothing."""
    try:
        async with host.connection.stream(
            await host.path(container, "archive"), {"path": path}
        ) as pieces:
            return await archive.head(pieces)
    except EngineError:
        return None


def _names_a_file(local: str) -> bool:
    return not local.endswith("/") and posixpath.basename(local) not in {"", ".", ".."}


def _refused(words: str) -> Outcome:
    return Outcome(exit_code=1, stderr=f"{words}\n")


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    """Give bytes piece by piece, so that sending them holds nothing else up."""
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]
