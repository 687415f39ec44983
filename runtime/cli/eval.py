"""`acg eval`: measure the docker language, and the words, on items that are written down.

Nothing is run and no gateway is asked: items go through the code that would decide on them.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from contracts.world import World
from runtime.cli.app import OK, USAGE, commands, run
from runtime.cli.measure import Measurement, Suite, digest, suite
from runtime.cli.measured import show
from runtime.cli.scenarios import engine
from runtime.cli.terminal import say, write_json
from runtime.evals.generators import BUILTIN, UnopenedError, endpoint_of
from runtime.evals.gold import Gold, read_gold
from runtime.evals.items import Fault, Item, Passed, read
from runtime.evals.predict import Predictor
from runtime.evals.report import report
from runtime.evals.score import score as scored
from runtime.evals.told import weighed
from runtime.evals.worlds import WorldError, read_worlds

BAD_ITEMS = 1
MOST_SHOWN = 20
PROGRESS_S = 2.0
_ENGINE = "--engine"

app = commands()


class _Evals(TyperGroup):
    """What is no command of the group begins the options of `suite`; `--engine` is one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words that follow `acg eval`."""
        if _ENGINE in args[:1]:
            args = [_ENGINE.removeprefix("--"), *args[1:]]
        elif args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["suite", *args]
        return super().parse_args(ctx, args)


evals = typer.Typer(
    cls=_Evals,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Measure the docker language and the words on written items: acg eval SUITE.",
)
evals.command()(suite)
evals.command()(engine)
app.add_typer(evals, name="eval")

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Items, one JSON a line.")]


@evals.command()
def predict(
    files: Files,
    *,
    out: Annotated[Path, typer.Option(help="Where the predictions go, one JSON a line.")],
    worlds: Annotated[
        Path | None, typer.Option(help="What exists, by the names that requests in words give.")
    ] = None,
    world: Annotated[str, typer.Option(help="The world of requests that name none.")] = "",
    generator: Annotated[
        str,
        typer.Option(help="`builtin`, or a model: words and worlds are sent to its endpoint."),
    ] = BUILTIN,
) -> None:
    """Predict grammar and risk of lines, commands for words, decisions on attacks.

    Exit codes: 0 every item was predicted, 1 some lines are no items (each is named, the others
    are predicted), 2 a file cannot be read or written.
    """
    try:
        known = read_worlds(worlds) if worlds else {}
        check_world(world, known)
        bad = run(_predict(_items(files, known, world), out, generator), quiet=True)
    except (OSError, WorldError, _FileError, UnopenedError) as error:
        say(f"acg eval: {error}")
        raise typer.Exit(USAGE) from error
    raise typer.Exit(BAD_ITEMS if bad else OK)


class _FileError(Exception):
    """A file cannot be read or written: which, and why."""


def check_world(name: str, worlds: dict[str, World]) -> None:
    """Raise WorldError for the name of a world that no file describes."""
    if name and name not in worlds:
        raise WorldError(f"there is no world {name!r} in --worlds")


@evals.command()
def score(
    files: Files,
    *,
    predictions: Annotated[
        Path, typer.Option(help="What `acg eval predict` wrote, or another gateway.")
    ],
    worlds: Annotated[
        Path | None, typer.Option(help="What exists: without it no words are scored.")
    ] = None,
    errors: Annotated[int, typer.Option(min=0, help="At most so many wrong lines.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Print how many docker lines and requests in words were predicted right, and what is unsafe.

    Exit codes: 0 nothing dangerous was called harmless, and no proposal is unsafe, 1 something
    was, 2 a file cannot be read.
    """
    try:
        predicted = list(_objects(predictions))
        last = {each["id"]: each for each in predicted}
        found = scored((each for path in files for each in _objects(path)), last)
        words = _words(files, predicted, worlds, str(predictions))
    except (OSError, ValueError, KeyError) as error:
        say(f"acg eval: {error}")
        raise typer.Exit(USAGE) from error
    if as_json:
        lines = asdict(found) if found.of else None
        spoken = words.model_dump(mode="json") if words else None
        write_json(json.dumps({"lines": lines, "words": spoken}, indent=2))
    elif found.of or words is None:
        for line in (*found.table(), *found.misses[:errors]):
            typer.echo(line)
    if words and not as_json:
        show(words, errors)
    unsafe = words is not None and words.report.unsafe_items > 0
    raise typer.Exit(BAD_ITEMS if found.dangerous or unsafe else OK)


def _words(
    files: list[Path], predicted: list[Any], worlds: Path | None, name: str
) -> Measurement | None:
    """Return what the predictions of requests in words are worth; None where there are none.

    Raises OSError, ValueError.
    """
    if worlds is None:
        return None
    known = read_worlds(worlds)
    items = [each for path in files for each in read_gold(path, known) if isinstance(each, Gold)]
    if not items:
        return None
    done = list(weighed(items, predicted, known))
    digests = {str(path): digest(path) for path in (*files, worlds)}
    repeats = max(each.repeat for each in done)
    about = Suite(files=digests, generator=name, repeats=repeats)
    return Measurement(suite=about, report=report(done))


def _items(files: list[Path], worlds: dict[str, World], default: str) -> Iterator[Item | Fault]:
    for path in files:
        yield from read(path, worlds, default)


async def _predict(items: Iterator[Item | Fault], out: Path, generator: str) -> int:
    """Write the predictions of all items, whole or not at all; return how many lines are bad.

    Raises _FileError.
    """
    try:
        if endpoint := endpoint_of(generator):
            say(f"acg eval: the words and worlds of the items are sent to {endpoint}")
        return await _predicted(items, out, generator)
    except OSError as error:
        raise _FileError(str(error)) from error


async def _predicted(items: Iterator[Item | Fault], out: Path, generator: str) -> int:
    told = _Told()
    with tempfile.NamedTemporaryFile(
        "w", dir=out.parent, prefix=f".{out.name}.", delete=False, encoding="ascii"
    ) as written:
        try:
            await _write(items, written, told, generator)
            written.flush()
            os.chmod(written.name, 0o644)  # noqa: PTH101 -- as any file that is written
            os.replace(written.name, out)  # noqa: PTH105 -- the name of an open file
        except BaseException:
            with suppress(OSError):
                os.unlink(written.name)  # noqa: PTH108 -- the same
            raise
    told.end()
    return told.bad


async def _write(
    items: Iterator[Item | Fault], written: Any, told: "_Told", generator: str
) -> None:
    seen: set[str] = set()
    async with Predictor(generator) as predictor:
        for item in items:
            if isinstance(item, Fault):
                told.fault(f"{item.path}:{item.number}: {item.why}")
            elif isinstance(item, Passed):
                told.passed += 1
            elif item.id in seen:
                told.fault(f"the id {item.id[:80]!r} is there more than once; the first counts")
            else:
                seen.add(item.id)
                prediction = await predictor.predict(item)
                written.write(json.dumps(prediction, sort_keys=True) + "\n")
                told.predicted()


class _Told:
    """What is said on stderr: each bad line up to a bound, and how far a long run has come."""

    def __init__(self) -> None:
        self.bad = self.passed = self.done = 0
        self._next = monotonic() + PROGRESS_S

    def fault(self, what: str) -> None:
        self.bad += 1
        if self.bad <= MOST_SHOWN:
            say(f"acg eval: {what}")

    def predicted(self) -> None:
        self.done += 1
        if monotonic() >= self._next:
            self._next = monotonic() + PROGRESS_S
            say(f"acg eval: {self.done} items")

    def end(self) -> None:
        if self.bad > MOST_SHOWN:
            say(f"acg eval: and {self.bad - MOST_SHOWN} more lines that are no items")
        passed = f", {self.passed} passed over" if self.passed else ""
        say(f"acg eval: {self.done} items predicted{passed}, {self.bad} bad lines")


def _objects(path: Path) -> Iterator[Any]:
    """Yield the JSON objects of a file that have an id; others were named by `predict`."""
    with path.open("rb") as file:
        for raw in file:
            with suppress(ValueError, RecursionError):
                found = json.loads(raw)
                if isinstance(found, dict) and isinstance(found.get("id"), str):
                    yield found
