"""The figures of a run: a table and its verdicts."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench.load import Sample
from tests.bench.stand import FASTSTREAM, FLOOR, GATEWAY

LATENCY_OF_FLOOR = 1.5
RATE_OF_FLOOR = {False: 0.7, True: 0.85}
LATENCY_OF_FASTSTREAM = 0.5
RATE_OF_FASTSTREAM = 5.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One setting under which contenders are compared."""

    in_flight: int
    durable: bool

    @property
    def name(self) -> str:
        """How a verdict names it."""
        return f"{self.in_flight} in flight, {'durable' if self.durable else 'not durable'}"


@dataclass(slots=True)
class Figures:
    """All samples: per setting and contender, one of each round, in the order of the rounds."""

    samples: dict[tuple[Cell, str], list[Sample]] = field(default_factory=dict)

    def add(self, cell: Cell, contender: str, sample: Sample) -> None:
        """Take up one sample."""
        self.samples.setdefault((cell, contender), []).append(sample)

    def latency(self, cell: Cell, contender: str, to: str) -> float:
        """Return the median over the rounds of: median latency to that of another."""
        return _ratio(
            [each.median for each in self._of(cell, contender)],
            [each.median for each in self._of(cell, to)],
        )

    def rate(self, cell: Cell, contender: str, to: str) -> float:
        """Return the median over the rounds of: commands per second to those of another."""
        return _ratio(
            [each.rate for each in self._of(cell, contender)],
            [each.rate for each in self._of(cell, to)],
        )

    def cpu(self, cell: Cell, contender: str, to: str) -> float:
        """Return the median over the rounds of: processor time of a command to that of another."""
        return _ratio(
            [each.cpu_each for each in self._of(cell, contender)],
            [each.cpu_each for each in self._of(cell, to)],
        )

    def table(self) -> Iterator[str]:
        """Yield the lines of the table, in Markdown."""
        yield (
            "| contender | in flight | durable | median ms | p95 ms | commands/s "
            "| latency / floor | rate / floor | CPU µs each | CPU / floor |"
        )
        yield "|---|--:|---|--:|--:|--:|--:|--:|--:|--:|"
        for (cell, contender), samples in self.samples.items():
            median = statistics.median(each.median for each in samples)
            p95 = statistics.median(each.p95 for each in samples)
            rate = statistics.median(each.rate for each in samples)
            cpu = statistics.median(each.cpu_each for each in samples)
            yield (
                f"| {contender} | {cell.in_flight} | {'yes' if cell.durable else 'no'} "
                f"| {median:.2f} | {p95:.2f} | {rate:,.0f} "
                f"| {self.latency(cell, contender, FLOOR):.2f} "
                f"| {self.rate(cell, contender, FLOOR):.2f} | {cpu:,.0f} "
                f"| {self.cpu(cell, contender, FLOOR):.2f} |"
            )

    def verdicts(self) -> Iterator[tuple[bool, str]]:
        """Yield for each target whether it is met, and the line that says so."""
        for cell in dict.fromkeys(cell for cell, _ in self.samples):
            yield _verdict(
                f"{cell.name}: median latency at most {LATENCY_OF_FLOOR} times the floor's",
                self.latency(cell, GATEWAY, FLOOR),
                most=LATENCY_OF_FLOOR,
            )
            least = RATE_OF_FLOOR[cell.durable]
            yield _verdict(
                f"{cell.name}: throughput at least {least} of the floor's",
                self.rate(cell, GATEWAY, FLOOR),
                least=least,
            )
            if (cell, FASTSTREAM) not in self.samples or cell.in_flight == 1:
                continue
            yield _verdict(
                f"{cell.name}: median latency at most {LATENCY_OF_FASTSTREAM} of FastStream's",
                self.latency(cell, GATEWAY, FASTSTREAM),
                most=LATENCY_OF_FASTSTREAM,
            )
            yield _verdict(
                f"{cell.name}: throughput at least {RATE_OF_FASTSTREAM:.0f} times FastStream's",
                self.rate(cell, GATEWAY, FASTSTREAM),
                least=RATE_OF_FASTSTREAM,
            )

    def _of(self, cell: Cell, contender: str) -> list[Sample]:
        return self.samples[cell, contender]


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def _verdict(
    target: str, found: float, *, most: float | None = None, least: float | None = None
) -> tuple[bool, str]:
    met = (most is None or found <= most) and (least is None or found >= least)
    return met, f"{'met   ' if met else 'MISSED'}  {target}: {found:.2f}"
