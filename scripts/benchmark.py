"""Write what `make eval` prints, and how many items there are, into docs/benchmark.md.

    python -m scripts.benchmark

Exit codes: 0 written, 1 it could not be measured.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmark.md"
SUITE = ROOT / "tests" / "evals" / "nl.jsonl"
WORLDS = SUITE.with_name("worlds.json")
QUOTE = re.compile(r"(?<=<!-- make eval -->\n```text\n).*?(?=```\n<!-- end -->)", re.DOTALL)
ROW = re.compile(r"^(\| ([\w-]+) \| )\d+(?= \|)", re.MULTILINE)
TOTAL = re.compile(r"\(\d+ requests in words\)")


def main() -> int:
    """Measure and write; return the exit code."""
    words = ["eval", str(SUITE.relative_to(ROOT)), "--worlds", str(WORLDS.relative_to(ROOT))]
    done = subprocess.run(
        [sys.executable, "-m", "runtime", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
        return 1
    PAGE.write_text(told(PAGE.read_text(), counted(), done.stdout))
    return 0


def counted() -> Counter[str]:
    """Return how many items there are of each difficulty."""
    return Counter(str(json.loads(line)["difficulty"]) for line in SUITE.read_text().splitlines())


def told(page: str, items: Counter[str], printed: str) -> str:
    """Return a page that tells of these items, and quotes what was printed."""
    page = TOTAL.sub(f"({items.total()} requests in words)", page)
    page = ROW.sub(lambda row: f"{row[1]}{items[row[2]]}" if row[2] in items else row[0], page)
    return QUOTE.sub(lambda _: printed, page)


if __name__ == "__main__":
    sys.exit(main())
