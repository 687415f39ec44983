"""From events to the answer that a caller gets. One place, for every door and for status."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandHeld,
    CommandPlanned,
    CommandRejected,
    Event,
)
from contracts.plan import Plan, StepResult
from contracts.requests import OutputChunk, Reply, StepReport

Ending = CommandPlanned | CommandHeld | CommandExecuted | CommandRejected | CommandFailed


@dataclass(slots=True)
class Printed:
    """What one step printed, joined from its chunks."""

    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)
    data: JsonValue = None


def joined(chunks: Iterable[OutputChunk]) -> dict[int, Printed]:
    """Join chunks by step."""
    printed: dict[int, Printed] = {}
    for chunk in chunks:
        step = printed.setdefault(chunk.step, Printed())
        step.stdout.append(chunk.stdout)
        step.stderr.append(chunk.stderr)
        if chunk.data is not None:
            step.data = chunk.data
    return printed


def answer(event: Ending, timings: dict[str, float], chunks: Iterable[OutputChunk] = ()) -> Reply:
    """Return what the caller is told when its command has ended, or is held."""
    printed = joined(chunks)
    common = {"command_id": event.command_id, "generator": event.generator, "timings": timings}
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
    for number, step in enumerate(plan.steps):
        result = results[number] if number < len(results) else None
        text = printed.get(number) or Printed()
        reports.append(
            StepReport(
                command=step.line,
                risk=step.risk,
                host=step.host,
                exit_code=result.exit_code if result else None,
                duration_ms=result.duration_ms if result else None,
                truncated=result.truncated if result else False,
                stdout="".join(text.stdout),
                stderr="".join(text.stderr),
                data=text.data,
            )
        )
    return tuple(reports)


def is_ending(event: Event) -> bool:
    """Say whether this event is answered to waiting callers."""
    return isinstance(event, Ending)
