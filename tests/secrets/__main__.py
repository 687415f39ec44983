"""Print the recall of the detectors, what they take by mistake, and their speed.

`python -m tests.secrets`; the same seed makes the same secrets.
"""

import argparse
import sys
import time
from collections.abc import Callable
from random import Random

from runtime.secrets import detectors
from tests.secrets.lines import ordinary
from tests.secrets.measure import Count, false_positives, recall, total, unseen

_MEGABYTE = 1e6


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.secrets", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=20, help="secrets of each kind")
    options = parser.parse_args()
    began = time.perf_counter()
    detectors()
    loaded = time.perf_counter() - began
    seen = recall(options.seed, options.each, alone=True)
    _say("| kind | in lines | seen | library alone |\n|---|--:|--:|--:|")
    for kind, count in seen.items():
        _row(kind, count)
    _row("**all**", total(seen))
    for kind, count in unseen(options.seed, options.each).items():
        _row(f"{kind} (not looked for)", count)
    kept = false_positives(options.seed, options.each)
    wrong = {kind: count for kind, count in kept.items() if count.right != count.of}
    of = total(kept)
    _say(f"\nInnocent lines: {of.of} of {len(kept)} kinds, {of.of - of.right} taken for secrets.")
    for kind, count in wrong.items():
        _say(f"- {kind}: {count.of - count.right} of {count.of}")
    text = "\n".join(ordinary(Random(options.seed), 40_000))  # noqa: S311 - the same every time
    rate = _rate(lambda: detectors().redact(text), len(text))
    _say(
        f"\nOrdinary logs: {rate:.0f} MB/s over {len(text) / _MEGABYTE:.1f} MB, of one core's time."
    )
    _say(f"Loading the detectors: {loaded * 1000:.0f} ms, once in a process.")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _row(kind: str, count: Count) -> None:
    _say(f"| {kind} | {count.of} | {count.share:.2%} | {count.alone / count.of:.0%} |")


def _rate(work: Callable[[], object], size: int) -> float:
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return size / _MEGABYTE / best


if __name__ == "__main__":
    sys.exit(main())
