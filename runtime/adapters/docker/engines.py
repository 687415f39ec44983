"""All engines, by the names of their hosts."""

from collections.abc import Iterable, Iterator

from contracts.errors import Code, RefusedError
from runtime.adapters.docker.engine import Engine


class Engines:
    """The engines that this process may use."""

    def __init__(self, engines: Iterable[Engine]) -> None:
        self._engines = {each.host: each for each in engines}

    def __iter__(self) -> Iterator[Engine]:
        """Go over them in the order in which they were given."""
        return iter(self._engines.values())

    def on(self, host: str) -> Engine:
        """Return the engine of a host. Raises RefusedError (UNKNOWN_HOST)."""
        if found := self._engines.get(host):
            return found
        raise RefusedError(
            Code.UNKNOWN_HOST,
            f"There is no host {host!r} here.",
            f"Hosts: {', '.join(self._engines)}.",
        )
