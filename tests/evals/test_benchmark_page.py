"""docs/benchmark.md tells of the suite that is there (`python -m scripts.benchmark` writes it)."""

import re

from scripts.benchmark import PAGE, QUOTE, ROW, counted


def test_the_page_counts_the_items_of_each_difficulty() -> None:
    page = PAGE.read_text()
    assert {name for _, name in ROW.findall(page)} == set(counted())
    for name, count in counted().items():
        assert f"| {name} | {count} |" in page
    assert f"({counted().total()} requests in words)" in page


def test_the_figures_on_the_page_are_of_this_suite() -> None:
    quoted = QUOTE.search(PAGE.read_text())
    assert quoted
    total = counted().total()
    assert quoted[0].startswith(f"{total} items, {total} answers; generator builtin\n")
    rows = re.findall(r"^  ([\w-]+) +(\d+) +[\d.]+ %", quoted[0], re.MULTILINE)
    assert {name: int(count) for name, count in rows if name in counted()} == counted()
