"""`acg slo`: what callers got of what they were promised, reckoned from the history."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from runtime.cli import asking
from runtime.cli.app import FAILED, USAGE, commands, run
from runtime.cli.attach import Attached, persist
from runtime.cli.configured import unusable
from runtime.cli.look import moment
from runtime.cli.measured import print_table
from runtime.cli.terminal import is_terminal, one_line, paint, put, say, write_json
from runtime.client import NoHistoryError
from runtime.settings import AcgSettings
from runtime.slo.ends import Ends
from runtime.slo.objectives import BadFileError, Promises, SloSettings
from runtime.slo.reckoning import ALL, WINDOWS, End, Standing, reckon

app = commands()

_TICK_S = 0.2
_ERASE = "\r\x1b[2K"
# Narrow enough for a terminal of 80 columns.
_NAME = 9
_NUMBERS = (
    *("\ngood", "\nbad", "not\ncounted", "available\n%", "budget\nleft %"),
    *(f"burn\n{'/'.join(WINDOWS)}", "in time\n%", "budget\nleft %", "\np95"),
)
_LOW = 0.25
_FAST = 1.0
# Far less than what is cut off, more than what floating point adds.
_ROUNDING = 1e-6


class LateError(Exception):
    """The history was not read in time."""


@app.command()
def slo(
    *,
    since: Annotated[
        str, typer.Option(help="Of what has ended since: 1h, 7d, 30d ago, or an ISO time.")
    ] = "30d",
    within: Annotated[str, typer.Option(help="How long reading may take.")] = "5m",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say what each caller got of what it was promised: availability, latency, budgets left.

    Reckoned from the history, by the table in docs/metrics.md, which tells how to set objectives.
    A burn of 1 uses a budget up exactly.
    """
    try:
        begin, patience = moment(since), timedelta(seconds=asking.seconds(within))
        promises = Promises.read(SloSettings(), AcgSettings().home)
    except (asking.UsageError, BadFileError, OSError) as error:
        say(f"acg: {error}")
        raise typer.Exit(USAGE) from error
    except ValueError as error:
        raise unusable(error) from error
    until = datetime.now(UTC)
    try:
        ends = run(_read(begin, patience), quiet=True)
    except LateError as error:
        say(f"acg: {error}")
        raise typer.Exit(FAILED) from error
    standings = reckon(ends, promises, begin, until)
    if as_json:
        write_json(_document(standings, begin, until))
    else:
        _show(standings, begin)


async def _read(since: datetime, patience: timedelta) -> list[End]:
    """Return all ends since. Raises LateError, and what `persist` raises."""
    reading: list[Ends] = []

    async def call(found: Attached, _: timedelta) -> list[End]:
        await found.gateway.newest()
        reading.append(Ends(found.gateway, since))
        async with _shown(reading[-1]):
            return await reading[-1].all()

    try:
        async with asyncio.timeout(patience.total_seconds()):
            return await persist(call, patience, functions=False)
    except NoHistoryError:
        return []
    except TimeoutError as error:
        read = reading[-1].read if reading else 0
        raise LateError(
            f"not read within {patience.total_seconds():g} s ({read} events were): "
            "ask for less with --since, or wait longer with --within"
        ) from error


@asynccontextmanager
async def _shown(reading: Ends) -> AsyncIterator[None]:
    """Show how far the reading is, where a person watches."""
    if not is_terminal(sys.stderr):
        yield
        return
    showing = asyncio.create_task(_show_progress(reading))
    try:
        yield
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
        sys.stderr.write(_ERASE)
        sys.stderr.flush()


async def _show_progress(reading: Ends) -> None:
    while True:
        await asyncio.sleep(_TICK_S)
        line = f"{reading.read} events read, to {reading.reached.astimezone():%Y-%m-%d %H:%M}"
        line = line[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write(_ERASE + paint(line, "dim", sys.stderr))
        sys.stderr.flush()


def _document(standings: list[Standing], since: datetime, until: datetime) -> str:
    *callers, together = standings
    return json.dumps(
        {
            "since": since.isoformat(),
            "until": until.isoformat(),
            "callers": [each.model_dump() for each in callers],
            "all": together.model_dump(),
        },
        indent=2,
    )


def _show(standings: list[Standing], since: datetime) -> None:
    *callers, together = standings
    if not callers:
        say(f"acg: nothing has ended since {since.astimezone():%Y-%m-%d %H:%M}")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("\ncaller", overflow="fold", min_width=_NAME)
    for name in _NUMBERS:
        table.add_column(name, justify="right", no_wrap=True)
    for each in standings if len(callers) > 1 else callers:
        table.add_row(*_row(each))
    print_table(table)
    put("\n" + "".join(f"{each}\n" for each in _promised(callers)))
    if together.bad_codes:
        named = ", ".join(f"{code} {count}" for code, count in together.bad_codes.items())
        put(f"bad: {named}\n")


def _row(standing: Standing) -> list[Text]:
    level, latency = standing.availability, standing.latency
    burn = "/".join(
        f"{standing.burn[each]:.1f}" if each in standing.burn else "-" for each in WINDOWS
    )
    return [
        Text(one_line(standing.caller), "bold" if standing.caller == ALL else ""),
        Text(str(standing.good)),
        Text(str(standing.bad)),
        Text(str(standing.excluded)),
        Text(_percent(level.reached)),
        _left(level.budget_left),
        Text(burn, "red" if max(standing.burn.values(), default=0) > _FAST else ""),
        Text(_percent(latency.reached)),
        _left(latency.budget_left),
        Text(_seconds(standing.p95)),
    ]


def _promised(callers: list[Standing]) -> Iterator[str]:
    """Yield what was promised, once for all callers of whom the same was."""
    promised: dict[str, list[str]] = {}
    for each in callers:
        available, quick = _percent(each.availability.objective), _percent(each.latency.objective)
        said = f"{available} % available, {quick} % of it within {each.seconds:g} s"
        promised.setdefault(said, []).append(one_line(each.caller))
    for said, names in promised.items():
        yield f"promised: {said}" + (f" ({', '.join(names)})" if len(promised) > 1 else "")


def _left(share: float) -> Text:
    style = "red" if share < 0 else "yellow" if share < _LOW else "green"
    return Text(f"{share * 100:.0f}", style)


def _percent(share: float | None) -> str:
    """Return a share in percent, cut off: never rounded up to what it is not."""
    if share is None:
        return "-"
    cut = int(share * 10_000 + _ROUNDING) / 100
    return f"{cut:.2f}".rstrip("0").rstrip(".")


def _seconds(spent: float | None) -> str:
    if spent is None:
        return "-"
    return f"{spent:.1f} s" if spent >= 1 else f"{spent * 1000:.0f} ms"
