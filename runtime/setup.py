"""Make the streams, buckets and consumers that the functions stand on. Safe to repeat.

Streams and buckets are files in `nats/streams/`, in the API's own form: an administrator may
apply them with any tool. Consumers follow from the functions' declarations.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import structlog

from contracts.answer import Printout
from contracts.events import Event
from contracts.inputs import DeadLetter, Locks, Overdue, Undelivered
from contracts.lifecycle import Command
from contracts.requests import OutputChunk
from contracts.world import HostPicture, World
from runtime import advisories
from runtime.declare import Function
from runtime.errors import LinkError, RefusedByStreamError
from runtime.history import STREAM
from runtime.inventory import BUCKET as INVENTORY
from runtime.link import Link
from runtime.locks import BUCKET as LOCKS
from runtime.outputs import STREAM as OUTPUTS
from runtime.settings import ACK_WAIT
from runtime.share import nats_files
from runtime.waiters import BUCKET as WAITERS

log = structlog.get_logger()

# How often workers of older versions may leave what they do not know, each time for longer: a week.
# Attempts are counted by the workers; what ends them without a word, such as the death of each that
# tries, is bounded by the command's deadline.
LEFT = 56

_NOT_FOUND = frozenset({10059, 10014})
_NS = 1_000_000_000
MIN_SERVER = (2, 12)


def streams() -> list[dict[str, Any]]:
    """Return the configuration of every stream and bucket, sources before what copies them."""
    found = [json.loads(each.read_text()) for each in sorted(nats_files().glob("streams/*.json"))]
    return sorted(found, key=lambda stream: "sources" in stream)


def consumers(
    function: Function, ack_wait: timedelta = ACK_WAIT
) -> list[tuple[str, dict[str, Any]]]:
    """Return the durable consumers of a function, as (stream, configuration)."""
    common = {
        "durable_name": function.name,
        "name": function.name,
        "ack_policy": "explicit",
        "deliver_policy": "all",
        "ack_wait": int(ack_wait.total_seconds() * _NS),
        "max_deliver": function.attempts,
        "max_ack_pending": function.in_flight * 4,
        "max_waiting": 512,
        "replay_policy": "instant",
    }
    found: list[tuple[str, dict[str, Any]]] = []
    if function.events:
        subjects = [f"command.{each.type}.*" for each in function.events]
        most = function.attempts + LEFT
        found.append((STREAM, {**common, "max_deliver": most, "filter_subjects": subjects}))
    if Undelivered in function.consumes:
        subjects = ["$JS.EVENT.ADVISORY.CONSUMER.>"]
        found.append((advisories.STREAM, {**common, "filter_subjects": subjects}))
    return found


async def ensure(
    link: Link,
    functions: Iterable[Function],
    ack_wait: timedelta = ACK_WAIT,
    replicas: int | None = None,
) -> list[str]:
    """Create or update all of it; return what was done, in words.

    Streams and buckets are kept on so many `replicas`, servers of a cluster; without a number
    those that are there keep theirs. A consumer has as many as its stream.

    Raises LinkError where the server is too old, has no JetStream, or does not allow it.
    """
    check_server(link)
    done: list[str] = []
    for stream in streams():
        done.extend(await _ensure_stream(link, stream, replicas))
    for function in functions:
        for stream_name, config in consumers(function, ack_wait):
            await _ensure_consumer(link, stream_name, config)
            done.append(f"consumer {function.name} on {stream_name}")
    return done


def check_server(link: Link) -> None:
    """Raise LinkError where the server is older than what the history needs."""
    version = link.nc.connected_server_version
    if (version.major, version.minor) < MIN_SERVER:
        wanted = ".".join(map(str, MIN_SERVER))
        raise LinkError(
            f"nats-server {version.major}.{version.minor} is too old: {wanted} or newer is needed "
            "(older ones drop filter_subjects without a word)"
        )


async def _ensure_stream(link: Link, stream: Mapping[str, Any], replicas: int | None) -> list[str]:
    name = stream["name"]
    wanted = _on_servers(stream, replicas)
    try:
        info = await link.api(f"STREAM.INFO.{name}")
    except RefusedByStreamError as error:
        if error.code not in _NOT_FOUND:
            raise
        await link.api(f"STREAM.CREATE.{name}", wanted)
        return [f"stream {name}: created"]
    # What an operator set (replicas, limits, placement) stays; what the code relies on is set.
    held = info["config"]
    ours = {key: wanted[key] for key in _RELIED_ON if key in wanted}
    if replicas:
        ours["num_replicas"] = replicas
    if all(held.get(key) == value for key, value in ours.items()):
        return [f"stream {name}: there"]
    updated = _on_servers({**held, **ours}, replicas)
    if held.get("persist_mode") and "persist_mode" not in updated:
        raise LinkError(
            f"the stream {name} was made for one server, which writes it to its disk later, and "
            "that cannot be changed: delete it, and run this again"
        )
    await link.api(f"STREAM.UPDATE.{name}", updated)
    return [f"stream {name}: updated"]


def _on_servers(stream: Mapping[str, Any], replicas: int | None) -> dict[str, Any]:
    """Return the configuration of a stream on so many servers.

    Several write to their disks together: none of them may do so later.
    """
    single = replicas is None or replicas == 1
    kept = {key: value for key, value in stream.items() if single or key != "persist_mode"}
    return kept | ({"num_replicas": replicas} if replicas else {})


_RELIED_ON = ("subjects", "allow_direct", "deny_delete", "deny_purge", "republish", "sources")


async def _ensure_consumer(link: Link, stream: str, wanted: Mapping[str, Any]) -> None:
    name = wanted["durable_name"]
    answer = await link.api(
        f"CONSUMER.CREATE.{stream}.{name}", {"stream_name": stream, "config": wanted, "action": ""}
    )
    held = answer["config"]
    if sorted(_filters(held)) != sorted(wanted["filter_subjects"]):
        raise LinkError(f"the consumer {name} on {stream} does not have the filter it was given")


def _filters(config: Mapping[str, Any]) -> list[str]:
    one = config.get("filter_subject")
    return [one] if one else list(config.get("filter_subjects", ()))


def needed(function: Function) -> list[str]:
    """Return the streams and buckets that a function writes to, reads, or follows."""
    publishes, needs = set(function.publishes), set(function.needs.values())
    of_commands = (*function.events, *(each for each in publishes if issubclass(each, Event)))
    wanted = {
        STREAM: of_commands or Command in needs or Overdue in function.consumes,
        OUTPUTS: OutputChunk in publishes or Printout in needs,
        f"KV_{WAITERS}": function.begins or function.answers,
        f"KV_{LOCKS}": Locks in needs,
        f"KV_{INVENTORY}": HostPicture in publishes or World in needs,
        advisories.STREAM: Undelivered in function.consumes,
        advisories.DEAD_LETTERS: DeadLetter in publishes,
    }
    return [stream for stream, is_wanted in wanted.items() if is_wanted]


async def missing(link: Link, function: Function) -> list[str]:
    """Return what this function would need and is not there."""
    gone: list[str] = []
    for stream in needed(function):
        try:
            await link.api(f"STREAM.INFO.{stream}")
        except RefusedByStreamError:
            gone.append(f"stream {stream}")
    for stream, _ in consumers(function):
        try:
            await link.api(f"CONSUMER.INFO.{stream}.{function.name}")
        except RefusedByStreamError:
            gone.append(f"consumer {function.name} on stream {stream}")
    return gone
