"""From the bytes of a request to the request, or to the reason why it is none."""

import json
from typing import Any, Never, TypeVar

from pydantic import ValidationError

from contracts.errors import Code, RefusedError
from contracts.requests import MAX_NESTING, MAX_REQUEST_BYTES, Request

R = TypeVar("R", bound=Request)

# How many mistakes a refusal tells, and how much of a field's name.
_SHOWN = 5
_NAMED = 64
# The largest double has 309 digits: no reader of JSON must hold more (RFC 8259, section 6).
_DIGITS = 309


def decoded(kind: type[R], body: bytes) -> R:
    """Return the request that a body holds.

    Raises RefusedError: `request_too_large` over 64 KiB; `not_json` for what RFC 8259 does not
    allow (NaN and encodings other than UTF-8 included), for a name given twice, and for nesting
    and numbers beyond reason; `invalid_request` for everything that the model does not allow,
    naming each field. The hint of either shows what the model takes.
    """
    if len(body) > MAX_REQUEST_BYTES:
        raise RefusedError(
            Code.REQUEST_TOO_LARGE,
            f"The request has {len(body)} bytes; {MAX_REQUEST_BYTES} are allowed.",
            "Shorten the request; send only what is needed to understand it.",
        )
    try:
        document = _READER.decode(body.decode())
    except RecursionError:
        raise RefusedError(
            Code.NOT_JSON,
            "The request is nested too deeply to be read.",
            f"Nest at most {MAX_NESTING} levels.",
        ) from None
    except ValueError as error:
        raise RefusedError(
            Code.NOT_JSON, f"The request is not JSON: {error}.", kind.shape
        ) from error
    if not isinstance(document, dict):
        raise RefusedError(
            Code.INVALID_REQUEST, "The request is JSON, but not an object.", kind.shape
        )
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise RefusedError(
            Code.INVALID_REQUEST, f"The request is not valid: {_sentence(error)}.", kind.shape
        ) from error


def _sentence(error: ValidationError) -> str:
    """Name each field with what is wrong, without repeating the caller's values."""
    found = error.errors(include_url=False, include_input=False)
    parts = []
    for each in found[:_SHOWN]:
        where = ".".join(_visible(str(step)[:_NAMED]) for step in each["loc"])
        said = each["msg"].removeprefix("Value error, ")
        parts.append(f"{where}: {said}" if where else said)
    if len(found) > _SHOWN:
        parts.append(f"and {len(found) - _SHOWN} more")
    return "; ".join(parts)


def _visible(name: str) -> str:
    """Return a name of the caller's without what could play tricks on a terminal or a reader."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        msg = "a name is given twice in one object"
        raise ValueError(msg)
    return document


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        msg = f"a number has {len(digits)} digits"
        raise ValueError(msg)
    return int(digits)


def _no_constant(name: str) -> Never:
    msg = f"{name} is no JSON number"
    raise ValueError(msg)


# Made once: `json.loads` makes one for each call that asks for more than the usual, in 2 µs.
_READER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_whole)
