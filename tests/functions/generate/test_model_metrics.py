"""What is told of the calls of a model: events say nothing of those that failed."""

import secrets

from functions.generate import generate, open_generator
from functions.generate.model.circuit import FAILURES
from functions.generate.settings import GenerateSettings
from tests.functions.generate.fake_endpoint import (
    Play,
    fails,
    fake_endpoint,
    hangs,
    proposes,
    says,
)
from tests.functions.generate.test_model import RESTART, KeptInMemory, requested
from tests.functions.generate.worlds import BOOKSTORE
from tests.scraping import Samples, samples, value


async def scraped(model: str, *script: Play, times: int = 1, seconds: float = 5.0) -> Samples:
    """Ask a model of this name so often, and return what is scraped while it can be asked."""
    async with fake_endpoint(*script) as fake:
        settings = GenerateSettings(
            model=model, base_url=fake.url, retries=0, timeout_seconds=seconds
        )
        async with open_generator(settings) as generator:
            for _ in range(times):
                await generate(requested(), generator, BOOKSTORE, KeptInMemory())
            return samples()


def calls(found: Samples, model: str) -> dict[str, float | None]:
    outcomes = ("answered", "timeout", "failed", "left_alone")
    return {each: value(found, "model_calls_total", model=model, outcome=each) for each in outcomes}


async def test_each_call_is_told_with_its_tokens_and_its_time() -> None:
    model = f"m-{secrets.token_hex(4)}"
    found = await scraped(model, says("no JSON"), proposes(RESTART))  # repaired: two calls
    assert calls(found, model) == {"answered": 2, "timeout": 0, "failed": 0, "left_alone": 0}
    assert value(found, "model_tokens_total", model=model, kind="in") == 200
    assert value(found, "model_tokens_total", model=model, kind="out") == 20
    assert value(found, "model_call_seconds_count", model=model) == 2
    assert value(found, "model_circuit_open", model=model) == 0


async def test_a_model_that_fails_is_told_until_it_is_left_alone() -> None:
    model = f"m-{secrets.token_hex(4)}"
    found = await scraped(model, fails(500), times=FAILURES + 2)
    assert calls(found, model) == {"answered": 0, "timeout": 0, "failed": 5, "left_alone": 2}
    assert value(found, "model_circuit_open", model=model) == 1
    assert value(found, "model_cost_usd_total", model=model) == 0


async def test_waiting_in_vain_is_told_as_that() -> None:
    model = f"m-{secrets.token_hex(4)}"
    found = await scraped(model, hangs, seconds=0.2)
    assert calls(found, model)["timeout"] == 1
