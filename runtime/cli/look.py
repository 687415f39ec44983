"""`acg watch`, `acg history`, `acg graph`: what happens, what happened, how it hangs together."""

import asyncio
import sys
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from runtime.cli import asking
from runtime.cli.app import REJECTED, USAGE, commands, run
from runtime.cli.attach import Attached, attached, persist
from runtime.cli.events import EventLines
from runtime.cli.terminal import put, say
from runtime.client import NoHistoryError, Seen

app = commands()

_LIMIT = 200
_PATIENCE = timedelta(seconds=60)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document per event and line.")]


@app.command()
def watch(*, json: Json = False) -> None:
    """Show every event from here on, as it is stored. Ends with Ctrl-C."""
    run(_watch(as_json_lines=json), quiet=True)


@app.command()
def history(
    command_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Of one command; of all without it.")
    ] = None,
    *,
    json: Json = False,
    since: Annotated[
        str | None,
        typer.Option(help="From then on: 10m, 2h, 3d ago, or an ISO time.", show_default=False),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=0, help="At most so many, the newest; 0 for all of them.")
    ] = _LIMIT,
) -> None:
    """Replay the stored events from the stream, the oldest first.

    Exit code 3 where there is no command of that id.
    """
    try:
        wanted = asking.status_request(command_id).command_id if command_id else None
        start = moment(since) if since else None
    except asking.UsageError as error:
        say(f"acg: {error}")
        raise typer.Exit(USAGE) from error
    run(_history(wanted, start, limit, as_json_lines=json), quiet=True)


@app.command()
def graph() -> None:
    """Print the chain of functions: what each consumes and publishes."""
    from runtime.graph import graph as drawn  # noqa: PLC0415 - loads every function

    put(drawn().rstrip("\n") + "\n")


async def _watch(*, as_json_lines: bool) -> None:
    async with attached(start=False) as found:
        lines = EventLines(as_json_lines=as_json_lines)
        await found.gateway.feed(lines.write)
        if not as_json_lines:
            say("watching; Ctrl-C ends it", "dim")
        await found.unless_gone(asyncio.Event().wait())


async def _history(
    command_id: str | None, since: datetime | None, limit: int, *, as_json_lines: bool
) -> None:
    lines = EventLines(as_json_lines=as_json_lines, one_command=command_id is not None)
    after = 0

    async def call(found: Attached, _: timedelta) -> int:
        # A gateway may go away in between: what was printed is not printed again.
        nonlocal after
        first, newest = after + 1, await found.gateway.newest()
        if limit and not (command_id or since or after):
            first = max(1, newest - limit + 1)
        kept: deque[Seen] = deque(maxlen=limit or None)
        begin = None if after else since
        async for seen in found.gateway.history(
            command_id, since=begin, first=first, limit=sys.maxsize
        ):
            if limit:
                kept.append(seen)
            else:
                lines.write(seen)
                after = seen.sequence
        for seen in kept:
            lines.write(seen)
        return lines.written

    try:
        written = await persist(call, _PATIENCE, functions=False)
    except NoHistoryError:
        written = 0
    if not written and (command_id or not as_json_lines):
        say(f"acg: there is no command {command_id}" if command_id else "acg: nothing yet")
    if not written and command_id and not since:
        raise typer.Exit(REJECTED)


def moment(text: str) -> datetime:
    """Return the moment of an ISO time, or a duration ago. Raises UsageError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            return datetime.now(UTC) - timedelta(seconds=asking.seconds(text))
        except (asking.UsageError, OverflowError) as error:
            raise asking.UsageError(
                f"--since: {text!r} is neither a duration (10m, 2h, 3d) nor an ISO time"
            ) from error
    return found if found.tzinfo else found.astimezone()
