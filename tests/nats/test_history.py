"""Compare-and-set on the history of one command, against a real server (P2, P3)."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from contracts import headers as h
from contracts.docker.operations import Restart
from contracts.docker.risk import Discloses, Risk
from contracts.errors import Code, Error
from contracts.events import (
    CommandExecuted,
    CommandFailed,
    CommandGenerated,
    CommandObserved,
    CommandRejected,
    CommandRequested,
    CommandStarted,
    CommandValidated,
    Event,
)
from contracts.plan import GeneratorUse, Plan, Step, StepResult
from runtime import discover
from runtime.envelope import Cause, Sealed, seal
from runtime.errors import LostError, PermanentError, TransientError
from runtime.history import History
from runtime.link import Link
from runtime.publish import Publisher
from runtime.resources import Resources
from runtime.signing import Digests
from runtime.wire import Message
from tests.servers import NatsServer

WITHIN = timedelta(seconds=5)
ID = "a" * 26
CAUSE = Cause(id="c", digest="d" * 64, correlation=ID, trace="")


def sealed(event: Event, function: str = "generate") -> Sealed:
    return seal(event, function, CAUSE, Digests(), stage="")


def requested() -> Sealed:
    deadline = datetime.now(UTC) + timedelta(minutes=1)
    return sealed(
        CommandRequested(command_id=ID, caller="tester", words="x", deadline=deadline), "accept"
    )


def generated(line: str = "docker ps") -> Sealed:
    return sealed(
        CommandGenerated(command_id=ID, lines=(line,), generator=GeneratorUse(kind="direct"))
    )


class Distrust(Digests):
    """Signs, and believes nobody."""

    def verify(self, subject: str, headers: Mapping[str, str], body: bytes) -> str:
        raise PermanentError(f"{subject} with {len(headers)} headers, {len(body)} bytes")


async def test_an_event_that_this_process_stored_is_known_again_by_all_of_its_bytes(
    link: Link,
) -> None:
    history = History(link, Distrust())
    heard: asyncio.Queue[Message] = asyncio.Queue()
    await link.nc.listen(f"command.requested.{ID}", heard.put_nowait)
    stored = await history.append(requested(), 0, within=WITHIN)
    async with asyncio.timeout(20):
        message = await heard.get()
    head, body, subject = message.head or b"", message.data, message.subject
    entry = history.delivered(message, stored.sequence)
    assert entry == History(link, Digests()).delivered(message, stored.sequence)
    strangers = [
        (Message(subject, "", body, head), stored.sequence + 1),
        (Message(subject, "", body.replace(b"tester", b"another"), head), stored.sequence),
        (Message(subject, "", body, head.replace(b"accept", b"others")), stored.sequence),
    ]
    for stranger, sequence in strangers:
        with pytest.raises(PermanentError, match="with 1"):
            history.delivered(stranger, sequence)


async def test_an_event_is_stored_behind_the_one_it_answers(resources: Resources) -> None:
    first = await resources.history.append(requested(), 0, within=WITHIN)
    second = await resources.history.append(generated(), first.sequence, within=WITHIN)
    command = await resources.history.read(ID)
    assert command.state == "generated"
    assert [entry.sequence for entry in command.entries] == [first.sequence, second.sequence]


async def test_the_same_answer_again_is_found_and_not_stored_again(resources: Resources) -> None:
    first = await resources.history.append(requested(), 0, within=WITHIN)
    second = await resources.history.append(generated(), first.sequence, within=WITHIN)
    again = await resources.history.append(
        generated("docker images"), first.sequence, within=WITHIN
    )
    assert (again.sequence, again.duplicate) == (second.sequence, True)
    command = await resources.history.read(ID)
    found = command.last(CommandGenerated)
    assert found
    assert found.lines == ("docker ps",)


async def test_an_answer_is_dropped_when_somebody_else_went_on(resources: Resources) -> None:
    first = await resources.history.append(requested(), 0, within=WITHIN)
    refusal = CommandRejected(command_id=ID, error=Error(code=Code.NOT_UNDERSTOOD, message="?"))
    await resources.history.append(sealed(refusal), first.sequence, within=WITHIN)
    with pytest.raises(LostError) as lost:
        await resources.history.append(generated(), first.sequence, within=WITHIN)
    assert lost.value.command.state == "rejected"


async def test_of_many_claims_one_is_stored(resources: Resources) -> None:
    plan = Plan(steps=())
    far = datetime.now(UTC) + timedelta(minutes=1)
    validated = CommandValidated(command_id=ID, caller="tester", plan=plan, deadline=far)
    sequence = 0
    for each in (requested(), generated(), sealed(validated, "validate")):
        sequence = (await resources.history.append(each, sequence, within=WITHIN)).sequence
    claims = [
        sealed(CommandStarted(command_id=ID, claim=f"claim-{number}"), "execute")
        for number in range(8)
    ]
    outcomes = await asyncio.gather(
        *(resources.history.append(each, sequence, within=WITHIN) for each in claims),
        return_exceptions=True,
    )
    won = [each for each in outcomes if not isinstance(each, BaseException)]
    assert len(won) == 1
    assert sum(isinstance(each, LostError) for each in outcomes) == len(claims) - 1


async def test_what_is_planted_takes_a_sequence_and_changes_nothing(resources: Resources) -> None:
    first = await resources.history.append(requested(), 0, within=WITHIN)
    # An event's body, stored without what a function of ours would have sent with it.
    failure = CommandFailed(command_id=ID, error=Error(code=Code.INTERNAL, message="planted"))
    await resources.link.store(failure.subject, failure.model_dump_json().encode())
    planted = await resources.link.store(f"command.nonsense.{ID}", b"{}")
    stored = await resources.history.append(generated(), first.sequence, within=WITHIN)
    assert stored.sequence > planted.sequence
    assert (await resources.history.read(ID)).state == "generated"


async def test_a_stream_answer_injected_as_an_event_is_no_event(resources: Resources) -> None:
    """JetStream answers to any reply subject with its own authority (a known hole)."""
    first = await resources.history.append(requested(), 0, within=WITHIN)
    subject = f"command.validated.{ID}"
    await resources.link.nc.publish("$JS.API.INFO", b"", reply=subject)
    async with asyncio.timeout(10):
        while (await resources.link.api("STREAM.INFO.COMMANDS"))["state"]["messages"] == 1:
            await asyncio.sleep(0.01)
    stored = await resources.history.append(generated(), first.sequence, within=WITHIN)
    assert stored.sequence == first.sequence + 2
    command = await resources.history.read(ID)
    assert [entry.event.type for entry in command.entries] == ["requested", "generated"]


@pytest.mark.slow
async def test_a_server_that_is_away_delays_an_event_and_loses_none(
    resources: Resources, server: NatsServer
) -> None:
    first = await resources.history.append(requested(), 0, within=WITHIN)
    server.stop()
    with pytest.raises(TransientError):
        await resources.history.append(
            generated(), first.sequence, within=timedelta(milliseconds=1)
        )
    server.start()
    # The first attempt may have been kept by the connection and arrived: once in any case.
    stored = await resources.history.append(generated(), first.sequence, within=WITHIN)
    command = await resources.history.read(ID)
    assert [entry.sequence for entry in command.entries] == [first.sequence, stored.sequence]


async def test_every_stored_event_bears_what_it_expected(resources: Resources) -> None:
    first = await resources.history.append(requested(), 0, within=WITHIN)
    await resources.history.append(generated(), first.sequence, within=WITHIN)
    command = await resources.history.read(ID)
    expected = [entry.headers[h.EXPECTED_SEQUENCE] for entry in command.entries]
    assert expected == ["0", str(first.sequence)]


async def test_a_result_that_comes_too_late_is_kept_as_evidence(resources: Resources) -> None:
    """Others ended the command while an executor was at work: what it found is not thrown away."""
    far = datetime.now(UTC) + timedelta(minutes=1)
    step = Step(
        line="docker restart web",
        operation=Restart(containers=("web",)),
        risk=Risk.MUTATE,
        discloses=Discloses.METADATA,
    )
    plan = Plan(steps=(step,))
    validated = CommandValidated(command_id=ID, caller="tester", plan=plan, deadline=far)
    sequence = 0
    for each in (requested(), generated(), sealed(validated, "validate")):
        sequence = (await resources.history.append(each, sequence, within=WITHIN)).sequence

    async def executor() -> AsyncGenerator[Event, None]:
        yield CommandStarted(command_id=ID, claim="mine")
        started = (await resources.history.read(ID)).sequence
        unknown = Error(code=Code.OUTCOME_UNKNOWN, message="nobody was heard of")
        ended = sealed(CommandFailed(command_id=ID, error=unknown), "reaper")
        await resources.history.append(ended, started, within=WITHIN)
        yield CommandExecuted(
            command_id=ID,
            caller="tester",
            outcome="succeeded",
            plan=plan,
            results=(StepResult(exit_code=0, duration_ms=1.0),),
        )

    entry = (await resources.history.read(ID)).entries[-1]
    publisher = Publisher(discover.find("execute"), resources)
    with pytest.raises(LostError):
        await publisher.all(executor(), entry, sequence)
    command = await resources.history.read(ID)
    assert command.state == "failed"
    observed = command.last(CommandObserved)
    assert observed
    assert [each.exit_code for each in observed.results] == [0]
