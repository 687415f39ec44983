"""What asking models takes for one command: it is told however the command ends."""

from pathlib import Path
from time import perf_counter

from contracts.errors import Error, RefusedError
from contracts.plan import GeneratorUse
from functions.generate.model.prompt import digest
from functions.generate.settings import PriceList


class Spending:
    """Counts over all models and attempts of one command, from when it is made.

    `prompt` is the file whose instructions they are given; the gateway's own where it is None.
    """

    def __init__(self, prices: PriceList, prompt: Path | None = None) -> None:
        self._prices = prices
        self._prompt = digest(prompt)
        self._began = perf_counter()
        self._model: str | None = None
        self._attempts = 0
        self._tokens_in = self._tokens_out = 0
        self._cost = 0.0

    def asking(self, model: str) -> None:
        """Count an attempt: it is one even if no answer comes."""
        self._model = model
        self._attempts += 1

    def answered(self, model: str, tokens_in: int, tokens_out: int) -> None:
        """Count what an answer took."""
        self._tokens_in += tokens_in
        self._tokens_out += tokens_out
        self._cost += self._prices.cost(model, tokens_in, tokens_out)

    def use(self) -> GeneratorUse:
        """Return what was spent until here, with the model that was asked last."""
        return GeneratorUse(
            kind="openai",
            model=self._model,
            tokens_in=self._tokens_in,
            tokens_out=self._tokens_out,
            cost_usd=round(self._cost, 8),
            duration_ms=round((perf_counter() - self._began) * 1000, 3),
            attempts=self._attempts,
            prompt=self._prompt,
        )


class UnavailableError(Exception):
    """No model gave an answer in time; `use` is what was spent on asking."""

    def __init__(self, message: str, use: GeneratorUse) -> None:
        super().__init__(message)
        self.use = use


class DeclinedError(RefusedError):
    """A model asks back, refuses, or gives nothing usable; `use` is what was spent on asking."""

    def __init__(self, error: Error, use: GeneratorUse) -> None:
        super().__init__(
            error.code, error.message, error.hint, question=error.question, options=error.options
        )
        self.use = use
