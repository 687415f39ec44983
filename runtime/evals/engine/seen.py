"""What of a scenario's own is on the engine at one moment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.docker.operations import Operation
from contracts.docker.outcome import Outcome
from contracts.docker.parse import parse_argv
from runtime.adapters.docker import Engine
from runtime.errors import RuntimeFault

MARK = "acg.eval"
"""The key of the label that every container, network and volume of a run bears."""


class LookError(RuntimeFault):
    """The engine did not tell what it has; the message says what it said instead."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What there was: containers as `docker inspect` tells them, the rest by name."""

    containers: Mapping[str, Mapping[str, Any]]
    networks: frozenset[str]
    volumes: frozenset[str]
    images: frozenset[str]

    def runs(self) -> dict[str, tuple[str, str, str]]:
        """Return what tells one run of a container from another: id, state, begin; by its name."""
        return {
            name: (each["Id"], each["State"]["Status"], each["State"]["StartedAt"])
            for name, each in self.containers.items()
        }


class Own:
    """A run's own objects on an engine: seen, counted, and in the end removed.

    `prefix` begins their names. The engine is one behind the label `ACG_ONLY_LABEL`.
    """

    def __init__(self, engine: Engine, prefix: str) -> None:
        self._engine = engine
        self.prefix = prefix

    async def do(self, operation: Operation) -> Outcome:
        """Run one operation. Raises RefusedError, LookError where docker said no."""
        outcome = await self._engine.run(operation)
        if outcome.exit_code:
            said = (outcome.stderr or outcome.stdout).strip()
            raise LookError(f"docker {operation.verb} ended with {outcome.exit_code}: {said}")
        return outcome

    async def run(self, operation: Operation) -> Outcome:
        """Run one operation, whatever its exit code. Raises RefusedError."""
        return await self._engine.run(operation)

    async def look(self) -> Seen:
        """Return what there is. Raises RefusedError, LookError."""
        identities = await self._lines("docker ps --all --no-trunc --format {{.ID}}")
        return Seen(
            containers={
                each["Name"].removeprefix("/"): each for each in await self._each(identities)
            },
            networks=await self._named("docker network ls --format {{.Name}}"),
            volumes=await self._named("docker volume ls --format {{.Name}}"),
            images=await self._named("docker images --format {{.Repository}}:{{.Tag}}"),
        )

    async def remove(self) -> None:
        """Remove all of it: what has this prefix, and every container that bears the label.

        Raises RefusedError, LookError where something is left.
        """
        for identity in await self._lines("docker ps --all --no-trunc --format {{.ID}}"):
            # One that is going by itself is gone as well.
            await self.run(parse_argv(["docker", "rm", "--force", "--volumes", identity]))
        for kind, listed in (
            ("network", "docker network ls --format {{.Name}}"),
            ("volume", "docker volume ls --format {{.Name}}"),
            ("image", "docker images --format {{.Repository}}:{{.Tag}}"),
        ):
            for name in await self._named(listed):
                await self.run(parse_argv(["docker", kind, "rm", name]))
        left = await self.look()
        names = [*left.containers, *left.networks, *left.volumes, *left.images]
        if names:
            raise LookError(f"these could not be removed: {', '.join(sorted(names))}")

    async def _each(self, identities: list[str]) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        for identity in identities:
            asked = parse_argv(["docker", "container", "inspect", identity])
            outcome = await self.run(asked)
            if outcome.exit_code == 0:  # else it went between the list and this
                found.extend(json.loads(outcome.stdout))
        return found

    async def _named(self, line: str) -> frozenset[str]:
        lines = await self._lines(line)
        return frozenset(each for each in lines if each.startswith(self.prefix))

    async def _lines(self, line: str) -> list[str]:
        outcome = await self.do(parse_argv(line.split()))
        return outcome.stdout.split()
