"""Compare with docker's own CLI: same engine, same moment, same words."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from contracts.docker.operations import Operation
from runtime.adapters.docker import Engine

_TRIES = 4


@dataclass(frozen=True)
class Said:
    """What a program printed and returned."""

    code: int
    out: str
    err: str


Cli = Callable[..., Said]


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
        before, our = cli(*line), await ours(docker, operation)
        if our == before:
            return
        after = cli(*line)
        if before == after:
            pytest.fail(f"docker {' '.join(line)}\nours:     {our}\ndocker's: {after}")
    pytest.fail(f"docker {' '.join(line)} never said the same twice: {before} {after}")
