"""Requests: `gateway.<verb>.<caller>`, answered on the caller's inbox (nats.micro, ADR-32)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import nats.errors
import structlog
from nats.aio.msg import Msg
from nats.micro import add_service
from nats.micro.request import Request as MicroRequest
from nats.micro.service import EndpointConfig, Service, ServiceConfig

from contracts import headers as h
from contracts.answer import WINDOW, Printout, standing
from contracts.decode import decoded
from contracts.errors import Code, Error, RefusedError
from contracts.events import CommandRequested, Event
from contracts.inputs import Cache
from contracts.lifecycle import Command
from contracts.requests import (
    CALLER,
    Caller,
    OutputPage,
    OutputRequest,
    Reply,
    Request,
    RunRequest,
)
from contracts.world import World
from runtime import current, metrics
from runtime.declare import Function
from runtime.envelope import Cause, cause_of, new_trace, seal
from runtime.errors import LinkError, LostError, RuntimeFault, TransientError
from runtime.metrics.told import Told, answered
from runtime.points import Point, reach
from runtime.resources import Resources
from runtime.tracing import spans
from runtime.tracing.context import Trace, read
from runtime.version import VERSION
from runtime.waiters import may_answer
from runtime.wire import head_of

log = structlog.get_logger()

SERVICE = "command-gateway"
_STORE = timedelta(seconds=10)
_STOP_S = 2.0


class Endpoints:
    """Serves the requests of one function: each in a task of its own, so many at once."""

    def __init__(self, function: Function, opened_with: Any, resources: Resources) -> None:
        self._function = function
        self._opened = opened_with
        self._resources = resources
        self._told = Told(function)
        self._log = log.bind(function=function.name)  # as a `Publisher` has it
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(function.in_flight * 4)

    @asynccontextmanager
    async def running(self, drain: timedelta) -> AsyncIterator[None]:
        """Serve for as long as the block lasts, then finish what is in hand within `drain`."""
        service: Service = await add_service(
            self._resources.link.nc,
            ServiceConfig(
                name=_service(self._function),
                version=VERSION,
                description="Words in, Docker commands out: decided by policy, run once.",
                metadata={},
                queue_group="gateway",
            ),
        )
        for kind in self._function.requests:
            await service.add_endpoint(self._endpoint(kind))
        with contextlib.suppress(nats.errors.Error):  # a connection that breaks subscribes again
            await self._resources.link.nc.flush()  # served once the server knows, not before
        try:
            yield
        finally:
            await _stopped(service)
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=drain.total_seconds())

    def _endpoint(self, kind: type[Request]) -> EndpointConfig:
        async def hand_over(request: MicroRequest) -> None:
            await self._room.acquire()
            task = asyncio.create_task(self._serve(kind, request._msg))  # noqa: SLF001 - micro has no public way to the reply subject
            self._tasks.add(task)
            task.add_done_callback(self._done)

        return EndpointConfig(
            name=kind.verb, subject=f"gateway.{kind.verb}.*", handler=hand_over, metadata={}
        )

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._room.release()

    async def _serve(self, kind: type[Request], message: Msg) -> None:
        caller = message.subject.rpartition(".")[2]
        if not CALLER.fullmatch(caller) or not may_answer(message.reply, caller):
            log.warning("a request is dropped: no inbox of its caller's", subject=message.subject)
            metrics.REQUESTS.labels(kind.verb, "dropped").inc()
            return
        began = datetime.now(UTC)
        work = current.begin(self._function.name, message)
        work.caller, work.trace = caller, read(message.headers)
        spans.recorder.asked(work, kind.verb)
        reply: Reply | None = None
        code = error = ""
        try:
            reply = await self._answer(kind, message, Caller(caller), began)
        except RefusedError as refused:
            code = refused.error.code
            reply = Reply(status="rejected", error=refused.error)
        except (RuntimeFault, TimeoutError) as fault:
            log.warning("a request could not be taken", subject=message.subject, error=str(fault))
            error, reply = _name(fault), Reply(status="failed", error=_UNAVAILABLE)
        except Exception as fault:  # the boundary: nobody waits in vain
            log.exception("a request failed", subject=message.subject)
            error, reply = _name(fault), Reply(status="failed", error=_INTERNAL)
        finally:
            spans.end(work, reply.status if reply else "waiting", error, code)
        answered(kind.verb, reply, caller)
        if reply:
            self._send(message.reply, reply, work.trace)

    async def _answer(
        self, kind: type[Request], message: Msg, caller: Caller, began: datetime
    ) -> Reply | None:
        request = decoded(kind, message.data)
        reach(Point.REQUEST_RECEIVED, self._function.name)
        needs, command = await self._needs(request, caller)
        made = await self._function.handler(request, self._opened, **needs)
        if isinstance(made, Reply):
            return made
        if command and command.entries:
            try:
                return await self._go_on(made, command)
            except LostError:  # others went on in between: the function says what that means
                needs, _ = await self._needs(request, caller)
                again = await self._function.handler(request, self._opened, **needs)
                return again if isinstance(again, Reply) else None
        waits = not isinstance(request, RunRequest) or request.wait == "terminal"
        return await self._begin(made, message, began, waits=waits)

    async def _begin(
        self, event: CommandRequested, message: Msg, began: datetime, *, waits: bool
    ) -> Reply | None:
        """Store the beginning of a command; answer at once what can be answered at once."""
        name, waiters = self._function.name, self._resources.waiters
        work = current.work()
        trace = (work and work.trace) or Trace(new_trace())
        if work:
            work.command_id = event.command_id
        # With the command's own id: the same words asked for twice are two commands, and an
        # event id that both had would let the stream drop the second as a duplicate.
        cause = Cause(
            id="",
            digest=h.event_id(name, event.type, event.request_digest, event.command_id),
            correlation=event.command_id,
            trace=trace.parent,
            time=began,
            timings=h.timings_header(began),
            caller=event.caller,
            source_id=event.source_id or "",
            trace_state=trace.state,
        )
        sealed = seal(event, name, cause, self._resources.signer, name)
        # Sent first, so that whoever answers has heard of it before the command can end.
        waiting = await waiters.begin(event.command_id, message.reply) if waits else None
        try:
            stored = await self._resources.history.append(sealed, 0, within=_STORE)
        except LostError as lost:
            raise _REUSED from lost
        except TransientError as fault:
            log.warning("a request may be stored", command_id=event.command_id, error=str(fault))
            return Reply(command_id=event.command_id, status="failed", error=_PERHAPS)
        if not stored.duplicate:
            self._told.stored(sealed)
        spans.recorder.stored(event, sealed.id, stored.sequence)
        self._log.debug("stored", type=event.type, event_id=sealed.id, sequence=stored.sequence)
        reach(Point.REQUEST_STORED, name)
        if waiting:
            try:
                await waiting
            except LinkError:  # it runs, and its answer would not find the caller
                return _accepted(event, began)
            reach(Point.WAITER_STORED, name)
        if not stored.duplicate:
            return None if waits else _accepted(event, began)
        command = await self._resources.history.read(event.command_id)
        reply = await self._standing(command)
        return reply if reply and (not waits or reply.status != "accepted") else None

    async def _go_on(self, event: Event, command: Command) -> Reply | None:
        """Store what a request adds to a command that has begun; answer how far that is then.

        Raises LostError where others went on, and it is not to be stored any more.
        """
        name, history = self._function.name, self._resources.history
        sealed = seal(event, name, cause_of(command.entries[0]), self._resources.signer, "")
        stored = await history.append(sealed, command.sequence, within=_STORE)
        if not stored.duplicate:
            self._told.stored(sealed)
        return await self._standing(await history.read(event.command_id))

    async def _standing(self, command: Command) -> Reply | None:
        end = command.end
        return standing(command, await self._resources.printed(end) if end else Printout())

    async def _needs(
        self, request: Request, caller: Caller
    ) -> tuple[dict[str, Any], Command | None]:
        given: dict[str, Any] = {}
        command: Command | None = None
        for name, kind in self._function.needs.items():
            if kind is Caller:
                given[name] = caller
            elif kind is Command:
                command_id = getattr(request, "command_id", None)
                command = await self._resources.history.read(command_id) if command_id else None
                given[name] = command
            elif kind is World:
                given[name] = self._resources.inventory.world
            elif kind is Cache:
                given[name] = self._resources.cache
            elif kind is Printout:
                # Whoever asks for pages gets them one by one.
                paged = isinstance(request, OutputRequest)
                end = command.end if command and not paged else None
                given[name] = await self._resources.printed(end) if end else Printout()
            elif kind is OutputPage:  # after the history: of what has ended, it is complete
                given[name] = await self._page(request, caller)
        return given, command

    async def _page(self, request: Request, caller: Caller) -> OutputPage:
        if not isinstance(request, OutputRequest):
            return OutputPage()
        return await self._resources.outputs.page(caller, request.command_id, request.after)

    def _send(self, inbox: str, reply: Reply, trace: Trace | None) -> None:
        head = head_of(trace.headers()) if trace else b""
        try:
            body = reply.__pydantic_serializer__.to_json(reply)
            self._resources.link.nc.send(inbox, body, head=head)
        except (nats.errors.Error, OSError) as error:
            log.warning("an answer was not sent", error=str(error))


def _service(function: Function) -> str:
    """Return the name of a micro service: the plain one means that commands are taken."""
    return f"{SERVICE}-{function.name}" if function.events else SERVICE


async def _stopped(service: Service) -> None:
    """Take no more requests; a connection that is gone takes none anyway."""
    try:
        async with asyncio.timeout(_STOP_S):
            await service.stop()
    except (nats.errors.Error, TimeoutError) as error:
        log.warning("the server was not told that requests end here", error=str(error))


def _name(fault: Exception) -> str:
    return type(fault).__name__


def _accepted(event: CommandRequested, began: datetime) -> Reply:
    return Reply(
        command_id=event.command_id,
        status="accepted",
        stage=event.type,
        idempotent_until=began + WINDOW if event.keyed else None,
    )


_REUSED = RefusedError(
    Code.IDEMPOTENCY_KEY_REUSED,
    "This idempotency key has been used for another request.",
    "Use a new key for a new request; repeat the exact request to get its first answer.",
)
_PERHAPS = Error(
    code=Code.UNAVAILABLE,
    message="The gateway does not know whether this was stored: nobody confirmed it in time.",
    hint="Ask for the status of this command_id before you repeat it; "
    "with an idempotency_key, simply repeat it: it cannot run twice.",
)
_UNAVAILABLE = Error(
    code=Code.UNAVAILABLE,
    message="The gateway could not store or read what this needs.",
    hint="Repeat the request with the same idempotency_key: it cannot run twice.",
)
_INTERNAL = Error(
    code=Code.INTERNAL,
    message="The gateway failed on this request.",
    hint="Repeat it with the same idempotency_key; if it fails again, the gateway's log says why.",
)
