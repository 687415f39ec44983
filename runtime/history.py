"""The history of commands in COMMANDS: read, and appended to by compare-and-set."""

import asyncio
import base64
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from contracts import headers as h
from contracts.events import CommandRequested
from contracts.lifecycle import Command, Entry, fold
from runtime.envelope import Sealed, opened
from runtime.errors import (
    LinkError,
    LostError,
    NoAnswerError,
    PermanentError,
    RefusedByStreamError,
    TransientError,
)
from runtime.link import Link, Stored
from runtime.signing import Verifier
from runtime.wire import Message, head_of

STREAM = "COMMANDS"

# err_code of the server: the expectation did not hold (10164: an earlier one is in flight).
_EXPECTATION_FAILED = frozenset({10071, 10164})
_NO_MESSAGE = 10037
_AGAIN = timedelta(milliseconds=50)
_REMEMBERED = 4096
_SMALL = 2048
_OWN = 1024
_OWN_SMALL = 8 * 1024


class Own(NamedTuple):
    """An event that this process stored: what it is, and how it went over the wire."""

    sealed: Sealed
    headers: dict[str, str]
    head: bytes


class History:
    """What happened to each command. Immutable facts are remembered, the rest is read."""

    def __init__(self, link: Link, verifier: Verifier) -> None:
        self._link = link
        self._verifier = verifier
        self._first: OrderedDict[str, Entry] = OrderedDict()
        self._own: OrderedDict[int, Own] = OrderedDict()

    def delivered(self, message: Message, sequence: int) -> Entry:
        """Return the event that was delivered. Raises PermanentError where it is none of ours.

        What this process stored itself, byte for byte, it need not read and verify again: that
        saves 10 to 40 µs for each event whose next function is served here as well.
        """
        own = self._own.get(sequence)
        if (
            own
            and own.head == message.head
            and own.sealed.body == message.data
            and own.sealed.subject == message.subject
        ):
            entry = own.sealed.entry(sequence, own.headers)
        else:
            entry = opened(message.subject, message.headers, message.data, sequence, self._verifier)
        self.remember(entry)
        return entry

    async def append(self, sealed: Sealed, expected: int, *, within: timedelta) -> Stored:
        """Store an event as the next one of its command after sequence `expected`.

        Where the stream says that something else came first, its leader is read: our own event
        is there (an answer was lost) → done; the command still admits ours (what came is out of
        turn) → tried again behind it; else LostError. Answers that do not come are asked for
        again, with the same message id, for as long as `within`; then TransientError.
        """
        until = time.monotonic() + within.total_seconds()
        command_id = sealed.event.command_id
        while True:
            headers = {
                **sealed.headers,
                h.EXPECTED_SEQUENCE: str(expected),
                h.EXPECTED_SUBJECT: f"command.*.{command_id}",
            }
            head = head_of(headers)
            try:
                stored = await self._link.store(sealed.subject, sealed.body, head)
                if not stored.duplicate:
                    self._keep(stored.sequence, Own(sealed, headers, head))
                    return stored
            except RefusedByStreamError as error:
                if error.code not in _EXPECTATION_FAILED:
                    await _pause(until, f"COMMANDS refused an event: {error}", error)
                    continue
            except NoAnswerError as error:
                await _pause(until, f"could not store an event: {error}", error)
                continue
            command = await self._of_leader(command_id, until)
            if ours := _ours(command, sealed):
                return Stored(ours.sequence, duplicate=True)
            if not command.admits(sealed.event.type):
                raise LostError(command)
            if command.sequence == expected:  # an earlier one of ours is still on its way
                await _pause(until, "the stream's answers do not agree", None)
            expected = command.sequence

    async def read(self, command_id: str) -> Command:
        """Return a command as its history tells it; state `none` where there is nothing."""
        first = await self.first(command_id)
        if first is None:
            return Command()
        entries: list[Entry] = []
        start = first.sequence
        while True:
            messages = await self._link.read(
                STREAM, {"seq": start, "next_by_subj": f"command.*.{command_id}"}
            )
            entries.extend(self._entries(messages))
            if not messages or int((messages[-1].headers or {}).get("Nats-Num-Pending", "0")) == 0:
                return fold(entries)
            start = int((messages[-1].headers or {})[h.SEQUENCE]) + 1

    async def before(self, entry: Entry) -> Command:
        """Return the history of the command that `entry` was delivered of.

        An event that the server stored right behind the request has no more history than
        these two: its stored expectation proves that. All others are read.
        """
        first = await self.first(entry.event.command_id)
        if first and entry.headers.get(h.EXPECTED_SEQUENCE) == str(first.sequence):
            return fold((first, entry))
        return await self.read(entry.event.command_id)

    async def first(self, command_id: str) -> Entry | None:
        """Return the event that began a command."""
        if found := self._first.get(command_id):
            return found
        subject = f"command.requested.{command_id}"
        message = await self._link.ask(f"$JS.API.DIRECT.GET.{STREAM}.{subject}")
        status = (message.headers or {}).get(h.STATUS)
        if status == "404":  # a replica may lag: the leader knows
            command = await self._of_leader(command_id, time.monotonic())
            entry = command.entries[0] if command.entries else None
        elif status is not None:
            raise NoAnswerError(f"reading {subject} ended with status {status}")
        else:
            entry = next(iter(self._entries([message])), None)
        if entry:
            self.remember(entry)
        return entry

    def _keep(self, sequence: int, own: Own) -> None:
        """Keep what was stored at hand: it is delivered to somebody next, most often to us."""
        if type(own.sealed.event) is CommandRequested:
            self.remember(own.sealed.entry(sequence, own.headers))
        if len(own.sealed.body) > _OWN_SMALL:
            return
        self._own[sequence] = own
        if len(self._own) > _OWN:
            self._own.popitem(last=False)

    def remember(self, entry: Entry) -> None:
        """Keep the beginning of a command at hand: it never changes. Large ones are read again."""
        event = entry.event
        if not isinstance(event, CommandRequested) or event.context is not None or event.upload:
            return
        if len(event.words or "") + len(event.line or "") > _SMALL:
            return
        self._first[entry.event.command_id] = entry
        if len(self._first) > _REMEMBERED:
            self._first.popitem(last=False)

    def _entries(self, messages: Iterable[Message]) -> Iterable[Entry]:
        for message in messages:
            headers = message.headers or {}
            sequence = int(headers.get(h.SEQUENCE, "0"))
            yield from self._entry(headers.get(h.SUBJECT, ""), headers, message.data, sequence)

    def _entry(
        self, subject: str, headers: Mapping[str, str], body: bytes, sequence: int
    ) -> Iterable[Entry]:
        """Yield the entry; or what takes up a sequence and means nothing, as nothing."""
        try:
            yield opened(subject, headers, body, sequence, self._verifier)
        except PermanentError:
            return

    async def _of_leader(self, command_id: str, until: float) -> Command:
        """Read a command from the stream's leader: DIRECT.GET may answer from a late replica."""
        entries: list[Entry] = []
        newest = 0
        wanted: dict[str, object] = {"last_by_subj": f"command.requested.{command_id}"}
        while True:
            try:
                found = await self._link.api(f"STREAM.MSG.GET.{STREAM}", wanted)
            except RefusedByStreamError as error:
                if error.code != _NO_MESSAGE:
                    raise TransientError(f"could not read a command back: {error}") from error
                command = fold(entries)
                return Command(
                    command.state, max(newest, command.sequence), command.entries, command.ignored
                )
            except NoAnswerError as error:
                await _pause(until, f"could not read a command back: {error}", error)
                continue
            message = found["message"]
            newest = message["seq"]
            headers = _headers(message.get("hdrs", ""))
            body = base64.b64decode(message.get("data", ""))
            entries.extend(self._entry(message["subject"], headers, body, newest))
            wanted = {"seq": newest + 1, "next_by_subj": f"command.*.{command_id}"}


async def _pause(until: float, what: str, error: LinkError | None) -> None:
    """Wait before another attempt. Raises TransientError when the time is over."""
    if time.monotonic() >= until:
        raise TransientError(what) from error
    await asyncio.sleep(_AGAIN.total_seconds())


def _ours(command: Command, sealed: Sealed) -> Entry | None:
    """Return our event where it is stored: same function, type, cause and occurrence."""
    return next((each for each in command.entries if each.id == sealed.id), None)


def _headers(encoded: str) -> dict[str, str]:
    """Read the headers of a STREAM.MSG.GET answer (`NATS/1.0`, then `name: value` lines)."""
    lines = base64.b64decode(encoded).decode(errors="replace").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines if line)
    return {name: value.strip() for name, _, value in pairs}
