"""What `generate` can be told."""

import asyncio
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, PositiveFloat, PositiveInt, SecretStr, ValidationError

from contracts.model import Strict
from contracts.world import COMPOSE_PROJECT, COMPOSE_SERVICE
from runtime import PermanentError, Settings

T = TypeVar("T")


class Price(Strict):
    """US dollars for a million tokens."""

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]


class PriceList(Strict):
    """The owner's price list: `[models."name"]` with `input` and `output`."""

    models: dict[str, Price] = Field(default_factory=dict)

    def cost(self, model: str, tokens_in: int, tokens_out: int) -> float:
        """Return what a call cost in US dollars; nothing for a model that is not listed."""
        price = self.models.get(model)
        if price is None:
            return 0.0
        return round((tokens_in * price.input + tokens_out * price.output) / 1_000_000, 8)


class GenerateSettings(Settings, env_prefix="GENERATE_"):
    """`GENERATE_MODEL` sends text about your systems to an endpoint; without it, none leaves.

    - `aliases`: a TOML file with what people call things (docs/aliases.md).
    - `model`: the models to ask, in order, separated by commas. Unset: the builtin grammar.
    - `base_url`: an endpoint that speaks OpenAI's chat completions; OpenAI's own where unset.
    - `api_key`: its key. The variables of the `openai` package are not heeded.
    - `fallback`: what answers when no model does: `builtin`, or an error (`fail`).
    - `timeout_seconds`: how long one call may take; `total_seconds`: all calls of one command.
    - `retries`: how often a call is repeated on 408, 409, 429 and 5xx.
    - `world_tokens`: how much of the inventory is shown; `answer_tokens`: the longest answer.
    - `cache_seconds`: how long an answer is used again for the same words, world, prompt and
      model; 0 never.
    - `labels`: the labels that are shown; others never are.
    - `prices`: a TOML file with a price list, for `cost_usd`.
    - `prompt`: a file with instructions to the model in place of the gateway's own.
    """

    aliases: Path | None = None
    model: str = ""
    base_url: str | None = None
    api_key: SecretStr | None = None
    fallback: Literal["builtin", "fail"] = "fail"
    timeout_seconds: PositiveFloat = 30.0
    total_seconds: PositiveFloat = 90.0
    retries: Annotated[int, Field(ge=0, le=10)] = 3
    world_tokens: PositiveInt = 6000
    answer_tokens: PositiveInt = 2000
    cache_seconds: Annotated[float, Field(ge=0, le=604_800)] = 86_400.0
    labels: tuple[str, ...] = (COMPOSE_PROJECT, COMPOSE_SERVICE)
    prices: Path | None = None
    prompt: Path | None = None

    @property
    def url(self) -> str:
        """Where models are asked."""
        return self.base_url or "https://api.openai.com/v1"

    @property
    def endpoint(self) -> str:
        """The same, to be shown: without the password or token that an address may hold."""
        try:
            found = urlsplit(self.url)
        except ValueError:
            return "an address that cannot be read"
        return urlunsplit((found.scheme, found.netloc.rpartition("@")[2], found.path, "", ""))

    @property
    def generator(self) -> str:
        """What turns words into commands."""
        return "openai" if self.models else "builtin"

    @property
    def models(self) -> tuple[str, ...]:
        """The models, in the order in which they are asked."""
        return tuple(name for each in self.model.split(",") if (name := each.strip()))

    def price_list(self) -> PriceList:
        """Read the price list. Raises OSError, ValueError."""
        if self.prices is None:
            return PriceList()
        try:
            return PriceList.model_validate(tomllib.loads(self.prices.read_text()))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"{self.prices}: {where}: {first['msg']}") from error
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{self.prices}: {error}") from error


async def from_file(variable: str, read: Callable[[], T]) -> T:
    """Return what the file of a setting holds; the loop goes on meanwhile.

    Raises PermanentError that names the variable, the file and the fault.
    """
    try:
        return await asyncio.to_thread(read)
    except OSError as error:
        raise PermanentError(f"{variable}: {error.filename}: {error.strerror}") from error
    except ValueError as error:
        raise PermanentError(f"{variable}: {error}") from error
