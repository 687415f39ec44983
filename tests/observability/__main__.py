"""Run the gateway, use it for half a minute, and print what each panel of each dashboard shows.

What Grafana would draw, without Grafana: `python -m tests.observability`.
"""

import asyncio
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

from runtime import log
from runtime.generate.dashboards import DASHBOARDS, Query
from tests.observability.filled import filled
from tests.observability.watched import Watched, watched

_USED_S = 30.0
_PROGRAMS = ("prometheus", "prometheus-alertmanager")
_SHOWN = 6


async def main() -> None:
    """Print the panels of a gateway that is in use."""
    log.configure("critical", "console")
    found = [shutil.which(each) for each in _PROGRAMS]
    if None in found:
        sys.exit(f"apt-get install {' '.join(_PROGRAMS)}")
    with tempfile.TemporaryDirectory(prefix="acg-") as folder:
        async with watched(Path(folder), *(str(each) for each in found)) as stack:
            until = time.monotonic() + _USED_S
            number = 0
            while time.monotonic() < until:
                await stack.use(number)
                number += 1
            sys.stdout.write(f"{number} rounds of five requests in {_USED_S:.0f} s\n")
            for board in DASHBOARDS:
                sys.stdout.write(f"\n# {board.title}: {board.question}\n")
                for panel in board.panels:
                    if panel.queries:
                        sys.stdout.write(f"\n{panel.title} ({panel.unit})\n")
                    for query in panel.queries:
                        sys.stdout.writelines(await lines(stack, query))


async def lines(stack: Watched, query: Query) -> list[str]:
    """Return the largest of what a query finds, one line each."""
    values = sorted(await stack.values(filled(query.expr)), key=lambda each: -each[1])
    shown = [f"{value:>14.4g}  {called(query, labels)}\n" for labels, value in values[:_SHOWN]]
    more = len(values) - _SHOWN
    return [*shown, *([f"{'':>14}  and {more} more\n"] if more > 0 else [])]


def called(query: Query, labels: dict[str, str]) -> str:
    """Return a series' name as the panel's legend has it."""
    form = query.legend or " ".join(f"{{{{{name}}}}}" for name in labels if name != "__name__")
    return re.sub(r"{{(\w+)}}", lambda found: labels.get(found[1], ""), form).strip()


if __name__ == "__main__":
    asyncio.run(main())
