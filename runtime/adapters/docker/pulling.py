"""`docker pull`, and the pull that `docker run` does where an image is missing."""

from contracts.docker.operations import Pull
from contracts.docker.outcome import Outcome
from runtime.adapters.docker import progress, reference
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.progress import Printout, Say, Told, changing, follow
from runtime.adapters.docker.registries import advice, authorization

_INVALID = "invalid reference format"
_DIGEST = "Digest: "


async def pull(host: Host, operation: Pull) -> Outcome:
    """Pull an image by tag or digest, or all tags of its repository."""
    printout = Printout(host)
    try:
        asked = reference.read(operation.image)
    except ValueError:
        return await printout.failed(_INVALID)
    if not operation.all_tags and asked.names_only:
        asked = asked.tagged()
        if not operation.quiet:
            await printout.stdout(f"Using default tag: {asked.tag}\n")
    try:
        told = await pulled(
            host,
            operation.image,
            operation.platform,
            quiet=operation.quiet,
            all_tags=operation.all_tags,
            say=printout.stdout,
        )
    except EngineError as error:
        return await printout.failed(error, advice(error, asked.domain))
    await printout.stdout(f"{asked}\n")
    return printout.outcome(
        {
            "reference": str(asked),
            "digests": [
                each.removeprefix(_DIGEST) for each in told.statuses if each.startswith(_DIGEST)
            ],
            "status": told.statuses[-1].removeprefix("Status: ") if told.statuses else None,
        }
    )


async def pulled(  # noqa: PLR0913 - what to pull, and how to show it
    host: Host,
    image: str,
    platform: str | None = None,
    *,
    quiet: bool = False,
    all_tags: bool = False,
    say: Say | None = None,
) -> Told:
    """Pull what `image` names; its default tag where it names none.

    The progress is shown to `say`: by default as standard error to the errand's `out`, where
    `docker run` has it. `quiet` shows none.

    Raises EngineError with the words that docker's CLI would print, and RefusedError:
    ENGINE_UNREACHABLE (nothing was asked), OUTCOME_UNKNOWN (the engine was lost on the way),
    INTERNAL (the credentials cannot be read). ValueError where `image` is no reference.
    """
    asked = reference.read(image)
    params = {"fromImage": asked.name}
    if not all_tags:
        params["tag"] = asked.digest or asked.tagged().tag
    if platform:
        params["platform"] = platform.lower()
    headers = await authorization(host, asked.domain)
    show = progress.nothing if quiet else say or Printout(host).stderr
    async with changing(host, "images/create", params, headers=headers) as pieces:
        return await follow(pieces, show)
