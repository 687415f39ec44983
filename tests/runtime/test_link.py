"""Every question over the connection ends, whatever else has ended already."""

import asyncio
from datetime import timedelta

import pytest

from runtime.errors import NoAnswerError
from runtime.link import Link

SOON = timedelta(seconds=0.5)


async def test_a_question_ends_though_all_tasks_of_the_process_were_told_to_end(link: Link) -> None:
    """As when `asyncio.run` clears up: nobody is left who reads, and nobody waits for ever."""
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        with pytest.raises(NoAnswerError):
            await link.ask("nobody.hears", within=SOON)
