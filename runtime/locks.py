"""Commands on one object run one after the other, over all executors: the bucket LOCKS.

A lock names the command that holds it. It is void once that command has ended, and over when its
lease is, by the server's clock; then the next command replaces it by compare-and-set. So nothing
has to be released, and nobody who died holds anything for ever. A claim does not rest on it: what
makes an effect happen once is the compare-and-set on the history.
"""

import asyncio
import json
import random
import re
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

import structlog

from contracts import headers as h
from contracts.errors import Code, RefusedError
from contracts.lifecycle import GRACE
from runtime.errors import CrowdedError, LinkError, NoAnswerError, RefusedByStreamError
from runtime.history import History
from runtime.link import Link

log = structlog.get_logger()

BUCKET = "LOCKS"
_TAKEN = frozenset({10071, 10164})
_REMEMBERED = 4096
# Who waits here occupies one of an executor's places: a quarter of them, so that commands on
# other objects always find one.
_WAITING = 64
_LOOK_S = (0.02, 0.05, 0.1, 0.2, 0.4)
_TELLING_S = 2.0
_UNSAFE = re.compile(rb"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class Lease:
    """How long a command may act on what it has locked, on a clock that nobody sets."""

    until: float

    @property
    def valid(self) -> bool:
        """Whether it may still begin something."""
        return time.monotonic() < self.until


@dataclass(frozen=True, slots=True)
class _Held:
    """A lock as the bucket has it; sequence 0 where nobody ever held it."""

    sequence: int = 0
    command_id: str = ""
    until: datetime | None = None


class Locks:
    """The locks that commands in this process take."""

    def __init__(self, link: Link, history: History, most_waiting: int = _WAITING) -> None:
        self._link = link
        self._history = history
        # Within one process whoever comes first is first; over processes, whoever looks first.
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._void: OrderedDict[str, int] = OrderedDict()
        self._most_waiting = most_waiting
        self._waiting = 0

    @asynccontextmanager
    async def held(
        self, objects: Iterable[tuple[str, str]], command_id: str, deadline: datetime
    ) -> AsyncIterator[Lease]:
        """Hold objects, each as (host, object); wait for who holds them until the deadline.

        Leaving the block without an error says that the command has ended. Raises RefusedError
        (DEADLINE_EXCEEDED) where others hold one of them for that long; CrowdedError where as many
        wait in this process as may.
        """
        keys = sorted({key(*each) for each in objects})
        left = (deadline + GRACE - datetime.now(UTC)).total_seconds()
        until = time.monotonic() + left
        taken: dict[str, int] = {}
        async with AsyncExitStack() as queued:
            try:
                # Whatever is waited for: others, or a server that is silent.
                async with asyncio.timeout((deadline - datetime.now(UTC)).total_seconds()):
                    for each in keys:  # in one order for everybody: nobody waits in a circle
                        queue = self._queues.setdefault(each, asyncio.Lock())
                        with ExitStack() as place:
                            if queue.locked():
                                place.enter_context(self._place(deadline))
                            await queued.enter_async_context(queue)
                        taken[each] = await self._taken(each, command_id, deadline)
            except TimeoutError:
                raise _busy(await self._holder(keys[len(taken)])) from None
            yield Lease(until)
            for each, sequence in taken.items():
                self._void[each] = sequence
                if len(self._void) > _REMEMBERED:
                    self._void.popitem(last=False)

    @contextmanager
    def _place(self, deadline: datetime) -> Iterator[None]:
        """Be one of those who wait. Raises CrowdedError where as many wait as may."""
        if self._waiting >= self._most_waiting:
            raise CrowdedError(f"{self._waiting} commands wait for locks here", deadline)
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    async def _taken(self, lock: str, command_id: str, deadline: datetime) -> int:
        """Return the sequence under which the command holds a lock, as soon as it does.

        A server that is silent is asked again. The caller bounds all of it by the deadline.
        """
        until = (deadline + GRACE).isoformat()
        body = json.dumps({"command_id": command_id, "until": until}).encode()
        expected, looks = self._void.pop(lock, 0), 0
        with ExitStack() as place:
            while True:
                try:
                    headers = {h.EXPECTED_SEQUENCE: str(expected)}
                    return (await self._link.store(_subject(lock), body, headers)).sequence
                except NoAnswerError as error:  # it may be stored: then it is read back as ours
                    log.warning("a lock could not be taken", lock=lock, error=str(error))
                except RefusedByStreamError as error:
                    if error.code not in _TAKEN:
                        raise
                try:
                    held = await self._read(lock)
                    if held.command_id == command_id:
                        return held.sequence
                    if await self._is_void(held):
                        expected = held.sequence
                        continue
                except NoAnswerError as error:
                    log.warning("a lock could not be read", lock=lock, error=str(error))
                if not looks:
                    place.enter_context(self._place(deadline))
                pause = _LOOK_S[min(looks, len(_LOOK_S) - 1)]
                await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - so that two differ
                looks += 1

    async def _holder(self, lock: str) -> _Held:
        """Say who holds a lock, where that is known soon."""
        try:
            async with asyncio.timeout(_TELLING_S):
                return await self._read(lock)
        except (TimeoutError, LinkError):
            return _Held()

    async def _read(self, lock: str) -> _Held:
        message = await self._link.ask(f"$JS.API.DIRECT.GET.KV_{BUCKET}.{_subject(lock)}")
        headers = message.headers or {}
        if h.STATUS in headers:
            return _Held()
        return _held(int(headers[h.SEQUENCE]), message.data)

    async def _is_void(self, held: _Held) -> bool:
        """Say whether a lock may be replaced."""
        if held.until is None or (await self._history.read(held.command_id)).ended:
            return True
        if datetime.now(UTC) < held.until:
            return False
        info = await self._link.api(f"STREAM.INFO.KV_{BUCKET}")
        return datetime.fromisoformat(info["ts"][:19] + "+00:00") > held.until + _CLOCK


# The server tells its time in seconds here.
_CLOCK = timedelta(seconds=1)


def key(host: str, what: str) -> str:
    """Return the name of a lock: `<host>.<object>`, of characters that a subject may have."""
    return ".".join(
        _UNSAFE.sub(lambda found: b"=%02x" % found[0][0], part.encode(errors="replace")).decode()
        for part in (host, what)
    )


def _subject(lock: str) -> str:
    return f"$KV.{BUCKET}.{lock}"


def _held(sequence: int, body: bytes) -> _Held:
    """Read a lock; what is none holds nothing."""
    try:
        said = json.loads(body)
        return _Held(sequence, str(said["command_id"]), datetime.fromisoformat(said["until"]))
    except (ValueError, KeyError, TypeError):
        return _Held(sequence)


def _busy(held: _Held) -> RefusedError:
    by = f" by the command {held.command_id}" if held.command_id else ""
    return RefusedError(
        Code.DEADLINE_EXCEEDED,
        f"What it would change is being changed{by} until the deadline.",
        "Nothing was done. Ask again, or with a longer deadline_s.",
    )
