"""`acg doctor`: what is missing and how to get it, and which promises hold here."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from runtime.cli.app import DOCKER_FAILED, OK, commands, run
from runtime.cli.health import deployment, machine, promises
from runtime.cli.health.finding import Finding, looked, no, ok, unknown
from runtime.cli.terminal import is_terminal, one_line, put, write_json
from runtime.embedded import Home
from runtime.errors import LinkError
from runtime.link import Link, connect
from runtime.settings import AcgSettings, LinkSettings

app = commands()

_CONNECTING = timedelta(seconds=3)
_NO_TERMINAL = 160
_MARKS = {"ok": ("ok", "green"), "no": ("no", "red"), "unknown": ("?", "yellow")}
_VERDICTS = {"holds": "green", "does not hold": "red", "cannot be checked": "yellow"}


@app.command()
def doctor(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False
) -> None:
    """Say what is missing and how to get it, and which promises hold for this deployment.

    Starts nothing and changes nothing. Exit code 1 if something is missing that is needed.
    """
    findings, verdicts = run(_examine(), quiet=True)
    well = not any(each.bad for each in findings)
    if as_json:
        document = {
            "ok": well,
            "checks": [asdict(each) for each in findings],
            "promises": [{**asdict(each), "text": each.text} for each in verdicts],
        }
        write_json(json.dumps(document, indent=2))
    else:
        _show(findings, verdicts)
    raise typer.Exit(OK if well else DOCKER_FAILED)


async def _examine() -> tuple[list[Finding], list[promises.Promise]]:
    nats = LinkSettings.found()
    home = Home(AcgSettings())
    ours = not nats.servers
    running = ours and home.running()
    seen = deployment.Seen()
    machines, engines, found = await asyncio.gather(
        asyncio.gather(
            looked("python", machine.python),
            looked("nats-server", machine.nats_server, required=ours),
            looked("home", partial(machine.home, home)),
            looked("generator", machine.generator),
            looked("policy", machine.policy),
        ),
        machine.engines(required=ours),
        _deployment(
            home.link("gateway") if running else nats,
            home if ours else None,
            seen,
            there=running or not ours,
        ),
    )
    findings = [*machines, *engines, _gateway(nats, home, running=running), *found]
    named = {each.name: each for each in findings}
    return findings, list(promises.judged(named, seen, embedded=ours))


def _gateway(nats: LinkSettings, home: Home, *, running: bool) -> Finding:
    if nats.servers:
        return ok("gateway", f"on the server that is configured: {nats.shown}")
    if running:
        return ok("gateway", f"runs here, on {home.url}")
    said = "none runs here: `acg run` starts one for each call"
    return no("gateway", said, "acg up keeps one running", required=False)


async def _deployment(
    nats: LinkSettings, home: Home | None, seen: deployment.Seen, *, there: bool
) -> list[Finding]:
    async with AsyncExitStack() as stack:
        link: Link | None = None
        why = "no gateway runs here"
        connected: list[Finding] = []
        if there:
            try:
                link = await stack.enter_async_context(
                    connect(nats, "acg-doctor", patience=_CONNECTING)
                )
            except (LinkError, OSError) as error:
                why = "NATS is not reached"
                fix = "see that the server runs, and NATS_URL (and NATS_NKEY, NATS_CREDS)"
                connected.append(no("nats", f"{error}", fix))
        looks: dict[str, Callable[[Link], Awaitable[Finding]]] = {
            "nats": deployment.server,
            "streams": partial(deployment.streams, seen=seen),
            "functions": partial(deployment.functions, seen=seen),
            "inventory": deployment.pictures,
        }
        found = connected
        for name, look in looks.items():
            if link:
                found.append(await looked(name, partial(look, link)))
            elif not any(each.name == name for each in found):
                found.append(unknown(name, why))
        found.append(await looked("sync to disk", partial(deployment.syncing, home)))
        return found


def _show(findings: list[Finding], verdicts: list[promises.Promise]) -> None:
    console = Console(width=None if is_terminal(sys.stdout) else _NO_TERMINAL, highlight=False)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for each in findings:
        mark, style = _MARKS[each.state]
        if each.state == "no" and not each.required:
            mark, style = "-", "dim"
        said = one_line(each.said) + (f"\n→ {one_line(each.fix)}" if each.fix else "")
        table.add_row(Text(mark, style), Text(each.name), Text(said))
    _print(console, table)
    put("\n")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for promise in verdicts:
        verdict = Text(promise.verdict, _VERDICTS[promise.verdict])
        text = Text(f"{promise.text}\n").append(one_line(promise.why), "dim")
        table.add_row(Text(promise.id), verdict, text)
    _print(console, table)


def _print(console: Console, table: Table) -> None:
    """Print a table without the blanks that fill its last column."""
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        put(line.rstrip() + "\n")
