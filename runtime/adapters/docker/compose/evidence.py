"""What can be seen of a compose project after a crash: evidence, not proof."""

from contracts.docker.operations import ComposeLs, Operation
from contracts.docker.operations.compose import Compose
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.compose.project import FailedError, project
from runtime.adapters.docker.host import Host

_SHOWN = 20


async def project_evidence(host: Host, operation: Operation) -> str | None:
    """Return the states of a project's containers; None for what is no compose command.

    Raises RefusedError where the engine cannot be reached.
    """
    if not isinstance(operation, Compose) or isinstance(operation, ComposeLs):
        return None
    try:
        found = await project(host, operation)
    except FailedError as error:
        return f"{error} Its containers may have been removed."
    except RefusedError as refused:
        if refused.error.code is not Code.AMBIGUOUS:
            raise
        return refused.error.message
    members = found.choice.members
    states = ", ".join(f"{each.name} {each.state}" for each in members[:_SHOWN])
    more = f", and {len(members) - _SHOWN} more" if len(members) > _SHOWN else ""
    return f"Of the compose project {found.choice.project!r}: {states}{more}."
