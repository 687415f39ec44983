"""One event as a line: of the live feed, and of the history."""

import sys
from datetime import datetime

from contracts.events import (
    CommandCancelled,
    CommandExecuted,
    CommandFailed,
    CommandGenerated,
    CommandHeld,
    CommandPlanned,
    CommandProgressed,
    CommandRejected,
    CommandRequested,
    CommandValidated,
    Event,
)
from runtime.cli.progress import milliseconds
from runtime.cli.terminal import is_terminal, one_line, paint, put, write_json
from runtime.client import Seen, as_json

_STYLES = {
    "executed": "green",
    "planned": "green",
    "rejected": "yellow",
    "held": "yellow",
    "failed": "red",
    "requested": "bold",
}


class EventLines:
    """Writes events to stdout, one per line; of one command alone, its id is left out."""

    def __init__(self, *, as_json_lines: bool, one_command: bool = False) -> None:
        self.written = 0
        self._json = as_json_lines
        self._one = one_command
        self._before: datetime | None = None

    def write(self, seen: Seen) -> None:
        """Write one event."""
        self.written += 1
        if self._json:
            write_json(as_json(seen))
            return
        put(self._line(seen) + "\n")

    def _line(self, seen: Seen) -> str:
        entry = seen.entry
        style = _STYLES.get(seen.type, "cyan")
        kind = paint(f"{one_line(seen.type):10}", style, sys.stdout)
        time = entry.time.astimezone().strftime("%H:%M:%S.%f")[:-3] if entry else " " * 12
        if entry and not self._one:
            day = entry.time.astimezone().strftime("%Y-%m-%d ")
            time = f"{day if self._new_day(entry.time) else ''}{time}"
        told = summary(entry.event) if entry else "(not an event that this version can read)"
        told = one_line(told) if is_terminal(sys.stdout) else told.replace("\n", " ")
        spent = self._since(entry.time) if entry and self._one else ""
        place = spent or f"{seen.command_id} "
        return f"{seen.sequence:>6}  {time}  {place}{kind}  {told}".rstrip()

    def _new_day(self, time: datetime) -> bool:
        before, self._before = self._before, time
        return before is None or before.astimezone().date() != time.astimezone().date()

    def _since(self, time: datetime) -> str:
        before, self._before = self._before, time
        spent = (time - before).total_seconds() * 1000 if before else 0.0
        return f"{f'+{spent:.1f} ms' if before else '':>12}  "


def summary(event: Event) -> str:
    """Return in a few words what an event says."""
    told = ""
    match event:
        case CommandRequested(words=words, line=line, caller=caller):
            told = f"{caller}: {words or line}"
        case CommandGenerated(lines=lines, generator=used):
            told = f"{'; '.join(lines)} ({used.kind})"
        case CommandPlanned(plan=plan) | CommandValidated(plan=plan):
            steps = "; ".join(f"{step.line} on {step.host}" for step in plan.steps)
            told = f"{steps} ({plan.risk})"
        case CommandHeld(plan=plan, votes_needed=votes):
            told = f"{'; '.join(step.line for step in plan.steps)} needs {votes} votes"
        case CommandProgressed(step=step, result=result):
            told = f"step {step + 1}: exit code {result.exit_code}"
        case CommandExecuted(outcome=outcome, results=results):
            sizes = sum(each.stdout_bytes + each.stderr_bytes for each in results)
            spent = sum(each.duration_ms for each in results)
            told = f"{outcome} in {milliseconds(spent)}, {sizes} bytes printed"
        case CommandRejected(error=error) | CommandFailed(error=error):
            told = f"{error.code}: {error.message}"
        case CommandCancelled(by=by, reason=reason):
            told = f"by {by}{f': {reason}' if reason else ''}"
        case _:
            pass
    return told
