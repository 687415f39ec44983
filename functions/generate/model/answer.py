"""What a model may answer, and how it is read: nothing of it is believed."""

import json
import re
from typing import Any, Literal

from pydantic import Field, ValidationError

from contracts.errors import Code, Error
from contracts.model import Fact
from functions.generate.model.excerpt import Excerpt
from runtime import without_secrets

MAX_COMMANDS = 32
_MAX_TEXT = 2000
_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)


class Proposed(Fact):
    """One docker line, and the existing objects that it names."""

    line: str = Field(min_length=1, max_length=8192)
    objects: tuple[str, ...] = ()


class Answer(Fact):
    """Commands, a question back, or a refusal."""

    kind: Literal["commands", "question", "refusal"]
    commands: tuple[Proposed, ...] = Field(default=(), max_length=MAX_COMMANDS)
    text: str = Field(default="", max_length=_MAX_TEXT)
    options: tuple[str, ...] = Field(default=(), max_length=64)


class UnreadableError(ValueError):
    """It is no answer: why, in words that the model can act on."""


def schema(shown: Excerpt) -> dict[str, Any]:
    """Return the answer's JSON Schema; names are an enum of what exists, where that fits."""
    name: dict[str, Any] = {"type": "string"}
    if shown.enumerable:
        name["enum"] = list(shown.names)
    return _strict(
        kind={"type": "string", "enum": ["commands", "question", "refusal"]},
        commands=_list(_strict(line={"type": "string"}, objects=_list(name))),
        text={"type": "string"},
        options=_list({"type": "string"}),
    )


def read(text: str) -> Answer:
    """Read an answer. Raises UnreadableError.

    Where an endpoint cannot be held to JSON, the object may stand between other words. What it
    says becomes part of the history, which keeps no secret: an answer with one is none.
    """
    if without_secrets(text) != text:
        raise UnreadableError("it holds what looks like a secret: name variables, not their values")
    found = _object(text)
    try:
        answer = Answer.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UnreadableError(f"`{where}`: {first['msg']}") from error
    if answer.kind == "commands" and not answer.commands:
        raise UnreadableError("`commands` is empty although `kind` is `commands`")
    if answer.kind != "commands" and not answer.text.strip():
        raise UnreadableError(f"`text` is empty although `kind` is `{answer.kind}`")
    return answer


def declined(answer: Answer) -> Error:
    """Return a question or a refusal as an error: the model's words, bounded, as data."""
    if answer.kind == "question":
        return Error(
            code=Code.AMBIGUOUS,
            message=answer.text,
            hint="Ask again with one of the options, or with the full name.",
            question=answer.text,
            options=answer.options,
        )
    return Error(
        code=Code.UNSUPPORTED,
        message=answer.text,
        hint="Ask for something that docker does on these hosts.",
    )


def _object(text: str) -> object:
    fenced = _FENCE.search(text)
    candidates = [
        text,
        *([fenced[1]] if fenced else []),
        text[text.find("{") : text.rfind("}") + 1],
    ]
    for each in candidates:
        try:
            found = json.loads(each)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return found
    raise UnreadableError("it is no JSON object")


def _strict(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
