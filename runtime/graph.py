"""The chain of functions, printed from their declarations.

`docs/flow.md` holds what this prints, and a test keeps the two equal: whoever follows an event
through the code reads it here first.
"""

import sys
from collections.abc import Iterable, Sequence

from contracts.events import EVENTS, Event
from contracts.inputs import Awake, DeadLetter, Overdue, Undelivered
from contracts.lifecycle import TERMINAL_EVENTS
from contracts.requests import OutputChunk, Reply, Request
from contracts.world import HostPicture, World
from runtime import discover
from runtime.declare import Function

# Where a message that is no event comes from or goes to, and who is at the other end.
_WHERE: dict[type, str] = {
    Awake: "the start of the process",
    Overdue: "the clock",
    Undelivered: "$JS.EVENT.ADVISORY.CONSUMER.>",
    Reply: "the caller's inbox",
    OutputChunk: "output.<caller>.<id>",
    HostPicture: "$KV.INVENTORY.<host>",
    DeadLetter: "dead.<function>",
}
_OTHER_END: dict[type, str] = {
    Awake: "whatever it follows outside of NATS",
    Overdue: "a deadline that has passed",
    Undelivered: "the server",
    Reply: "the caller",
    OutputChunk: "the stream OUTPUTS",
    DeadLetter: "the stream DEAD_LETTERS",
}
_AGE = {event: number for number, event in enumerate(EVENTS)}


def graph(functions: Iterable[Function] | None = None) -> str:
    """Return every function with what it consumes and publishes, in the order of a command's life.

    Without `functions`, all that there are. Events that no function of them publishes are named
    at the end.
    """
    everything = [*discover.doors(), *discover.everything()]
    chain = in_order(everything if functions is None else functions)
    blocks = ["\n".join(_lines(each, chain)) for each in chain]
    silent = [each for each in EVENTS if not publishers(each, chain)]
    if silent:
        names = ", ".join(where(each) for each in silent)
        blocks.append(f"published by none of these: {names}")
    return "\n\n".join(blocks) + "\n"


def in_order(functions: Iterable[Function]) -> list[Function]:
    """Return functions in the order in which a command meets them.

    By the first event that each consumes, or is the first to make of a request; then those that
    only answer, then those that the clock or the server wakes, then those that follow the world.
    """
    return sorted(functions, key=_place)


def where(kind: type) -> str:
    """Return the subject of what a function consumes or publishes, or what stands for one."""
    if issubclass(kind, Event):
        return f"command.{kind.type}.<id>"
    if issubclass(kind, Request):
        return f"gateway.{kind.verb}.<caller>"
    return _WHERE[kind]


def publishers(kind: type, functions: Iterable[Function]) -> list[str]:
    """Return the names of the functions that publish this."""
    return [each.name for each in functions if kind in each.publishes]


def consumers(kind: type, functions: Iterable[Function]) -> list[str]:
    """Return the names of the functions that consume this, or are given what all of it says."""
    if kind is HostPicture:
        return [each.name for each in functions if World in each.needs.values()]
    return [each.name for each in functions if kind in each.consumes]


def _place(function: Function) -> tuple[int, float, str]:
    if function.is_door:
        return 0, -1, function.name
    made = [_AGE[each] for each in function.publishes if issubclass(each, Event)]
    read = [_AGE[each] for each in function.events]
    if function.requests:
        return 0, min(made, default=len(EVENTS)) - 0.5, function.name
    if read:
        return (0 if made else 1), min(read), function.name
    return (3 if Awake in function.consumes else 2), 0, function.name


def _lines(function: Function, chain: Sequence[Function]) -> list[str]:
    told = (sys.modules[function.handler.__module__].__doc__ or "").partition("\n")[0]
    lines = [f"{function.name}: {told.partition(': ')[2]}" if ": " in told else function.name]
    rows = [
        *(("in ", each, "from", _sources(each, chain)) for each in function.consumes),
        *(("out", each, "to", _goals(each, chain)) for each in function.publishes),
        *(("out", each, "to", consumers(each, chain)) for each in _asked(function, chain)),
    ]
    said = ""
    for way, kind, word, ends in rows:
        shown = way if way != said else "   "
        said = way
        row = f"  {shown}  {where(kind):<30} {kind.__name__:<17}"
        lines.append(f"{row} {word} {', '.join(ends)}" if ends else row.rstrip())
    return lines


def _asked(function: Function, chain: Sequence[Function]) -> list[type[Request]]:
    """Return what a door asks of those who begin commands and know them: all that they serve."""
    first = (each for each in chain if not each.events)
    return [kind for each in first for kind in each.requests] if function.is_door else []


def _sources(kind: type, chain: Sequence[Function]) -> list[str]:
    if issubclass(kind, Request):
        return ["the caller"]
    return publishers(kind, chain) or _other_end(kind)


def _goals(kind: type, chain: Sequence[Function]) -> list[str]:
    ends = consumers(kind, chain) or _other_end(kind)
    return [*ends, "the end of the command"] if kind in TERMINAL_EVENTS else ends


def _other_end(kind: type) -> list[str]:
    return [_OTHER_END[kind]] if kind in _OTHER_END else []
