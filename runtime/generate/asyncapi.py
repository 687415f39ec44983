"""The AsyncAPI 3.0 document: every subject, message and operation of the gateway.

Source: AsyncAPI Specification 3.0.0. Payloads are references to the JSON Schemas beside it.
"""

from typing import Any

from contracts import headers as h
from contracts.errors import Code
from contracts.events import EVENTS, Event
from contracts.inputs import Awake, DeadLetter, Overdue, Undelivered
from contracts.requests import CALLER, MAX_REQUEST_BYTES, OutputChunk, Reply, Request
from contracts.world import HostPicture
from runtime import discover
from runtime.declare import Function
from runtime.endpoint import SERVICE
from runtime.generate import schemas
from runtime.generate.emit import yaml
from runtime.generate.meaning import meaning
from runtime.graph import in_order, publishers
from runtime.version import VERSION

Document = dict[str, Any]

_PARAMETERS = {
    "caller": "Who asks. Only that caller may publish here: the server's permissions say so.",
    "command_id": "The command, as its reply names it: 26 characters of base32.",
    "host": "A host, as requests and plans name it.",
    "function": "The function that could not handle it.",
}
# What is neither event nor request: address, parameters, and where it is kept or seen.
_OTHERS: dict[type, tuple[str, str, str]] = {
    OutputChunk: ("output", "output.{caller}.{command_id}", "Kept in the stream OUTPUTS."),
    HostPicture: (
        "inventory",
        "$KV.INVENTORY.{host}",
        "The newest picture of each host, a bucket; each change is seen as `inventory.<host>`.",
    ),
    DeadLetter: ("dead", "dead.{function}", "Kept in the stream DEAD_LETTERS."),
}
_ADVISORIES = "advisories"
_INBOX = "inbox"


def text() -> str:
    """Return the document as it stands in its file."""
    return "# Written by `make generate` from the code. Do not edit.\n\n" + yaml(document())


def document() -> Document:
    """Return the document."""
    functions = in_order(discover.everything())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "AI Command Gateway",
            "version": VERSION,
            "description": _DESCRIPTION,
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0",
            },
        },
        "defaultContentType": "application/json",
        "servers": _SERVERS,
        "channels": _channels(),
        "operations": {
            name: operation for each in functions for name, operation in _operations(each)
        },
        "components": {
            "messages": _messages(functions),
            "schemas": {"EventHeaders": _event_headers(), "RequestHeaders": _REQUEST_HEADERS},
        },
    }


def _channels() -> Document:
    channels: Document = {}
    for request in schemas.requests():
        channels[f"request.{request.verb}"] = _channel(
            f"gateway.{request.verb}.{{caller}}", [request], meaning(request).sentence
        )
    channels[_INBOX] = {
        "address": None,
        "description": "The inbox that a request names as its reply subject.",
        "messages": _message_refs([Reply]),
    }
    for event in EVENTS:
        channels[f"history.{event.type}"] = _channel(
            f"command.{event.type}.{{command_id}}",
            [event],
            "Kept in the stream COMMANDS; appended to by compare-and-set on the whole command.",
        )
    for event in EVENTS:
        channels[f"live.{event.type}"] = _channel(
            f"command.{event.type}",
            [event],
            "Core NATS: the server repeats here what it has stored, body and headers as they are.",
        )
    for kind, (name, address, description) in _OTHERS.items():
        channels[name] = _channel(address, [kind], description)
    channels[_ADVISORIES] = {
        "address": "$JS.EVENT.ADVISORY.CONSUMER.>",
        "description": "What the server says of deliveries. Kept in the stream ADVISORIES.",
        "messages": {"Advisory": _ref("components/messages/Advisory")},
    }
    return channels


def _channel(address: str, kinds: list[type], description: str) -> Document:
    named = {
        name: {"description": said}
        for name, said in _PARAMETERS.items()
        if f"{{{name}}}" in address
    }
    return {
        "address": address,
        "description": description,
        "messages": _message_refs(kinds),
        **({"parameters": named} if named else {}),
    }


def _operations(function: Function) -> list[tuple[str, Document]]:
    """Return one operation for each kind of message that a function receives or sends.

    The clock and the start of the process are no messages; a reply belongs to its request.
    """
    found: list[tuple[str, Document]] = []
    for kind in function.consumes:
        if kind in {Overdue, Awake}:
            continue
        operation = _operation("receive", kind, f"{function.name} consumes it.")
        if issubclass(kind, Request):
            operation["bindings"] = {"nats": {"queue": "gateway"}}
            operation["reply"] = {
                "channel": _ref(f"channels/{_INBOX}"),
                "messages": [_ref(f"channels/{_INBOX}/messages/Reply")],
            }
        found.append((f"{function.name}.receives.{_channel_of(kind)}", operation))
    for kind in function.publishes:
        if kind is Reply and function.requests:
            continue
        operation = _operation("send", kind, f"{function.name} publishes it.")
        found.append((f"{function.name}.sends.{_channel_of(kind)}", operation))
    return found


def _operation(action: str, kind: type, summary: str) -> Document:
    channel = _channel_of(kind)
    return {
        "action": action,
        "summary": summary,
        "channel": _ref(f"channels/{channel}"),
        "messages": [_ref(f"channels/{channel}/messages/{_name(kind)}")],
    }


def _channel_of(kind: type) -> str:
    if issubclass(kind, Event):
        return f"history.{kind.type}"
    if issubclass(kind, Request):
        return f"request.{kind.verb}"
    if kind is Reply:
        return _INBOX
    return _ADVISORIES if kind is Undelivered else _OTHERS[kind][0]


def _name(kind: type) -> str:
    return "Advisory" if kind is Undelivered else kind.__name__


def _messages(functions: list[Function]) -> Document:
    messages: Document = {}
    for request in schemas.requests():
        headers = {"headers": _ref("components/schemas/RequestHeaders")}
        messages[request.__name__] = _message(request) | headers
    for event in EVENTS:
        messages[event.__name__] = _message(event) | {
            "headers": _headers_of(event, publishers(event, functions)),
            "correlationId": {"location": f"$message.header#/{h.CORRELATION}"},
        }
    for kind in (Reply, *_OTHERS):
        messages[kind.__name__] = _message(kind)
    messages["Advisory"] = {
        "name": "Advisory",
        "summary": "A message was given up after its last delivery, or terminated.",
        "payload": {
            "type": "object",
            "description": "io.nats.jetstream.advisory.v1.max_deliver or .terminated",
            "required": ["stream", "consumer", "stream_seq"],
        },
    }
    return messages


def _message(kind: Any) -> Document:
    said = meaning(kind)
    return {
        "name": f"command.{kind.type}" if issubclass(kind, Event) else kind.__name__,
        "title": kind.__name__,
        "summary": said.sentence,
        "payload": {"$ref": f"schemas/{schemas.name_of(kind)}"},
    }


def _message_refs(kinds: list[type]) -> Document:
    return {each.__name__: _ref(f"components/messages/{each.__name__}") for each in kinds}


def _headers_of(event: type[Event], made_by: list[str]) -> Document:
    own: Document = {h.TYPE: {"const": f"command.{event.type}"}}
    if made_by:
        own[h.SOURCE] = {"enum": made_by}
    return {
        "type": "object",
        "allOf": [_ref("components/schemas/EventHeaders"), {"properties": own}],
    }


def _event_headers() -> Document:
    """Return the headers of a stored event; all values are text."""
    properties: Document = {
        h.SPEC_VERSION: {"const": "1.0"},
        h.ID: _text("The id of the event: of function, type, cause and occurrence."),
        h.TYPE: _text("`command.` and the type of the event."),
        h.SOURCE: _text("The function that made it."),
        h.TIME: {"type": "string", "format": "date-time"},
        h.CORRELATION: _text("The command's id, the same in all of its events."),
        h.CAUSE: _text("The `ce-id` of the event that this one answers; empty in the first."),
        h.CAUSE_DIGEST: _text("The digest of the event that this one answers."),
        h.TRACE: {
            "type": "string",
            "description": "W3C Trace Context; one trace for the whole command.",
            "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        },
        h.TRACE_STATE: _text("W3C Trace Context: what tracing systems add, as the caller sent it."),
        h.TIMINGS: _text("`start=<seconds since 1970>`, then `<stage>=<milliseconds>` for each."),
        h.CALLER: _text("Who asked, for statistics. Never an identity."),
        h.SOURCE_ID: _text("The label that the request carries, for statistics."),
        h.VERSION: _text("The version of the gateway that made it."),
        h.MESSAGE_ID: _text("The same as `ce-id`: the server stores it once."),
        h.EXPECTED_SEQUENCE: _text("The sequence of the command's newest event before this one."),
        h.EXPECTED_SUBJECT: _text("`command.*.<command id>`: the command as a whole."),
    }
    optional = {h.TRACE_STATE, h.TIMINGS, h.CALLER, h.SOURCE_ID, h.VERSION}
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "properties": properties,
    }


def _text(description: str) -> Document:
    return {"type": "string", "description": description}


def _ref(path: str) -> Document:
    return {"$ref": f"#/{path}"}


_DESCRIPTION = f"""\
A caller asks on `gateway.<verb>.<caller>` and is answered on its inbox. What happens in between
is a history of events on JetStream: one subject for each command and stage, and the same again
on core NATS as the live feed. The micro service is called `{SERVICE}`.

A request has at most {MAX_REQUEST_BYTES} bytes; a caller's name is `{CALLER.pattern}`.
Errors have one of {len(Code)} stable codes. Readers of events ignore fields that they do not
know: fields are only ever added.
"""
_REQUEST_HEADERS: Document = {
    "type": "object",
    "properties": {
        h.TRACE: _text("W3C Trace Context; a new trace is begun where it is missing."),
        h.TRACE_STATE: _text("W3C Trace Context: goes on through every event to the answer."),
    },
}
_SERVERS: Document = {
    "embedded": {
        "host": "127.0.0.1:{port}",
        "protocol": "nats",
        "description": "The server inside `acg up`: on loopback, with a key for each user.",
        "variables": {"port": {"description": "Chosen at the first start, and kept."}},
    },
    "cluster": {
        "host": "{host}",
        "protocol": "nats",
        "description": "Any NATS 2.12 or newer with JetStream, as NATS_URL names it.",
        "variables": {"host": {"default": "localhost:4222"}},
    },
}
