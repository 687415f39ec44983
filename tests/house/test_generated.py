"""What is generated is as the code has it, and says what it must to those who only read it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.docker.grammar import COMMANDS, client, compose, unserved
from contracts.events import EVENTS
from contracts.requests import CALLER, RunRequest
from runtime import discover
from runtime.generate import asyncapi, emit, meaning, schemas
from runtime.generate.documents import FOLDER, documents
from runtime.graph import graph, in_order

DOCUMENTS = documents()
SCHEMAS = schemas.all()
ASYNCAPI: dict[str, Any] = yaml.safe_load(DOCUMENTS["contracts/asyncapi.yaml"])


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def found(document: Any, pointer: str) -> Any:
    for step in pointer.removeprefix("#/").split("/"):
        document = document[step]
    return document


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_committed_is_what_the_code_says(root: Path, name: str) -> None:
    assert (root / name).read_text() == DOCUMENTS[name], "run `make generate`"


def test_no_schema_is_left_of_what_is_gone(root: Path) -> None:
    kept = {path.relative_to(root).as_posix() for path in (root / FOLDER).iterdir()}
    assert kept == {name for name in DOCUMENTS if name.startswith(FOLDER)}


@pytest.mark.slow
def test_the_same_code_gives_the_same_bytes_in_another_process(root: Path) -> None:
    program = "import json, sys; from runtime.generate.documents import documents"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}; json.dump(documents(), sys.stdout)"],
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == DOCUMENTS


def test_the_flow_is_what_acg_graph_prints() -> None:
    assert f"```\n{graph()}```\n" in DOCUMENTS["docs/flow.md"]


def test_the_flow_follows_a_commands_life() -> None:
    names = [each.name for each in in_order(discover.everything())]
    life = ["accept", "generate", "validate", "execute", "reply", "reaper", "inventory"]
    assert [each for each in names if each in life] == life


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_field_of_an_event_has_a_meaning(event: Any) -> None:
    assert list(meaning.meaning(event).fields) == list(event.model_fields)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_refers_to_what_exists(name: str) -> None:
    schema = SCHEMAS[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == name
    for each in references(schema):
        assert each in SCHEMAS or found(schema, each) is not None


@pytest.mark.parametrize(
    ("request_", "valid"),
    [
        ({"request": "restart checkout"}, True),
        ({"command": "docker ps", "request": None, "deadline_s": 5, "max_risk": "read"}, True),
        ({}, False),
        ({"request": "restart checkout", "command": "docker ps"}, False),
        ({"request": None, "command": None}, False),
        ({"request": "x", "unknown": 1}, False),
        ({"request": "x", "deadline_s": 0}, False),
        ({"request": "x", "max_risk": "escape"}, False),
        ({"request": 7}, False),
    ],
    ids=str,
)
def test_the_schema_of_a_request_tells_what_is_accepted(
    request_: dict[str, Any], *, valid: bool
) -> None:
    validator = jsonschema.Draft202012Validator(schemas.schema(RunRequest))
    assert validator.is_valid(request_) is valid
    if valid:
        RunRequest.model_validate(request_)
    else:
        with pytest.raises(ValueError, match="validation error"):
            RunRequest.model_validate(request_)


def test_every_operation_is_told_apart_by_its_verb() -> None:
    schema = SCHEMAS[schemas.OPERATION]
    verbs = [found(schema, each["$ref"])["properties"]["verb"]["const"] for each in schema["oneOf"]]
    assert len(verbs) == len(set(verbs)) > 20
    assert all("verb" in found(schema, each["$ref"])["required"] for each in schema["oneOf"])


def test_the_asyncapi_document_reads_as_it_was_meant() -> None:
    assert asyncapi.document() == ASYNCAPI
    assert ASYNCAPI["asyncapi"] == "3.0.0"


def test_what_the_asyncapi_document_refers_to_exists(root: Path) -> None:
    for each in references(ASYNCAPI):
        if each.startswith("#/"):
            assert found(ASYNCAPI, each)
        else:
            assert json.loads((root / "contracts" / each).read_text())["$id"]


def test_every_message_of_an_operation_is_one_of_its_channel() -> None:
    for operation in ASYNCAPI["operations"].values():
        channel = operation["channel"]["$ref"]
        assert all(
            each["$ref"].startswith(f"{channel}/messages/") for each in operation["messages"]
        )


def test_every_parameter_of_an_address_is_told() -> None:
    for channel in ASYNCAPI["channels"].values():
        address = channel["address"] or ""
        named = {each.partition("}")[0] for each in address.split("{")[1:]}
        assert named == set(channel.get("parameters", {}))


def test_every_function_has_its_operations() -> None:
    receives = {
        (each.name, kind.__name__)
        for each in discover.everything()
        for kind in (*each.events, *each.requests)
    }
    told = {
        (name.partition(".")[0], message["$ref"].rpartition("/")[2])
        for name, operation in ASYNCAPI["operations"].items()
        for message in operation["messages"]
        if operation["action"] == "receive"
    }
    assert receives <= told
    assert {name.partition(".")[0] for name in ASYNCAPI["operations"]} == set(discover.names())


def test_every_event_is_a_message_with_its_headers() -> None:
    for event in EVENTS:
        message = ASYNCAPI["components"]["messages"][event.__name__]
        assert message["payload"] == {"$ref": f"schemas/command.{event.type}.json"}
        _, own = message["headers"]["allOf"]
        assert own["properties"]["ce-type"] == {"const": f"command.{event.type}"}
        addresses = {
            ASYNCAPI["channels"][f"{kind}.{event.type}"]["address"] for kind in ("history", "live")
        }
        assert addresses == {f"command.{event.type}.{{command_id}}", f"command.{event.type}"}


def test_requests_are_answered_on_the_callers_inbox() -> None:
    for request in schemas.requests():
        (by,) = [each.name for each in discover.everything() if request in each.requests]
        operation = ASYNCAPI["operations"][f"{by}.receives.request.{request.verb}"]
        assert operation["reply"]["channel"] == {"$ref": "#/channels/inbox"}
        assert operation["bindings"] == {"nats": {"queue": "gateway"}}
        address = ASYNCAPI["channels"][f"request.{request.verb}"]["address"]
        assert address == f"gateway.{request.verb}.{{caller}}"
    assert CALLER.pattern in ASYNCAPI["info"]["description"]


def test_every_spelling_of_every_command_and_flag_is_on_its_page() -> None:
    page = DOCUMENTS["docs/commands.md"]
    sections = {each.partition("\n")[0]: each for each in page.split("\n## ")}
    for command in COMMANDS:
        section = sections[command.title]
        assert all(f"`docker {name}`" in section for name in command.names[1:])
        for flag in command.flags:
            spellings = [f"-{flag.short}"] if flag.short else []
            spellings += [f"--{name}" for name in (flag.name, *flag.aliases)]
            assert f"| {', '.join(f'`{each}`' for each in spellings)} |" in section
    for name, hint in unserved.COMMANDS.items():
        assert f"| `docker {name}` | {hint} |" in sections["Refused by name"]


def test_every_risk_of_a_flag_is_told_on_its_page() -> None:
    page = DOCUMENTS["docs/commands.md"]
    for command in (*COMMANDS, client.CLIENT, compose.GROUP):
        for flag in command.flags:
            rows = [row for row in page.splitlines() if f"`--{flag.name}`" in row]
            assert rows
            if flag.judge:
                assert any(row.split(" | ")[-1].strip(" |") for row in rows), flag.name


PRINTABLE = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")) | st.just("\n"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | PRINTABLE | st.sampled_from(["null", "yes", "No"]),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(PRINTABLE, each, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(PRINTABLE, VALUES, min_size=1, max_size=4))
def test_the_yaml_is_read_back_as_what_was_written(document: dict[str, Any]) -> None:
    assert yaml.safe_load(emit.yaml(document)) == document
