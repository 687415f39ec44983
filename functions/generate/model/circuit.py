"""A circuit breaker: who failed several times in a row is left alone for a while."""

import time
from collections.abc import Callable

FAILURES = 5
OPEN_S = 30.0


class Circuit:
    """Closed: calls go through. Open: none do. After `open_s` one may try; it decides.

    On a monotonic clock, in seconds.
    """

    def __init__(
        self,
        failures: int = FAILURES,
        open_s: float = OPEN_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed = failures
        self._open_s = open_s
        self._clock = clock
        self._failures = 0
        self._until = 0.0

    @property
    def open(self) -> bool:
        """Whether no call may be made; asking when the time is over lets one through."""
        if self._failures < self._allowed:
            return False
        now = self._clock()
        if now < self._until:
            return True
        self._until = now + self._open_s  # the others wait for what the one that tries finds
        return False

    @property
    def failing(self) -> bool:
        """Whether nothing has gone well since it opened. Asking changes nothing."""
        return self._failures >= self._allowed

    def succeeded(self) -> None:
        """Close it."""
        self._failures = 0

    def failed(self) -> None:
        """Count a failure; the last that is allowed opens it."""
        self._failures += 1
        if self._failures >= self._allowed:
            self._until = self._clock() + self._open_s
