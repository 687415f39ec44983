"""`acg token`: who may come through the HTTP door, and as which caller."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from runtime import tokens
from runtime.cli import asking
from runtime.cli.app import FAILED, USAGE, commands
from runtime.cli.configured import unusable
from runtime.cli.terminal import one_line, put, say, write_json
from runtime.tokens import Token, TokensError, tokens_file

app = commands()
token = typer.Typer(no_args_is_help=True, help="Who may come through the HTTP door, and as whom.")
app.add_typer(token, name="token")


@app.callback()
def _only() -> None:
    """Keep `token` a command of its own group."""


@token.command()
def add(
    caller: Annotated[str, typer.Argument(metavar="CALLER", help="As whom the holder asks.")],
    *,
    expires: Annotated[
        str | None, typer.Option(help="Good for so long: 12h, 90d.", show_default=False)
    ] = None,
    use: Annotated[
        Literal["commands", "metrics"],
        typer.Option("--for", help="metrics: it reads /metrics, and nothing else."),
    ] = "commands",
    note: Annotated[str, typer.Option(help="What it is for, to be found in the list.")] = "",
) -> None:
    """Make a token and print it, this once: only its digest is kept."""
    try:
        until = _until(expires) if expires else None
    except asking.UsageError as error:
        say(f"acg: --expires: {error}")
        raise typer.Exit(USAGE) from error
    path = _file()
    try:
        made, text = tokens.add(path, caller, expires=until, use=use, note=note)
    except TokensError as error:
        raise _refused(error) from error
    put(f"{text}\n")
    good = f"until {made.expires:%Y-%m-%d %H:%M} UTC" if made.expires else "until it is removed"
    say(f"acg: token {made.id} for {made.caller} ({made.use}), good {good}; it is not shown again")


@token.command(name="list")
def listed(
    *, json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False
) -> None:
    """List the tokens, without what would let anybody in."""
    try:
        kept = tokens.read(_file())
    except TokensError as error:
        raise _refused(error) from error
    if json:
        documents = ",".join(each.model_dump_json(exclude={"sha256"}) for each in kept)
        write_json(f'{{"tokens":[{documents}]}}')
        return
    if not kept:
        say("acg: no tokens: `acg token add CALLER` makes one")
        return
    rows = [("ID", "CALLER", "FOR", "CREATED", "EXPIRES", "NOTE"), *map(_row, kept)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        put("  ".join(cells).rstrip() + "\n")


@token.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="ID", help="As `acg token list` shows it.")],
) -> None:
    """Remove a token: within a second or two its holder is let in no more."""
    try:
        gone = tokens.remove(_file(), name)
    except TokensError as error:
        raise _refused(error) from error
    say(f"acg: token {gone.id} for {gone.caller} is removed")


def _file() -> Path:
    try:
        return tokens_file()
    except ValueError as error:
        raise unusable(error) from error


def _until(text: str) -> datetime:
    try:
        return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=asking.seconds(text))
    except OverflowError as error:
        raise asking.UsageError(f"{text!r} is too long: leave --expires out") from error


def _row(each: Token) -> tuple[str, ...]:
    expires = "never"
    if each.expires:
        expires = f"{each.expires:%Y-%m-%d %H:%M}"
        expires += "" if each.good(datetime.now(UTC)) else " (over)"
    note = one_line(each.note)
    return (each.id, each.caller, each.use, f"{each.created:%Y-%m-%d %H:%M}", expires, note)


def _refused(error: TokensError) -> typer.Exit:
    say(f"acg: {error}")
    return typer.Exit(FAILED)
