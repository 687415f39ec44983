"""Two generators beside each other, as a person reads it."""

from datetime import UTC, datetime

from pydantic import Field
from rich.table import Table
from rich.text import Text

from contracts.model import Fact
from runtime.cli.measured import print_table, spread
from runtime.cli.terminal import one_line, put
from runtime.evals.report import Spent
from runtime.evals.shadow import Comparison, Pair, Side


class Shadow(Fact):
    """One JSON document: what was asked again, of whom, and what it came to.

    - `since`: where the history begins. `asked`: requests in words since then.
    - `lines`, `unanswered`: how many requests were docker lines, and had no answer.
    - `world`: from when the picture of each host is, in which all was asked again.
    - `complete`: whether all of them were asked.
    """

    model: str
    endpoint: str | None = None
    since: datetime
    asked: int = 0
    lines: int = 0
    unanswered: int = 0
    world: dict[str, datetime] = Field(default_factory=dict)
    complete: bool = True
    comparison: Comparison = Comparison()


def show(found: Shadow, differences: int) -> None:
    """Print what was compared, then at most so many differences side by side."""
    comparison = found.comparison
    if not comparison.pairs:
        put(
            f"nothing that was asked in words since {_day(found.since)} can be compared: "
            f"{found.lines} docker lines, {found.unanswered} without an answer\n"
        )
        return
    where = f" at {found.endpoint}" if found.endpoint else ""
    put(
        f"{comparison.requests} requests ({comparison.different} different) "
        f"since {_day(found.since)}, asked again of "
        f"{one_line(found.model)}{where}{'' if found.complete else ' (not all of them)'}\n"
        f"in the world of now: {_ages(found.world)}\n\n"
    )
    table = Table(box=None, show_header=False, padding=(0, 3, 0, 0))
    for name, said in _rows(found):
        table.add_row(name, Text(said))
    print_table(table)
    unlike = [each for each in comparison.pairs if each.agreement == "differs"]
    if not unlike or not differences:
        return
    put("\n")
    sides = Table(padding=(0, 2, 0, 0), box=None, header_style="dim")
    for name in ("asked", "recorded", "now"):
        sides.add_column(name, overflow="fold", ratio=1)
    for each in unlike[:differences]:
        sides.add_row(Text(_asked(each)), _told(each.recorded, each.ended), _told(each.new))
        sides.add_row()
    print_table(sides)
    if len(unlike) > differences:
        put(f"and {len(unlike) - differences} more: --differences {len(unlike)}\n")


def _rows(found: Shadow) -> list[tuple[str, str]]:
    comparison = found.comparison
    agreed = (
        f"{100 * comparison.agreement:.1f} %: {comparison.same} the same, {comparison.alike} alike "
        f"but for how a read looks, {comparison.differs} different"
    )
    rows = [
        ("agreement", agreed),
        ("would change more", f"{comparison.more}"),
    ]
    rows += [
        (before, ", ".join(f"{count} {now}" for now, count in became.items()))
        for before, became in (
            (f"recorded: {name}", became) for name, became in comparison.decisions.items()
        )
    ]
    rows += _spent("recorded", comparison.recorded) + _spent("now", comparison.new)
    passed = f"{found.lines} docker lines, {found.unanswered} without an answer"
    if comparison.held_back:
        passed += f", {comparison.held_back} that would not be taken today"
    return [*rows, ("passed over", passed)]


def _spent(whose: str, of: Spent) -> list[tuple[str, str]]:
    rows = [(f"latency, {whose}", spread(of.latency_ms, "ms", 2))]
    if of.generators:
        counts = (f"{count} {one_line(name)}" for name, count in of.generators.items())
        rows.insert(0, (f"answered by, {whose}", ", ".join(counts)))
    if of.tokens_in or of.tokens_out:
        tokens = f"{of.tokens_in} tokens in, {of.tokens_out} out, {of.cost_usd:.4f} USD"
        rows.append((f"cost, {whose}", tokens))
    return rows


def _day(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _ages(world: dict[str, datetime]) -> str:
    now = datetime.now(UTC)
    return ", ".join(
        f"{one_line(host)} as of {max(0, round((now - as_of).total_seconds()))} s ago"
        for host, as_of in world.items()
    )


def _asked(pair: Pair) -> str:
    times = f" ({pair.times} times)" if pair.times > 1 else ""
    on = f" on {pair.host}" if pair.host else ""
    return one_line(f"{pair.words}{on}{times}")


def _told(side: Side, ended: str = "") -> Text:
    said = "\n".join(one_line(line) for line in side.lines)
    if not said:
        options = f" [{', '.join(side.options)}]" if side.options else ""
        said = one_line(f"{side.decision}: {side.message}{options}")
    text = Text(said)
    return text.append(f"\n{ended}", "dim") if ended else text
