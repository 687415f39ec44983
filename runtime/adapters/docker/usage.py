"""`docker help`: how a command is used, from the gateway's own table. Asks no engine."""

from contracts.docker.operations import Help
from contracts.docker.outcome import Outcome
from contracts.docker.usage import usage
from runtime.adapters.docker.host import Host


async def help_(_: Host, operation: Help) -> Outcome:
    """Return how a command is used here: what is refused is not among its flags."""
    return Outcome(stdout=usage(operation), data={"command": list(operation.command)})
