"""Throw lines at the parser: none may end in anything but an operation or a refusal.

    python -m tests.fuzz [--count N] [--seed N] [FILE...]

Lines are drawn from the table itself and read from files (JSON lines with `line` or `input`, or
plain text), then changed at random. Each that parses is judged, rendered and read back: the
operation must be the same. Exit codes: 0 all held, 1 something did not, 2 a file cannot be read.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.run import fuzz

OWN = Path("tests/evals/cli.jsonl")


def lines_of(path: Path) -> Iterator[str]:
    """Yield the lines that a file holds. Raises OSError."""
    for text in path.read_text(errors="replace").splitlines():
        try:
            item = json.loads(text)
        except ValueError:
            item = {"line": text}
        found = item.get("line", item.get("input")) if isinstance(item, dict) else None
        if isinstance(found, str) and found:
            yield found


def main() -> int:
    """Fuzz and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="fuzz", description="Throw lines at the parser.")
    parser.add_argument("files", nargs="*", type=Path, help="lines to start from")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    try:
        corpus = [line for path in asked.files or [OWN] for line in lines_of(path)]
    except OSError as error:
        sys.stderr.write(f"fuzz: {error}\n")
        return 2
    found = fuzz(corpus, asked.count, asked.seed, tell=sys.stderr.write)
    sys.stdout.write("".join(f"{line}\n" for line in found.report()))
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
