"""What goes along with an operation on its way to an engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, Protocol

# The labels of what the gateway creates.
COMMAND = "acg.command"
CALLER = "acg.caller"
TIME = "acg.time"


class Out(Protocol):
    """Takes what is printed, as it is printed."""

    async def __call__(self, stdout: str, stderr: str) -> None:
        """Take the next piece; returns when it is safe to print more."""


class Sealed(NamedTuple):
    """An object that an operation names, as it was when the operation was validated.

    - `kind`: container, image or network.
    - `name`: as the operation names it; of a compose command, which names none, its own.
    - `id`: the engine's; empty where it is whatever bears the name.
    """

    kind: str
    name: str
    id: str


def unhindered() -> None:
    """Let everything be begun."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What an operation needs beside itself.

    - `labels`: borne by every object that it creates.
    - `out`: where it prints while it runs; without one, its outcome alone says what it printed.
    - `upload`: the caller's file, where the operation reads one.
    - `may_reach_host`: the decision to run it counted with an escape.
    - `objects`: what those things are that it names; empty where they were not seen when it was
      validated, None where nobody has validated it.
    - `begin`: asked right before the first change is sent, and before that of each further object.
      Raises RefusedError where it may not be begun any more: its time is over, or nobody wants it.
    """

    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    out: Out | None = None
    upload: bytes | None = None
    may_reach_host: bool = False
    objects: tuple[Sealed, ...] | None = None
    begin: Callable[[], None] = unhindered
