"""Doors: functions through which callers come that do not speak NATS.

A door has no logic of its own: it asks on the same subjects as every client, each time as the
caller whom it knows, by a user of NATS that may do no more than that (`DESIGN.md`, principals).
"""

import asyncio
import contextlib
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import nats.errors
import structlog
from nats.aio.msg import Msg

from contracts import headers as h
from contracts.errors import Code, RefusedError
from contracts.inputs import Awake, Callers, Check
from contracts.requests import Reply, Request, RunRequest
from runtime import metrics, probes
from runtime.client import Gateway, NotServedError
from runtime.declare import Function
from runtime.endpoint import SERVICE
from runtime.errors import ForbiddenError, LinkError, NoAnswerError, RuntimeFault
from runtime.lasting import Lasting
from runtime.link import Link
from runtime.settings import DOOR

log = structlog.get_logger()

INBOX = "_INBOX.http"
_CHECK = timedelta(seconds=4)
_FRESH_S = 1.0
_AGAIN_S = 1.0
# How long a connection that broke is waited for before callers are told to come back.
_BACK_S = 1.0
_LOOK_S = 0.02
_NOBODY = "503"


class Door(Lasting):
    """Serves one door until it is drained."""

    def __init__(self, function: Function, opened_with: Any, link: Link) -> None:
        self._function = function
        self._opened = opened_with
        self._callers = _Callers(link)

    async def go_on(self) -> None:
        """Serve; serve again when that ends. Cancelled, a door finishes what is in hand."""
        given = {
            name: self._callers for name, kind in self._function.needs.items() if kind is Callers
        }
        while True:
            try:
                await self._function.handler(Awake(at=datetime.now(UTC)), self._opened, **given)
            except Exception:  # the boundary: one surprise must not close the door for good
                log.exception("to be served again", function=self._function.name)
            await asyncio.sleep(_AGAIN_S)


class News:
    """Wakes who follows a command: one subscription to the live feed for all of them."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._followers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._feed: Any = None

    @asynccontextmanager
    async def of(self, caller: str, command_id: str) -> AsyncIterator[asyncio.Event]:
        """Set the event whenever something happened to a command of a caller's."""
        news = asyncio.Event()
        self._followers[command_id].add(news)
        try:
            if self._feed is None:
                self._feed = await self._link.nc.subscribe("command.*", cb=self._hear)
            output = f"output.{caller}.{command_id}"
            printed = await self._link.nc.subscribe(output, cb=self._hear)
            try:
                yield news
            finally:
                await _unsubscribed(printed)
        finally:
            self._followers[command_id].discard(news)
            if not self._followers[command_id]:
                del self._followers[command_id]
            if not self._followers and self._feed is not None:
                feed, self._feed = self._feed, None
                await _unsubscribed(feed)

    async def _hear(self, message: Msg) -> None:
        subject = (message.headers or {}).get(h.SUBJECT) or message.subject
        for each in self._followers.get(subject.rpartition(".")[2], ()):
            each.set()


class _Following(Gateway):
    """A caller's gateway whose followers share a subscription."""

    def __init__(self, link: Link, caller: str, news: News) -> None:
        super().__init__(link, caller)
        self._news = news

    @asynccontextmanager
    async def news(self, command_id: str) -> AsyncIterator[asyncio.Event]:
        """Set the event whenever something happened to a command."""
        async with self._news.of(self._caller, command_id) as news:
            yield news


class _Asking:
    """The gateway as one caller sees it, in the errors of a door."""

    def __init__(self, link: Link, gateway: Gateway, caller: str) -> None:
        self._link = link
        self._gateway = gateway
        self._caller = caller

    async def run(self, request: RunRequest, *, trace: str, within: timedelta) -> Reply:
        """Ask for something; return the reply."""
        with _told(self._caller):
            await _connected(self._link)
            return await self._gateway.run(request, trace=trace, patience=within)

    async def ask(self, request: Request, *, within: timedelta) -> Reply:
        """Send a request that begins no command; return the reply."""
        with _told(self._caller):
            await _connected(self._link)
            async with asyncio.timeout(within.total_seconds()):
                return await self._gateway.ask(request)

    async def output(self, command_id: str, *, follow: bool, after: int) -> AsyncIterator[Reply]:
        """Read what a command printed, page by page."""
        with _told(self._caller):
            pages = self._gateway.output(command_id, follow=follow, after=after)
            async with aclosing(pages):  # type: ignore[type-var] # it is a generator
                async for reply in pages:
                    yield reply


class _Callers:
    """What a door may do: ask as its callers do, and look whether all is there."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._news = News(link)
        self._checked: asyncio.Task[tuple[Check, ...]] | None = None
        self._until = 0.0

    def caller(self, name: str) -> _Asking:
        """Return the gateway as this caller sees it."""
        return _Asking(self._link, _Following(self._link, name, self._news), name)

    def answered(self, route: str, status: int) -> None:
        """Count an answer."""
        metrics.HTTP_REQUESTS.labels(route, str(status)).inc()

    async def checks(self) -> tuple[Check, ...]:
        """Look at all that the gateway needs; once for all who ask at the same time."""
        now = time.monotonic()
        if self._checked is None or (self._checked.done() and now >= self._until):
            self._until = now + _FRESH_S
            self._checked = asyncio.create_task(self._look())
        return await asyncio.shield(self._checked)

    async def _look(self) -> tuple[Check, ...]:
        looks: dict[str, Callable[[], Awaitable[str]]] = {
            "nats": self._server,
            "functions": self._functions,
            **{name: _probe(self._link, name) for name in probes.NAMES},
        }
        return tuple(await asyncio.gather(*(_looked(name, each) for name, each in looks.items())))

    async def _server(self) -> str:
        await _connected(self._link)
        await self._link.nc.flush()
        return "connected"

    async def _functions(self) -> str:
        answer = await self._link.ask(f"$SRV.PING.{SERVICE}")
        if (answer.headers or {}).get(h.STATUS) == _NOBODY:
            raise NotServedError("nobody serves requests")
        return "requests are served"


async def _connected(link: Link) -> None:
    """Return once the connection stands. Raises LinkError where it does not come back soon."""
    until = time.monotonic() + _BACK_S
    while not link.connected:
        if time.monotonic() > until:
            raise LinkError("the connection to NATS is gone")
        await asyncio.sleep(_LOOK_S)


async def _looked(name: str, look: Callable[[], Awaitable[str]]) -> Check:
    began, ok = time.perf_counter(), False
    try:
        async with asyncio.timeout(_CHECK.total_seconds()):
            said = await look()
        ok = True
    except TimeoutError:
        said = "no answer in time"
    except NotServedError:
        said = "nobody serves it"
    except RefusedError as refused:
        said = str(refused)
    except (RuntimeFault, nats.errors.Error, OSError, ValueError) as error:
        said = "not reached"
        log.warning("a check failed", check=name, error=str(error) or type(error).__name__)
    return Check(name, ok, round((time.perf_counter() - began) * 1000, 1), said)


def _probe(link: Link, name: str) -> Callable[[], Awaitable[str]]:
    async def look() -> str:
        answer = await link.ask(f"gateway.{name}.{DOOR}", b"{}", within=_CHECK)
        if (answer.headers or {}).get(h.STATUS) == _NOBODY:
            raise NotServedError(name)
        found = json.loads(answer.data)
        if not found["ok"]:
            raise RefusedError(Code.UNAVAILABLE, str(found["said"]))
        return str(found["said"])

    return look


@contextlib.contextmanager
def _told(caller: str) -> Iterator[None]:
    """Say what went wrong on NATS in the words of a door's own callers.

    Raises RefusedError, TimeoutError.
    """
    try:
        yield
    except ForbiddenError as error:
        raise RefusedError(
            Code.FORBIDDEN,
            f"The gateway does not let this door ask as the caller {caller!r}.",
            "Ask an operator to allow the door's NATS user to publish "
            f"gateway.*.{caller}; a new caller may take a second to be known.",
        ) from error
    except NotServedError as error:
        raise RefusedError(
            Code.UNAVAILABLE,
            "Nobody serves requests at this moment.",
            "Repeat it with the same idempotency key: it cannot run twice.",
        ) from error
    except NoAnswerError as error:
        raise TimeoutError(str(error)) from error
    except LinkError as error:
        log.warning("a request could not be asked", caller=caller, error=str(error))
        raise RefusedError(
            Code.UNAVAILABLE,
            "The gateway cannot be reached at this moment.",
            "Repeat it with the same idempotency key: it cannot run twice.",
        ) from error


async def _unsubscribed(subscription: Any) -> None:
    with contextlib.suppress(nats.errors.Error, OSError):  # a connection that is gone hears nothing
        await subscription.unsubscribe()
