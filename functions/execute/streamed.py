"""What a step prints while it runs, on its way into messages.

The engine's side and the stream's side meet in a bounded buffer: an engine prints no faster than
messages are stored, and many small pieces make one message.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Iterator

from contracts.answer import MAX_TEXT, Text
from contracts.docker.outcome import REDACTED, Outcome
from contracts.events import CommandValidated
from contracts.plan import Ended, StepResult
from contracts.requests import OutputChunk
from functions.execute.record import CHUNK, clean, printed, result

# How much of one step is stored, in characters: of more, a follow ends, and of anything else the
# tail is kept besides.
MAX_STORED = 16 * 1024 * 1024
# How long the first piece of a message waits for others, in seconds.
_LINGER = 0.1
_BUFFER = 2 * CHUNK
# How much of what was printed last tells whether an outcome's words were among it.
_KNOWN = 1024


class Streamed:
    """Takes what is printed, and gives it back as chunks, numbered and digested."""

    def __init__(self, event: CommandValidated, number: int, claim: str) -> None:
        self.lines = 0
        self.size = 0
        self._redactions = 0
        self._whose = (event, number, claim)
        self._claim = claim
        self._stdout: list[str] = []
        self._stderr: list[str] = []
        self._waiting = 0
        self._news, self._full, self._room = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._room.set()
        self._beyond = Text(), Text()
        self._last = ""
        self._chunks = 0
        self._digest = hashlib.sha256()
        self._bytes = [0, 0]
        self._whole: StepResult | None = None

    async def add(self, stdout: str, stderr: str) -> None:
        """Take what came next; return when it is safe to print more."""
        stdout, stderr = clean(stdout), clean(stderr)
        self.lines += stdout.count("\n") + stderr.count("\n")
        self._redactions += stdout.count(REDACTED) + stderr.count(REDACTED)
        self._last = (self._last + stderr)[-_KNOWN:]
        if self.size >= MAX_STORED:
            self._beyond[0].add(stdout)
            self._beyond[1].add(stderr)
            return
        self._stdout.append(stdout)
        self._stderr.append(stderr)
        added = len(stdout) + len(stderr)
        self.size += added
        self._waiting += added
        self._news.set()
        if self._waiting >= CHUNK:
            self._full.set()
        if self._waiting >= _BUFFER:
            self._room.clear()
            await self._room.wait()

    def over(self) -> None:
        """Say that no more will come."""
        self._news.set()
        self._full.set()
        self._room.set()

    async def some(self) -> None:
        """Return once there is enough for a message, or what there is has waited long enough."""
        await self._news.wait()
        if self._full.is_set():
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGER):
                await self._full.wait()

    def take(self) -> Iterator[OutputChunk]:
        """Yield what there is, and make room."""
        self._news.clear()
        self._full.clear()
        if not self._waiting:
            return
        stdout, stderr = "".join(self._stdout), "".join(self._stderr)
        self._stdout.clear()
        self._stderr.clear()
        self._waiting = 0
        self._room.set()
        yield from self._counted(Outcome(stdout=stdout, stderr=stderr))

    def rest(self, outcome: Outcome, spent: float) -> Iterator[OutputChunk]:
        """Yield what only the outcome has: all of it, or data and an error's last words."""
        if not self._chunks:
            chunks = list(printed(*self._whose, outcome))
            self._whole = result(outcome, spent, len(chunks), self._claim)
            yield from chunks
            return
        told = self._last and self._last.endswith(outcome.stderr[-_KNOWN:])
        yield from self._counted(
            Outcome(
                stdout=self._beyond[0].ends(MAX_TEXT // 2),
                stderr=self._beyond[1].ends(MAX_TEXT // 2) + ("" if told else outcome.stderr),
                data=outcome.data,
            )
        )

    def result(self, outcome: Outcome, spent: float, ended: Ended | None = None) -> StepResult:
        """Return what an event may say of it."""
        if self._whole:
            return self._whole
        return StepResult(
            exit_code=outcome.exit_code,
            duration_ms=spent,
            stdout_bytes=self._bytes[0],
            stderr_bytes=self._bytes[1],
            sha256=self._digest.hexdigest(),
            chunks=self._chunks,
            claim=self._claim,
            truncated=bool(self._beyond[0].size or self._beyond[1].size),
            redactions=max(outcome.redactions, self._redactions),
            streamed=True,
            ended=ended,
        )

    def _counted(self, outcome: Outcome) -> Iterator[OutputChunk]:
        for chunk in printed(*self._whose, outcome, self._chunks):
            self._chunks += 1
            for number, text in enumerate((chunk.stdout.encode(), chunk.stderr.encode())):
                self._bytes[number] += len(text)
                self._digest.update(text + b"\0")
            yield chunk
