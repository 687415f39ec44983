"""What no event tells of a model: each call of it, and whether it is left alone.

A seam for whoever asks a model: commands are counted by their events, but a call that failed, or
one that another answer made needless, stands in none.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

Outcome = Literal["answered", "timeout", "failed", "left_alone"]


class Call:
    """One call under way. Who does not say how it ended ran out of time."""

    def __init__(self) -> None:
        self.outcome: Outcome = "timeout"
        self.tokens_in = 0
        self.tokens_out = 0

    def answered(self, tokens_in: int, tokens_out: int) -> None:
        """Say that it was answered, for so many tokens."""
        self.outcome = "answered"
        self.tokens_in, self.tokens_out = tokens_in, tokens_out

    def failed(self, *, late: bool) -> None:
        """Say that no answer came: `late` where it was waited for in vain."""
        self.outcome = "timeout" if late else "failed"


class ModelCalls:
    """Tells the metrics of the calls of one model, by the name in the settings."""

    def __init__(self, model: str, left_alone: Callable[[], bool]) -> None:
        # Here, as the face of the runtime is imported by those, too, that count nothing.
        from runtime import metrics  # noqa: PLC0415

        self._outcomes = {
            each: metrics.MODEL_CALLS.labels(model, each)
            for each in ("answered", "timeout", "failed", "left_alone")
        }
        self._seconds = metrics.MODEL_SECONDS.labels(model)
        self._in = metrics.MODEL_TOKENS.labels(model, "in")
        self._out = metrics.MODEL_TOKENS.labels(model, "out")
        metrics.MODEL_COST.labels(model)
        metrics.MODEL_CIRCUIT.labels(model).set_function(left_alone)

    def refused(self) -> None:
        """Count a call that was not made, as the model is left alone."""
        self._outcomes["left_alone"].inc()

    @contextmanager
    def call(self) -> Iterator[Call]:
        """Tell of the call that is made in this block, however the block ends."""
        call, began = Call(), time.perf_counter()
        try:
            yield call
        finally:
            self._outcomes[call.outcome].inc()
            self._seconds.observe(time.perf_counter() - began)
            self._in.inc(call.tokens_in)
            self._out.inc(call.tokens_out)
