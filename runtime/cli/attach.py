"""Which gateway a command talks to: the one configured, the one that runs here, or its own."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog

from runtime.client import SERVED, BrokenError, Gateway, NotServedError, gateway
from runtime.embedded import Home, RunningElsewhereError, embedded
from runtime.errors import LinkError
from runtime.settings import AcgSettings, LinkSettings

log = structlog.get_logger()
T = TypeVar("T")

# How long another process's gateway may take to start, or to drain, before it counts as stuck.
_STARTING = timedelta(seconds=40)
_CONNECTING = timedelta(seconds=5)
_LOOK_S = 0.1
_LEAST_S = 1.0
_AGAIN_S = (0.05, 0.25)


class GoneError(LinkError):
    """The process whose gateway was used has ended, and its server with it."""


class NothingRunsError(LinkError):
    """No server is configured, and none runs here."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A gateway, and whose it is.

    `own`: it runs in this process, for this call. `host`: the home of another process's.
    """

    gateway: Gateway
    own: bool = False
    host: Home | None = None

    @property
    def served_within(self) -> timedelta:
        """How long to wait for somebody who serves requests."""
        return _STARTING if self.host else SERVED

    async def unless_gone(self, work: Awaitable[T]) -> T:
        """Return what the work gives. Raises GoneError when the other process ends before it."""
        doing = asyncio.ensure_future(work)
        try:
            while self.host:
                done, _ = await asyncio.wait({doing}, timeout=_LOOK_S)
                if done:
                    break
                if not self.host.running():
                    raise GoneError("the gateway that ran here has ended")
            return await doing
        finally:
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)


async def persist(
    call: Callable[[Attached, timedelta], Awaitable[T]],
    patience: timedelta,
    *,
    functions: bool = True,
) -> T:
    """Return what a call gives, through one gateway after another until patience ends.

    The call is told how much of the patience is left.

    Where another process's gateway goes away, the next one is its successor, or our own: so a
    call must be one that may be repeated. With `functions` false our own is only a server, and
    nothing that waits in it is done.
    """
    now = asyncio.get_running_loop().time
    until = now() + patience.total_seconds()
    while True:
        try:
            async with attached(functions=functions) as found:
                left = timedelta(seconds=max(until - now(), _LEAST_S))
                return await found.unless_gone(call(found, left))
        except (GoneError, BrokenError, RunningElsewhereError, ConnectionError) as error:
            if now() > until:
                raise
            log.debug("attaching again", because=str(error))
        await asyncio.sleep(random.uniform(*_AGAIN_S))  # noqa: S311 - only so that two differ


@asynccontextmanager
async def attached(*, start: bool = True, functions: bool = True) -> AsyncIterator[Attached]:
    """Connect to a gateway as the caller of the settings.

    With NATS_URL (or a `nats` context) it is that server's. Else the embedded one of this home:
    where it runs, it is used; else, with `start`, it runs for this block: with all functions, or
    the server alone. Raises LinkError or ServerError, which say what to do; GoneError and
    RunningElsewhereError where another process starts or ends at this moment: try again.
    """
    acg, nats = AcgSettings(), LinkSettings.found()
    async with AsyncExitStack() as stack:
        if nats.servers:
            yield Attached(await stack.enter_async_context(gateway(nats, acg.caller)))
            return
        home = Home(acg)
        host = home if home.running() else None
        if host:
            await _address(host)
        elif start:
            home = await stack.enter_async_context(_own(acg, functions=functions))
        else:
            raise NothingRunsError("no gateway runs here: start one with `acg up`, or set NATS_URL")
        link = home.link(acg.caller)
        try:
            found = await stack.enter_async_context(gateway(link, acg.caller, patience=_CONNECTING))
        except LinkError as error:
            if host:
                raise GoneError(str(error)) from error
            raise
        yield Attached(found, own=host is None, host=host)


@asynccontextmanager
async def _own(acg: AcgSettings, *, functions: bool) -> AsyncIterator[Home]:
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(embedded(acg))
        if functions:
            from runtime import discover  # noqa: PLC0415 - only who serves loads the functions
            from runtime.serve import serving  # noqa: PLC0415 - the same

            await stack.enter_async_context(
                serving(
                    discover.everything(),
                    acg,
                    home.link("gateway"),
                    prepare=True,
                    patience=timedelta(seconds=10),
                )
            )
        yield home


async def _address(host: Home) -> None:
    """Wait until the server of another process has said where it is, and whom it knows.

    Raises GoneError where it does not come up, LinkError where it does not know this caller.
    """
    now = asyncio.get_running_loop().time
    began = now()
    while host.url is None or not _has_key(host):
        spent = timedelta(seconds=now() - began)
        if spent > _STARTING or not host.running():
            raise GoneError("the gateway that was starting here has not come up")
        if host.url and spent > _CONNECTING:
            raise LinkError(
                f"the gateway that runs here knows no caller {host.caller!r}: "
                "stop it and start it with this ACG_CALLER, or use its own"
            )
        await asyncio.sleep(_LOOK_S)


def _has_key(host: Home) -> bool:
    """Say whether the caller's key is there, and not only begun."""
    try:
        return host.key(host.caller).stat().st_size > 0
    except OSError:
        return False


__all__ = ["Attached", "GoneError", "NotServedError", "NothingRunsError", "attached", "persist"]
