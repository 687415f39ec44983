"""Commands for tests: events as the functions make them, and histories made of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.docker.parse import parse
from contracts.docker.render import render
from contracts.docker.risk import assess
from contracts.errors import Code, Error
from contracts.events import (
    CommandApproved,
    CommandCancelled,
    CommandDenied,
    CommandExecuted,
    CommandFailed,
    CommandGenerated,
    CommandHeld,
    CommandObserved,
    CommandPlanned,
    CommandProgressed,
    CommandRejected,
    CommandRequested,
    CommandStale,
    CommandStarted,
    CommandValidated,
    Event,
)
from contracts.lifecycle import Command, Entry, fold
from contracts.plan import GeneratorUse, ObjectRef, Plan, Step, StepResult
from contracts.world import Container, HostPicture, Image, Network, Volume, World

ID = "mfrggzdfmztwq2lknnwg23tpoa"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BUILTIN = GeneratorUse(kind="builtin")
ERROR = Error(code=Code.UNKNOWN_OBJECT, message="There is no container 'chekout'.")


def plan(*lines: str, host: str = "local") -> Plan:
    """Return what validate makes of docker lines, each about the container that it names last."""
    return Plan(steps=tuple(_step(each, host) for each in lines or ("docker restart checkout",)))


def result(exit_code: int = 0, **changed: Any) -> StepResult:
    """Return how a step went."""
    return StepResult(exit_code=exit_code, duration_ms=1.5, **changed)


def requested(**changed: Any) -> CommandRequested:
    """Return what accept makes of words."""
    made = {"command_id": ID, "caller": "alice", "words": "restart the checkout service"}
    return CommandRequested.model_validate(
        {**made, "deadline": NOW + timedelta(seconds=60), **changed}
    )


def generated(*lines: str) -> CommandGenerated:
    """Return what generate makes of them."""
    return CommandGenerated(
        command_id=ID, lines=lines or ("docker restart checkout",), generator=BUILTIN
    )


def validated(*lines: str, deadline: datetime | None = None) -> CommandValidated:
    """Return what execute is told to run."""
    return CommandValidated(
        command_id=ID,
        caller="alice",
        plan=plan(*lines),
        deadline=deadline or NOW + timedelta(seconds=60),
        generator=BUILTIN,
    )


def one_of_each() -> tuple[Event, ...]:
    """Return an event of every class."""
    return (
        requested(),
        generated(),
        CommandPlanned(command_id=ID, plan=plan()),
        CommandHeld(command_id=ID, plan=plan(), votes_needed=1, expires=NOW),
        CommandApproved(command_id=ID, voter="bob"),
        CommandDenied(command_id=ID, voter="bob"),
        validated(),
        CommandStale(command_id=ID, changed=("checkout was made anew",)),
        CommandCancelled(command_id=ID, by="alice"),
        CommandStarted(command_id=ID, claim="c1"),
        CommandProgressed(command_id=ID, step=0, result=result()),
        CommandExecuted(
            command_id=ID, caller="alice", outcome="succeeded", plan=plan(), results=(result(),)
        ),
        CommandRejected(command_id=ID, error=ERROR),
        CommandFailed(command_id=ID, error=ERROR),
        CommandObserved(command_id=ID),
    )


def entry(event: Event, sequence: int = 1, headers: dict[str, str] | None = None) -> Entry:
    """Return an event as it stands in the history."""
    return Entry(event, sequence, f"id-{sequence}", NOW, "a function", "digest", headers or {})


def history(*events: Event) -> Command:
    """Return the command whose history these are."""
    return fold(entry(each, sequence) for sequence, each in enumerate(events, 1))


def container(name: str, **more: Any) -> Container:
    """Return a running container."""
    seen = {"id": name.encode().hex().ljust(64, "0"), "image": "nginx", "state": "running"}
    return Container.model_validate({"name": name, **seen, **more})


def picture(host: str = "local", *names: str, **more: Any) -> HostPicture:
    """Return a host with these containers, and one image, network and volume."""
    there = {
        "containers": tuple(container(each) for each in names),
        "images": (Image(id="sha256:" + "1" * 64, tags=("nginx:latest",)),),
        "networks": (Network(id="2" * 64, name="backend"),),
        "volumes": (Volume(name="data"),),
    }
    return HostPicture.model_validate({"host": host, "as_of": NOW, **there, **more})


def world(*pictures: HostPicture) -> World:
    """Return what exists; by default checkout, catalog and db on the local host."""
    seen = pictures or (picture("local", "checkout", "catalog", "db"),)
    return World({each.host: each for each in seen})


def _step(line: str, host: str) -> Step:
    operation = parse(line)
    judged = assess(operation)
    name = line.rpartition(" ")[2]
    return Step(
        line=render(operation),
        operation=operation,
        risk=judged.risk,
        discloses=judged.discloses,
        reasons=judged.reasons,
        host=host,
        objects=(ObjectRef(kind="container", name=name, id="a1" * 32),),
    )
