"""Several requests at once, whose first failure is the failure of all."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

_T = TypeVar("_T")


async def together(requests: Iterable[Coroutine[Any, Any, _T]], *, at_once: int = 16) -> list[_T]:
    """Return what each gave, in their order; at the first error the rest is cancelled."""
    turns = asyncio.Semaphore(at_once)

    async def in_turn(request: Coroutine[Any, Any, _T]) -> _T:
        async with turns:
            return await request

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(in_turn(request)) for request in requests]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from errors
    return [task.result() for task in tasks]
