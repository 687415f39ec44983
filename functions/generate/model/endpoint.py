"""One model behind an endpoint that speaks OpenAI's chat completions."""

import json
from asyncio import timeout
from typing import Any, NamedTuple

from openai import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncAPIResponse,
    AsyncOpenAI,
    BadRequestError,
    OpenAIError,
    UnprocessableEntityError,
)

from functions.generate.model.circuit import Circuit
from runtime import ModelCalls

Message = dict[str, str]

_LARGEST = 256 * 1024
_LADDER = ("json_schema", "json_object", "text")
_LIMITS = ("max_completion_tokens", "max_tokens")
_REACH_S = 2.5
_NO_ENTRY = frozenset({401, 403})
_FAULT = 500
_ADAPTATIONS = len(_LADDER) + len(_LIMITS) + 1


class ModelError(Exception):
    """No answer came: why, in a sentence without anything that the endpoint said at length."""


class Said(NamedTuple):
    """What a model said, and what that took."""

    text: str
    tokens_in: int
    tokens_out: int


class Endpoint:
    """Asks one model. What the endpoint can do is found out by its refusals, and remembered.

    The package repeats what may be repeated (408, 409, 429, 5xx, with jitter and `Retry-After`).
    """

    def __init__(self, client: AsyncOpenAI, model: str, *, seconds: float, tokens: int) -> None:
        self.model = model
        self.circuit = Circuit()
        self._calls = ModelCalls(model, lambda: self.circuit.failing)
        self._client = client
        self._seconds = seconds
        self._tokens = tokens
        self._format = _LADDER[0]
        self._limit = _LIMITS[0]
        self._temperature = True

    async def ask(self, messages: list[Message], schema: dict[str, Any]) -> Said:
        """Return what the model says. Raises ModelError, TimeoutError (of the caller's)."""
        if self.circuit.open:
            self._calls.refused()
            raise ModelError(f"{self.model} failed several times in a row and is left alone")
        with self._calls.call() as call:
            try:
                said = await self._adapted(messages, schema)
            except ModelError as error:
                call.failed(late=isinstance(error.__cause__, TimeoutError | APITimeoutError))
                self.circuit.failed()
                raise
            call.answered(said.tokens_in, said.tokens_out)
        self.circuit.succeeded()
        return said

    async def reach(self) -> None:
        """Return once the endpoint has answered, which sends it nothing but the key.

        Raises ModelError where it does not, or refuses the key.
        """
        asking = self._client.with_options(max_retries=0, timeout=_REACH_S)
        try:
            async with timeout(_REACH_S):
                await asking.models.with_raw_response.list()
        except APIStatusError as error:
            # Not every endpoint lists its models: that it says so is an answer.
            if error.status_code in _NO_ENTRY or error.status_code >= _FAULT:
                raise ModelError(f"the endpoint answers {error.status_code}") from error
        except (OpenAIError, TimeoutError) as error:
            raise ModelError("the endpoint is not reached") from error

    async def _adapted(self, messages: list[Message], schema: dict[str, Any]) -> Said:
        for _ in range(_ADAPTATIONS):
            try:
                return await self._call(messages, schema)
            except (BadRequestError, UnprocessableEntityError) as error:
                if not self._adapt(str(error).lower()):
                    raise ModelError(
                        f"{self.model} refuses the request ({_status(error)})"
                    ) from error
            except OpenAIError as error:
                raise ModelError(f"{self.model} cannot be asked: {_reason(error)}") from error
        raise ModelError(f"{self.model} takes no form of the request")

    def _adapt(self, words: str) -> bool:
        """Ask in another form next time. Say whether there is one."""
        if "temperature" in words and self._temperature:
            self._temperature = False
        elif self._limit in words and self._limit != _LIMITS[-1]:
            self._limit = _LIMITS[-1]
        elif self._format != _LADDER[-1]:
            self._format = _LADDER[_LADDER.index(self._format) + 1]
        else:
            return False
        return True

    async def _call(self, messages: list[Message], schema: dict[str, Any]) -> Said:
        options: dict[str, Any] = {self._limit: self._tokens}
        if self._temperature:
            options["temperature"] = 0
        if self._format == "json_schema":
            form = {"name": "answer", "strict": True, "schema": schema}
            options["response_format"] = {"type": "json_schema", "json_schema": form}
        elif self._format == "json_object":
            options["response_format"] = {"type": "json_object"}
        asked: Any = messages
        try:
            # The package bounds each read, this the whole: a byte a minute is a hang as well.
            async with timeout(self._seconds):
                answering = self._client.chat.completions.with_streaming_response.create(
                    model=self.model, messages=asked, **options
                )
                async with answering as response:
                    return _said(self.model, await self._body(response))
        except TimeoutError as error:
            raise ModelError(f"{self.model} gave no answer in {self._seconds:g} s") from error

    async def _body(self, response: AsyncAPIResponse[Any]) -> bytes:
        body = bytearray()
        try:
            async for piece in response.iter_bytes():
                body += piece
                if len(body) > _LARGEST:
                    break
        except Exception as error:  # the HTTP library's own: it may be any of several
            raise ModelError(f"{self.model} broke off: {type(error).__name__}") from error
        if len(body) > _LARGEST:
            raise ModelError(f"{self.model} says more than {_LARGEST} bytes")
        return bytes(body)


def _said(model: str, body: bytes) -> Said:
    """Read a chat completion as far as it is needed; whatever else stands in it is not."""
    try:
        document = json.loads(body)
        choice = document["choices"][0]
        message = choice["message"]
        text = message.get("content") or message.get("refusal") or ""
        usage = document.get("usage") or {}
        spent = [int(usage.get(name) or 0) for name in ("prompt_tokens", "completion_tokens")]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"{model} answered what is no chat completion") from error
    if not isinstance(text, str):
        raise ModelError(f"{model} answered what is no text")
    return Said(text, *(max(0, each) for each in spent))


def _reason(error: OpenAIError) -> str:
    if isinstance(error, APITimeoutError):
        return "no answer in time"
    if isinstance(error, APIStatusError):
        return _status(error)
    if isinstance(error, APIConnectionError):
        return "no connection"
    return type(error).__name__


def _status(error: APIStatusError) -> str:
    meaning = {401: "the key is not accepted", 403: "forbidden", 404: "no such model or path"}
    known = meaning.get(error.status_code)
    return f"HTTP {error.status_code}" + (f", {known}" if known else "")
