"""A command that goes on by itself, while its caller waits: seen live, and ended by Ctrl-C."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from contracts.docker.follow import follows
from contracts.events import CommandStarted, CommandValidated
from contracts.requests import CancelRequest, Reply, RunRequest
from runtime.cli.printed import Shown
from runtime.cli.progress import Progress
from runtime.cli.terminal import say
from runtime.client import Gateway, Seen
from runtime.errors import RuntimeFault

_STOPPING = timedelta(seconds=15)


class Live:
    """Shows what a follow prints as it comes; any other command is left to its reply.

    `stopped` is the reply of a follow that Ctrl-C has ended.
    """

    def __init__(self, progress: Progress) -> None:
        self.stopped: Reply | None = None
        self._progress = progress
        self._shown = Shown()
        self._follows = self._wanted = False
        self._gateway: Gateway | None = None
        self._showing: asyncio.Task[Reply] | None = None

    @asynccontextmanager
    async def on(self, gateway: Gateway, *, shown: bool) -> AsyncIterator[None]:
        """Go on by way of this gateway for as long as the block lasts; show it where wanted."""
        self._gateway, self._wanted = gateway, shown
        try:
            yield
        finally:
            self._gateway = None
            showing, self._showing = self._showing, None
            if showing:
                showing.cancel()
                await asyncio.gather(showing, return_exceptions=True)

    def heard(self, seen: Seen) -> None:
        """Take an event from the live feed."""
        self._progress.heard(seen)
        event = seen.entry.event if seen.entry else None
        if isinstance(event, CommandValidated):
            self._follows = any(follows(step.operation) for step in event.plan.steps)
        if isinstance(event, CommandStarted) and self._follows and self._gateway and self._wanted:
            self._progress.hide()
            shown = self._shown.all(self._gateway, seen.command_id, follow=True)
            self._showing = self._showing or asyncio.create_task(shown)

    async def finished(self, reply: Reply) -> Reply:
        """Return the reply without what has been shown already, once all of it has."""
        if self._showing is None:
            return reply
        await asyncio.wait({self._showing}, timeout=_STOPPING.total_seconds())
        if not self._showing.done() or self._showing.exception():
            return reply
        said = {"stdout": "", "stderr": "", "truncated": False}
        steps = tuple(step.model_copy(update=said) for step in reply.steps)
        return reply.model_copy(update={"steps": steps})

    async def stop(self, request: RunRequest) -> None:
        """Cancel it where it is a follow, and wait for its end; another Ctrl-C leaves it to run."""
        command_id, gateway = self._progress.command_id, self._gateway
        if not (self._follows and command_id and gateway):
            return
        say("acg: ending it")
        try:
            async with asyncio.timeout(_STOPPING.total_seconds()):
                await gateway.ask(CancelRequest(command_id=command_id, reason="Ctrl-C"))
                self.stopped = await self.finished(await gateway.run(request, patience=_STOPPING))
        except (RuntimeFault, TimeoutError) as error:
            say(f"acg: it could not be ended: {str(error) or 'no answer in time'}")
