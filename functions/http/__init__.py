"""Http: let callers in that speak HTTP, each as the caller whose token it shows.

    HTTP -> http -> gateway.run.<caller>, gateway.status.<caller>, gateway.output.<caller>,
                    gateway.cancel.<caller>

It has no logic of its own: a request becomes a request on NATS as any client would send it, and
the reply becomes the response. What runs twice, what may run and what a caller may see is decided
behind it. Served only where it is named (`acg up --http`, `acg serve http`); its rooms, and the
packages that they need, are imported when it is opened.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from contracts.inputs import Awake, Callers
from functions.http.settings import HttpSettings
from runtime import function


class Listener(Protocol):
    """A socket that is open."""

    async def serve(self, callers: Callers) -> None:
        """Answer requests until cancelled; then finish those in hand."""
        ...


@asynccontextmanager
async def open_server(settings: HttpSettings) -> AsyncIterator[Listener]:
    """Open the socket, so that a port that is taken is told at the start.

    Raises OSError, which says what to do, where the extra `http` is not installed, too.
    """
    try:
        from functions.http.server import Server  # noqa: PLC0415 - loads starlette and uvicorn
    except ModuleNotFoundError as error:
        raise OSError(
            f"the HTTP door needs the package {error.name}: pip install 'ai-command-gateway[http]'"
        ) from error
    async with Server.opened(settings) as server:
        yield server


@function(opens=open_server)
async def http(_: Awake, listener: Listener, callers: Callers) -> None:
    await listener.serve(callers)
