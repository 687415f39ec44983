"""A function that follows something outside of NATS: started once, started again when it ends."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import structlog

from contracts.errors import RefusedError
from contracts.inputs import Awake
from runtime import current
from runtime.declare import Function
from runtime.errors import RuntimeFault
from runtime.lasting import Lasting
from runtime.publish import Publisher
from runtime.resources import Resources

log = structlog.get_logger()

_PAUSE_S = (0.2, 0.5, 1.0, 2.0, 5.0)


class Source(Lasting):
    """Publishes what a function yields of its own accord."""

    def __init__(self, function: Function, opened_with: Any, resources: Resources) -> None:
        self._function = function
        self._opened = opened_with
        self._publisher = Publisher(function, resources)

    async def go_on(self) -> None:
        """Follow; follow again when that ends."""
        current.begin(self._function.name)
        failures = 0
        while True:
            began = asyncio.get_running_loop().time()
            try:
                made = self._function.handler(Awake(at=datetime.now(UTC)), self._opened)
                await self._publisher.all(made, None, 0)
            except (RefusedError, RuntimeFault, OSError, TimeoutError) as error:
                log.warning("to be followed again", function=self._function.name, error=str(error))
            except Exception:  # the boundary: what is followed must not end with one surprise
                log.exception("to be followed again", function=self._function.name)
            lasted = asyncio.get_running_loop().time() - began
            failures = 0 if lasted > max(_PAUSE_S) else failures + 1
            await asyncio.sleep(_PAUSE_S[min(failures, len(_PAUSE_S) - 1)])
