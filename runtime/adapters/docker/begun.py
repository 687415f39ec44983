"""What a failure means once something was done: never again that nothing happened."""

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.errors import Code, RefusedError
from runtime.adapters.docker.gate import NotBegunError

_LEFT_OPEN = frozenset({Code.ENGINE_UNREACHABLE, Code.ENGINE_ERROR, Code.DEADLINE_EXCEEDED})


@contextmanager
def begun(done: str) -> Iterator[None]:
    """Let the loss of the engine in what follows be OUTCOME_UNKNOWN; `done` says what was done.

    An engine that cannot be reached at the second of two steps did the first.
    """
    try:
        yield
    except NotBegunError:  # nothing was sent: whoever has done something before tells it
        raise
    except RefusedError as refused:
        if refused.error.code not in {*_LEFT_OPEN, Code.OUTCOME_UNKNOWN}:
            raise
        raise RefusedError(
            Code.OUTCOME_UNKNOWN,
            f"{done} Then: {refused.error.message}",
            "Look at what is there (docker ps -a, docker inspect) before asking again.",
        ) from refused
