"""What the OpenAPI document says of each route: what it takes, and every answer that it gives."""

from typing import Any

from pydantic import BaseModel

from contracts.requests import Reply, RunRequest
from functions.http.commands import PREFIX
from functions.http.contract import OriginalRequest, OriginalResponse
from functions.http.original import PATH
from functions.http.problems import MEDIA_TYPE

Document = dict[str, Any]

_JSON = "application/json"
_SAID = {
    "400": "It is no HTTP request, or no JSON.",
    "401": "No token, or none that is good.",
    "403": "The token is for something else.",
    "404": "You have no such command.",
    "405": "Not with this method.",
    "408": "The request did not come in time.",
    "409": "The key was used for another request, or the command has ended.",
    "413": "The body has more than 64 KiB.",
    "415": "The body is not said to be JSON in UTF-8.",
    "422": "It is JSON, and no request.",
    "429": "Too many requests of this caller wait already.",
    "431": "The head is too large.",
    "500": "The door failed.",
    "503": "The gateway is not there, or too many are connected.",
    "504": "No answer in time; a command that was begun goes on.",
}
_USUAL = ("400", "401", "403", "405", "408", "429", "431", "500", "503", "504")


def paths() -> Document:
    """Return all routes."""
    one, of_one = (
        f"{PREFIX}/{{command_id}}",
        {"parameters": [_parameter("command_id", "path", _ID)]},
    )
    return {
        PREFIX: {"post": _begin()},
        one: {
            **of_one,
            "get": {
                "operationId": "look",
                "summary": "Say how far it is; with `Accept: text/event-stream`, as it goes on",
                "parameters": [_parameter("Last-Event-ID", "header", _LAST_EVENT)],
                "responses": {
                    "200": {
                        "description": "How far it is.",
                        "content": {
                            _JSON: {"schema": _ref(Reply)},
                            "text/event-stream": {"schema": {"type": "string"}},
                        },
                    },
                    "204": {"description": "The stream had ended: there is nothing after `end`."},
                    **_problems("404", "422"),
                },
            },
            "delete": {
                "operationId": "cancel",
                "summary": "Stop it: what has not started will not, what only prints ends",
                "parameters": [
                    _parameter("reason", "query", {"type": "string", "maxLength": 1024})
                ],
                "responses": {
                    "200": _replied(Reply, "It had been cancelled, and has ended."),
                    "202": _replied(Reply, "It will end."),
                    **_problems("404", "409", "422"),
                },
            },
        },
        f"{one}/output": {
            **of_one,
            "get": {
                "operationId": "output",
                "summary": "Read what it printed, page by page",
                "parameters": [_parameter("after", "query", _AFTER)],
                "responses": {"200": _replied(Reply, "A page."), **_problems("404", "422")},
            },
        },
        PATH: {"post": _original()},
        "/health": {
            "get": {
                "operationId": "health",
                "summary": "Say whether the gateway can be used; for everybody",
                "security": [],
                "responses": {
                    "200": _content("Health", "Requests are served."),
                    "503": _content("Health", "They are not."),
                    **{name: each for name, each in _problems().items() if name in _OF_ALL},
                },
            }
        },
        "/metrics": {"get": _text("metrics", "What this process counted", "text/plain")},
        "/openapi.json": {"get": _text("openapi", "This document", _JSON)},
        "/docs": {"get": _text("docs", "This document, to be read", "text/html")},
    }


_ID: Document = {"type": "string", "pattern": "^[a-z2-7]{26}$"}
_KEY: Document = {"type": "string", "pattern": "^[!-~]{1,128}$"}
_AFTER: Document = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999, "default": 0}
_LAST_EVENT: Document = {"type": "string", "pattern": "^([0-9]{1,18}|end)$"}
_OF_ALL = frozenset({"400", "405", "431", "500"})


def _begin() -> Document:
    return {
        "operationId": "run",
        "summary": "Do this, in words or as a docker line",
        "parameters": [_parameter("Idempotency-Key", "header", _KEY)],
        "requestBody": _body(RunRequest),
        "responses": {
            "200": _begun("It has ended: `status` and `outcome` say how."),
            "202": _begun("It is stored, or held for a person; `Location` is its place."),
            **_problems("409", "413", "415", "422"),
        },
    }


def _original() -> Document:
    return {
        "operationId": "executeDockerCommand",
        "summary": "The request of the HTTP service that this gateway replaces",
        "parameters": [_parameter("Idempotency-Key", "header", _KEY)],
        "requestBody": _body(OriginalRequest),
        "responses": {
            "200": _replied(OriginalResponse, "`overall_status` says how it ended."),
            **{
                status: _either(said)
                for status, said in _SAID.items()
                if status in {*_USUAL, "409", "413", "415", "422"}
            },
        },
    }


def _body(kind: type[BaseModel]) -> Document:
    return {"required": True, "content": {_JSON: {"schema": _ref(kind)}}}


def _replied(kind: type[BaseModel], description: str) -> Document:
    return _content(kind.__name__, description)


def _begun(description: str) -> Document:
    """Return an answer that names a command, and what can be asked of it."""
    named = {"parameters": {"command_id": "$response.body#/command_id"}}
    links = {each: {"operationId": each, **named} for each in ("look", "output", "cancel")}
    return {**_replied(Reply, description), "links": links}


def _content(name: str, description: str, media_type: str = _JSON) -> Document:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _either(description: str) -> Document:
    found = _content(OriginalResponse.__name__, description)
    found["content"] |= _content("Problem", "", MEDIA_TYPE)["content"]
    return found


def _problems(*more: str) -> Document:
    wanted = sorted({*_USUAL, *more})
    return {each: _content("Problem", _SAID[each], MEDIA_TYPE) for each in wanted}


def _text(name: str, summary: str, media_type: str) -> Document:
    content = {"description": summary, "content": {media_type: {"schema": {}}}}
    return {"operationId": name, "summary": summary, "responses": {"200": content, **_problems()}}


def _parameter(name: str, where: str, schema: Document) -> Document:
    return {"name": name, "in": where, "required": where == "path", "schema": schema}


def _ref(kind: type[BaseModel]) -> Document:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}
