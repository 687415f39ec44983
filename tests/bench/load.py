"""The load: one caller that keeps a number of requests in flight and waits for each reply.

The same code, in the same process, for every contender: what it costs is in all the figures.
"""

import asyncio
import itertools
import math
import os
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from nats.aio.client import Client
from nats.aio.msg import Msg

from runtime.settings import LinkSettings

CALLER = "local"
SUBJECT = f"gateway.run.{CALLER}"
_EXECUTED = b'"status":"executed"'
_PATIENCE_S = 20.0


def told() -> LinkSettings:
    """Return where a contender's server is, as the stand says it in the environment."""
    return LinkSettings(url=os.environ["NATS_URL"], nkey=Path(os.environ["NATS_NKEY"]))


class UnansweredError(Exception):
    """A contender did not answer, or not with what a command that ran is answered with."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one slice of load met: the milliseconds that each reply took, in order.

    `cpu` is how many seconds of a processor the contender used; NaN where the system does not tell.
    """

    milliseconds: list[float]
    seconds: float
    cpu: float

    @property
    def median(self) -> float:
        """The median of the replies' times."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """The time that 95 of 100 replies did not exceed."""
        return self.milliseconds[int(len(self.milliseconds) * 0.95)]

    @property
    def rate(self) -> float:
        """Replies per second."""
        return len(self.milliseconds) / self.seconds

    @property
    def cpu_each(self) -> float:
        """Microseconds of a processor that the contender used for each command."""
        return self.cpu / len(self.milliseconds) * 1_000_000


class Load:
    """A caller on one connection."""

    def __init__(self, nc: Client, pid: int) -> None:
        self._nc = nc
        self._used = Path(f"/proc/{pid}/schedstat")
        self._prefix = nc.new_inbox() + "."
        self._numbers = itertools.count()
        self._waiting: dict[str, asyncio.Future[bytes]] = {}

    async def listen(self) -> None:
        """Take all replies on one inbox."""
        await self._nc.subscribe(self._prefix + "*", cb=self._on_reply)
        await self._nc.flush()

    async def ask(self, body: bytes) -> bytes:
        """Send one request; return the body of its reply. Raises UnansweredError."""
        number = str(next(self._numbers))
        waiting: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        await self._nc.publish(SUBJECT, body, reply=self._prefix + number)
        return await waiting

    async def slice(self, body: bytes, in_flight: int, seconds: float) -> Sample:
        """Keep `in_flight` requests going for as long, each with its number in the body.

        Raises UnansweredError.
        """
        spent: list[float] = []
        used = self._cpu()
        began = perf_counter()
        until = began + seconds

        async def caller(number: int) -> None:
            own = body % number
            while (sent := perf_counter()) < until:
                reply = await self.ask(own)
                spent.append((perf_counter() - sent) * 1000)
                if _EXECUTED not in reply:
                    raise UnansweredError(f"not a command that ran: {reply[:512]!r}")

        try:
            async with asyncio.timeout(seconds + _PATIENCE_S), asyncio.TaskGroup() as group:
                for number in range(in_flight):
                    group.create_task(caller(number))
        except TimeoutError as error:
            raise UnansweredError(f"{len(self._waiting)} requests have no reply") from error
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return Sample(sorted(spent), perf_counter() - began, self._cpu() - used)

    def _cpu(self) -> float:
        """Return the seconds that the contender's loop has been on a processor (Linux)."""
        try:
            return int(self._used.read_text().split()[0]) / 1e9
        except OSError:
            return math.nan

    async def _on_reply(self, message: Msg) -> None:
        waiting = self._waiting.pop(message.subject.rpartition(".")[2], None)
        if waiting and not waiting.done():
            waiting.set_result(message.data)


@asynccontextmanager
async def load(settings: LinkSettings, pid: int) -> AsyncIterator[Load]:
    """Connect as the caller of the contender that is this process."""
    nc = Client()
    await nc.connect(
        servers=settings.servers,
        inbox_prefix=f"_INBOX.c.{CALLER}",
        skip_subject_validation=True,
        **settings.credentials,
    )
    try:
        made = Load(nc, pid)
        await made.listen()
        yield made
    finally:
        await nc.close()
