"""What the server says of streams and consumers, for the metrics.

Asked every few seconds by one process: the one that keeps the clock. What cannot be had is not
told: the figures of before vanish by themselves.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from runtime import advisories, discover, metrics, setup
from runtime.errors import RefusedByStreamError, RuntimeFault
from runtime.history import STREAM
from runtime.link import Link

log = structlog.get_logger()

EVERY = timedelta(seconds=5)
# A gateway that starts for a single call is gone by then, and was not slowed down.
_FIRST_S = 1.0
_ARCHIVE = "ARCHIVE"
_NOT_FOUND = 10059
_OF_CONSUMERS = {
    "num_pending": metrics.CONSUMER_PENDING,
    "num_ack_pending": metrics.CONSUMER_ACK_PENDING,
    "num_waiting": metrics.CONSUMER_WAITING,
    "num_redelivered": metrics.CONSUMER_REDELIVERED,
}


class Watch:
    """Asks the server how full its streams are and how far the consumers have come."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._streams = [each["name"] for each in setup.streams()]
        self._functions = frozenset(discover.modules())
        self._failed = False
        for name in self._functions:
            metrics.DEAD_LETTERS.labels(name)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask for as long as the block lasts."""
        task = asyncio.create_task(self._again_and_again())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def look(self) -> None:
        """Ask once, within the deadlines of the questions. Raises RuntimeFault."""
        found = await asyncio.gather(*(self._stream(each) for each in self._streams))
        states = {each["config"]["name"]: each for each in found if each}
        _tell_streams(states)
        await self._archive(states)
        consumers = [
            each
            for stream in (STREAM, advisories.STREAM)
            if stream in states
            for each in await self._consumers(stream)
        ]
        for field, gauge in _OF_CONSUMERS.items():
            gauge.replace({(each["name"],): float(each[field]) for each in consumers})

    async def _again_and_again(self) -> None:
        await asyncio.sleep(_FIRST_S)
        while True:
            try:
                await self.look()
            except (RuntimeFault, TimeoutError) as error:
                if not self._failed:
                    log.warning("the figures of NATS cannot be had", error=str(error))
                self._failed = True
            except Exception:  # the boundary: one surprise does not end all figures
                log.exception("the figures of NATS cannot be read")
            else:
                self._failed = False
            await asyncio.sleep(EVERY.total_seconds())

    async def _stream(self, name: str) -> dict[str, Any] | None:
        """Return what there is to know of a stream; None where there is none of that name."""
        try:
            return await self._link.api(f"STREAM.INFO.{name}")
        except RefusedByStreamError as error:
            if error.code != _NOT_FOUND:
                raise
            return None

    async def _consumers(self, stream: str) -> list[dict[str, Any]]:
        """Return the consumers of functions; whoever else listens has a name of his own."""
        found: list[dict[str, Any]] = []
        seen, total = 0, 1
        while seen < total:
            page = await self._link.api(f"CONSUMER.LIST.{stream}", {"offset": seen})
            consumers, total = page.get("consumers") or [], page["total"]
            if not consumers:
                break
            seen += len(consumers)
            found.extend(each for each in consumers if each["name"] in self._functions)
        return found

    async def _archive(self, states: dict[str, dict[str, Any]]) -> None:
        """Tell how far ARCHIVE is behind what it copies. The server holds nothing back for it."""
        if _ARCHIVE not in states:
            return
        messages, oldest = 0, 0.0
        for source in states[_ARCHIVE].get("sources") or []:
            if source["name"] not in states:
                continue
            state = states[source["name"]]["state"]
            # Of a stall `lag` may tell late, or nothing; what was copied last is always told.
            copied = source.get("seq", state["last_seq"] - source["lag"])
            following = max(copied + 1, state["first_seq"])
            behind = state["last_seq"] - following + 1
            if behind > 0:
                messages += behind
                oldest = max(oldest, await self._age(source["name"], following))
        metrics.ARCHIVE_LAG.labels().set(messages)
        metrics.ARCHIVE_LAG_SECONDS.labels().set(oldest)

    async def _age(self, stream: str, sequence: int) -> float:
        """Return how old a message is, or the one after it, in seconds; 0 where there is none."""
        wanted = {"seq": sequence, "next_by_subj": ">", "batch": 1}
        for message in await self._link.read(stream, wanted):
            stored = datetime.fromisoformat((message.headers or {})["Nats-Time-Stamp"])
            return max((datetime.now(UTC) - stored).total_seconds(), 0.0)
        return 0.0


def _tell_streams(states: dict[str, dict[str, Any]]) -> None:
    held = {name: each["state"] for name, each in states.items()}
    limits = {name: each["config"].get("max_bytes", -1) for name, each in states.items()}
    metrics.STREAM_MESSAGES.replace({(name,): each["messages"] for name, each in held.items()})
    metrics.STREAM_BYTES.replace({(name,): each["bytes"] for name, each in held.items()})
    metrics.STREAM_LIMIT.replace({(name,): limit for name, limit in limits.items() if limit > 0})
