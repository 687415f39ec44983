"""One connection to NATS, as the runtime uses it: store, ask, read; each with a deadline.

All answers come to one long-lived inbox, told apart by a counter in its last token, and one
timer ends what is overdue. That is 1.4 to 1.8 times the throughput of a request and a timer
for each publish.
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import nats.errors
import structlog
from pydantic_core import from_json

import nats
from contracts import headers as h
from runtime.errors import ForbiddenError, LinkError, NoAnswerError, RefusedByStreamError
from runtime.settings import LinkSettings
from runtime.wire import Message, Wire, head_of

log = structlog.get_logger()

ANSWER = timedelta(seconds=2)
_SWEEP_S = 0.25
_CLOSE_S = 5.0
_TOLD_S = 0.2
_QUIET_S = 10.0

# By name, or as `head_of` has made them.
Headers = Mapping[str, str] | bytes | None

_BATCH = 256
_END_OF_BATCH = "204"
_OF_MANY = frozenset({_END_OF_BATCH, "404", "408", "413"})


class Stored(NamedTuple):
    """Where the stream put a message. `duplicate`: it had one with the same message id."""

    sequence: int
    duplicate: bool = False


class _Waiting:
    """One question in flight: a future, and what came so far where several answers come."""

    __slots__ = ("due", "future", "many", "messages", "subject")

    def __init__(
        self, subject: str, future: asyncio.Future[Any], due: float, *, many: bool
    ) -> None:
        self.subject = subject
        self.future = future
        self.due = due
        self.many = many
        self.messages: list[Message] = []


class Link:
    """The connection. Safe to use from any number of tasks of one loop."""

    def __init__(self, nc: Wire, permissions: "Violations") -> None:
        self.nc = nc
        self._prefix = nc.new_inbox() + "."
        self._numbers = itertools.count()
        self._waiting: dict[str, _Waiting] = {}
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle
        self._reconnected: list[Callable[[], Awaitable[None]]] = []
        permissions.tell = self._forbidden

    @property
    def connected(self) -> bool:
        """Whether the server is there at this moment."""
        return bool(self.nc.is_connected)

    def on_reconnect(self, call: Callable[[], Awaitable[None]]) -> None:
        """Call this after each reconnect: what was missed meanwhile must be read again."""
        self._reconnected.append(call)

    async def store(
        self,
        subject: str,
        body: bytes,
        headers: Headers = None,
        *,
        within: timedelta = ANSWER,
    ) -> Stored:
        """Publish to a stream and return once it is stored.

        Raises RefusedByStreamError, NoAnswerError (it may be stored) or ForbiddenError.
        """
        return _stored(subject, await self._send(subject, body, headers, within, many=False))

    async def send(self, subject: str, body: bytes) -> Awaitable[Stored]:
        """Publish to a stream and return at once; what is returned waits as `store` does.

        It need not be awaited: then nobody learns whether it was stored.
        """
        number, future = self._ask(subject, ANSWER, many=False)
        future.add_done_callback(lambda _: self._forget(number))
        try:
            self.nc.send(subject, body, self._prefix + number)
        except (nats.errors.Error, OSError) as error:
            future.set_exception(NoAnswerError(f"{type(error).__name__} while asking {subject}"))
        return _Confirmation(subject, future)

    def _forget(self, number: str) -> None:
        waiting = self._waiting.pop(number, None)
        if waiting and not waiting.future.cancelled():
            waiting.future.exception()  # seen: nobody has to await it

    async def ask(
        self,
        subject: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        *,
        within: timedelta = ANSWER,
    ) -> Message:
        """Return the one answer. Raises NoAnswerError or ForbiddenError."""
        answer: Message = await self._send(subject, body, headers, within, many=False)
        return answer

    async def ask_many(
        self, subject: str, body: bytes = b"", *, within: timedelta = ANSWER
    ) -> list[Message]:
        """Return the answers up to the server's end of batch; the last is that end itself."""
        answers: list[Message] = await self._send(subject, body, None, within, many=True)
        return answers

    async def api(
        self, subject: str, request: Mapping[str, Any] | None = None, *, within: timedelta = ANSWER
    ) -> dict[str, Any]:
        """Call the JetStream API (`$JS.API.<subject>`) and return its answer.

        Raises RefusedByStreamError with the API's code where it answers with an error.
        """
        body = json.dumps(request).encode() if request is not None else b""
        answer = await self.ask(f"$JS.API.{subject}", body, within=within)
        if answer.headers and answer.headers.get(h.STATUS) == "503":
            raise NoAnswerError("JetStream does not answer: is it enabled on this server?")
        document: dict[str, Any] = json.loads(answer.data)
        if error := document.get("error"):
            raise RefusedByStreamError(error.get("err_code", 0), error.get("description", ""))
        return document

    async def read(
        self, stream: str, request: Mapping[str, Any], *, within: timedelta = ANSWER
    ) -> list[Message]:
        """Read many messages of a stream by batched DIRECT.GET (ADR-31), without a consumer.

        A message's own subject and sequence are in its headers `Nats-Subject`, `Nats-Sequence`.
        """
        body = json.dumps({"batch": _BATCH, **request}).encode()
        answers = await self.ask_many(f"$JS.API.DIRECT.GET.{stream}", body, within=within)
        end = answers.pop()
        status = (end.headers or {}).get(h.STATUS)
        if status in {_END_OF_BATCH, "404"}:
            return answers
        raise NoAnswerError(f"reading {stream} ended with status {status}")

    async def _send(
        self,
        subject: str,
        body: bytes,
        headers: Headers,
        within: timedelta,
        *,
        many: bool,
    ) -> Any:
        number, future = self._ask(subject, within, many=many)
        try:
            head = headers if isinstance(headers, bytes) else head_of(headers) if headers else b""
            self.nc.send(subject, body, self._prefix + number, head)
            return await future
        except (nats.errors.Error, OSError) as error:
            raise NoAnswerError(f"{type(error).__name__} while asking {subject}") from error
        finally:
            self._waiting.pop(number, None)

    def _ask(
        self, subject: str, within: timedelta, *, many: bool
    ) -> tuple[str, asyncio.Future[Any]]:
        number = str(next(self._numbers))
        future: asyncio.Future[Any] = self._loop.create_future()
        due = self._loop.time() + within.total_seconds()
        self._waiting[number] = _Waiting(subject, future, due, many=many)
        return number, future

    def _on_answer(self, message: Message) -> None:
        waiting = self._waiting.get(message.subject.rpartition(".")[2])
        if waiting is None or waiting.future.done():
            return
        if not waiting.many:
            waiting.future.set_result(message)
            return
        waiting.messages.append(message)
        status = message.headers.get(h.STATUS) if message.headers else None
        if status == "503":
            waiting.future.set_exception(NoAnswerError(f"nobody answers on {waiting.subject}"))
        elif status in _OF_MANY:
            waiting.future.set_result(waiting.messages)

    def _forbidden(self, message: str) -> None:
        """Fail at once what the server will never answer; its words are in lower case."""
        for waiting in self._waiting.values():
            if f'"{waiting.subject.lower()}"' in message and not waiting.future.done():
                waiting.future.set_exception(ForbiddenError(message))

    def _sweep(self) -> None:
        """End what is overdue. A timer, no task: it ticks while all tasks are being cancelled."""
        now = self._loop.time()
        for waiting in list(self._waiting.values()):
            if waiting.due < now and not waiting.future.done():
                waiting.future.set_exception(NoAnswerError(f"no answer from {waiting.subject}"))
        self._timer = self._loop.call_later(_SWEEP_S, self._sweep)

    async def _after_reconnect(self) -> None:
        """Let everybody catch up; one that fails does not keep the others from it."""
        calls = (call() for call in self._reconnected)
        for failure in await asyncio.gather(*calls, return_exceptions=True):
            if isinstance(failure, BaseException):
                log.error("could not catch up after a reconnect", exc_info=failure)

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        await self.nc.listen(self._prefix + "*", self._on_answer)
        self._sweep()
        try:
            yield
        finally:
            self._timer.cancel()


class _Confirmation:
    """Waits for the answer of a stream; more than once, or never."""

    def __init__(self, subject: str, future: asyncio.Future[Any]) -> None:
        self._subject = subject
        self._future = future

    def __await__(self) -> Generator[Any, None, Stored]:
        answer = yield from asyncio.shield(self._future).__await__()
        return _stored(self._subject, answer)


def _stored(subject: str, answer: Message) -> Stored:
    if answer.headers and answer.headers.get(h.STATUS) == "503":
        raise NoAnswerError(f"no stream takes {subject}")
    ack = from_json(answer.data)  # 8 times as fast as json.loads, which first guesses an encoding
    if error := ack.get("error"):
        raise RefusedByStreamError(
            error.get("err_code", error.get("code", 0)), error.get("description", "refused")
        )
    return Stored(ack["seq"], bool(ack.get("duplicate")))


class Violations:
    """Hears of denied publishes: the server says so beside the answer, never as one.

    What else it hears is logged, the same at most once in ten seconds: a server that is away is
    tried ten times a second. `said` is the last of it.
    """

    def __init__(self) -> None:
        self.tell: Callable[[str], None] = lambda _: None
        self.said, self._until = "", 0.0

    async def heard(self, error: Exception) -> None:
        """Log an error of the connection; a permissions violation also ends its question."""
        text = str(error)
        if "permissions violation" in text.lower():
            log.error("nats forbids this", error=text)
            self.tell(text.lower())
            return
        text, now = text or type(error).__name__, time.monotonic()
        if text != self.said or now > self._until:
            self.said, self._until = text, now + _QUIET_S
            log.warning("nats connection", error=text)


@asynccontextmanager
async def connect(
    settings: LinkSettings,
    name: str,
    *,
    inbox_prefix: str = "_INBOX",
    patience: timedelta | None = None,
) -> AsyncIterator[Link]:
    """Connect, and reconnect for ever afterwards.

    The first connection is tried for `patience`, for ever without one; then LinkError.
    """
    if not settings.servers:  # nats-py would look for one for ever, without a pause
        raise LinkError("no NATS server is named: set NATS_URL, or select a `nats` context")
    violations = Violations()
    links: list[Link] = []

    async def reconnected() -> None:
        there = nc.connected_url.netloc if nc.connected_url else ""
        log.info("nats reconnected", server=there.rpartition("@")[2])
        for link in links:
            await link._after_reconnect()  # noqa: SLF001 - the connection's own callback

    async def disconnected() -> None:
        if not nc.is_closed:  # closing it is no disturbance
            log.warning("nats disconnected")

    nc = Wire()
    options: dict[str, Any] = {
        "servers": settings.servers,
        "name": name,
        "inbox_prefix": inbox_prefix,
        "error_cb": violations.heard,
        "reconnected_cb": reconnected,
        "disconnected_cb": disconnected,
        "allow_reconnect": True,
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 0.1,
        "connect_timeout": 2,
        "ping_interval": 5,
        "max_outstanding_pings": 2,
        "pending_size": 8 << 20,
        **settings.credentials,
    }
    try:
        await _within(patience, nc.connect(**options))
    except (TimeoutError, OSError, nats.errors.Error) as error:
        with contextlib.suppress(Exception):  # it never connected: closing may fail as well
            await nc.close()
        why = str(error) or violations.said or type(error).__name__
        raise LinkError(f"no NATS server at {settings.shown}: {why}") from error
    link = Link(nc, violations)
    links.append(link)
    try:
        async with link._listening():  # noqa: SLF001 - a link is opened here and nowhere else
            yield link
    finally:
        # A peer that is gone cannot be told, and is not waited for.
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await nc.close()


async def _within(patience: timedelta | None, connecting: Coroutine[Any, Any, None]) -> None:
    """Wait for a connection. Raises TimeoutError, and what connecting raises.

    While it closes what did not come about, nats-py loses a cancellation; then it goes on for
    ever. So it is told again until it has ended, which `asyncio.wait_for` would not do.
    """
    task = asyncio.ensure_future(connecting)
    try:
        await asyncio.wait({task}, timeout=patience.total_seconds() if patience else None)
        if not task.done():
            raise TimeoutError
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_TOLD_S)
    task.result()
