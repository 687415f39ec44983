"""How far a command is, while its caller waits: one line on the terminal, rewritten."""

import asyncio
import contextlib
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from contracts.headers import timings_of
from runtime.cli.terminal import is_terminal, paint
from runtime.client import Seen

_TICK_S = 0.1
# What is answered sooner than this needs no line that comes and goes.
_QUIET_S = 0.3
_ERASE = "\r\x1b[2K"


class Progress:
    """What is known of a command that was asked for: its id, and the stages behind it."""

    def __init__(self) -> None:
        self.command_id: str | None = None
        self.stages: list[str] = []
        self._began = monotonic()
        self._changed = self._began
        self._shown = False
        self._hidden = False

    def heard(self, seen: Seen) -> None:
        """Take an event from the live feed."""
        self.command_id = seen.command_id
        self._changed = monotonic()
        took = ""
        if seen.entry:
            _, stages = timings_of(seen.entry.headers)
            took = f" {milliseconds(list(stages.values())[-1])}" if stages else ""
        self.stages.append(f"{seen.type}{took}")

    def hide(self) -> None:
        """Show no line any more: what is printed from here on is the command's own."""
        self._hidden = True
        if self._shown:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()
            self._shown = False

    def line(self) -> str:
        """Return the stages so far, and how long the next one has taken."""
        waited = monotonic() - self._changed
        behind = " → ".join(self.stages)
        return f"{behind} → … {waited:.1f} s" if behind else f"waiting … {waited:.1f} s"

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """Show the line for as long as the block lasts, where a person watches; then erase it."""
        if not (is_terminal(sys.stderr) and is_terminal(sys.stdout)):
            yield
            return
        showing = asyncio.create_task(self._show())
        try:
            yield
        finally:
            showing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await showing
            if self._shown:
                sys.stderr.write(_ERASE)
                sys.stderr.flush()

    async def _show(self) -> None:
        await asyncio.sleep(_QUIET_S)
        while not self._hidden:
            # A line that wraps could not be erased.
            line = self.line()[: shutil.get_terminal_size().columns - 1]
            sys.stderr.write(_ERASE + paint(line, "dim", sys.stderr))
            sys.stderr.flush()
            self._shown = True
            await asyncio.sleep(_TICK_S)


def milliseconds(spent: float) -> str:
    """Return a duration as a person reads it."""
    if spent >= 1000:  # noqa: PLR2004 - from a second on
        return f"{spent / 1000:.1f} s"
    return f"{spent:.0f} ms" if spent >= 10 else f"{spent:.1f} ms"  # noqa: PLR2004 - two digits
