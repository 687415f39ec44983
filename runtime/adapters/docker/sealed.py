"""Whether what an operation names is still what it was validated for."""

import re

from contracts.docker.errand import Errand, Sealed
from contracts.docker.operations import Create, Operation, Rm, Run
from contracts.docker.operations.compose import Compose
from contracts.docker.outcome import Outcome
from contracts.docker.risk import Risk, assess
from contracts.docker.targets import targets
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.connection import EngineError, path_of
from runtime.adapters.docker.host import Host

_ECHOED = re.compile(
    r"(No such (?:container|network): |cannot (?:kill|stop|restart) container:? |in container "
    r"|network )([0-9a-f]{64})(?=: |\s*$| not found)",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the engine repeats by what it was asked for something."""


async def unchanged(host: Host, operation: Operation) -> None:
    """Raise RefusedError (PLAN_STALE) where a name means something else than was validated.

    Where nothing was seen then, nothing is changed: ENGINE_UNREACHABLE, as for a host that is
    still down.

    Only before a change, and only for what the engine is asked for by its name. Containers are
    asked for by their ids, but for those that a new one uses. What is gone the engine itself says.
    """
    objects = host.errand.objects
    if objects is None or assess(operation).risk is Risk.READ:
        return
    if not objects and targets(operation):
        await host.connection.read("version")  # whoever is still down says why
        raise RefusedError(
            Code.ENGINE_UNREACHABLE,
            "The host could not be seen when the command was validated. Nothing was changed.",
            "It can be reached by now: ask again.",
        )
    kinds = {"image", "network"}
    if isinstance(operation, Create | Run) or (isinstance(operation, Rm) and operation.link):
        kinds.add("container")
    for each in objects:
        if each.id and each.kind in kinds and await _replaced(host, each):
            raise stale(f"{each.name!r} is another {each.kind} than when the command was validated")


async def _replaced(host: Host, one: Sealed) -> bool:
    if one.kind == "container" and host.only_label is not None:
        return False  # there every container is asked for by its id
    rest = () if one.kind == "network" else ("json",)
    try:
        found = await host.connection.read(path_of(f"{one.kind}s", one.name.strip("/ "), *rest))
    except EngineError:
        return False
    return str(found["Id"]) != one.id


def stale(what: str) -> RefusedError:
    """Return the refusal of what is no longer as it was validated."""
    return RefusedError(
        Code.PLAN_STALE,
        f"{what}. It was left as it is.",
        "Look at what there is now, and ask again: it is validated anew.",
    )


def named(outcome: Outcome, operation: Operation, errand: Errand) -> Outcome:
    """Return what is printed with the operation's own names where the engine repeats ids.

    A compose command names no container: compose itself asks by ids.
    """
    if not outcome.stderr or isinstance(operation, Compose):
        return outcome
    names = {each.id: each.name for each in errand.objects or ()}
    if not names:
        return outcome
    words = _ECHOED.sub(lambda found: found[1] + names.get(found[2], found[2]), outcome.stderr)
    return outcome.model_copy(update={"stderr": words})
