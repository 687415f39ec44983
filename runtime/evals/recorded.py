"""What the gateway was asked, and what came of it: read from the history, and nothing written.

Of a command only its request in words and the first answer to it count here: lines that were
generated, a question back, or a refusal. What a caller sent as a docker line is nobody's answer.
"""

from collections import OrderedDict
from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError

from contracts.errors import Code, Error
from contracts.events import (
    CommandCancelled,
    CommandFailed,
    CommandGenerated,
    CommandRejected,
    CommandRequested,
    Event,
)
from contracts.lifecycle import TERMINAL_EVENTS, Entry
from contracts.world import HostPicture, World
from runtime.errors import LinkError
from runtime.evals.generators import ASKED_BACK, Answer
from runtime.inventory import BUCKET
from runtime.link import Link

_NOBODYS = frozenset(
    {
        *(Code.CANCELLED, Code.DEADLINE_EXCEEDED, Code.DEAD_LETTER),
        *(Code.ENGINE_UNREACHABLE, Code.INVENTORY_UNAVAILABLE, Code.UNKNOWN_HOST),
    }
)
"""Ends that are no answer of a generator's: it was not asked, or not in time."""


@dataclass(slots=True)
class Recorded:
    """One request in words, as it was made, with its answer.

    `times` is how often it was made, in the same words and for the same hosts; the rest is of the
    newest time. `ended` is the last that is known of it, such as `executed`.
    """

    request: CommandRequested
    at: datetime
    answer: Answer
    ended: str = ""
    times: int = 1


@dataclass(slots=True)
class Records:
    """Requests in words of a part of the history, the newest of them, without repetitions.

    - `asked`: how many were made in words. `lines`: how many as docker lines.
    - `unanswered`: how many no generator answered (yet, or not in time).
    """

    found: list[Recorded] = field(default_factory=list)
    asked: int = 0
    lines: int = 0
    unanswered: int = 0


async def records(events: AsyncIterable[Entry], limit: int = 0) -> Records:
    """Return what a part of the history holds: at most so many different requests; 0 is all."""
    found = Records()
    waiting: dict[str, Entry] = {}
    answered: OrderedDict[str, Recorded] = OrderedDict()
    by_id: dict[str, Recorded] = {}
    async for entry in events:
        match entry.event:
            case CommandRequested(line=str()):
                found.lines += 1
            case CommandRequested(command_id=command_id):
                found.asked += 1
                waiting[command_id] = entry
            case event if event.command_id in waiting:
                request = waiting.pop(event.command_id)
                if (answer := _answer(event)) is None:
                    found.unanswered += 1
                    continue
                by_id[event.command_id] = _keep(answered, request, answer, limit)
                _note_end(by_id, event)
            case event if event.command_id in by_id:
                _note_end(by_id, event)
    found.unanswered += len(waiting)
    found.found = list(answered.values())
    return found


def _keep(
    answered: OrderedDict[str, Recorded], entry: Entry, answer: Answer, limit: int
) -> Recorded:
    """Keep a request as the newest; let the oldest go where there are too many."""
    request = entry.event
    if not isinstance(request, CommandRequested):
        raise TypeError("only requests are answered")
    same = request.model_dump_json(include={"words", "target", "host", "hosts", "context"})
    before = answered.pop(same, None)
    kept = Recorded(request, entry.time, answer, times=before.times + 1 if before else 1)
    answered[same] = kept
    if limit and len(answered) > limit:
        answered.popitem(last=False)
    return kept


def _answer(event: Event) -> Answer | None:
    """Return what a generator answered; None where none did."""
    match event:
        case CommandGenerated(lines=lines, generator=use):
            return Answer(decision="command", lines=lines, use=use, spent_ms=use.duration_ms)
        case CommandRejected(error=error, generator=use) if error.code not in _NOBODYS:
            return Answer(
                decision="ask" if error.code in ASKED_BACK else "refuse",
                error=error,
                use=use,
                spent_ms=use.duration_ms if use else 0.0,
            )
        case CommandFailed(error=error, generator=use) if error.code not in _NOBODYS:
            return Answer(decision="failed", error=error, use=use)
        case CommandCancelled() | _:
            return None


def _note_end(by_id: dict[str, Recorded], event: Event) -> None:
    if isinstance(event, TERMINAL_EVENTS):
        error: Error | None = getattr(event, "error", None)
        ended = by_id.pop(event.command_id)
        ended.ended = f"{event.type}{f' ({error.code})' if error else ''}"


async def known_world(link: Link) -> World:
    """Return what is known of all hosts, however old. Raises LinkError where none is seen."""
    messages = await link.read(f"KV_{BUCKET}", {"multi_last": [f"$KV.{BUCKET}.*"]})
    pictures: dict[str, HostPicture] = {}
    for message in messages:
        try:
            picture = HostPicture.model_validate_json(message.data)
        except ValidationError as error:
            raise LinkError(f"a picture of a host cannot be read: {error}") from error
        pictures[picture.host] = picture
    unseen = [each.error.message for each in pictures.values() if each.error]
    if unseen and len(unseen) == len(pictures):
        raise LinkError(f"no host is seen: {unseen[0]}")
    if not pictures:
        raise LinkError(
            "nothing is known of any host: run the gateway (`acg up`), which looks at its hosts"
        )
    return World(pictures)
