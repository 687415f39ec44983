"""All engines, by the names of their hosts."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

from contracts.errors import Code, RefusedError
from runtime.adapters.docker.engine import Engine

# How long each host has to answer when it is only asked whether it is there.
_REACH_S = 2.5


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

    @property
    def probes(self) -> Mapping[str, Callable[[], Awaitable[str]]]:
        """How to see whether engines can be reached."""
        return {"engine": self._reached}

    async def _reached(self) -> str:
        """Say how many hosts answer, all asked at once. Raises RefusedError where none does."""
        answers = await asyncio.gather(*map(_reach, self), return_exceptions=True)
        failed = [each for each in answers if isinstance(each, BaseException)]
        for each in failed:
            if not isinstance(each, RefusedError | TimeoutError):
                raise each
        if failed and len(failed) == len(answers):
            raise failed[0]
        return f"{len(answers) - len(failed)} of {len(answers)} hosts answer"


async def _reach(engine: Engine) -> None:
    async with asyncio.timeout(_REACH_S):
        await engine.reach()
