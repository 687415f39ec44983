"""What counting costs: each event of a command, and all of them. `python -m tests.bench.counting`.

The least processor time of many short runs of a loop that does nothing else.
"""

import sys
import timeit
from collections.abc import Callable
from time import process_time

from contracts import headers as h
from contracts.events import CommandExecuted, CommandStarted, Event
from runtime import discover
from runtime.envelope import Cause, seal
from runtime.metrics.told import Told
from runtime.signing import Digests
from tests.stories import ID, NOW, generated, plan, requested, result, validated

_TIMES = 1_000
_RUNS = 60
_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
_EXECUTED = CommandExecuted(
    command_id=ID, caller="alice", outcome="succeeded", plan=plan(), results=(result(),)
)
_LIFE: tuple[tuple[str, Event], ...] = (
    ("accept", requested()),
    ("generate", generated()),
    ("validate", validated()),
    ("execute", CommandStarted(command_id=ID, claim="claim")),
    ("execute", _EXECUTED),
)


def main() -> None:
    """Print the microseconds of each event, and of a command."""
    total = 0.0
    for function, event in _LIFE:
        cause = Cause("", "", ID, _TRACE, NOW, h.timings_header(NOW), "alice", "ci")
        sealed = seal(event, function, cause, Digests(), function)
        told = Told(discover.find(function))
        spent = _microseconds(lambda told=told, sealed=sealed: told.stored(sealed))  # type: ignore[misc] # bound now
        sys.stdout.write(f"{function:9} {event.type:10} {spent:6.2f} µs\n")
        total += spent
    sys.stdout.write(f"{'a command':20} {total:6.2f} µs\n")


def _microseconds(call: Callable[[], None]) -> float:
    spent = timeit.repeat(call, timer=process_time, number=_TIMES, repeat=_RUNS)
    return min(spent) / _TIMES * 1_000_000


if __name__ == "__main__":
    main()
