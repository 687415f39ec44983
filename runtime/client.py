"""A caller's side: ask, wait, follow, read the history. What the command line itself uses."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

import nats.errors
from nats.aio.msg import Msg
from pydantic import ValidationError

from contracts import headers as h
from contracts.events import Event
from contracts.lifecycle import Entry
from contracts.requests import OutputRequest, Reply, Request, RunRequest
from runtime.envelope import opened
from runtime.errors import LinkError, NoAnswerError, PermanentError
from runtime.link import Link, connect
from runtime.settings import LinkSettings
from runtime.signing import Digests
from runtime.wire import Message

ATTEMPT = timedelta(seconds=5)
SLACK = timedelta(seconds=45)
SERVED = timedelta(seconds=3)
_AGAIN_S = 0.1
# However little is heard, what is followed is looked at this often.
_LOOK_S = 2.0
_NOBODY = "503"
_EMPTY = "404"


@dataclass(frozen=True, slots=True)
class Seen:
    """One event as the live feed shows it; `entry` is None for a type that is not known here."""

    type: str
    command_id: str
    sequence: int
    entry: Entry | None


class Gateway:
    """The gateway as one caller sees it."""

    def __init__(self, link: Link, caller: str) -> None:
        self._link = link
        self._caller = caller

    async def run(
        self,
        request: RunRequest,
        *,
        trace: str = "",
        trace_state: str = "",
        served_within: timedelta = SERVED,
        patience: timedelta | None = None,
    ) -> Reply:
        """Ask for something; return the reply.

        With an idempotency key the same request is sent again whenever an answer stays away
        (an inbox does not outlive a restart of the server): it cannot run twice. `trace` is a
        `traceparent` that every event of the command continues, `trace_state` its `tracestate`
        (W3C Trace Context). Raises NotServedError when
        nobody serves requests for as long as `served_within`, NoAnswerError when nothing is heard
        for as long as `patience`: until the deadline and the grace after it, without one.
        """
        patience = patience or patience_with(request)
        attempt = ATTEMPT if request.idempotency_key else patience
        headers = {h.TRACE: trace, h.TRACE_STATE: trace_state}
        carried = {name: each for name, each in headers.items() if each}
        return await self._persist(request, patience, attempt, served_within, carried)

    async def ask(self, request: Request, *, served_within: timedelta = SERVED) -> Reply:
        """Send a request that changes nothing; return the reply. Raises as `run`."""
        return await self._persist(request, 2 * ATTEMPT, ATTEMPT, served_within)

    async def output(
        self, command_id: str, *, follow: bool = False, after: int = 0
    ) -> AsyncIterator[Reply]:
        """Read what a command printed, page by page; with `follow` until it has ended.

        It begins `after` an earlier page. What is heard meanwhile only says that there is more:
        pages alone are read, so that nothing is missed and nothing comes twice. The last reply says
        how the command ended, or why nothing can be read. Raises as `ask`.
        """
        async with self.news(command_id) if follow else nullcontext(asyncio.Event()) as news:
            while True:
                news.clear()
                reply = await self.ask(OutputRequest(command_id=command_id, after=after))
                yield reply
                if reply.page is None or not (reply.page.more or follow):
                    return
                after = reply.page.after
                if reply.page.more:
                    continue
                if reply.status not in {"accepted", "held"}:
                    return
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_S):
                        await news.wait()

    @asynccontextmanager
    async def news(self, command_id: str) -> AsyncIterator[asyncio.Event]:
        """Set the event whenever something is heard of a command."""
        news = asyncio.Event()

        async def hear(message: Msg) -> None:
            if command_id in {message.subject.rpartition(".")[2], _id_of(message)}:
                news.set()

        heard = [f"output.{self._caller}.{command_id}", "command.*"]
        subscriptions = [await self._link.nc.subscribe(each, cb=hear) for each in heard]
        try:
            yield news
        finally:
            for each in subscriptions:
                with contextlib.suppress(nats.errors.Error, OSError):
                    await each.unsubscribe()

    async def feed(self, found: Callable[[Seen], None]) -> None:
        """Call `found` with every event from here on, as it is stored."""

        async def hear(message: Msg) -> None:
            if seen := _seen(message):
                found(seen)

        await self._hear(hear)

    async def follow(self, trace: str, found: Callable[[Seen], None]) -> None:
        """Call `found` with every event, from here on, of the commands that continue `trace`."""
        wanted = _trace_id(trace)

        async def hear(message: Msg) -> None:
            ours = _trace_id((message.headers or {}).get(h.TRACE, "")) == wanted
            if ours and (seen := _seen(message)):
                found(seen)

        await self._hear(hear)

    async def history(
        self,
        command_id: str | None = None,
        *,
        of: type[Event] | None = None,
        since: datetime | None = None,
        first: int = 1,
        limit: int = 10_000,
    ) -> AsyncIterator[Seen]:
        """Read the stored events in their order: of one command, or of all; `of` one type alone.

        They begin at `since` or, without it, at the sequence `first`.
        """
        subject = f"command.{of.type if of else '*'}.{command_id or '*'}"
        wanted: dict[str, object] = {"start_time": since.isoformat()} if since else {"seq": first}
        while limit > 0:
            request = {**wanted, "next_by_subj": subject, "batch": min(limit, 256)}
            messages = await self._link.read("COMMANDS", request)
            for message in messages:
                if seen := _seen(message):
                    wanted = {"seq": seen.sequence + 1}
                    # Of a start beyond its end the server makes one at its beginning.
                    if since and seen.entry and seen.entry.time < since:
                        continue
                    limit -= 1
                    yield seen
            if len(messages) < int(str(request["batch"])):
                return

    async def newest(self) -> int:
        """Return the sequence of the newest event, 0 where there is none.

        Raises NoHistoryError where nothing has ever run, LinkError.
        """
        wanted = json.dumps({"last_by_subj": "command.>"}).encode()
        answer = await self._link.ask("$JS.API.DIRECT.GET.COMMANDS", wanted)
        headers = answer.headers or {}
        status = headers.get(h.STATUS)
        if status == _NOBODY:
            raise NoHistoryError("this server has no stream COMMANDS: nothing has run on it yet")
        if status not in {None, _EMPTY}:
            raise NoAnswerError(f"reading the newest event ended with status {status}")
        return int(headers.get(h.SEQUENCE, "0"))

    async def _hear(self, hear: Callable[[Msg], Awaitable[None]]) -> None:
        try:
            await self._link.nc.subscribe("command.*", cb=hear)
            await self._link.nc.flush()
        except (nats.errors.Error, OSError) as error:
            raise BrokenError(f"the connection broke: {error}") from error

    async def _persist(
        self,
        request: Request,
        patience: timedelta,
        attempt: timedelta,
        served_within: timedelta,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        now = asyncio.get_running_loop().time
        until, served_until = (
            now() + patience.total_seconds(),
            now() + served_within.total_seconds(),
        )
        while True:
            left = timedelta(seconds=until - now())
            try:
                reply = await self._ask(request, min(left, attempt), headers)
                if left <= attempt or not _wants_more(request, reply):
                    return reply
                served_until = now() + served_within.total_seconds()
            except NotServedError:
                if now() > min(until, served_until):
                    raise
            except NoAnswerError:
                if left <= attempt:
                    raise
                served_until = now() + served_within.total_seconds()
            await asyncio.sleep(_AGAIN_S)

    async def _ask(
        self, request: Request, within: timedelta, headers: dict[str, str] | None = None
    ) -> Reply:
        subject = f"gateway.{request.verb}.{self._caller}"
        body = request.model_dump_json(exclude_none=True).encode()
        answer = await self._link.ask(subject, body, headers, within=within)
        if answer.headers and answer.headers.get(h.STATUS) == _NOBODY:
            raise NotServedError(f"nobody serves {subject}: is the function `accept` running?")
        try:
            return Reply.model_validate_json(answer.data)
        except ValidationError as error:
            raise LinkError(f"the answer is no reply of a gateway: {error}") from error


def _wants_more(request: Request, reply: Reply) -> bool:
    """Say whether this was stored, and nobody will tell its end: the same key asks for it.

    So a gateway answers that could not store who waits, as its server was away at that moment.
    """
    return (
        isinstance(request, RunRequest)
        and request.wait == "terminal"
        and request.idempotency_key is not None
        and reply.status == "accepted"
    )


def patience_with(request: RunRequest) -> timedelta:
    """Return how long an answer may take: by then whatever was accepted has ended."""
    return SLACK + timedelta(seconds=request.deadline_s)


class NoHistoryError(LinkError):
    """There is no stream of commands."""


class BrokenError(LinkError):
    """The connection broke before anything was asked: connect again."""


class NotServedError(NoAnswerError):
    """The server is there, and nobody serves the request."""


@asynccontextmanager
async def gateway(
    settings: LinkSettings, caller: str, *, patience: timedelta = timedelta(seconds=5)
) -> AsyncIterator[Gateway]:
    """Connect as a caller. Raises LinkError where no server is to be had in time."""
    prefix = f"_INBOX.c.{caller}"
    async with connect(settings, f"acg-{caller}", inbox_prefix=prefix, patience=patience) as link:
        yield Gateway(link, caller)


def _seen(message: Msg | Message) -> Seen | None:
    headers = message.headers or {}
    subject = headers.get(h.SUBJECT, "")
    parts = subject.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - command.<type>.<id>
        return None
    sequence = int(headers.get(h.SEQUENCE, "0"))
    entry: Entry | None = None
    with contextlib.suppress(PermanentError):
        entry = opened(subject, headers, message.data, sequence, Digests())
    return Seen(parts[1], parts[2], sequence, entry)


def _id_of(message: Msg) -> str:
    """Return the command of an event on the live feed."""
    return (message.headers or {}).get(h.SUBJECT, "").rpartition(".")[2]


def _trace_id(trace: str) -> str:
    """Return the part of a `traceparent` that stays the same from span to span."""
    return trace.split("-")[1] if trace.count("-") == 3 else ""  # noqa: PLR2004 - its form


def as_json(seen: Seen) -> str:
    """Return one event as a line of JSON: its envelope, and its body under `event`."""
    entry = seen.entry
    document: dict[str, object] = {
        "sequence": seen.sequence,
        "type": seen.type,
        "command_id": seen.command_id,
    }
    if entry:
        document |= {
            "id": entry.id,
            "time": entry.time.isoformat(),
            "source": entry.source,
            "cause": entry.headers.get(h.CAUSE, ""),
            "digest": entry.digest,
            "event": entry.event.model_dump(mode="json"),
        }
    return json.dumps(document)
