"""A caller's side: ask, wait, follow, read the history. What the command line itself uses."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from nats.aio.msg import Msg
from pydantic import ValidationError

from contracts import headers as h
from contracts.lifecycle import Entry
from contracts.requests import Reply, Request, RunRequest
from runtime.envelope import opened
from runtime.errors import LinkError, NoAnswerError, PermanentError
from runtime.link import Link, connect
from runtime.settings import LinkSettings
from runtime.signing import Digests

ATTEMPT = timedelta(seconds=5)
SLACK = timedelta(seconds=45)


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

    async def run(self, request: RunRequest) -> Reply:
        """Ask for something; return the reply.

        With an idempotency key the same request is sent again whenever an answer stays away
        (an inbox does not outlive a restart of the server): it cannot run twice. Raises
        NoAnswerError when nothing is heard until the deadline and the grace after it.
        """
        patience = SLACK + timedelta(seconds=request.deadline_s)
        if request.idempotency_key is None:
            return await self._ask(request, patience)
        until = asyncio.get_running_loop().time() + patience.total_seconds()
        while True:
            left = timedelta(seconds=until - asyncio.get_running_loop().time())
            try:
                return await self._ask(request, min(left, ATTEMPT))
            except NoAnswerError:
                if left <= ATTEMPT:
                    raise

    async def ask(self, request: Request) -> Reply:
        """Send any other request; return the reply. Raises NoAnswerError."""
        return await self._ask(request, ATTEMPT)

    async def feed(self, found: Callable[[Seen], None]) -> None:
        """Call `found` with every event from here on, as it is stored."""

        async def hear(message: Msg) -> None:
            if seen := _seen(message):
                found(seen)

        await self._link.nc.subscribe("command.*", cb=hear)
        await self._link.nc.flush()

    async def history(
        self, command_id: str | None = None, *, since: datetime | None = None, limit: int = 10_000
    ) -> AsyncIterator[Seen]:
        """Read the stored events in their order: of one command, or of all."""
        subject = f"command.*.{command_id}" if command_id else "command.*.*"
        wanted: dict[str, object] = (
            {"start_time": since.isoformat()} if since and not command_id else {"seq": 1}
        )
        while limit > 0:
            request = {**wanted, "next_by_subj": subject, "batch": min(limit, 256)}
            messages = await self._link.read("COMMANDS", request)
            for message in messages:
                if seen := _seen(message):
                    limit -= 1
                    wanted = {"seq": seen.sequence + 1}
                    yield seen
            if len(messages) < int(str(request["batch"])):
                return

    async def newest(self) -> int:
        """Return the sequence of the newest event. Raises LinkError."""
        info = await self._link.api("STREAM.INFO.COMMANDS")
        return int(info["state"]["last_seq"])

    async def _ask(self, request: Request, within: timedelta) -> Reply:
        subject = f"gateway.{request.verb}.{self._caller}"
        body = request.model_dump_json(exclude_none=True).encode()
        answer = await self._link.ask(subject, body, within=within)
        if answer.headers and answer.headers.get(h.STATUS) == "503":
            raise NotServedError(f"nobody serves {subject}: is the function `accept` running?")
        try:
            return Reply.model_validate_json(answer.data)
        except ValidationError as error:
            raise LinkError(f"the answer is no reply of a gateway: {error}") from error


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


def _seen(message: Msg) -> Seen | None:
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
