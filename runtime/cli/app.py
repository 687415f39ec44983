"""`acg` itself: the list of its commands, and what all of them share.

A command's module is imported when that command is called: whoever asks a gateway that runs
does not wait for what only a server needs.
"""

import asyncio
import importlib
import logging
import sys
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from importlib import metadata
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup
from typer.main import get_group

from runtime.cli.configured import about_settings, unusable, websocket
from runtime.cli.light import light
from runtime.settings import AcgSettings

T = TypeVar("T")

OK, DOCKER_FAILED, USAGE, REJECTED, HELD, FAILED = range(6)
INTERRUPTED = 130

# The module of each command, in the order of the help.
COMMANDS = {
    "run": "ask",
    "plan": "ask",
    "status": "ask",
    "cancel": "ask",
    "output": "printed",
    "watch": "look",
    "history": "look",
    "graph": "look",
    "doctor": "doctor",
    "slo": "slo",
    "up": "serve",
    "serve": "serve",
    "setup": "serve",
    "engine-proxy": "proxy",
    "token": "token",
    "uninstall": "keep",
    "eval": "eval",
    "shadow": "shadow",
}

# Commands that ask a gateway or serve, and how they are kept quick and small: of nats-py they need
# no websockets (aiohttp), of structlog no coloured tracebacks (rich).
_QUICK = frozenset({"ask", "look", "printed", "serve"})
_UNNEEDED = ("aiohttp", "rich")


class _Commands(TyperGroup):
    """Finds a command in its module."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the base's signature
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the module of a command and return it."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        with light(*_UNNEEDED) if module in _QUICK and not websocket() else nullcontext():
            found = importlib.import_module(f"runtime.cli.{module}")
        return get_group(found.app).get_command(ctx, cmd_name)


app = typer.Typer(
    name="acg",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def commands() -> typer.Typer:
    """Return what a module puts its commands on."""
    return typer.Typer(pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:  # noqa: FBT001 - the form of an option's callback
    if wanted:
        typer.echo(f"acg {metadata.version('ai-command-gateway')}")
        raise typer.Exit


@app.callback()
def acg(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say it and end.")
    ] = False,
) -> None:
    """Words in, Docker commands out: decided by policy, run once, kept in a history.

    Exit codes: 0 succeeded, 1 the docker command failed, 2 usage, 3 rejected, 4 held, 5 failed.
    """


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app()


def run(
    work: Coroutine[Any, Any, T],
    *,
    quiet: bool = False,
    loop: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> T:
    """Run a command's work on its own loop; a fault ends as a sentence and an exit code.

    `quiet` logs nothing unless ACG_LOG_LEVEL asks for it: the command itself says what happened.
    """
    from runtime import log  # noqa: PLC0415 - after what a quick command leaves out is set
    from runtime.errors import RuntimeFault  # noqa: PLC0415 - the same

    try:
        settings = AcgSettings()
    except ValueError as error:
        work.close()
        raise unusable(error) from error
    level = "critical" if quiet and settings.log_level == "info" else settings.log_level
    log.configure(level, settings.log_format)
    if level == "critical":
        # asyncio would tell of the tasks that nats-py leaves behind when a server goes away.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    try:
        with asyncio.Runner(loop_factory=loop) as runner:
            return runner.run(work)
    except (RuntimeFault, OSError) as fault:
        sys.stderr.write(f"acg: {fault}\n")
        raise typer.Exit(FAILED) from fault
    except ValueError as error:
        if not about_settings(error):
            raise
        raise unusable(error) from error
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(INTERRUPTED) from None
