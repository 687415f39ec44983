"""A measurement as a person reads it: tables, and what to look at."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from runtime.cli.terminal import is_terminal, one_line, put
from runtime.evals.report import Due, Miss, Percentiles, Rate, Report

if TYPE_CHECKING:
    from runtime.cli.measure import Measurement

_NO_TERMINAL = 100
_GOOD, _FAIR = 0.95, 0.85


def show(found: "Measurement", errors: int) -> None:
    """Print all tables to stdout, then at most so many wrong answers; unsafe ones always."""
    suite, report = found.suite, found.report
    where = f" at {suite.endpoint}" if suite.endpoint else ""
    put(
        f"{report.items} items, {report.answers} answers"
        f"{'' if suite.complete else ' (not all of them)'}; "
        f"generator {one_line(suite.generator)}{where}\n\n"
    )
    print_table(_accuracy(report, suite.repeats))
    put("\n")
    print_table(_rest(report))
    for each in report.unsafe:
        put(f"\nunsafe: {_told(each)}\n        {each.unsafe}\n")
    for each in [each for each in report.misses if not each.unsafe][:errors]:
        put(f"\nwrong:  {_told(each)}\n")


def print_table(table: Table) -> None:
    """Print a table without the blanks that fill its last column."""
    width = None if is_terminal(sys.stdout) else _NO_TERMINAL
    console = Console(width=width, highlight=False)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        put(line.rstrip() + "\n")


def plain(*columns: str) -> Table:
    """Return a table without lines: the first column is names, the others numbers."""
    table = Table(box=None, show_header=any(columns), padding=(0, 3, 0, 0), header_style="dim")
    for at, column in enumerate(columns):
        table.add_column(column, justify="right" if at else "left")
    return table


def _accuracy(report: Report, repeats: int) -> Table:
    several = [f"all {repeats} right"] if repeats > 1 else []
    table = plain("", "items", "right", "strictly", *several)
    for group, rates in report.accuracy.items():
        if group != "all":
            table.add_row(Text(f"by {group}", "dim"))
        for name, rate in rates.items():
            label = name if group == "all" else f"  {name}"
            shares = (rate.loose, rate.strict, *((rate.all,) if several else ()))
            table.add_row(Text(one_line(label)), str(rate.items), *map(share, shares))
    return table


def share(value: float) -> Text:
    """Return a share of 1 as per cent."""
    style = "green" if value >= _GOOD else "yellow" if value >= _FAIR else "red"
    return Text(f"{100 * value:.1f} %", style)


def _rest(report: Report) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 3, 0, 0))
    table.add_row("questions", Text(_due(report.questions)))
    table.add_row("refusals", Text(_due(report.refusals)))
    unsafe = f"{len(report.unsafe)} proposals, of {report.unsafe_items} items"
    table.add_row("unsafe", Text(unsafe, "red" if report.unsafe else "green"))
    if report.not_docker:
        table.add_row("no docker line", Text(f"{report.not_docker} answers", "red"))
    if report.failed:
        table.add_row("no answer", Text(_codes(report.failed), "red"))
    spending(table, report)
    return table


def spending(table: Table, report: Report) -> None:
    """Add what the answers took."""
    spent = report.spent
    table.add_row("latency", Text(spread(spent.latency_ms, "ms", 2)))
    if spent.tokens_in or spent.tokens_out:
        tried = f", {spent.attempts:g} calls an answer" if spent.attempts else ""
        table.add_row("tokens", Text(f"{spent.tokens_in} in, {spent.tokens_out} out{tried}"))
        table.add_row(
            "cost", Text(f"{spent.cost_usd:.4f} USD; each: {_costs(spent.cost_usd_each)}")
        )


def spread(of: Percentiles, unit: str, digits: int) -> str:
    """Return percentiles as one line."""
    if of.p50 is None or of.p90 is None or of.p99 is None or of.max is None:
        return "nothing was measured"
    numbers = {"p50": of.p50, "p90": of.p90, "p99": of.p99, "max": of.max}
    return ", ".join(f"{name} {value:.{digits}f} {unit}" for name, value in numbers.items())


def _costs(of: Percentiles) -> str:
    return spread(of, "USD", 6)


def _due(due: Due) -> str:
    said = f"{due.right} of {due.due} that were due; {due.over} where a command was due"
    if due.nameable:
        said += f"; {due.named} of {due.nameable} offer every candidate"
    return said


def _codes(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {code}" for code, count in counts.items())


def _told(each: Miss) -> str:
    said = "; ".join(each.commands) or f"{each.decision} ({each.code}: {each.message})"
    return one_line(f"{each.id}: {each.request!r}: {said}; right: {each.expected}")


__all__ = ["Rate", "plain", "print_table", "share", "show", "spending", "spread"]
