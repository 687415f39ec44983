"""Secrets in what is printed piece by piece: a piece may end within one."""

from typing import TYPE_CHECKING

from contracts.docker.errand import Out
from contracts.docker.outcome import REDACTED
from runtime.secrets import blocks

if TYPE_CHECKING:
    from runtime.secrets.detect import Detectors

LONGEST_LINE = 64 * 1024
"""In characters. A longer line is printed in parts, cut where a word ends."""
_OVERLAP = 16 * 1024
# A value stays with the name, or the first line, by which it is known.
_NAMED = 128


class RedactedOut:
    """Hands on whole lines without their secrets, and private keys only once they are complete.

    `redactions` counts what was left out. What is held is never more than a few lines, of at most
    64 KiB each; `finish` hands on the last one, where it has no end.
    """

    def __init__(self, out: Out, known: "Detectors") -> None:
        self.redactions = 0
        self._out = out
        self._known = known
        self._held = {"stdout": "", "stderr": ""}

    async def __call__(self, stdout: str, stderr: str) -> None:
        """Take the next piece."""
        await self._print(self._taken("stdout", stdout), self._taken("stderr", stderr))

    async def finish(self) -> None:
        """Hand on what is left; nothing comes after it."""
        left = dict(self._held)
        self._held = {"stdout": "", "stderr": ""}
        await self._print(left["stdout"], left["stderr"])

    def _taken(self, stream: str, piece: str) -> str:
        """Return what may be printed, and keep the rest."""
        if not piece:
            return ""
        text = self._held[stream] + piece
        end = _end(text, self._known)
        self._held[stream] = text[end:]
        return text[:end]

    async def _print(self, stdout: str, stderr: str) -> None:
        if stdout or stderr:
            out, err = self._known.redact(stdout), self._known.redact(stderr)
            self.redactions += out.count(REDACTED) + err.count(REDACTED)
            await self._out(out, err)


def _end(text: str, known: "Detectors") -> int:
    """Return up to where a text can be searched without what comes next."""
    end = max(text.rfind("\n"), text.rfind("\r")) + 1
    block = blocks.open_at(text[:end])
    if block >= 0:
        return text.rfind("\n", 0, block) + 1
    if (block := blocks.perhaps_open_at(text[:end])) >= 0:
        return block
    if len(text) - end <= LONGEST_LINE:
        return end
    # The line is too long to wait for its end: leave a part that holds any token whole.
    place = len(text) - _OVERLAP
    while place > end and not text[place - 1].isspace():
        place -= 1
    place = place if place > end else len(text) - _OVERLAP
    for found in known.find(text):
        if found.start - _NAMED < place < found.end:
            place = max(end, found.start - _NAMED)
    return place if place > end else len(text) - _OVERLAP
