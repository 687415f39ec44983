"""One run of the fuzzer: what it tries, and what it saw."""

import shlex
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from time import perf_counter, perf_counter_ns

from hypothesis import HealthCheck, Phase, given, seed, settings

from contracts.docker.parse import Reading, understand
from contracts.docker.render import render
from contracts.docker.risk import Risk, assess
from contracts.docker.targets import targets
from contracts.errors import RefusedError
from tests.contracts.docker.lines import ANY_COMMAND
from tests.fuzz.mutation import mutated

DRAWN_SHARE = 20
"""One line of so many is drawn from the table; drawing costs as much as many parses."""
MOST_BROKEN = 20
PROGRESS_S = 10.0
MEDIAN, NEARLY_ALL = 0.5, 0.99


@dataclass(slots=True)
class Seen:
    """What a run saw. Times are those of one parse each, in nanoseconds."""

    seed: int
    seconds: float = 0.0
    parsed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    times: "array[int]" = field(default_factory=lambda: array("Q"))
    broken: list[str] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """How many lines were tried."""
        return self.parsed + self.refused.total() + len(self.broken)

    def quantile_us(self, share: float) -> float:
        """Return the time within which this share of all lines was parsed or refused."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] / 1000 if ordered else 0.0

    def report(self) -> Iterator[str]:
        """Yield what is to be said of it."""
        codes = ", ".join(f"{code} {count}" for code, count in sorted(self.refused.items()))
        rate = self.lines / self.seconds if self.seconds else 0
        yield f"{self.lines} lines in {self.seconds:.1f} s, {rate:.0f} lines/s, seed {self.seed}"
        yield f"parsed {self.parsed}, refused {self.refused.total()} ({codes})"
        yield (
            f"one parse: median {self.quantile_us(MEDIAN):.1f} us,"
            f" 99 % within {self.quantile_us(NEARLY_ALL):.1f} us"
        )
        yield f"broken: {len(self.broken)}"
        yield from self.broken


def fuzz(corpus: Sequence[str], count: int, seed: int, tell: Callable[[str], object]) -> Seen:
    """Try `count` lines: those drawn from the table and those given, then changes of them.

    Stops early once so much is broken that more would say nothing new.
    """
    seen = Seen(seed)
    began, told = perf_counter(), perf_counter()
    first = [*drawn(max(count // DRAWN_SHARE, 1), seed), *corpus]
    for line in islice(chain(first, mutated(first, seed)), count):
        attempt(line, seen)
        if len(seen.broken) >= MOST_BROKEN:
            break
        if perf_counter() - told > PROGRESS_S:
            told = perf_counter()
            tell(f"fuzz: {seen.lines} of {count} lines, {seen.parsed} parsed\n")
    seen.seconds = perf_counter() - began
    return seen


def drawn(count: int, start: int) -> list[str]:
    """Draw lines from the table: any command, any flags, values that docker would read."""
    lines: list[str] = []

    @seed(start)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(ANY_COMMAND)
    def collect(words: list[str]) -> None:
        lines.append(shlex.join(words))

    collect()
    return lines


def attempt(line: str, seen: Seen) -> None:
    """Try one line, and note what became of it."""
    began = perf_counter_ns()
    try:
        reading = understand(line)
    except RefusedError as refused:
        seen.times.append(perf_counter_ns() - began)
        seen.refused[refused.error.code] += 1
        if not (refused.error.message and refused.error.hint):
            seen.broken.append(f"{line!r}: refused without a reason or a hint")
        return
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is what is looked for
        seen.broken.append(f"{line!r}: {type(error).__name__}: {error}")
        return
    seen.times.append(perf_counter_ns() - began)
    try:
        wrong = fault(reading)
    except Exception as error:  # noqa: BLE001 -- the same
        wrong = f"{type(error).__name__}: {error}"
    if wrong:
        seen.broken.append(f"{line!r}: {wrong}")
    else:
        seen.parsed += 1


def fault(reading: Reading) -> str:
    """Say what does not hold of an operation; nothing where all does."""
    op = reading.operation
    canonical = render(op)
    again = understand(canonical).operation
    if again != op:
        return f"read back differently from {canonical!r}"
    if render(again) != canonical:
        return f"{canonical!r} is not canonical"
    if assess(op, *reading.findings).risk not in Risk:
        return "it has no risk"
    return "" if all(target.reference for target in targets(op)) else "it names nothing"
