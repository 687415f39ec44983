"""What execute needs of the world: engines, by the names of their hosts."""

from typing import Protocol

from contracts.docker.errand import Errand
from contracts.docker.operations import Operation
from contracts.docker.outcome import Outcome


class Engine(Protocol):
    """The engine of one host."""

    async def run(self, operation: Operation, errand: Errand | None = None) -> Outcome:
        """Run it. Raises RefusedError: `outcome_unknown` where it may have happened."""
        ...

    async def evidence(self, operation: Operation, errand: Errand | None = None) -> str:
        """Say what can be seen of the objects of an operation that may have happened.

        What it made bears the errand's labels.
        """
        ...


class Engines(Protocol):
    """The engines of all hosts."""

    def on(self, host: str) -> Engine:
        """Return the engine of a host. Raises RefusedError."""
        ...
