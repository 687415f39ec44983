"""Columns as Go's text/tabwriter lays them out, which is how docker's CLI prints its tables."""

from runtime.adapters.docker.text import human

_Line = list[str]


def align(text: str, *, least: int = 10, padding: int = 3) -> str:
    """Return the text with tab-terminated cells padded into columns.

    A column is a run of neighbouring lines that have a cell there; it is as wide as its widest
    cell plus `padding`, at least `least`. The last cell of a line belongs to no column.
    """
    lines = [line.split("\t") for line in text.split("\n")]
    widths: list[list[int]] = [[] for _ in lines]
    _measure(lines, widths, 0, len(lines), least, padding)
    return "\n".join(_padded(line, row) for line, row in zip(lines, widths, strict=True))


def _measure(  # noqa: PLR0913, PLR0917 - one block of the layout: what, where, how wide
    lines: list[_Line], widths: list[list[int]], start: int, end: int, least: int, padding: int
) -> None:
    """Give every line of the block the widths of its columns, from its current one rightwards."""
    at = start
    while at < end:
        column = len(widths[at])
        if column >= len(lines[at]) - 1:
            at += 1
            continue
        stop = at
        while stop < end and column < len(lines[stop]) - 1:
            stop += 1
        widest = max(human.width(line[column]) + padding for line in lines[at:stop])
        for row in widths[at:stop]:
            row.append(max(widest, least))
        _measure(lines, widths, at, stop, least, padding)
        at = stop


def _padded(line: _Line, widths: list[int]) -> str:
    cells = [
        cell + " " * (columns - human.width(cell))
        for cell, columns in zip(line, widths, strict=False)
    ]
    return "".join(cells) + line[-1]
