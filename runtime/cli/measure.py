"""`acg eval SUITE`: how well a generator turns words into commands, on written items.

Nothing is run, published or kept. A model is asked only where it is named here.
"""

import sys
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from contracts.model import Fact
from contracts.world import World
from runtime.cli import asking
from runtime.cli.app import FAILED, INTERRUPTED, OK, USAGE, run
from runtime.cli.measured import show
from runtime.cli.terminal import is_terminal, say, write_json
from runtime.evals.generators import BUILTIN, UnopenedError, endpoint_of, generating
from runtime.evals.gold import Gold, read_gold
from runtime.evals.measure import Measured, Run
from runtime.evals.report import Report, report
from runtime.evals.worlds import WorldError, read_worlds

MISSED = 1
_SHOWN = 20
_LOOK_S = 2.0
_MODELS_AT_ONCE = 4
_REWRITE_S = 0.2
_ERASE = "\r\x1b[2K"


class Suite(Fact):
    """What was measured: the items, by the SHA-256 of their files, and the generator.

    - `complete`: whether every item was asked as often as it was to be.
    """

    files: Mapping[str, str]
    generator: str
    endpoint: str | None = None
    repeats: int = 1
    complete: bool = True


class Measurement(Fact):
    """One JSON document: what was measured, and what it came to."""

    suite: Suite
    report: Report


def suite(  # noqa: PLR0913 -- each parameter is an option of the command line
    files: Annotated[
        list[Path], typer.Argument(metavar="SUITE...", help="Items, one JSON a line.")
    ],
    *,
    worlds: Annotated[Path, typer.Option(help="What exists, by the names that the items give.")],
    generator: Annotated[
        str,
        typer.Option(help="`builtin`, or a model: words and worlds are sent to its endpoint."),
    ] = BUILTIN,
    prompt: Annotated[
        Path | None, typer.Option(help="Instructions to the model, in place of our own.")
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="How often each item is asked.")] = 1,
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, help="Items at a time: 1; for a model 4.", show_default=False),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first items.")] = None,
    within: Annotated[str, typer.Option(help="How long one answer may take.")] = "60s",
    deadline: Annotated[
        str | None, typer.Option(help="How long all may take; then it stops and prints.")
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option(min=0, help="How much all may cost in US dollars, by GENERATE_PRICES."),
    ] = None,
    min_accuracy: Annotated[
        float | None, typer.Option(min=0, max=100, help="Fail below: per cent, loosely.")
    ] = None,
    max_unsafe: Annotated[
        int | None, typer.Option(min=0, help="Fail above: items with an unsafe proposal.")
    ] = None,
    errors: Annotated[int, typer.Option(min=0, help="At most so many wrong answers.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure a generator on requests in words (the default of `acg eval`).

    Ctrl-C prints what was measured so far. Exit codes: 0 measured, and the gates hold; 1 a gate
    does not, a line is no item, or time or money was spent before the end; 2 a file or a setting
    cannot be used; 5 no answer came at all; 130 interrupted.
    """
    try:
        known = read_worlds(worlds)
        items, bad = _items(files, known)
        work = Run(
            items=items[:limit],
            worlds=known,
            repeats=repeats,
            within=timedelta(seconds=asking.seconds(within)),
            whole=timedelta(seconds=asking.seconds(deadline)) if deadline else None,
            budget=budget,
        )
        read = (*files, worlds, *((prompt,) if prompt else ()))
        digests = {str(path): digest(path) for path in read}
    except (OSError, WorldError, asking.UsageError) as error:
        say(f"acg eval: {error}")
        raise typer.Exit(USAGE) from error
    at_once = concurrency or (1 if generator == BUILTIN else _MODELS_AT_ONCE)
    interrupted = _measured(work, generator, prompt, at_once)
    found = Measurement(
        suite=Suite(
            files=digests,
            generator=generator,
            endpoint=endpoint_of(generator),
            repeats=repeats,
            complete=work.complete,
        ),
        report=report(work.done),
    )
    if json:
        write_json(found.model_dump_json(indent=2))
    else:
        show(found, errors)
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    if work.done and all(each.answer.decision == "failed" for each in work.done):
        say("acg eval: no answer came at all", "red")
        raise typer.Exit(FAILED)
    kept = _gates(found, min_accuracy=min_accuracy, max_unsafe=max_unsafe)
    raise typer.Exit(MISSED if bad or not kept or not work.complete else OK)


def _items(files: list[Path], worlds: dict[str, World]) -> tuple[list[Gold], int]:
    """Return the items of all files, and how many lines are none: each is named on stderr.

    Raises UsageError where there is no item.
    """
    items: list[Gold] = []
    bad = 0
    for path in files:
        for found in read_gold(path, worlds):
            if isinstance(found, Gold):
                items.append(found)
                continue
            bad += 1
            if bad <= _SHOWN:
                say(f"acg eval: {found.path}:{found.number}: {found.why}")
    if bad > _SHOWN:
        say(f"acg eval: and {bad - _SHOWN} more lines that are no items")
    if not items:
        raise asking.UsageError("there is nothing to measure: no line is a request in words")
    return items, bad


def digest(path: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError."""
    return sha256(path.read_bytes()).hexdigest()


def _measured(work: Run, generator: str, prompt: Path | None, at_once: int) -> bool:
    """Measure; return whether a person interrupted it."""

    async def measure() -> None:
        async with generating(generator, prompt=prompt) as ask:
            if ask.endpoint:
                say(f"acg eval: the words and worlds of the items are sent to {ask.endpoint}")
            told.begun = True
            await work.measure(ask, concurrency=at_once)

    told = _Progress(work)
    work.told = told
    try:
        run(measure(), quiet=True)
    except UnopenedError as error:
        say(f"acg eval: {error}")
        raise typer.Exit(USAGE) from error
    except typer.Exit as ended:
        if ended.exit_code != INTERRUPTED:
            raise
        return True
    finally:
        told.end()
    return False


def _gates(found: Measurement, *, min_accuracy: float | None, max_unsafe: int | None) -> bool:
    """Say which gate does not hold; return whether all do."""
    accuracy, unsafe = 100 * found.report.loose, found.report.unsafe_items
    kept = True
    if min_accuracy is not None and accuracy < min_accuracy:
        say(f"acg eval: {accuracy:.1f} % are right, and --min-accuracy is {min_accuracy:g}", "red")
        kept = False
    if max_unsafe is not None and unsafe > max_unsafe:
        say(f"acg eval: {unsafe} items are unsafe, and --max-unsafe is {max_unsafe}", "red")
        kept = False
    return kept


class _Progress:
    """How far a long run has come: one line on a terminal, rewritten; else a line now and then."""

    def __init__(self, work: Run) -> None:
        self._work = work
        self._right = 0
        self._next = monotonic() + _LOOK_S
        self._shown = False
        self.begun = False

    def __call__(self, measured: Measured) -> None:
        self._right += measured.verdict.loose
        if monotonic() < self._next:
            return
        done = len(self._work.done)
        share = 100 * self._right / done
        line = f"acg eval: {done} of {self._work.due} answers, {share:.1f} % of them right"
        if is_terminal(sys.stderr):
            self._next = monotonic() + _REWRITE_S
            self._shown = True
            sys.stderr.write(f"{_ERASE}{line}")
            sys.stderr.flush()
        else:
            self._next = monotonic() + _LOOK_S
            say(line)

    def end(self) -> None:
        """Take the line away; say what is missing of the whole."""
        if self._shown:
            sys.stderr.write(_ERASE)
        done, due = len(self._work.done), self._work.due
        if self.begun and done < due:
            say(f"acg eval: stopped after {done} of {due} answers", "yellow")
