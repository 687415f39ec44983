"""How much harm an operation can do, and how much it tells. Computed, never guessed."""

from contracts.docker.grammar import command_of
from contracts.docker.harm import Assessment, Discloses, Risk
from contracts.docker.operations import Operation

__all__ = ["Assessment", "Discloses", "Risk", "assess"]


def assess(op: Operation) -> Assessment:
    """Return the risk of an operation: the highest of all that is found, with every reason.

    The table says what each verb does and what each flag adds; nothing else counts.
    """
    command = command_of(op)
    risk = command.risk
    reasons = [command.reason] if command.reason else []
    for found, reason in command.findings(op):
        risk = max(risk, found)
        if reason not in reasons:
            reasons.append(reason)
    return Assessment(risk=risk, discloses=command.discloses, reasons=tuple(reasons))
