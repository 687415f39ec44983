"""What an engine tells while it pulls, pushes, loads: a stream of JSON messages.

Shown as docker's CLI shows it where its output is no terminal: the steps, no bars (jsonmessage).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.connection import Body, EngineError, Params
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.text.bounded import Bounded, fit

Say = Callable[[str], Awaitable[None]]
_LONGEST_MESSAGE = 1024 * 1024
_MOST_KEPT = 1000


@dataclass
class Told:
    """What of a progress is worth more than being shown; the first thousand of each.

    - `statuses`: lines that belong to no layer, such as `Digest: sha256:…`.
    - `results`: what the engine says to programs alone, such as the digest of a push.
    """

    statuses: list[str] = field(default_factory=list)
    results: list[Mapping[str, Any]] = field(default_factory=list)


class ProgressError(EngineError):
    """The engine gave up in the middle; docker's CLI prints its words and nothing else."""

    def __init__(self, message: str, told: Told) -> None:
        super().__init__(0, message)
        self.told = told

    def __str__(self) -> str:
        """Return the engine's words."""
        return str(self.args[0])


class Printout:
    """What a verb prints: passed on to the errand's `out` at once, and kept, bounded."""

    def __init__(self, host: Host) -> None:
        self._out = host.errand.out
        self._limit = host.settings.output_limit_bytes
        self._stdout = Bounded(self._limit)
        self._stderr = Bounded(self._limit)

    async def stdout(self, text: str) -> None:
        """Print to standard output."""
        await self._print(text, "")

    async def stderr(self, text: str) -> None:
        """Print to standard error."""
        await self._print("", text)

    async def failed(self, error: Exception | str, data: JsonValue = None) -> Outcome:
        """Print an error, and return the outcome of a verb that ends by it."""
        await self.stderr(f"{error}\n")
        return self.outcome(data, exit_code=1)

    def outcome(self, data: JsonValue = None, *, exit_code: int = 0) -> Outcome:
        """Return what was printed as an outcome."""
        stdout, stderr, truncated = fit(self._stdout, self._stderr, self._limit)
        return Outcome(
            exit_code=exit_code, stdout=stdout, stderr=stderr, data=data, truncated=truncated
        )

    async def _print(self, stdout: str, stderr: str) -> None:
        if not stdout and not stderr:
            return
        self._stdout.add(stdout.encode(errors="replace"))
        self._stderr.add(stderr.encode(errors="replace"))
        if self._out is not None:
            await self._out(stdout, stderr)


async def nothing(_: str) -> None:
    """Show nothing (`--quiet`)."""


@asynccontextmanager
async def changing(
    host: Host,
    path: str,
    params: Params | None = None,
    *,
    body: Body | None = None,
    headers: Params | None = None,
) -> AsyncIterator[AsyncIterator[bytes]]:
    """Open the progress of a change that may be silent for long.

    All of it may take as long as `docker wait`. Raises RefusedError: OUTCOME_UNKNOWN where the
    stream is lost, or has no end within that time.
    """
    longest = host.settings.wait_timeout.total_seconds()
    try:
        async with (
            asyncio.timeout(longest),
            host.connection.stream(
                path, params, method="POST", body=body, headers=headers, endless=True, changes=True
            ) as pieces,
        ):
            yield pieces
    except TimeoutError as error:
        raise unknown(
            f"The engine at {host.connection.url} has not ended {path!r} within"
            f" {longest:g} s. It may or may not have been done."
        ) from error
    except RefusedError as refused:
        if refused.error.code is not Code.OUTCOME_UNKNOWN:
            raise
        raise unknown(refused.error.message) from refused


def unknown(message: str) -> RefusedError:
    """Return the refusal for a change of images that may or may not have been done."""
    return RefusedError(
        Code.OUTCOME_UNKNOWN,
        message,
        "Look at the host's images (docker images) before asking again; after a push, at the"
        " registry.",
    )


async def follow(pieces: AsyncIterator[bytes], say: Say) -> Told:
    """Show a progress to its end.

    Raises ProgressError where the engine told of an error in it, and RefusedError
    (OUTCOME_UNKNOWN) for what is no progress.
    """
    told, error = Told(), ""
    async for messages in _messages(pieces):
        text = ""
        for message in messages:
            if error:
                continue  # docker's CLI stops here; the engine is let finish
            error = _error(message)
            if not error:
                _keep(message, told)
                text += _shown(message)
        if text:
            await say(text)
    if error:
        raise ProgressError(error, told)
    return told


async def _messages(pieces: AsyncIterator[bytes]) -> AsyncIterator[list[Mapping[str, Any]]]:
    """Yield the messages of each piece; the engine ends every message with its line."""
    rest = b""
    async for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST_MESSAGE:
            raise _unreadable(rest)
        yield list(_decoded(lines))
    yield list(_decoded([rest]))


def _decoded(lines: list[bytes]) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        if not line.strip():
            continue
        try:
            message = json.loads(line)
        except ValueError:
            raise _unreadable(line) from None
        if not isinstance(message, dict):
            raise _unreadable(line)
        yield message


def _unreadable(line: bytes) -> RefusedError:
    start = line[:80].decode(errors="replace")
    return unknown(
        f"The engine told of its progress what cannot be read: {start!r}."
        " What was asked for may or may not have been done."
    )


def _error(message: Mapping[str, Any]) -> str:
    detail = message.get("errorDetail")
    if isinstance(detail, dict):
        return str(detail.get("message") or message.get("error") or "the engine gave up")
    return str(message.get("error") or "")


def _keep(message: Mapping[str, Any], told: Told) -> None:
    if isinstance(result := message.get("aux"), dict):
        if len(told.results) < _MOST_KEPT:
            told.results.append(result)
        return
    status = message.get("status") or message.get("stream")
    if status and not message.get("id") and len(told.statuses) < _MOST_KEPT:
        told.statuses.append(str(status).rstrip("\n"))


def _shown(message: Mapping[str, Any]) -> str:
    """Return the line of a message; one that would be a bar has none."""
    bar = message.get("progressDetail")
    if message.get("aux") is not None:
        return ""
    if isinstance(bar, dict) and (_positive(bar.get("current")) or _positive(bar.get("total"))):
        return ""
    line = f"{message['id']}: " if message.get("id") else ""
    line += f"(from {message['from']}) " if message.get("from") else ""
    if message.get("stream"):
        return f"{line}{message['stream']}"
    return f"{line}{message.get('status') or ''}\n"


def _positive(count: object) -> bool:
    return isinstance(count, int | float) and count > 0
