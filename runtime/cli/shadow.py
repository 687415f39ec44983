"""`acg shadow`: what another generator would have made of the requests that were made here.

History is the evaluation set. Nothing is published, run or kept, and a model is asked only because
it is named here.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from contracts.lifecycle import Entry
from contracts.world import World
from runtime.cli import asking
from runtime.cli.app import FAILED, INTERRUPTED, OK, USAGE, commands, run
from runtime.cli.compared import Shadow, show
from runtime.cli.look import moment
from runtime.cli.terminal import say, write_json
from runtime.client import Gateway, NoHistoryError
from runtime.embedded import Home, embedded
from runtime.errors import LinkError
from runtime.evals.generators import BUILTIN, UnopenedError, generating
from runtime.evals.recorded import Records, known_world, records
from runtime.evals.shadow import Replay, compared
from runtime.link import Link, connect
from runtime.settings import AcgSettings, LinkSettings

app = commands()

_LIMIT = 200
_SHOWN = 20
_LOOK_S = 2.0
_MODELS_AT_ONCE = 4


@app.command()
def shadow(  # noqa: PLR0913 -- each parameter is an option of the command line
    *,
    model: Annotated[
        str,
        typer.Option(
            help="`builtin`, or a model: requests and what exists now are sent to its endpoint."
        ),
    ],
    prompt: Annotated[
        Path | None, typer.Option(help="Instructions to the model, in place of our own.")
    ] = None,
    since: Annotated[
        str, typer.Option(help="From then on: 10m, 2h, 7d ago, or an ISO time.")
    ] = "7d",
    limit: Annotated[
        int, typer.Option(min=0, help="At most so many different requests, the newest; 0 for all.")
    ] = _LIMIT,
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, help="Requests at a time: 1; for a model 4.", show_default=False),
    ] = None,
    within: Annotated[str, typer.Option(help="How long one answer may take.")] = "60s",
    differences: Annotated[
        int, typer.Option(min=0, help="At most so many differences, side by side.")
    ] = _SHOWN,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Ask recorded requests again, of another model, prompt or the builtin grammar; compare.

    The world is the one that is known now. Nothing is published or run. Ctrl-C prints what was
    compared so far. Exit codes: 0 compared, 2 usage, 5 nothing could be compared, 130 interrupted.
    """
    try:
        begin, each = moment(since), timedelta(seconds=asking.seconds(within))
        if prompt:
            prompt.read_bytes()
    except (asking.UsageError, OSError) as error:
        say(f"acg shadow: {error}")
        raise typer.Exit(USAGE) from error
    work = _Work(model, prompt, begin)
    interrupted = False
    try:
        at_once = concurrency or (1 if model == BUILTIN else _MODELS_AT_ONCE)
        run(work.do(limit, each, at_once), quiet=True)
    except UnopenedError as error:
        say(f"acg shadow: {error}")
        raise typer.Exit(USAGE) from error
    except typer.Exit as ended:
        if ended.exit_code != INTERRUPTED or work.replay is None:
            raise
        interrupted = True
    found = work.found()
    if json:
        write_json(found.model_dump_json(indent=2))
    else:
        show(found, differences)
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    new = [pair.new.decision for pair in found.comparison.pairs]
    raise typer.Exit(FAILED if new and set(new) == {"failed"} else OK)


class _Work:
    """What is read, what is asked again, and how far that has come."""

    def __init__(self, model: str, prompt: Path | None, since: datetime) -> None:
        self._model = model
        self._prompt = prompt
        self._since = since
        self._endpoint: str | None = None
        self._records = Records()
        self.replay: Replay | None = None

    async def do(self, limit: int, each: timedelta, at_once: int) -> None:
        """Read history and world, and ask."""
        async with _history() as link:
            gateway = Gateway(link, AcgSettings().caller)
            self._records = await records(_entries(gateway, self._since), limit)
            world = await known_world(link) if self._records.found else World()
        async with generating(self._model, prompt=self._prompt) as ask:
            self._endpoint = ask.endpoint
            if ask.endpoint:
                say(f"acg shadow: requests and what exists now are sent to {ask.endpoint}")
            self.replay = Replay(self._records.found, world, each)
            self.replay.told = _Progress(self.replay)
            await self.replay.replay(ask, concurrency=at_once)

    def found(self) -> Shadow:
        """Return what was compared so far."""
        replay, seen = self.replay, self._records
        if replay is None:
            raise LinkError("nothing was asked")
        return Shadow(
            model=self._model,
            endpoint=self._endpoint,
            since=self._since,
            asked=seen.asked,
            lines=seen.lines,
            unanswered=seen.unanswered,
            world={picture.host: picture.as_of for picture in replay.world},
            complete=len(replay.done) == len(replay.records),
            comparison=compared(replay.done, replay.world),
        )


class _Progress:
    """How far a long run has come: a line now and then."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._next = monotonic() + _LOOK_S

    def __call__(self) -> None:
        if monotonic() >= self._next:
            self._next = monotonic() + _LOOK_S
            say(f"acg shadow: {len(self._replay.done)} of {len(self._replay.records)} requests")


@asynccontextmanager
async def _history() -> AsyncIterator[Link]:
    """Connect to where the history is, as who may read the inventory as well.

    With NATS_URL that server's; else the embedded one of this home, which is started alone where
    it does not run. Raises LinkError, ServerError.
    """
    acg, nats = AcgSettings(), LinkSettings.found()
    async with AsyncExitStack() as stack:
        if not nats.servers:
            home = Home(acg)
            if not home.running():
                home = await stack.enter_async_context(embedded(acg))
            nats = home.link("gateway")
        yield await stack.enter_async_context(connect(nats, "acg-shadow"))


async def _entries(gateway: Gateway, since: datetime) -> AsyncIterator[Entry]:
    """Yield the history from a moment on; say now and then how far that is."""
    try:
        await gateway.newest()
    except NoHistoryError:
        return
    then, count = monotonic() + _LOOK_S, 0
    async for seen in gateway.history(since=since, limit=sys.maxsize):
        count += 1
        if monotonic() >= then:
            then = monotonic() + _LOOK_S
            say(f"acg shadow: {count} events of the history are read")
        if seen.entry:
            yield seen.entry
