"""Serve functions in this process: connect, open what they need, work, drain."""

import asyncio
import gc
import json
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import structlog

from contracts import headers as h
from contracts.inputs import Awake, Cancellation, Overdue, Undelivered
from contracts.lifecycle import State
from contracts.world import World
from runtime import doors, metrics, probes, setup
from runtime.declare import Function
from runtime.doors import Door
from runtime.endpoint import Endpoints
from runtime.errors import LinkError, RuntimeFault
from runtime.health import Health
from runtime.lasting import Lasting
from runtime.link import Link, connect
from runtime.resources import Resources
from runtime.settings import AcgSettings, LinkSettings
from runtime.source import Source
from runtime.sweep import Sweep
from runtime.tracing import spans
from runtime.watch import Watch
from runtime.worker import Worker

log = structlog.get_logger()

_LOOK_AGAIN_S = 1.0
_PICTURE = timedelta(seconds=10)
_CAUGHT_UP_S = 0.02
_LIFE = list(State)


@asynccontextmanager
async def serving(  # noqa: PLR0913 - two of them are users of NATS
    functions: Sequence[Function],
    acg: AcgSettings,
    nats: LinkSettings,
    *,
    prepare: bool = False,
    patience: timedelta | None = None,
    door: LinkSettings | None = None,
) -> AsyncIterator[int]:
    """Serve these functions for as long as the block lasts; yields the health port.

    `prepare` makes streams and consumers first; else what is missing is waited for, and
    `/readyz` says so. Without `patience` the server is waited for, too. Doors connect as the user
    of `door`, where it is given: they may do less than the functions behind them. Leaving the block
    drains: nothing new is taken, what is in hand gets `drain_seconds`, all functions together.
    """
    states = {"nats": False, "functions": False}
    names = "+".join(each.name for each in functions)
    links: list[Link] = []
    clocks: list[Lasting] = []

    def ready() -> dict[str, bool]:
        states["nats"] = bool(links and links[0].connected)
        alive = all(each.alive for each in clocks)
        return {**states, "functions": states["functions"] and alive}

    metrics.CONNECTED.labels().set_function(lambda: bool(links and links[0].connected))
    health = Health(ready)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(spans.recording(_called(functions)))
        port = await stack.enter_async_context(health.serving(acg.metrics_host, acg.metrics_port))
        inside = [each for each in functions if not each.is_door]
        prefix = "_INBOX.f" if inside else doors.INBOX
        link = await stack.enter_async_context(
            connect(nats, f"acg-{names}", inbox_prefix=prefix, patience=patience)
        )
        links.append(link)
        if prepare:
            for line in await setup.ensure(link, functions, acg.ack_wait):
                log.debug(line)
        else:
            await _wait_for_setup(link, functions)
        resources = Resources.on(link, acg.ack_wait)
        worldly = any(World in each.needs.values() for each in functions)
        if worldly:
            await resources.inventory.follow()
        if any(each.answers for each in functions):
            await resources.waiters.listen()
        if any(Cancellation in each.needs.values() for each in functions):
            await resources.cancellations.listen()
        drain = Drain(seconds=acg.drain_seconds)
        for function in in_order(inside):
            if worldly and World in function.needs.values():
                await resources.inventory.settled(_PICTURE)
                worldly = False
            clocks.extend(await _start(stack, function, resources, drain))
            if function.answers and _fed_by(function, functions):
                stack.push_async_callback(caught_up, link, function, drain)
        way_in = door or nats if inside else link
        clocks.extend(await _open_doors(stack, functions, way_in, drain))
        stack.callback(drain.begin)
        states["functions"] = True
        gc.collect()
        gc.freeze()  # 1.1 to 1.3 times the throughput: what is there now is not looked at again
        gc.set_threshold(50_000, 20, 100)
        log.info("serving", functions=[each.name for each in functions], health_port=port)
        yield port
        states["functions"] = False
        log.info("draining")


def _called(functions: Sequence[Function]) -> str:
    """Return the name of a process that serves these: in traces, where nothing else names it."""
    return f"acg-{functions[0].name}" if len(functions) == 1 else "acg"


def in_order(functions: Sequence[Function]) -> list[Function]:
    """Return functions in the order in which they begin; they stop in the other one.

    Who takes requests stops first, then those who take commands on, by how early in a command's
    life; then the reaper, then who answers callers: what was in hand is told. Whoever follows
    the world, and all others need, stops last.
    """
    return sorted(functions, key=_stops, reverse=True)


def _stops(function: Function) -> tuple[int, int]:
    earliest = min(
        (_LIFE.index(State(each.type)) for each in function.events if each.type in _LIFE),
        default=len(_LIFE),
    )
    if function.requests and not function.events:
        return 0, 0
    if Awake in function.consumes:
        return 4, 0
    if function.answers:
        return 3, 0
    return (1, earliest) if function.events else (2, 0)


def _fed_by(function: Function, others: Sequence[Function]) -> bool:
    return any(set(function.events) & set(each.publishes) for each in others)


class Drain(timedelta):
    """How long what is in hand may take; once begun, what is left of that for everybody."""

    _until: float | None = None

    def begin(self) -> None:
        """Let the time run."""
        self._until = time.monotonic() + super().total_seconds()

    def total_seconds(self) -> float:
        """Return the seconds that are left, never less than none."""
        if self._until is None:
            return super().total_seconds()
        return max(self._until - time.monotonic(), 0.0)


async def caught_up(link: Link, function: Function, drain: timedelta) -> None:
    """Return once a function has handled what was stored for it until here, or time is up.

    Functions of this process that have stopped by then left it their last events.
    """
    for stream, consumer in setup.consumers(function):
        try:
            newest = await _newest(link, stream, consumer["filter_subjects"])
            # What was stored last may not have come to the consumer yet: that nothing is pending
            # there would prove nothing.
            while drain.total_seconds() > 0:
                info = await link.api(f"CONSUMER.INFO.{stream}.{function.name}")
                handled = not info["num_ack_pending"] or info["ack_floor"]["stream_seq"] >= newest
                if info["delivered"]["stream_seq"] >= newest and handled:
                    break
                await asyncio.sleep(_CAUGHT_UP_S)
        except RuntimeFault as error:
            log.warning("not known whether all was answered", error=str(error))


async def _newest(link: Link, stream: str, subjects: Sequence[str]) -> int:
    """Return the sequence of the newest message of these subjects, 0 where there is none."""
    found = [
        await link.ask(f"$JS.API.DIRECT.GET.{stream}", json.dumps({"last_by_subj": each}).encode())
        for each in subjects
    ]
    return max(int((each.headers or {}).get(h.SEQUENCE, "0")) for each in found)


async def until_told() -> None:
    """Return when SIGTERM or SIGINT comes."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(each, told.set)
    try:
        await told.wait()
    finally:
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.remove_signal_handler(each)


async def _start(
    stack: AsyncExitStack, function: Function, resources: Resources, drain: timedelta
) -> list[Lasting]:
    """Enter all that serves a function; return what must not end before it is told to."""
    clocks: list[Lasting] = []
    opened = None
    if function.opens:
        opened = await stack.enter_async_context(function.opens(function.settings()))
    await stack.enter_async_context(probes.answering(resources.link, function, opened))
    if function.events or Undelivered in function.consumes:
        await stack.enter_async_context(Worker(function, opened, resources).running(drain))
    if function.requests:
        await stack.enter_async_context(Endpoints(function, opened, resources).running(drain))
    if Overdue in function.consumes:
        clocks.append(Sweep(function, opened, resources))
    if Awake in function.consumes:
        clocks.append(Source(function, opened, resources))
    for each in clocks:
        await stack.enter_async_context(each.running(drain))
    if Overdue in function.consumes:
        await stack.enter_async_context(Watch(resources.link).running())
    return clocks


async def _open_doors(
    stack: AsyncExitStack,
    functions: Sequence[Function],
    nats: Link | LinkSettings,
    drain: timedelta,
) -> list[Lasting]:
    """Enter the doors, on a connection of their own; what each opens is open before it serves.

    Entered last, they close first: what they ask is answered by the others.
    """
    opened: list[Lasting] = []
    for function in functions:
        if not function.is_door or function.opens is None:
            continue
        if isinstance(nats, LinkSettings):
            connecting = connect(nats, f"acg-{function.name}", inbox_prefix=doors.INBOX)
            nats = await stack.enter_async_context(connecting)
        held = await stack.enter_async_context(function.opens(function.settings()))
        door = Door(function, held, nats)
        await stack.enter_async_context(door.running(drain))
        opened.append(door)
    return opened


async def _wait_for_setup(link: Link, functions: Sequence[Function]) -> None:
    said: list[str] = []
    while True:
        try:
            setup.check_server(link)
            gone = [name for each in functions for name in await setup.missing(link, each)]
        except LinkError as error:
            gone = [str(error)]
        if not gone:
            return
        if gone != said:
            log.warning("waiting for what `acg setup` makes", missing=gone)
            said = gone
        await asyncio.sleep(_LOOK_AGAIN_S)
