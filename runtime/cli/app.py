"""`acg` itself: what all of its commands share, and the list of them."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer
import uvloop

from contracts.requests import Reply
from runtime import log
from runtime.errors import RuntimeFault
from runtime.settings import AcgSettings

T = TypeVar("T")

OK, DOCKER_FAILED, USAGE, REJECTED, HELD, FAILED = range(6)

app = typer.Typer(
    name="acg",
    help="Words in, Docker commands out: decided by policy, run once, kept in a history.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line."""
    from runtime.cli import ask, keep, look, serve  # noqa: F401,PLC0415 - they add their commands

    app()


def run(work: Coroutine[Any, Any, T], *, quiet: bool = False) -> T:
    """Run a command's work on its own loop; a fault ends as a sentence and an exit code."""
    settings = AcgSettings()
    level = "error" if quiet and settings.log_level == "info" else settings.log_level
    log.configure(level, settings.log_format)
    try:
        return uvloop.run(work)
    except RuntimeFault as fault:
        sys.stderr.write(f"acg: {fault}\n")
        raise typer.Exit(FAILED) from fault
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(130) from None


def exit_code(reply: Reply) -> int:
    """Return the exit code that a reply stands for."""
    if reply.status == "executed":
        return OK if reply.outcome == "succeeded" else DOCKER_FAILED
    return {
        "accepted": OK,
        "planned": OK,
        "rejected": REJECTED,
        "held": HELD,
        "failed": FAILED,
    }[reply.status]
