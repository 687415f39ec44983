"""Measure the gateway against the floor and against FastStream: `python -m tests.bench`.

Every figure is a ratio at heart: the contenders take turns in short slices, round by round, on
the same machine, each with a nats-server of its own under the same settings, and a ratio is
the median of the rounds' ratios. Absolute figures are the medians of the rounds.
"""

import argparse
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from runtime import log
from tests.bench.load import UnansweredError
from tests.bench.stand import LINE, BrokenStandError, Stand, profiling, stand
from tests.bench.table import Cell, Figures

_SLICE_S = {1: 0.8, 100: 1.2}
_WARM_S = 1.0
_PROFILE_S = 8.0


def main() -> int:
    """Run the bench. Exit status 1: a target is missed; 2: it could not be measured."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="how often each takes its turn")
    parser.add_argument("--in-flight", type=int, action="append", help="default: 1 and 100")
    parser.add_argument("--only", action="append", help="contenders to measure, beside the floor")
    parser.add_argument("--durable", choices=("yes", "no"), help="default: both")
    parser.add_argument("--beside", action="append", default=[], help="further functions to serve")
    parser.add_argument("--profile", type=Path, help="profile the gateway alone; write it there")
    options = parser.parse_args()
    log.configure("error", "console")
    try:
        with tempfile.TemporaryDirectory(prefix="acg-bench-") as folder:
            return uvloop.run(_bench(Path(folder), options))
    except (BrokenStandError, UnansweredError) as error:
        sys.stderr.write(f"bench: {error}\n")
        return 2


async def _bench(folder: Path, options: argparse.Namespace) -> int:
    if options.profile:
        async with profiling(folder, options.profile, beside=options.beside) as caller:
            await caller.slice(LINE, 100, _PROFILE_S)
        return 0
    async with stand(folder, beside=options.beside) as made:
        figures = await _measure(made, options)
    _say(f"{_machine()}, {options.rounds} rounds\n")
    for line in figures.table():
        _say(line)
    _say("")
    for name, why in made.absent.items():
        _say(f"not measured: {name}: {why}")
    verdicts = list(figures.verdicts())
    for _, line in verdicts:
        _say(line)
    return 0 if all(met for met, _ in verdicts) else 1


async def _measure(made: Stand, options: argparse.Namespace) -> Figures:
    figures = Figures()
    cells = [
        Cell(in_flight, durable)
        for durable in (False, True)
        for in_flight in options.in_flight or _SLICE_S
        if options.durable is None or durable == (options.durable == "yes")
    ]
    rows = [
        row for row in made.contenders() if not options.only or row[0] in {"floor", *options.only}
    ]
    for durable in {cell.durable for cell in cells}:
        for _, whom, body in rows:
            await made.callers[whom, durable].slice(body, 50, _WARM_S)
    for number in range(options.rounds):
        for cell in cells:
            for name, whom, body in rows if number % 2 == 0 else reversed(rows):
                caller = made.callers[whom, cell.durable]
                seconds = _SLICE_S.get(cell.in_flight, 1.0)
                figures.add(cell, name, await caller.slice(body, cell.in_flight, seconds))
    return Figures({(c, name): figures.samples[c, name] for c in cells for name, _, _ in rows})


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = platform.python_version()
    return f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {cores} cores, Python {python}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
