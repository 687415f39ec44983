"""Recorded requests, asked again of another generator: where it agrees, and where it does not.

The world is the one that is known now: what a request named may be gone, and then both its
recorded answer and the new one are looked at in a world that neither was made for.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from contracts.docker.risk import Risk
from contracts.errors import Code, RefusedError
from contracts.model import Fact
from contracts.world import World
from runtime.evals.canonical import Atom, atoms
from runtime.evals.generators import Answer, Ask, Asked
from runtime.evals.recorded import Recorded
from runtime.evals.report import Spent, spent

HELD_BACK = frozenset({Code.SECRET_IN_COMMAND, Code.INVALID_REQUEST, Code.REQUEST_TOO_LARGE})
"""Why a request is asked of nobody: it would not be taken today."""

Agreement = Literal["same", "alike", "differs", "held back"]


class Side(Fact):
    """One of two answers."""

    decision: str
    lines: tuple[str, ...] = ()
    code: str | None = None
    message: str = ""
    options: tuple[str, ...] = ()


class Pair(Fact):
    """A request, what was answered, and what is answered now.

    - `agreement`: `alike` where only how the answer of a read looks is not the same.
    - `times`: how often it was asked. `ended`: what became of the recorded answer.
    - `more`: what the new answer would change and the recorded one did not.
    """

    command_id: str
    at: datetime
    caller: str
    words: str
    host: str | None = None
    times: int = 1
    ended: str = ""
    recorded: Side
    new: Side
    agreement: Agreement
    more: tuple[str, ...] = ()


class Comparison(Fact):
    """What asking again came to. Shares and counts are of requests as often as they were made.

    - `requests`: how many were compared; `different`: how many of them are different ones.
    - `agreement`: the share of 1 that is the same, or alike.
    - `decisions`: how often which decision became which, by the recorded one.
    - `more`: how many new answers would change what the recorded one did not.
    - `held_back`: how many were not asked, because the gateway would not take them today.
    """

    requests: int = 0
    different: int = 0
    agreement: float = 0.0
    same: int = 0
    alike: int = 0
    differs: int = 0
    more: int = 0
    held_back: int = 0
    decisions: Mapping[str, Mapping[str, int]] = Field(default_factory=dict)
    recorded: Spent = Spent()
    new: Spent = Spent()
    pairs: tuple[Pair, ...] = ()


@dataclass(slots=True)
class Replay:
    """Requests to ask again, and how far that has come: what is `done` stays when it is stopped.

    `told` is called after each.
    """

    records: Sequence[Recorded]
    world: World
    within: timedelta = timedelta(seconds=60)
    told: Callable[[], None] = lambda: None
    done: list[tuple[Recorded, Answer]] = field(default_factory=list)

    async def replay(self, ask: Ask, *, concurrency: int = 1) -> None:
        """Ask all of them, the newest first, so many at a time."""
        left = iter(sorted(self.records, key=lambda each: each.at, reverse=True))
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(self._ask_all(left, ask))

    async def _ask_all(self, left: Iterator[Recorded], ask: Ask) -> None:
        for record in left:
            request = record.request
            asked = Asked(
                words=request.words or "",
                world=self.world,
                host=request.host,
                hosts=request.hosts,
                target=request.target,
                context=request.context,
            )
            self.done.append((record, await ask(asked, self.within)))
            self.told()
            await asyncio.sleep(0)  # a generator that never waits must let a signal through


def compared(done: Sequence[tuple[Recorded, Answer]], world: World) -> Comparison:
    """Return what asking again came to."""
    pairs = [_pair(record, answer, world) for record, answer in done]
    asked = [each for each in pairs if each.agreement != "held back"]
    counts: Counter[str] = Counter()
    decisions: dict[str, Counter[str]] = {}
    for each in pairs:
        counts[each.agreement] += each.times
        if each.agreement != "held back":
            became = decisions.setdefault(each.recorded.decision, Counter())
            became[each.new.decision] += each.times
    requests = sum(each.times for each in asked)
    agreed = counts["same"] + counts["alike"]
    return Comparison(
        requests=requests,
        different=len(asked),
        agreement=round(agreed / requests, 4) if requests else 0.0,
        same=counts["same"],
        alike=counts["alike"],
        differs=counts["differs"],
        more=sum(each.times for each in asked if each.more),
        held_back=counts["held back"],
        decisions={name: dict(became) for name, became in sorted(decisions.items())},
        recorded=spent([record.answer for record, _ in done]),
        new=spent([answer for _, answer in done if not _held_back(answer)]),
        pairs=tuple(pairs),
    )


def _pair(record: Recorded, answer: Answer, world: World) -> Pair:
    agreement, more = _agreement(record.answer, answer, world)
    request = record.request
    return Pair(
        command_id=request.command_id,
        at=record.at,
        caller=request.caller,
        words=request.words or "",
        host=request.host or request.hosts,
        times=record.times,
        ended=record.ended,
        recorded=_side(record.answer),
        new=_side(answer),
        agreement=agreement,
        more=more,
    )


def _side(answer: Answer) -> Side:
    error = answer.error
    return Side(
        decision=answer.decision,
        lines=answer.lines,
        code=error.code if error else None,
        message=error.message if error else "",
        options=error.options if error else (),
    )


def _held_back(answer: Answer) -> bool:
    return answer.error is not None and answer.error.code in HELD_BACK


def _agreement(before: Answer, now: Answer, world: World) -> tuple[Agreement, tuple[str, ...]]:
    """Return whether two answers agree, and what the second changes beyond the first."""
    if _held_back(now):
        return "held back", ()
    if "command" not in {before.decision, now.decision}:
        return ("same" if before.decision == now.decision else "differs"), ()
    was, done = _atoms(before, world), _atoms(now, world)
    changes = Counter(each for each in done if each.changes)
    changes.subtract(Counter(each for each in was if each.changes))
    more = tuple(each.line for each, count in changes.items() if count > 0)
    if before.decision != now.decision:
        return "differs", more
    if _equal(was, done):
        return "same", more
    alike = _equal([each.loosely() for each in was], [each.loosely() for each in done])
    return ("alike" if alike else "differs"), more


def _equal(was: Sequence[Atom], done: Sequence[Atom]) -> bool:
    """Tell whether the same is done; what is one and the same step over and over, in any order."""
    alone = len({each.verb for each in was}) == 1
    return was == done or (alone and Counter(was) == Counter(done))


def _atoms(answer: Answer, world: World) -> list[Atom]:
    """Return what an answer does; a line that is no docker command does nothing."""
    found: list[Atom] = []
    for words in answer.commands:
        try:
            of_line = atoms(words, world)
        except RefusedError:
            said = frozenset({("words", tuple(words))})
            of_line = (Atom("no docker line", said, Risk.READ, " ".join(words)),)
        found.extend(sorted(of_line, key=lambda each: sorted(map(repr, each.fields))))
    return found
