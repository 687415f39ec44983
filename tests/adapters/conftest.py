"""Containers of a test's own, on a real engine: labelled, with random names, removed by label."""

import json
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from runtime.adapters.docker import Engine, EngineSettings, open_docker
from scripts.engine import api

# The first process of a container heeds no signal that it does not catch: so it stops at once.
_RUNNING = ("sh", "-c", "trap exit TERM; sleep 600 & wait")


class Lab:
    """Makes containers that bear this test's label, and removes exactly those."""

    def __init__(self, real: api.Engine, image: str) -> None:
        self.real = real
        self.image = image
        self.suffix = secrets.token_hex(4)
        self.label = f"acg.test={self.suffix}"

    def name(self, word: str) -> str:
        """Return a name that nobody else has."""
        return f"acg-{word}-{self.suffix}"

    def make(
        self,
        word: str,
        *command: str,
        start: bool = True,
        labels: dict[str, str] | None = None,
        **config: Any,
    ) -> str:
        """Make a container, start it, and return its name."""
        name = self.name(word)
        body = {
            "Image": self.image,
            "Cmd": list(command or _RUNNING),
            "StopTimeout": 1,
            "Labels": {"acg.test": self.suffix} | (labels or {}),
        } | config
        self.real.json("POST", "/containers/create", body, {"name": name})
        if start:
            self.real.call("POST", f"/containers/{name}/start")
        return name

    def finished(self, word: str, *command: str, **config: Any) -> str:
        """Make a container, run it to its end, and return its name."""
        name = self.make(word, *command, **config)
        self.real.json("POST", f"/containers/{name}/wait")
        return name

    def volume(self, word: str) -> str:
        """Make a volume and return its name."""
        return str(self.real.json("POST", "/volumes/create", self._labelled(word))["Name"])

    def network(self, word: str) -> str:
        """Make a network and return its name."""
        self.real.json("POST", "/networks/create", self._labelled(word))
        return self.name(word)

    def _labelled(self, word: str) -> dict[str, Any]:
        return {"Name": self.name(word), "Labels": {"acg.test": self.suffix}}

    def inspect(self, name: str) -> Any:
        """Return what the engine says of a container."""
        return self.real.json("GET", f"/containers/{name}/json")

    def clean(self) -> None:
        """Remove what bears the label, and nothing else."""
        query = {"all": "1", "filters": json.dumps({"label": {self.label: True}})}
        for each in self.real.json("GET", "/containers/json", query=query):
            self.real.call("DELETE", f"/containers/{each['Id']}", query={"force": "1", "v": "1"})
        for each in self.real.json("GET", "/networks", query=query):
            self.real.call("DELETE", f"/networks/{each['Id']}")
        for each in self.real.json("GET", "/volumes", query=query)["Volumes"] or ():
            self.real.call("DELETE", f"/volumes/{each['Name']}")


@contextmanager
def opened_lab(engine: api.Engine, busybox: str) -> Iterator[Lab]:
    """Give a lab, and remove at the end what was made in it."""
    made = Lab(engine, busybox)
    try:
        yield made
    finally:
        made.clean()


@pytest.fixture
def lab(engine: api.Engine, busybox: str) -> Iterator[Lab]:
    with opened_lab(engine, busybox) as made:
        yield made


@pytest.fixture
async def docker(engine: api.Engine) -> AsyncIterator[Engine]:
    """Give the adapter, opened on the real engine."""
    async with open_docker(EngineSettings(docker_host=engine.address.host)) as opened:
        yield opened
