"""Probes: whether what a function opened is there, asked by whoever may ask, answered at once.

    gateway.<name>.<caller> -> the process that holds it -> {"ok": ..., "said": ...}

The stream is seen by who begins commands in it, the engine by who holds its socket, the model by
who holds its key: a door asks them, and may do none of it. An answer tells no names.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Protocol, runtime_checkable

import nats.errors
import structlog
from nats.aio.msg import Msg

from contracts.errors import RefusedError
from contracts.events import CommandRequested
from contracts.requests import CALLER
from runtime.declare import Function
from runtime.errors import RuntimeFault
from runtime.history import STREAM
from runtime.link import Link
from runtime.waiters import may_answer

log = structlog.get_logger()

NAMES = ("stream", "engine", "model")
DEADLINE = timedelta(seconds=3)
# A probe is the same for everybody who asks within this time.
_FRESH_S = 1.0

Probe = Callable[[], Awaitable[str]]


@runtime_checkable
class Probed(Protocol):
    """What a function opened, and can be looked at: a probe by each name of `NAMES`.

    A probe says in a few words what it found. It raises RefusedError where that is not there.
    """

    @property
    def probes(self) -> Mapping[str, Probe]:
        """The probes."""


class _Looked:
    """One probe, looked at once for all who ask at the same time."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe
        self._task: asyncio.Task[bytes] | None = None
        self._until = 0.0

    async def look(self) -> bytes:
        """Return what was found, as it is answered."""
        now = asyncio.get_running_loop().time()
        if self._task is None or (self._task.done() and now >= self._until):
            self._until = now + _FRESH_S
            self._task = asyncio.create_task(self._look())
        return await asyncio.shield(self._task)

    async def _look(self) -> bytes:
        ok, said = False, ""
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                said = await self._probe()
            ok = True
        except TimeoutError:
            said = f"no answer in {DEADLINE.total_seconds():g} s"
        except RefusedError as refused:
            said = refused.error.code.value
        except (RuntimeFault, OSError) as error:
            said = type(error).__name__
        except Exception:  # the boundary: who asks is told
            log.exception("a probe failed")
            said = "failed"
        return json.dumps({"ok": ok, "said": said}).encode()


@asynccontextmanager
async def answering(link: Link, function: Function, opened: Any) -> AsyncIterator[None]:
    """Answer for what a function opened, where it can be looked at, while the block lasts.

    Who begins commands answers for the stream that they begin in.
    """
    probes = dict(opened.probes) if isinstance(opened, Probed) else {}
    if CommandRequested in function.publishes:
        probes["stream"] = partial(_stream, link)
    heard = []
    for name, probe in probes.items():
        answer = _answer(link, _Looked(probe))
        heard.append(await link.nc.subscribe(f"gateway.{name}.*", queue="gateway", cb=answer))
    try:
        yield
    finally:
        for each in heard:
            try:
                await each.unsubscribe()
            except (nats.errors.Error, OSError):
                log.debug("the server was not told that probes end here")


async def _stream(link: Link) -> str:
    await link.api(f"STREAM.INFO.{STREAM}")
    return "its leader answers"


def _answer(link: Link, looked: _Looked) -> Callable[[Msg], Awaitable[None]]:
    tasks: set[asyncio.Task[None]] = set()

    async def work(inbox: str) -> None:
        body = await looked.look()
        try:
            link.nc.send(inbox, body)
        except (nats.errors.Error, OSError) as error:
            log.warning("a probe was not answered", error=str(error))

    async def hear(message: Msg) -> None:
        caller = message.subject.rpartition(".")[2]
        if CALLER.fullmatch(caller) and may_answer(message.reply, caller):
            task = asyncio.create_task(work(message.reply))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    return hear
