"""From events to the answer that a caller gets. One place, for every door and for status."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import JsonValue
from pydantic_core import to_json

from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandHeld,
    CommandPlanned,
    CommandRejected,
)
from contracts.headers import timings_of
from contracts.inputs import Timings
from contracts.lifecycle import Command
from contracts.plan import Plan, StepResult
from contracts.requests import OutputChunk, Reply, StepReport

# What a reply may carry of texts and of data, in characters: six times as much, the worst that
# JSON can make of it, still fits into a message of 2 MB.
MAX_TEXT = 128 * 1024
MAX_DATA = 512 * 1024

# How long COMMANDS keeps a command, and with it the meaning of an idempotency key.
WINDOW = timedelta(days=30)

Ending = CommandPlanned | CommandHeld | CommandExecuted | CommandRejected | CommandFailed


@dataclass(slots=True)
class Printed:
    """What one step printed, joined from its chunks."""

    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)
    data: JsonValue = None
    chunks: int = 0

    def longer_than(self, room: int) -> bool:
        """Say whether one of the texts has more characters than this."""
        return max(sum(map(len, self.stdout)), sum(map(len, self.stderr))) > room

    def data_size(self) -> int:
        """Return the size of the data as JSON, in bytes."""
        return len(to_json(self.data)) if self.data is not None else 0


def joined(chunks: Iterable[OutputChunk]) -> dict[int, Printed]:
    """Join chunks by step."""
    printed: dict[int, Printed] = {}
    for chunk in chunks:
        step = printed.setdefault(chunk.step, Printed())
        step.chunks += 1
        step.stdout.append(chunk.stdout)
        step.stderr.append(chunk.stderr)
        if chunk.data is not None:
            step.data = chunk.data
    return printed


def answer(event: Ending, timings: Timings, chunks: Iterable[OutputChunk] = ()) -> Reply:
    """Return what the caller is told when its command has ended, or is held."""
    printed = joined(chunks)
    common: dict[str, Any] = {
        "command_id": event.command_id,
        "generator": event.generator,
        "timings": timings.with_total(),
        "idempotent_until": timings.start + WINDOW if timings.start else None,
    }
    match event:
        case CommandPlanned(plan=plan):
            return Reply(status="planned", steps=_steps(plan, (), printed), **common)
        case CommandHeld(plan=plan):
            return Reply(status="held", steps=_steps(plan, (), printed), **common)
        case CommandExecuted(plan=plan, results=results, outcome=outcome):
            steps = _steps(plan, results, printed)
            return Reply(status="executed", outcome=outcome, steps=steps, **common)
        case CommandRejected(plan=plan, error=error):
            return Reply(status="rejected", error=error, steps=_steps(plan, (), printed), **common)
        case CommandFailed(plan=plan, results=results, error=error):
            steps = _steps(plan, results, printed)
            return Reply(status="failed", error=error, steps=steps, **common)


def _steps(
    plan: Plan | None, results: Sequence[StepResult], printed: dict[int, Printed]
) -> tuple[StepReport, ...]:
    if plan is None:
        return ()
    reports = []
    steps = max(len(plan.steps), 1)
    room = MAX_TEXT // (2 * steps)
    for number, step in enumerate(plan.steps):
        result = results[number] if number < len(results) else None
        text = printed.get(number) or Printed()
        too_much = text.data_size() > MAX_DATA // steps
        gone = result is not None and text.chunks < result.chunks  # purged, or not yet there
        cut = too_much or gone or text.longer_than(room)
        reports.append(
            StepReport(
                command=step.line,
                risk=step.risk,
                host=step.host,
                exit_code=result.exit_code if result else None,
                duration_ms=result.duration_ms if result else None,
                truncated=cut or (result is not None and result.truncated),
                redactions=result.redactions if result else 0,
                stdout=ends("".join(text.stdout), room),
                stderr=ends("".join(text.stderr), room),
                data=None if too_much else text.data,
            )
        )
    return tuple(reports)


def ends(text: str, room: int) -> str:
    """Return a text of at most about `room` characters: its head and tail, and what is missing."""
    if len(text) <= room:
        return text
    half = room // 2
    left_out = len(text) - 2 * half
    return f"{text[:half]}\n… {left_out} characters left out …\n{text[len(text) - half :]}"


def standing(command: Command, chunks: Iterable[OutputChunk] = ()) -> Reply | None:
    """Return what a caller is told of a command at any moment; None where there is none.

    Ended or held: the same answer that a waiting caller gets. Else `accepted`, and its stage.
    """
    if not command.entries:
        return None
    newest = command.entries[-1]
    ending = command.end or (newest if isinstance(newest.event, CommandHeld) else None)
    if ending and isinstance(ending.event, Ending):
        return answer(ending.event, Timings(*timings_of(ending.headers)), chunks)
    start, stages = timings_of(newest.headers)
    return Reply(
        command_id=newest.event.command_id,
        status="accepted",
        stage=newest.event.type,
        timings=stages,
        idempotent_until=start + WINDOW if start else None,
    )
