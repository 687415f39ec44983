"""Run a command with a Docker Engine.

    python3 -m scripts.engine run -- COMMAND...

An engine that answers is used as it is. Where there is none, root on Debian or Ubuntu gets one of
the project's own for the length of the command (asked first, where there is a terminal). The
command finds it by DOCKER_HOST. Exit status: the command's own; 3 where no engine can be had.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from scripts.engine import packages
from scripts.engine.api import Address
from scripts.engine.find import ChosenError, NotFoundError, find
from scripts.engine.packages import InstallError
from scripts.engine.private import StartError, can_start, private_engine

STATE = Path(__file__).parents[2] / ".acg" / "engine"
NO_ENGINE = 3
USAGE = 2
GRACE_SECONDS = 60
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class UnavailableError(Exception):
    """No engine can be had here; the text says what to do."""


class EndedError(Exception):
    """A signal asked us to end."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.number = number


def main(arguments: Sequence[str]) -> int:
    """Return the exit status."""
    if list(arguments[:2]) != ["run", "--"] or not arguments[2:]:
        say((__doc__ or "").strip())
        return USAGE
    for number in ENDINGS:
        signal.signal(number, _end)
    try:
        with engine() as address:
            return run(arguments[2:], address)
    except (UnavailableError, ChosenError, StartError, InstallError) as error:
        say(str(error))
        return NO_ENGINE
    except EndedError as ended:
        return 128 + ended.number


@contextmanager
def engine() -> Iterator[Address]:
    """Give the engine that answers, else one of our own for the length of the block."""
    try:
        found = find(os.environ, Path.home())
    except NotFoundError as reason:
        _provide(str(reason))
        with private_engine(STATE) as address:
            say("A Docker Engine of this project's own is running until this ends.")
            yield address
    else:
        yield found


def run(command: Sequence[str], address: Address) -> int:
    """Run it to its end; a signal that ends us ends it first.

    From its end on no signal is heeded: what follows is bounded, and must not be cut short.
    """
    heard: list[int] = []
    first: list[int] = []
    process: subprocess.Popen[bytes] | None = None

    def pass_on() -> None:
        while process and heard:
            number = heard.pop()
            # Ctrl-C at a terminal was heard by both; twice would cut its cleaning up short.
            if number != signal.SIGINT or not sys.stdin.isatty():
                process.send_signal(number)

    def hear(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        first.append(number)
        signal.alarm(GRACE_SECONDS)
        pass_on()

    def lose_patience(_number: int, _frame: FrameType | None) -> None:
        if process:
            process.kill()

    signal.signal(signal.SIGALRM, lose_patience)
    for number in ENDINGS:
        signal.signal(number, hear)
    process = subprocess.Popen(command, env={**os.environ, **address.environment()})
    pass_on()  # what was heard while it was being started
    status = process.wait()
    _heed_no_more()
    if first:
        raise EndedError(first[0])
    return status if status >= 0 else 128 - status


def say(text: str) -> None:
    """Tell the person; what the command prints stays alone on standard output."""
    print(text, file=sys.stderr, flush=True)


def _provide(reason: str) -> None:
    """Make sure that a private engine can be started, with consent. Raises UnavailableError."""
    if can_start():
        _consent(f"No Docker Engine answers here ({reason}).", "Start one for this run")
        return
    if not packages.may_install():
        hint = packages.advice(reason, debian=packages.is_debian())
        raise UnavailableError(f"No Docker Engine answers here ({reason}).\n{hint}")
    names = " and ".join(packages.PACKAGES)
    _consent(
        f"No Docker Engine answers here ({reason}).",
        f"Install {names} with apt-get, and start an engine for this run",
    )
    packages.install(os.environ)
    if not can_start():
        raise UnavailableError(f"{names} are installed, but dockerd, unshare or setpriv is not.")


def _consent(reason: str, action: str) -> None:
    say(reason)
    if not sys.stdin.isatty():
        say(f"{action}.")
        return
    print(f"{action}? [Y/n] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"", "y", "yes"}:
        raise UnavailableError("Nothing was installed or started. This needs a Docker Engine.")


def _end(number: int, _frame: FrameType | None) -> None:
    _heed_no_more()
    raise EndedError(number)


def _heed_no_more() -> None:
    signal.alarm(0)
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
