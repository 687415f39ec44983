"""The streams are as the code takes them to be."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.answer import WINDOW
from contracts.events import EVENTS
from contracts.requests import MAX_DEADLINE_S, OutputChunk
from functions.execute.record import CHUNK
from runtime import advisories, discover, history, inventory, outputs, setup, waiters
from tests.stories import ID

STREAMS: dict[str, dict[str, Any]] = {each["name"]: each for each in setup.streams()}
WORST_CHARACTER = 6  # bytes that JSON can make of one


def taken_by(subject: str) -> list[str]:
    """Return the streams that store what is published there."""
    return [
        name
        for name, stream in STREAMS.items()
        if any(covers(pattern, subject) for pattern in stream.get("subjects", ()))
    ]


def covers(pattern: str, subject: str) -> bool:
    """Say whether a subject with wildcards covers another."""
    wanted, tokens = pattern.split("."), subject.split(".")
    if wanted[-1] == ">":
        return len(tokens) >= len(wanted) and covers(
            ".".join([*wanted[:-1], "*"]), ".".join(tokens[: len(wanted)])
        )
    return len(wanted) == len(tokens) and all(
        ours in {"*", theirs} for ours, theirs in zip(wanted, tokens, strict=True)
    )


def lasts(stream: str) -> timedelta:
    return timedelta(microseconds=STREAMS[stream]["max_age"] / 1000)


def test_a_file_bears_the_name_of_its_stream(root: Path) -> None:
    files = {path.stem for path in (root / "nats/streams").glob("*.json")}
    assert files == set(STREAMS)


def test_every_stream_that_the_code_names_exists() -> None:
    named = {history.STREAM, outputs.STREAM, advisories.STREAM, advisories.DEAD_LETTERS}
    named |= {f"KV_{inventory.BUCKET}", f"KV_{waiters.BUCKET}"}
    named |= {stream for each in discover.everything() for stream, _ in setup.consumers(each)}
    assert named <= set(STREAMS)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_event_is_stored_once(event: Any) -> None:
    assert taken_by(f"command.{event.type}.{ID}") == [history.STREAM]


@pytest.mark.parametrize(
    ("subject", "stream"),
    [
        (OutputChunk(command_id=ID, caller="alice", step=0).subject, outputs.STREAM),
        ("dead.validate", advisories.DEAD_LETTERS),
        (f"$KV.{waiters.BUCKET}.{ID}.1", f"KV_{waiters.BUCKET}"),
        (f"$KV.{inventory.BUCKET}.local", f"KV_{inventory.BUCKET}"),
        *(
            (f"$JS.EVENT.ADVISORY.CONSUMER.{kind}.COMMANDS.validate", advisories.STREAM)
            for kind in ("MAX_DELIVERIES", "MSG_TERMINATED")
        ),
    ],
)
def test_what_the_code_publishes_is_stored_where_it_reads(subject: str, stream: str) -> None:
    assert taken_by(subject) == [stream]


@pytest.mark.parametrize(
    "subject",
    [
        *(f"gateway.{verb}.alice" for verb in ("run", "status", "output", "cancel", "vote")),
        *(f"command.{event.type}" for event in EVENTS),
        "inventory.local",
        "_INBOX.c.alice.Xk3f2",
        "$JS.API.STREAM.INFO.COMMANDS",
    ],
)
def test_no_stream_answers_for_a_function(subject: str) -> None:
    assert taken_by(subject) == []


def test_the_live_feed_is_the_history_without_the_command() -> None:
    republish = STREAMS[history.STREAM]["republish"]
    assert republish == {"src": "command.*.*", "dest": "command.{{wildcard(1)}}"}


def test_the_history_can_only_be_added_to() -> None:
    for name in (history.STREAM, "ARCHIVE", "ADMIN", advisories.DEAD_LETTERS):
        assert STREAMS[name]["deny_delete"], name
        assert STREAMS[name]["deny_purge"], name
        assert STREAMS[name]["storage"] == "file", name
        assert not STREAMS[name].get("allow_rollup_hdrs"), name
        assert not STREAMS[name].get("allow_msg_ttl"), name


def test_a_full_history_refuses_and_drops_nothing() -> None:
    assert STREAMS[history.STREAM]["discard"] == "new"


def test_a_key_is_remembered_for_as_long_as_a_reply_says() -> None:
    assert lasts(history.STREAM) == WINDOW
    assert lasts(history.STREAM) > timedelta(seconds=MAX_DEADLINE_S)


def test_output_is_kept_for_as_long_as_its_command() -> None:
    assert lasts(outputs.STREAM) >= lasts(history.STREAM)


def test_the_largest_piece_of_output_is_stored() -> None:
    assert STREAMS[outputs.STREAM]["max_msg_size"] > 2 * CHUNK * WORST_CHARACTER


def test_what_is_read_without_a_consumer_may_be() -> None:
    for name in (history.STREAM, outputs.STREAM, "KV_INVENTORY", "KV_WAITERS"):
        assert STREAMS[name]["allow_direct"], name
