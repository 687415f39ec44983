"""Every event of every stored version stays readable, as the bytes that were stored."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError
from referencing import Registry, Resource

from contracts import headers as h
from contracts.events import BY_TYPE, EVENTS, Event
from runtime.envelope import opened
from runtime.generate import schemas
from runtime.signing import Digests
from tests.stories import ID, one_of_each

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
EACH = one_of_each()
SCHEMAS = schemas.all()
REGISTRY: Registry[bool | Mapping[str, Any]] = Registry().with_resources(
    (name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items()
)


@dataclass(frozen=True)
class Sample:
    """A message as it was stored once."""

    subject: str
    headers: dict[str, str]
    body: str
    digest: str

    @property
    def kind(self) -> type[Event]:
        return BY_TYPE[self.subject.split(".")[1]]


@pytest.fixture(params=SAMPLES, ids=lambda path: path.name)
def sample(request: pytest.FixtureRequest) -> Sample:
    path: Path = request.param
    return Sample(**json.loads(path.read_text()))


def test_there_is_a_sample_of_every_event() -> None:
    assert {path.name.partition(".")[0] for path in SAMPLES} == {event.type for event in EVENTS}


def kept(stored: Any, held: Any) -> bool:
    """Say whether all that was stored is held; fields that were added since may be there, too."""
    if isinstance(stored, dict):
        return stored.keys() <= held.keys() and all(kept(stored[key], held[key]) for key in stored)
    if isinstance(stored, list):
        return len(stored) == len(held) and all(map(kept, stored, held))
    return bool(stored == held)


def test_a_stored_event_decodes(sample: Sample) -> None:
    event = sample.kind.model_validate_json(sample.body)
    held = json.loads(event.model_dump_json())
    assert kept(json.loads(sample.body), held)


def test_a_stored_event_opens_with_its_digest(sample: Sample) -> None:
    entry = opened(sample.subject, sample.headers, sample.body.encode(), 1, Digests())
    assert entry.digest == sample.digest
    assert entry.id == sample.headers[h.ID] == sample.headers[h.MESSAGE_ID]
    assert entry.event.subject == sample.subject


def test_a_stored_events_id_is_that_of_its_work(sample: Sample) -> None:
    event = sample.kind.model_validate_json(sample.body)
    source, cause = sample.headers[h.SOURCE], sample.headers[h.CAUSE_DIGEST]
    assert h.event_id(source, event.type, cause, event.occurrence()) == sample.headers[h.ID]


def test_a_stored_event_is_as_its_schema_says(sample: Sample) -> None:
    schema = SCHEMAS[schemas.name_of(sample.kind)]
    validator = jsonschema.Draft202012Validator(schema, registry=REGISTRY)
    validator.validate(json.loads(sample.body))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**json.loads(sample.body), "command_id": 7})


def test_a_reader_ignores_fields_that_it_does_not_know(sample: Sample) -> None:
    newer = json.dumps({**json.loads(sample.body), "added_later": {"by": "a newer version"}})
    event = sample.kind.model_validate_json(newer)
    assert event == sample.kind.model_validate_json(sample.body)


@pytest.mark.parametrize("event", EACH, ids=lambda event: event.type)
def test_an_event_is_frozen(event: Event) -> None:
    for name in type(event).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(event, name, "another")


@pytest.mark.parametrize("event", EACH, ids=lambda event: event.type)
def test_an_event_survives_the_wire(event: Event) -> None:
    assert type(event).model_validate_json(event.model_dump_json()) == event


@pytest.mark.parametrize("event", EACH, ids=lambda event: event.type)
def test_the_subject_is_the_type_and_the_command(event: Event) -> None:
    assert event.subject == f"command.{event.type}.{ID}"
    assert BY_TYPE[event.type] is type(event)
    assert type(event).__name__ == f"Command{event.type.title()}"


def test_each_type_is_one_events_alone() -> None:
    assert len(BY_TYPE) == len(EVENTS) == len(EACH)


@pytest.mark.parametrize("event", EACH, ids=lambda event: event.type)
def test_every_field_added_to_an_event_later_has_a_default(event: Event) -> None:
    first = {path.name.partition(".")[0]: path for path in SAMPLES if ".v1." in path.name}
    stored = json.loads(json.loads(first[event.type].read_text())["body"])
    needed = {name for name, each in type(event).model_fields.items() if each.is_required()}
    assert needed <= set(stored)
