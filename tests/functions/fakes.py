"""Doubles of what the runtime hands to functions, told by a test what to say."""

from collections.abc import Callable


class FakeCancellation:
    """Comes when a test says so."""

    def __init__(self) -> None:
        self.requested = False
        self._calls: list[Callable[[], None]] = []

    def then(self, call: Callable[[], None]) -> None:
        if self.requested:
            call()
        else:
            self._calls.append(call)

    def come(self) -> None:
        self.requested = True
        for call in self._calls:
            call()
