"""The services of compose.yaml under a name of their own, as an operator runs them.

With the `docker compose` plugin, or Debian's docker-compose where there is none.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from scripts.stack.standins import ROOT, docker

SECONDS = 300
HEALTHY_SECONDS = 90
_LOOK_S = 0.2
_CRASH = ("python", "-IS", "-c", "import os; os.kill(-1, 9)")


class StackError(Exception):
    """The stack did not do what it was told; the text says what it did."""


@dataclass(frozen=True)
class Stack:
    """One project of compose. `settings` are the variables that compose.yaml reads."""

    project: str
    settings: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    root: Path = ROOT

    @cached_property
    def program(self) -> tuple[str, ...]:
        """What compose is here."""
        plugin = subprocess.run(("docker", "compose", "version"), capture_output=True, check=False)
        if plugin.returncode == 0:
            return ("docker", "compose")
        if shutil.which("docker-compose"):
            return ("docker-compose",)
        raise StackError("There is neither the plugin of `docker compose` nor docker-compose.")

    def compose(self, *arguments: str, settings: Mapping[str, str] | None = None) -> str:
        """Run compose; return what it printed. Raises StackError."""
        done = subprocess.run(
            (*self.program, "--project-name", self.project, *self.options, *arguments),
            cwd=self.root,
            env={**os.environ, **self.settings, **(settings or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode:
            raise StackError(f"compose {arguments[0]} failed: {done.stderr[-3000:].strip()}")
        return done.stdout

    def up(self, *services: str) -> None:
        """Start these services, or all of them, and wait until they are healthy."""
        self.compose("up", "--detach", "--no-build", *services)
        self.healthy(*(each["Id"] for each in self.containers()))

    def down(self) -> None:
        """Remove everything that bears the project's name."""
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "1")

    def containers(self, service: str = "") -> list[Any]:
        """Return what the engine says of a service's containers, or of all, ended ones too."""
        label = f"label=com.docker.compose.project={self.project}"
        wanted = [label, *([f"label=com.docker.compose.service={service}"] if service else [])]
        filters = [part for each in wanted for part in ("--filter", each)]
        found = docker("ps", "--all", "--quiet", "--no-trunc", *filters).split()
        documents: list[Any] = json.loads(docker("inspect", *found)) if found else []
        return documents

    def one(self, service: str) -> Any:
        """Return the only container of a service."""
        (found,) = self.containers(service)
        return found

    def services(self) -> Iterator[str]:
        """Yield the services that have a container that runs."""
        names = {each["Config"]["Labels"]["com.docker.compose.service"] for each in self._running()}
        yield from sorted(names)

    def _running(self) -> list[Any]:
        return [each for each in self.containers() if each["State"]["Running"]]

    def healthy(self, *containers: str) -> None:
        """Wait until these containers are healthy; one without a check has ended well, or runs."""
        until = time.monotonic() + HEALTHY_SECONDS
        left = list(containers)
        while left:
            states = {each["Id"]: each["State"] for each in json.loads(docker("inspect", *left))}
            left = [each for each in left if not _well(states[each])]
            if left and time.monotonic() > until:
                raise StackError("\n".join(map(self._last_words, left)))
            if left:
                time.sleep(_LOOK_S)  # compose 1.29 cannot wait: looked at until the deadline

    def _last_words(self, container: str) -> str:
        state = json.loads(docker("inspect", container))[0]
        said = docker("logs", "--tail", "20", container)
        return f"{state['Name']} is not healthy: {state['State']}\n{said}"

    def said_since(self, container: str, moment: str) -> str:
        """Return what a container logged since a moment (RFC 3339)."""
        done = subprocess.run(
            ("docker", "logs", "--since", moment, container),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return done.stdout

    def crash(self, service: str) -> str:
        """Kill every process of a service's container by SIGKILL; return when it runs again.

        The engine is not asked to kill it, since it would then not start it again.
        """
        before = self.one(service)
        argv = ("kill", "-9", "-1") if service.startswith("nats") else _CRASH
        # It kills what runs it, too: how it ended says nothing.
        subprocess.run(
            ("docker", "exec", before["Id"], *argv), capture_output=True, timeout=60, check=False
        )
        until = time.monotonic() + HEALTHY_SECONDS
        while time.monotonic() < until:
            now = self.one(service)
            restarted = now["RestartCount"] > before["RestartCount"]
            if restarted and now["State"]["Running"]:
                return str(now["State"]["StartedAt"])
            time.sleep(_LOOK_S)  # the engine starts it again in its own time
        raise StackError(f"{service} did not come back: {self.one(service)['State']}")

    def roll(self, service: str, settings: Mapping[str, str] | None = None) -> None:
        """Replace a service's containers by as many new ones, with nothing lost in between.

        The new ones are healthy before the first of the old ones is told to stop, and each of
        those has drained before the next one is told. Raises StackError; nothing old was stopped
        then.
        """
        old = [each["Id"] for each in self.containers(service)]
        if not old:
            raise StackError(f"{service} has no containers in the project {self.project}.")
        scale = ("--scale", f"{service}={2 * len(old)}")
        self.compose(
            *("up", "--detach", "--no-build", "--no-deps", "--no-recreate"),
            *scale,
            service,
            settings=settings,
        )
        new = [each["Id"] for each in self.containers(service) if each["Id"] not in old]
        self.healthy(*new)
        for each in old:
            docker("stop", each)
            docker("rm", each)


def _well(state: Mapping[str, Any]) -> bool:
    if "Health" in state and state["Running"]:
        return bool(state["Health"]["Status"] == "healthy")
    return bool(state["Running"] or state["ExitCode"] == 0)
