"""From docker lines to the steps of a plan: parsed, judged, resolved, on one host or on many."""

from collections.abc import Sequence
from functools import lru_cache

from contracts.docker.operations import Operation
from contracts.docker.parse import parse
from contracts.docker.render import render
from contracts.docker.risk import Assessment, Risk, assess
from contracts.errors import Code, RefusedError
from contracts.events import CommandRequested
from contracts.plan import Plan, Step
from contracts.selection import chosen
from contracts.world import World
from functions.validate.reach import reached
from functions.validate.resolve import resolved

MAX_STEPS = 20
# Of one request on several hosts: lines times hosts.
MAX_FANNED = 100
MAX_FANNED_SIZE = 64 * 1024
# In characters: longer lines are not kept at hand.
_SHORT = 512


def planned(
    lines: tuple[str, ...], request: CommandRequested, world: World, named: str | None = None
) -> Plan:
    """Return the plan that lines make: parsed, judged, resolved. Raises RefusedError.

    `named` is the host that the words name: it counts where the request itself says none.
    """
    if not 0 < len(lines) <= MAX_STEPS:
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"There are {len(lines)} commands; 1 to {MAX_STEPS} can be one request.",
            "Ask for fewer things at once.",
        )
    if request.hosts is None:
        return Plan(steps=in_turn(lines, request.host or named, world))
    pictures = chosen(request.hosts, world)
    size = sum(map(len, lines)) * len(pictures)
    if len(lines) * len(pictures) > MAX_FANNED or size > MAX_FANNED_SIZE:
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"{len(lines)} commands on {len(pictures)} hosts are more than {MAX_FANNED} steps, "
            f"or more than {MAX_FANNED_SIZE} characters.",
            "Ask for fewer hosts, or for fewer things at once.",
        )
    return Plan(
        steps=tuple(
            each
            for picture in pictures
            for each in in_turn(lines, picture.host, world, unseen=picture.error is not None)
        )
    )


def in_turn(
    lines: tuple[str, ...], host: str | None, world: World, *, unseen: bool = False
) -> tuple[Step, ...]:
    """Return what lines make; each may use what those before it make. Raises RefusedError."""
    steps: list[Step] = []
    for line in lines:
        steps.append(step(line, host, world, steps, unseen=unseen))
    return tuple(steps)


def step(
    line: str, host: str | None, world: World, earlier: Sequence[Step] = (), *, unseen: bool = False
) -> Step:
    """Return what a line makes; without objects on an unseen host. Raises RefusedError."""
    read = understood if len(line) <= _SHORT else understood.__wrapped__
    operation, judged, shown = read(line)
    # Of several hosts one may be down: the others go on, and its executor says why it does not.
    where, objects = (
        (host or "", ())
        if unseen
        else resolved(operation, host, world, earlier, changes=judged.risk > Risk.READ)
    )
    through = reached(operation, world.hosts.get(where))
    return Step(
        line=shown,
        operation=operation,
        risk=Risk.ESCAPE if through else judged.risk,
        discloses=judged.discloses,
        reasons=(*judged.reasons, *through),
        host=where,
        objects=objects,
    )


@lru_cache(maxsize=1024)
def understood(line: str) -> tuple[Operation, Assessment, str]:
    """Return what a line asks for, how it is judged, and how it is written. Raises RefusedError.

    It depends on nothing but the line, and everyday lines come again: 14 µs less for each.
    """
    operation = parse(line)
    return operation, assess(operation), render(operation)
