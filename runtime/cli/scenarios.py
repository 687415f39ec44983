"""`acg eval --engine`: scenarios on a real engine, and whether it is as it must be afterwards."""

import asyncio
import signal
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.text import Text

from contracts.docker.grammar.references import split_image
from contracts.model import Fact
from runtime.cli.app import INTERRUPTED, OK, USAGE, run
from runtime.cli.measured import plain, print_table
from runtime.cli.terminal import one_line, put, say, write_json
from runtime.evals.engine.play import Played, play
from runtime.evals.engine.scenario import Fault, Written, read
from runtime.evals.generators import BUILTIN, endpoint_of

MISSED = 1
IMAGE = "busybox"


class Outcome(Fact):
    """One JSON document: what was played, and what came of it.

    - `due`: how many were to be played; `scenarios` has fewer where it was stopped.
    - `repeats`: how often each was to be. `steady`: how many scenarios passed each time.
    """

    generator: str
    due: int
    repeats: int
    passed: int
    steady: int
    broken: int
    seconds: float
    tokens_in: int
    tokens_out: int
    cost_usd: float
    scenarios: tuple[Played, ...]


def engine(  # noqa: PLR0913 -- each parameter is an option of the command line
    files: Annotated[
        list[Path], typer.Argument(metavar="SCENARIOS...", help="Scenarios, one JSON a line.")
    ],
    *,
    generator: Annotated[
        str,
        typer.Option(help="`builtin`, or a model: words and names are sent to its endpoint."),
    ] = BUILTIN,
    image: Annotated[
        str, typer.Option(help="What `{image}` stands for: an image with busybox's programs.")
    ] = IMAGE,
    only: Annotated[
        list[str] | None, typer.Option(help="Only the scenario of this id; may be repeated.")
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="How often each is played.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Play scenarios through a gateway of their own on the engine that docker would use.

    Nothing but what a run has made is touched, and nothing of it is left, also after Ctrl-C.
    Exit codes: 0 all passed; 1 some did not; 2 a file or a setting cannot be used; 5 there is no
    engine, or no gateway on it; 130 interrupted: what was played is printed.
    """
    _check_image(image)
    due = _due(files, frozenset(only or ())) * repeats
    done: list[Played] = []
    try:
        run(_play(due, generator, image, done), quiet=True, loop=uvloop.new_event_loop)
    except typer.Exit as ended:
        if ended.exit_code == INTERRUPTED:
            say(f"acg eval: stopped after {len(done)} of {len(due)} scenarios", "yellow")
            _show(_outcome(generator, len(due), repeats, done), as_json=json)
        raise
    _show(_outcome(generator, len(due), repeats, done), as_json=json)
    raise typer.Exit(OK if all(each.passed for each in done) else MISSED)


def _check_image(image: str) -> None:
    try:
        split_image(image)
    except ValueError as error:
        say(f"acg eval: --image {one_line(image)}: {error}")
        raise typer.Exit(USAGE) from error


def _due(files: list[Path], only: frozenset[str]) -> list[Written]:
    """Return what is to be played; where a line is no scenario, say so and end."""
    due: list[Written] = []
    faults: list[str] = []
    try:
        for path in files:
            for found in read(path):
                if isinstance(found, Fault):
                    faults.append(f"{found.path}:{found.number}: {found.why}")
                else:
                    due.append(found)
    except OSError as error:
        faults.append(str(error))
    counted = Counter(each.id for each in due)
    faults += [f"the id {name} is there more than once" for name in counted if counted[name] > 1]
    faults += [f"there is no scenario {name!r}" for name in sorted(only - counted.keys())]
    due = [each for each in due if not only or each.id in only]
    if not due:
        faults.append("there is nothing to play")
    for fault in faults:
        say(f"acg eval: {fault}")
    if faults:
        raise typer.Exit(USAGE)
    return due


async def _play(due: list[Written], generator: str, image: str, done: list[Played]) -> None:
    _stoppable()
    if endpoint := endpoint_of(generator):
        say(f"acg eval: words, and names of what they are about, are sent to {endpoint}")
    played = play(due, generator=generator, image=image, told=_told)
    try:
        async for each in played:
            done.append(each)
            say(f"{'ok  ' if each.passed else 'FAIL'} {each.id} {_why(each)}".rstrip())
    finally:
        await played.aclose()


def _stoppable() -> None:
    """Leave all that is open in good order when told to end, however often that is said."""
    task = asyncio.current_task()

    def stop() -> None:
        if task is None or task.cancelling():
            say("acg eval: what was made is being removed; a moment")
        else:
            task.cancel()

    for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(told, stop)


def _told(what: str) -> None:
    say(f"acg eval: {what}", "red")


def _why(played: Played) -> str:
    return one_line(played.broken or "; ".join(played.wrong))


def _outcome(generator: str, due: int, repeats: int, done: list[Played]) -> Outcome:
    times = Counter(each.id for each in done if each.passed)
    used = [each.generator for each in done if each.generator]
    return Outcome(
        generator=generator,
        due=due,
        repeats=repeats,
        steady=sum(count == repeats for count in times.values()),
        passed=sum(each.passed for each in done),
        broken=sum(bool(each.broken) for each in done),
        seconds=round(sum(each.seconds for each in done), 3),
        tokens_in=sum(each.tokens_in for each in used),
        tokens_out=sum(each.tokens_out for each in used),
        cost_usd=round(sum(each.cost_usd for each in used), 8),
        scenarios=tuple(done),
    )


def _show(found: Outcome, *, as_json: bool) -> None:
    if as_json:
        write_json(found.model_dump_json(indent=2))
        return
    table = plain("scenario", "", "seconds", "ended as", "ran")
    for column in (3, 4):
        table.columns[column].justify = "left"
    for each in found.scenarios:
        mark = "ok" if each.passed else "BROKEN" if each.broken else "FAIL"
        ended = f"{each.status}{f' ({each.code})' if each.code else ''}"
        ran = one_line("; ".join(each.lines))
        style = "green" if each.passed else "red"
        table.add_row(each.id, Text(mark, style), f"{each.seconds:.1f}", ended, Text(ran))
    print_table(table)
    of = found.due // found.repeats
    put(
        f"\n{found.passed} of {found.due} passed"
        f"{f', {found.steady} of {of} each time' if found.repeats > 1 else ''}"
        f"{f', {found.broken} could not be played' if found.broken else ''};"
        f" generator {one_line(found.generator)}{_spent(found)}; {found.seconds:.0f} s\n"
    )


def _spent(found: Outcome) -> str:
    if not found.tokens_in:
        return ""
    tokens = f"{found.tokens_in} tokens in, {found.tokens_out} out"
    return f", {tokens}, {found.cost_usd:.4f} USD"
