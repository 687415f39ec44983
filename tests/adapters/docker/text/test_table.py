"""Columns come out as Go's tabwriter lays them out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.adapters.docker.text import human
from runtime.adapters.docker.text.table import align

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\t\n"), max_size=12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("A\tB\n", "A         B\n"),
        ("A\tB\n0123456789\tx\n", "A            B\n0123456789   x\n"),
        ("A\t\tC\n", "A                   C\n"),
        ("A\tB\n\nlonger than ten\tB\n", "A         B\n\nlonger than ten   B\n"),
        ("日本\tB\nabcdefgh\tB\n", "日本       B\nabcdefgh   B\n"),
        ("last is free\n", "last is free\n"),
    ],
)
def test_a_column_is_as_wide_as_its_widest_cell_and_three(text: str, expected: str) -> None:
    assert align(text) == expected


def test_the_least_width_and_the_padding_can_be_told() -> None:
    assert align(" Version:\t1\n", least=20, padding=1) == " Version:           1\n"


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6))
def test_every_cell_of_a_column_begins_at_the_same_place(rows: list[tuple[str, str, str]]) -> None:
    lines = align("\n".join("\t".join(row) for row in rows)).split("\n")
    widest = [max(10, *(human.width(row[column]) + 3 for row in rows)) for column in (0, 1)]
    for line, row in zip(lines, rows, strict=True):
        assert human.width(line) == sum(widest) + human.width(row[2])
        assert line.startswith(row[0])
        assert line.endswith(row[2])
