import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.decode import decoded
from contracts.docker.risk import Risk
from contracts.errors import Code, Error, RefusedError
from contracts.requests import (
    MAX_DEADLINE_S,
    MAX_NESTING,
    MAX_REQUEST_BYTES,
    Request,
    RunRequest,
    StatusRequest,
)

SECRET = "hunter2-hunter2"  # noqa: S105 - what must not come back
KINDS: list[type[Request]] = [RunRequest, StatusRequest]


def refused(kind: type[Request], body: bytes) -> Error:
    with pytest.raises(RefusedError) as caught:
        decoded(kind, body)
    return caught.value.error


def run(**fields: Any) -> bytes:
    return json.dumps({"request": "restart the checkout service", **fields}).encode()


def nested(levels: int) -> Any:
    value: Any = "deep"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"restart the checkout service",
        b"{'request': 'x'}",
        b'{"request": "x"',
        b'{"request": "x"} {"request": "y"}',
        b'{"request": "x",}',
        b'{"request": "a\nb"}',
        b'{"request": "x", "deadline_s": NaN}',
        b'{"request": "x", "context": Infinity}',
        b'{"request": "x", "context": [-Infinity]}',
        b'{"request": "x", "request": "y"}',
        b'{"request": "x", "context": {"a": 1, "a": 2}}',
        b'{"request": "x", "context": ' + b"9" * 310 + b"}",
        b'{"request": "x", "context": ' + b"9" * 5000 + b"}",
        b"[" * MAX_REQUEST_BYTES,
        b'{"a":' * 13_000,
        b"\xff\xfe\x00",
        b'{"request": "caf\xe9"}',
        b'{"request": "\xed\xa0\x80"}',
        b'\xef\xbb\xbf{"request": "x"}',
        '{"request": "x"}'.encode("utf-16"),
        '{"request": "x"}'.encode("utf-32"),
    ],
    ids=lambda body: repr(body[:40]),
)
def test_what_is_not_json_is_said_to_be_none(body: bytes) -> None:
    error = refused(RunRequest, body)
    assert error.code is Code.NOT_JSON
    assert error.hint


@pytest.mark.parametrize("body", [b"[]", b"null", b"true", b"7", b'"restart"', b'[{"request":1}]'])
def test_what_is_no_object_is_no_request(body: bytes) -> None:
    assert refused(RunRequest, body).code is Code.INVALID_REQUEST


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"request": None}, "exactly one"),
        ({"command": "docker ps"}, "exactly one"),
        ({"request": 7}, "request"),
        ({"request": ""}, "request: is empty"),
        ({"request": " \n "}, "request: is empty"),
        ({"request": ["restart"]}, "request"),
        ({"reqest": "typo"}, "reqest"),
        ({"caller": "root"}, "caller"),
        ({"request": "restart\x00checkout"}, "U+0000"),
        ({"request": "restart \x1b[31mcheckout"}, "U+001B"),
        ({"request": "restart \u202etuokcehc"}, "U+202E"),
        ({"request": "check\u200bout"}, "U+200B"),
        ({"request": "check\ud800out"}, "U+D800"),
        ({"request": "check\ue000out"}, "U+E000"),
        ({"request": None, "command": "docker ps\ndocker rm x"}, "U+000A"),
        ({"request": None, "command": "docker\tps"}, "U+0009"),
        ({"request": None, "command": "docker ps \u2028"}, "U+2028"),
        ({"target": ""}, "target"),
        ({"target": "x" * 257}, "target"),
        ({"target": "a\x07"}, "U+0007"),
        ({"host": "a b"}, "host"),
        ({"host": "local\n"}, "host"),
        ({"host": "-local"}, "host"),
        ({"idempotency_key": ""}, "idempotency_key"),
        ({"idempotency_key": "a b"}, "idempotency_key"),
        ({"idempotency_key": "é"}, "idempotency_key"),
        ({"idempotency_key": "k" * 129}, "idempotency_key"),
        ({"idempotency_key": 7}, "idempotency_key"),
        ({"priority": "now"}, "priority"),
        ({"mode": "dry-run"}, "mode"),
        ({"wait": "forever"}, "wait"),
        ({"deadline_s": 0}, "deadline_s"),
        ({"deadline_s": -1}, "deadline_s"),
        ({"deadline_s": MAX_DEADLINE_S + 1}, "deadline_s"),
        ({"deadline_s": "60"}, "deadline_s"),
        ({"deadline_s": True}, "deadline_s"),
        ({"deadline_s": None}, "deadline_s"),
        ({"max_risk": "escape"}, "max_risk"),
        ({"max_risk": "none"}, "max_risk"),
        ({"max_risk": 1}, "max_risk"),
        ({"context": nested(MAX_NESTING)}, "nested deeper"),
        ({"context": {"note": "a\u202eb"}}, "U+202E"),
        ({"context": {"a\u0000b": 1}}, "U+0000"),
        ({"context": [[{"note": ["\ud800"]}]]}, "U+D800"),
    ],
    ids=str,
)
def test_a_field_that_is_not_as_it_must_be_is_named(fields: dict[str, Any], named: str) -> None:
    error = refused(RunRequest, run(**fields))
    assert error.code is Code.INVALID_REQUEST
    assert named in error.message
    assert error.hint


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_a_number_that_no_reader_could_hold_is_refused(number: str) -> None:
    error = refused(RunRequest, f'{{"request": "x", "context": {{"a": [{number}]}}}}'.encode())
    assert error.code is Code.INVALID_REQUEST


@pytest.mark.parametrize(
    "command_id", ["", "short", "A" * 26, "mfrggzdfmztwq2lknnwg23tpo1", "a" * 27, None, 7, "*"]
)
def test_a_command_id_is_26_characters_of_base32(command_id: object) -> None:
    body = json.dumps({"command_id": command_id}).encode()
    assert refused(StatusRequest, body).code is Code.INVALID_REQUEST


def test_a_request_may_have_64_kib_and_not_one_byte_more() -> None:
    body = run(request="x" * (MAX_REQUEST_BYTES - len(run(request=""))))
    assert len(body) == MAX_REQUEST_BYTES
    assert decoded(RunRequest, body).request
    assert refused(RunRequest, body + b" ").code is Code.REQUEST_TOO_LARGE


def test_a_request_that_says_no_more_than_needed_gets_the_defaults() -> None:
    request = decoded(RunRequest, b'{"request": "restart the checkout service"}')
    assert request == RunRequest(request="restart the checkout service")
    assert (request.mode, request.wait, request.priority) == ("run", "terminal", "normal")
    assert request.max_risk is Risk.DESTROY


@pytest.mark.parametrize(
    "words",
    [
        "zurückrollen\n✓",
        "चेकआउट को पुनः आरंभ करें",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "再起動",
        "a\tb\r\nc",
        "👍",
    ],
)
def test_words_are_in_any_language(words: str) -> None:
    assert decoded(RunRequest, run(request=words)).request == words


def test_the_context_is_any_json() -> None:
    context = {"a": [1, 2.5, None, True, {"b": "ü"}], "n": 9 * 10**300, "deep": nested(20)}
    assert decoded(RunRequest, run(context=context)).context == context


@given(st.binary(max_size=200) | st.text().map(lambda text: text.encode(errors="surrogatepass")))
def test_no_bytes_raise_anything_but_a_refusal(body: bytes) -> None:
    for kind in KINDS:
        refused(kind, body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each, max_size=2) | st.dictionaries(st.text(), each, max_size=2),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*RunRequest.model_fields, "other", "a\u202eb"]), JSON)
    | st.dictionaries(st.text(), JSON, max_size=4)
)
def test_no_json_raises_anything_but_a_refusal(document: dict[str, Any]) -> None:
    body = json.dumps(document).encode()
    try:
        request = decoded(RunRequest, body)
    except RefusedError as refusal:
        said = refusal.error.message
    else:
        said = ""
        assert (request.request is None) != (request.command is None)
        assert RunRequest.model_validate_json(request.model_dump_json()) == request
    assert len(said) < 2000
    assert said.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        f"{SECRET}".encode(),
        f'{{"request": "{SECRET}"'.encode(),
        f'{{"request": ["{SECRET}"]}}'.encode(),
        f'{{"request": "x", "command": "{SECRET}"}}'.encode(),
        f'{{"request": "x", "idempotency_key": "{SECRET} {SECRET}"}}'.encode(),
        f'{{"request": "x", "context": {{"a": "{SECRET}\\u202e"}}}}'.encode(),
        f'{{"request": "x", "priority": "{SECRET}"}}'.encode(),
        f'{{"request": "x", "max_risk": "{SECRET}"}}'.encode(),
        f'{{"request": "{SECRET}{"x" * MAX_REQUEST_BYTES}"}}'.encode(),
        f'{{"request": "x", "token": "{SECRET}"}}'.encode(),
        f'{{"request": "{SECRET}\xff"}}'.encode("latin-1"),
    ],
    ids=lambda body: repr(body[:50]),
)
def test_a_refusal_does_not_repeat_what_was_sent(body: bytes) -> None:
    error = refused(RunRequest, body)
    assert SECRET not in error.model_dump_json()
    assert len(error.model_dump_json()) < 1000


def test_many_mistakes_are_told_in_a_bounded_sentence() -> None:
    error = refused(RunRequest, run(**{f"{number}-{'n' * 300}": 1 for number in range(90)}))
    assert "and 85 more" in error.message
    assert len(error.message) < 1000
