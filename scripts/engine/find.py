"""Find an engine that answers, in the order in which the gateway and docker itself look.

An engine that was named and does not answer is an error and not a reason to look elsewhere: a
command must not reach an engine that the person did not choose. Source: docker/cli,
cli/command/cli.go, resolveContextName.
"""

from collections.abc import Mapping
from pathlib import Path

from contracts.errors import RefusedError
from runtime.adapters.docker.find import chosen, usual
from scripts.engine.api import Address, Engine, EngineError


class NotFoundError(Exception):
    """No engine answers; the text says which places were tried and what they said."""


class ChosenError(Exception):
    """The engine that the person chose does not answer; the text says how it was chosen."""


def find(environment: Mapping[str, str], home: Path, root: Path = Path("/")) -> Address:
    """Return the first engine that answers. Raises ChosenError or NotFoundError.

    `root` is where the system's own sockets are looked for.
    """
    try:
        named = chosen(environment, home)
    except RefusedError as refused:
        host = environment.get("DOCKER_HOST")
        said = f"{refused.error.message} {refused.error.hint}"
        raise ChosenError(f"DOCKER_HOST={host}: {said}" if host else said) from refused
    if named:
        address = Address(host=named.url, certificates=named.tls.ca.parent if named.tls else None)
        try:
            Engine(address).ping()
        except EngineError as error:
            raise ChosenError(
                f"{named.source}={named.url} names an engine that does not answer ({error})."
            ) from error
        return address
    refusals = []
    for socket, _ in usual(environment, home, root):
        if not socket.exists():
            continue
        address = Address(host=f"unix://{socket}")
        try:
            Engine(address).ping()
        except EngineError as error:
            refusals.append(str(error))
        else:
            return address
    raise NotFoundError("; ".join(refusals) or "no engine's socket exists")
