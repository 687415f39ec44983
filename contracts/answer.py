"""From events to the answer that a caller gets. One place, for every door and for status."""

from collections.abc import Iterable, Sequence
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
from contracts.plan import Plan, StepResult, by_step
from contracts.requests import OutputChunk, Reply, StepReport

# What a reply may carry of texts and of data, in characters: six times as much, the worst that
# JSON can make of it, still fits into a message of 2 MB.
MAX_TEXT = 128 * 1024
MAX_DATA = 512 * 1024

# How much of each end of a text a reply may need: a text that fits is all head.
_KEPT = MAX_TEXT // 2

# How long COMMANDS keeps a command, and with it the meaning of an idempotency key.
WINDOW = timedelta(days=30)

Ending = CommandPlanned | CommandHeld | CommandExecuted | CommandRejected | CommandFailed


class Text:
    """A text as it comes, of which its head and its tail are kept: enough for any reply."""

    __slots__ = ("_head", "_room", "_tail", "_tail_size", "size")

    def __init__(self) -> None:
        self.size = 0
        self._room = _KEPT
        self._head: list[str] = []
        self._tail: list[str] = []
        self._tail_size = 0

    def add(self, text: str) -> None:
        """Take what came next."""
        self.size += len(text)
        if self._room:
            head, text = text[: self._room], text[self._room :]
            self._head.append(head)
            self._room -= len(head)
        if text:
            self._tail.append(text)
            self._tail_size += len(text)
        if self._tail_size > 2 * _KEPT:
            self._tail = ["".join(self._tail)[-_KEPT:]]
            self._tail_size = _KEPT

    def ends(self, room: int) -> str:
        """Return at most about `room` characters: head and tail, and how many are missing."""
        kept = "".join(self._head) + "".join(self._tail)
        if self.size <= room:
            return kept
        half = room // 2
        missing = self.size - 2 * half
        return f"{kept[:half]}\n… {missing} characters left out …\n{kept[len(kept) - half :]}"


class Printed:
    """What one step printed, joined from its chunks."""

    __slots__ = ("chunks", "data", "stderr", "stdout")

    def __init__(self) -> None:
        self.stdout, self.stderr = Text(), Text()
        self.data: JsonValue = None
        self.chunks = 0

    def longer_than(self, room: int) -> bool:
        """Say whether one of the texts has more characters than this."""
        return max(self.stdout.size, self.stderr.size) > room

    def data_size(self) -> int:
        """Return the size of the data as JSON, in bytes."""
        return len(to_json(self.data)) if self.data is not None else 0


class Printout(dict[int, Printed]):
    """What a command printed, by step; of any length, in bounded memory."""

    def add(self, chunk: OutputChunk) -> None:
        """Take the next chunk of its step."""
        step = self.setdefault(chunk.step, Printed())
        step.chunks += 1
        step.stdout.add(chunk.stdout)
        step.stderr.add(chunk.stderr)
        if chunk.data is not None:
            step.data = chunk.data


def joined(chunks: Iterable[OutputChunk]) -> Printout:
    """Join chunks by step."""
    printed = Printout()
    for chunk in chunks:
        printed.add(chunk)
    return printed


def answer(event: Ending, timings: Timings, printed: Printout | None = None) -> Reply:
    """Return what the caller is told when its command has ended, or is held."""
    printed = printed or Printout()
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
    plan: Plan | None, results: Sequence[StepResult], printed: Printout
) -> tuple[StepReport, ...]:
    if plan is None:
        return ()
    reports = []
    steps = max(len(plan.steps), 1)
    room = MAX_TEXT // (2 * steps)
    of_step = by_step(results)
    for number, step in enumerate(plan.steps):
        result = of_step.get(number)
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
                ended=result.ended if result else None,
                stdout=text.stdout.ends(room),
                stderr=text.stderr.ends(room),
                data=None if too_much else text.data,
            )
        )
    return tuple(reports)


def standing(command: Command, printed: Printout | None = None) -> Reply | None:
    """Return what a caller is told of a command at any moment; None where there is none.

    Ended or held: the same answer that a waiting caller gets. Else `accepted`, and its stage.
    """
    if not command.entries:
        return None
    newest = command.entries[-1]
    ending = command.end or (newest if isinstance(newest.event, CommandHeld) else None)
    if ending and isinstance(ending.event, Ending):
        return answer(ending.event, Timings(*timings_of(ending.headers)), printed)
    start, stages = timings_of(newest.headers)
    return Reply(
        command_id=newest.event.command_id,
        status="accepted",
        stage=newest.event.type,
        timings=stages,
        idempotent_until=start + WINDOW if start else None,
    )
