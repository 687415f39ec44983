"""The OpenAPI 3.1 document of the door, made from the classes that read and write its bodies."""

from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from contracts.requests import Reply, RunRequest
from functions.http.contract import OriginalRequest, OriginalResponse
from functions.http.operations import Document, paths

_VERSION = "1"
_PROBLEM: Document = {
    "type": "object",
    "description": "Why not (RFC 9457): `code` is stable, `hint` says what to do.",
    "required": ["type", "title", "status", "detail", "code", "hint", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "hint": {"type": "string"},
        "question": {"type": "string"},
        "options": {"type": "array", "items": {"type": "string"}},
        "command_id": {"type": "string"},
        "request_id": {"type": "string"},
    },
}
_CHECK: Document = {
    "type": "object",
    "required": ["ok", "ms", "said"],
    "properties": {
        "ok": {"type": "boolean"},
        "ms": {"type": "number"},
        "said": {"type": "string"},
    },
}
_HEALTH: Document = {
    "type": "object",
    "required": ["status", "checks"],
    "properties": {
        "status": {"enum": ["ok", "degraded", "down", "closing"]},
        "checks": {"type": "object", "additionalProperties": _CHECK},
    },
}


@cache
def document() -> Document:
    """Return the document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AI Command Gateway",
            "version": _VERSION,
            "description": "Words in, Docker commands out: decided by policy, run once. The token "
            "says who asks. The HTTP status says how the request went; `status` in the reply says "
            "how the command ended.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"token": []}],
        "paths": paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**_schemas(), "Problem": _PROBLEM, "Health": _HEALTH},
        },
    }


def _schemas() -> Document:
    kinds: list[tuple[type[BaseModel], Any]] = [
        (RunRequest, "validation"),
        (Reply, "serialization"),
        (OriginalRequest, "validation"),
        (OriginalResponse, "serialization"),
    ]
    _, held = models_json_schema(kinds, ref_template="#/components/schemas/{model}")
    found: Document = held["$defs"]
    return found
