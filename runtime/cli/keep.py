"""`acg uninstall`: what the gateway keeps on this machine, and its end."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.app import FAILED, commands
from runtime.cli.configured import unusable
from runtime.cli.terminal import put, say
from runtime.embedded import Home, RunningElsewhereError
from runtime.settings import AcgSettings

app = commands()

# What a home holds. Anything else in the folder is not ours, and stays. The keys go last: a
# folder without the gateway's key is not taken for a home.
_KEPT = {
    "nats": "the history, the outputs, everything stored",
    "run": "the server's configuration, port and lock",
    "nats-server.log": "the server's log",
    "keys": "the keys of the gateway and its callers",
}


@app.command()
def uninstall(
    *, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False
) -> None:
    """List what the gateway keeps here (state and keys), and remove it. There is no way back.

    The program itself is removed as it was installed (`pip uninstall ai-command-gateway`).
    """
    try:
        home = Home(AcgSettings())
    except ValueError as error:
        raise unusable(error) from error
    found = list(_found(home.path)) if home.key("gateway").is_file() else []
    if not found:
        say(f"acg: nothing is kept in {home.path}")
        return
    for path, what in found:
        put(f"{_size(path):>10}  {path}  {what}\n")
    if home.running():
        say(f"acg: a gateway of this home runs ({home.path}): stop it first (Ctrl-C, or SIGTERM)")
        raise typer.Exit(FAILED)
    if not yes and not _agreed():
        say("acg: nothing was removed")
        raise typer.Exit(FAILED)
    try:
        with home.locked():
            for path, _ in found:
                _remove(path)
        _remove_if_empty(home.path)
    except (OSError, RunningElsewhereError) as error:
        say(f"acg: not all could be removed: {error}")
        raise typer.Exit(FAILED) from error
    say("acg: removed")


def _found(home: Path) -> Iterator[tuple[Path, str]]:
    for name, what in _KEPT.items():
        path = home / name
        if path.exists() or path.is_symlink():
            yield path, what


def _size(path: Path) -> str:
    each = path.rglob("*") if path.is_dir() else [path]
    size = float(sum(file.lstat().st_size for file in each if not file.is_dir()))
    for unit in ("B", "kB", "MB"):
        if size < 1000:  # noqa: PLR2004 - units of a thousand, as docker counts
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _agreed() -> bool:
    if not sys.stdin.isatty():
        say("acg: there is nobody to ask: repeat it with --yes")
        return False
    try:
        return input("Remove all of it? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _remove(path: Path) -> None:
    """Remove a file or a tree; of a link the link, never what it points to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _remove_if_empty(home: Path) -> None:
    """Remove the home; what is not ours keeps it there, and is named."""
    rest = sorted(each.name for each in home.iterdir())
    if rest:
        say(f"acg: {home} stays: it also holds {', '.join(rest)}")
    else:
        home.rmdir()
