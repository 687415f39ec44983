"""Compare with docker's own CLI: same engine, same moment, same words."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from contracts.docker.operations import Operation
from runtime.adapters.docker import Engine

_TRIES = 4
_LABELS = re.compile(r'(?<="Labels":")[^"]*')
_FOLLOWED = 27
# What 20.10 does not know, counts otherwise, or says in other words.
_YOUNG = frozenset({"json", "{{json .}}", "--no-trunc", "ls", "acg-none", "port", "info", "--type"})


@dataclass(frozen=True)
class Said:
    """What a program printed and returned."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Cli:
    """Docker's CLI. Of the one that Debian ships (20.10) some words differ from those of 28."""

    run: Callable[..., Said]
    version: int

    def __call__(self, *line: str) -> Said:
        """Run `docker` with these arguments."""
        return self.run(*line)

    def old(self, line: tuple[str, ...]) -> bool:
        """Tell whether this CLI is too old to say what the adapter says of a line."""
        return self.version < _FOLLOWED and bool(_YOUNG & set(line))


async def ours(docker: Engine, operation: Operation) -> Said:
    outcome = await docker.run(operation)
    return Said(outcome.exit_code, outcome.stdout, outcome.stderr)


async def at_once(
    cli: Cli, line: tuple[str, ...], docker: Engine, operation: Operation
) -> tuple[Said, Said]:
    """Let both run at the same time; return what the CLI said, then what we did."""
    theirs, our = await asyncio.gather(asyncio.to_thread(cli, *line), ours(docker, operation))
    return theirs, our


async def assert_same(
    cli: Cli, docker: Engine, line: tuple[str, ...], operation: Operation
) -> None:
    """Compare; where the CLI itself says another thing a moment later, compare again."""
    for _ in range(_TRIES):
        before, our = _sorted(cli(*line)), _sorted(await ours(docker, operation))
        if our == before or (cli.old(line) and our.code == before.code):
            return
        after = _sorted(cli(*line))
        if before == after:
            pytest.fail(f"docker {' '.join(line)}\nours:     {our}\ndocker's: {after}")
    pytest.fail(f"docker {' '.join(line)} never said the same twice: {before} {after}")


def _sorted(said: Said) -> Said:
    """Return what was said with the labels in order: the CLI goes over a map, in no order."""
    out = _LABELS.sub(lambda found: ",".join(sorted(found[0].split(","))), said.out)
    return Said(said.code, out, said.err)
