"""`docker push`."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.docker.operations import Push
from contracts.docker.outcome import Outcome
from runtime.adapters.docker import platforms, progress, reference
from runtime.adapters.docker.connection import EngineError, path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.progress import Printout, ProgressError, Told, changing, follow
from runtime.adapters.docker.reference import Reference
from runtime.adapters.docker.registries import advice, authorization

_INVALID = "invalid reference format"
_BY_DIGEST = "cannot push a digest reference"
_PLATFORM_SINCE = "1.46"
_HEADER = " Info -> "
_ONE_PLATFORM = """\
Using --platform pushes only the specified platform manifest of a multi-platform image index.
Other components, like attestations, will not be included.
To push the complete multi-platform image, remove the --platform flag.
"""
_REDUCED = """\
Not all multiplatform-content is present and only the available single-platform image was pushed
{original} -> {selected}"""
_MISSING = """\
You're trying to push a manifest list/index which
references multiple platform specific manifests, but not all of them are available locally
or available to the remote repository.

Make sure you have all the referenced content and try again.

You can also push only a single platform specific manifest directly by specifying the platform\
 you want to push with the --platform flag."""


async def push(host: Host, operation: Push) -> Outcome:
    """Push a tag, or all tags of a repository."""
    printout = Printout(host)
    params: dict[str, str] = {}
    if operation.platform:
        if old := await platforms.too_old(host, _PLATFORM_SINCE):
            return await printout.failed(old)
        params["platform"] = platforms.encoded(operation.platform)
        await printout.stdout(_note(_ONE_PLATFORM))
    try:
        asked = reference.read(operation.image)
    except ValueError:
        return await printout.failed(_INVALID)
    if not operation.all_tags and asked.names_only:
        asked = asked.tagged()
        if not operation.quiet:
            await printout.stdout(f"Using default tag: {asked.tag}\n")
    if asked.digest:
        return await printout.failed(_BY_DIGEST)
    if not operation.all_tags:
        params["tag"] = asked.tag
    try:
        told = await _pushed(host, asked, params, printout, quiet=operation.quiet)
    except EngineError as error:
        await _print_notes(printout, error.told if isinstance(error, ProgressError) else Told())
        return await printout.failed(error, advice(error, asked.domain))
    if operation.quiet:
        await printout.stdout(f"{asked}\n")
    await _print_notes(printout, told)
    return printout.outcome({"reference": str(asked), "pushed": list(_tags(told))})


async def _pushed(
    host: Host, asked: Reference, params: Mapping[str, str], printout: Printout, *, quiet: bool
) -> Told:
    headers = await authorization(host, asked.domain)
    show = progress.nothing if quiet else printout.stdout
    path = path_of("images", asked.name, "push")
    async with changing(host, path, params, headers=headers) as pieces:
        return await follow(pieces, show)


def _tags(told: Told) -> Iterator[dict[str, Any]]:
    """Yield what was pushed: each tag with its digest and the size of its manifest."""
    for each in told.results:
        if each.get("Digest"):
            yield {"tag": each.get("Tag"), "digest": each["Digest"], "size": each.get("Size")}


async def _print_notes(printout: Printout, told: Told) -> None:
    for note in _notes(told):
        await printout.stdout(_note(note))


def _notes(told: Told) -> Iterator[str]:
    for each in told.results:
        if each.get("manifestPushedInsteadOfIndex"):
            yield _REDUCED.format(
                original=_digest(each.get("originalIndex")),
                selected=_digest(each.get("selectedManifest")),
            )
        if each.get("contentMissing"):
            yield _MISSING


def _digest(descriptor: object) -> str:
    return str(descriptor.get("digest", "")) if isinstance(descriptor, dict) else ""


def _note(text: str) -> str:
    """Return a note as docker's CLI sets it off where its output is no terminal."""
    first, *others = text.split("\n")
    return "".join(f"{line}\n" for line in ("", *_indented(first, others)))


def _indented(first: str, others: list[str]) -> Iterator[str]:
    yield f"{_HEADER}{first}"
    yield from (f"{' ' * len(_HEADER)}{line}" for line in others)
