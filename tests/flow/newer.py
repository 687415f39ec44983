"""A newer version of generate, as a process: it knows an event that this version does not.

    python newer.py makes | handles

It makes `command.sketched` of what was requested, and `command.generated` of that; as `makes` it
does not get beyond the sketch. What it changes of the contracts is what a newer version would
have in them.
"""

import asyncio
import sys
from pathlib import Path
from typing import ClassVar

import uvloop

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from contracts import events, lifecycle
from contracts.events import CommandGenerated, CommandRequested, Event
from contracts.lifecycle import State
from contracts.plan import GeneratorUse
from runtime import Settings, function, log, nothing
from runtime.declare import declared
from runtime.serve import serving, until_told
from runtime.settings import AcgSettings, LinkSettings


class CommandSketched(Event):
    """Words became an idea of what to do."""

    type: ClassVar[str] = "sketched"

    idea: str


events.BY_TYPE[CommandSketched.type] = CommandSketched
lifecycle.BESIDE |= {CommandSketched.type}
lifecycle.FOLLOWS[State.REQUESTED] |= {CommandSketched.type}


@function(opens=nothing)
async def generate(
    event: CommandRequested | CommandSketched, _: None
) -> CommandSketched | CommandGenerated:
    if isinstance(event, CommandRequested):
        return CommandSketched(command_id=event.command_id, idea="docker ps")
    if sys.argv[1] == "makes":
        await asyncio.Event().wait()
    use = GeneratorUse(kind="newer")
    return CommandGenerated(command_id=event.command_id, lines=(event.idea,), generator=use)


async def serve() -> None:
    found = declared(generate)
    assert found
    assert issubclass(found.settings, Settings)
    async with serving([found], AcgSettings(), LinkSettings(), prepare=True):
        await until_told()


if __name__ == "__main__":
    log.configure("info", "json")
    uvloop.run(serve())
