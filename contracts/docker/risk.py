"""How much harm an operation can do, and how much it tells. Computed, never guessed."""

from itertools import chain

from contracts.docker import inner
from contracts.docker.grammar import command_of
from contracts.docker.harm import Assessment, Discloses, Finding, Risk
from contracts.docker.operations import Exec, Operation

__all__ = ["Assessment", "Discloses", "Risk", "assess"]


def assess(op: Operation, *beside: Finding) -> Assessment:
    """Return the risk of an operation: the highest of all that is found, with every reason.

    The table says what each verb does and what each flag adds; nothing else counts but what was
    found `beside` the operation, in what its line says and no field holds.
    """
    command = command_of(op)
    risk = command.risk
    reasons = [command.reason] if command.reason else []
    for found, reason in chain(command.findings(op), beside):
        risk = max(risk, found)
        if reason not in reasons:
            reasons.append(reason)
    return Assessment(
        risk=risk,
        discloses=command.tells(op),
        reasons=tuple(reasons),
        proven_read=isinstance(op, Exec) and risk is Risk.MUTATE and proven_read(op),
    )


def proven_read(op: Exec) -> bool:
    """Tell whether what is run inside a container is known to only read."""
    return not (op.env or op.env_files or op.detach) and inner.reads(op.argv)
