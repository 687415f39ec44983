"""`acg up`, `acg serve`, `acg setup`: the gateway as a process."""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Annotated

import typer
import uvloop

from runtime import discover, setup
from runtime.cli.app import USAGE, commands, run
from runtime.declare import Function
from runtime.embedded import embedded
from runtime.errors import LinkError, NoAnswerError, RefusedByStreamError
from runtime.link import connect
from runtime.serve import serving, until_told
from runtime.settings import DOOR, GATEWAY, AcgSettings, LinkSettings

app = commands()

_PATIENCE = timedelta(seconds=60)
_AGAIN_S = 1.0
_UNAVAILABLE = 10008  # "JetStream system temporarily unavailable"


@app.command()
def up(
    *,
    http: Annotated[
        bool,
        typer.Option(
            "--http", envvar="HTTP_SERVE", help="Open the HTTP door, too; see `acg token add`."
        ),
    ] = False,
) -> None:
    """Run the whole gateway here: a NATS server of its own and every function, in one process."""
    run(_up(doors=discover.doors() if http else []), loop=uvloop.new_event_loop)


@app.command()
def serve(
    functions: Annotated[list[str], typer.Argument(help="Which functions; see `acg graph`.")],
) -> None:
    """Run one function (or several) against the NATS server of NATS_URL."""
    try:
        found = [discover.find(name) for name in functions]
    except LookupError as error:
        typer.echo(f"acg: {error.args[0]}", err=True)
        raise typer.Exit(USAGE) from error
    run(_serve(found), loop=uvloop.new_event_loop)


@app.command(name="setup")
def set_up() -> None:
    """Make the streams, buckets and consumers on the NATS server of NATS_URL. Safe to repeat."""
    for line in run(_setup()):
        typer.echo(line)


async def _up(doors: list[Function]) -> None:
    acg, nats = AcgSettings(), LinkSettings.found()
    door: LinkSettings | None = None
    for each in doors:
        each.settings()  # what cannot be used is told before anything starts
    async with AsyncExitStack() as stack:
        if not nats.servers:
            home = await stack.enter_async_context(embedded(acg))
            nats, door = home.link(GATEWAY), home.link(DOOR)
        functions = [*discover.everything(), *doors]
        serve = serving(functions, acg, nats, prepare=True, door=door)
        port = await stack.enter_async_context(serve)
        typer.echo(f"gateway ready on {nats.shown}, health on port {port}", err=True)
        await until_told()


async def _serve(functions: list[Function]) -> None:
    nats = _required()
    async with serving(functions, AcgSettings(), nats):
        await until_told()


async def _setup() -> list[str]:
    acg, everything = AcgSettings(), discover.everything()
    until = time.monotonic() + _PATIENCE.total_seconds()
    async with connect(_required(), "acg-setup", patience=_PATIENCE) as link:
        while True:
            try:
                return await setup.ensure(link, everything, acg.ack_wait, acg.stream_replicas)
            except (NoAnswerError, RefusedByStreamError) as error:
                # Servers that only now choose who leads what answer late, or not at all.
                passing = isinstance(error, NoAnswerError) or error.code == _UNAVAILABLE
                if not passing or time.monotonic() > until:
                    raise
            await asyncio.sleep(_AGAIN_S)


def _required() -> LinkSettings:
    nats = LinkSettings.found()
    if not nats.servers:
        raise LinkError("set NATS_URL to the server (or select a `nats` context)")
    return nats
