"""Which gateway a command talks to: the one configured, the one that runs here, or its own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import structlog

from runtime import discover
from runtime.client import Gateway, gateway
from runtime.embedded import Home, RunningElsewhereError, embedded
from runtime.serve import serving
from runtime.settings import AcgSettings, LinkSettings

log = structlog.get_logger()


@asynccontextmanager
async def attached(*, start: bool = True) -> AsyncIterator[Gateway]:
    """Connect to a gateway as the caller of the settings.

    With NATS_URL (or a `nats` context) it is that server's. Else the embedded one of this home:
    where it runs, it is used; else, with `start`, it runs with all functions for this block.
    Raises LinkError or ServerError, which say what to do.
    """
    acg, nats = AcgSettings(), LinkSettings.found()
    if nats.servers:
        async with gateway(nats, acg.caller) as found:
            yield found
        return
    home = Home(acg)
    async with AsyncExitStack() as stack:
        if not home.running() and start:
            try:
                home = await stack.enter_async_context(embedded(acg))
                await stack.enter_async_context(
                    serving(
                        discover.everything(),
                        acg,
                        home.link("gateway"),
                        prepare=True,
                        patience=timedelta(seconds=10),
                    )
                )
            except RunningElsewhereError:
                log.debug("another process was faster: its gateway is used")
        yield await stack.enter_async_context(gateway(home.link(acg.caller), acg.caller))
