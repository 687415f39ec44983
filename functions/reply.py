"""Reply: tell everybody who waits for a command how it ended.

    command.planned, held, executed, rejected, failed -> reply -> the callers' inboxes

What was printed is joined in from OUTPUTS. Answering twice is harmless: an inbox takes the
first answer.
"""

from contracts.answer import Printout, answer
from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandHeld,
    CommandPlanned,
    CommandRejected,
)
from contracts.inputs import Timings
from contracts.requests import Reply
from runtime import function, nothing


@function(opens=nothing)
async def reply(
    event: CommandPlanned | CommandHeld | CommandExecuted | CommandRejected | CommandFailed,
    _: None,
    timings: Timings,
    printed: Printout,
) -> Reply:
    return answer(event, timings, printed)
