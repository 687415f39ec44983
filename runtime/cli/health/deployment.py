"""What is to be seen of the gateway on NATS: the server, its streams, who serves, how fresh."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from contracts.world import HostPicture
from runtime import discover, inventory, setup
from runtime.cli.health.finding import Finding, no, ok, unknown
from runtime.embedded import Home
from runtime.errors import RefusedByStreamError
from runtime.link import Link

_SERVED = "$SRV.PING.command-gateway"
_SYNC = re.compile(r"^\s*sync_interval:\s*\"?(\w+)", re.MULTILINE)


@dataclass(slots=True)
class Seen:
    """What the looks have seen, for those that come after them."""

    history: dict[str, Any] = field(default_factory=dict)
    serving: set[str] = field(default_factory=set)


async def server(link: Link) -> Finding:
    """Look at the server's version."""
    setup.check_server(link)
    version, url = link.nc.connected_server_version, link.nc.connected_url
    number = f"{version.major}.{version.minor}.{version.patch}"
    place = url.netloc.rpartition("@")[2] if url else "an unknown address"
    return ok("nats", f"nats-server {number} at {place}")


async def streams(link: Link, seen: Seen) -> Finding:
    """Look for every stream and bucket."""
    gone = []
    for stream in setup.streams():
        name = stream["name"]
        try:
            info = await link.api(f"STREAM.INFO.{name}")
        except RefusedByStreamError:
            gone.append(name)
        else:
            if name == "COMMANDS":
                seen.history = info["config"]
    if gone:
        return no("streams", f"not there: {', '.join(gone)}", "acg setup")
    stored = seen.history.get("storage")
    if stored != "file":
        return no("streams", f"COMMANDS is stored in {stored}: a restart loses it", "make it anew")
    return ok("streams", f"all {len(setup.streams())} are there")


async def functions(link: Link, seen: Seen) -> Finding:
    """Look for the consumers, and for somebody who takes from each."""
    everything = discover.everything()
    gone, idle = [], []
    for function in everything:
        for stream, _ in setup.consumers(function):
            try:
                info = await link.api(f"CONSUMER.INFO.{stream}.{function.name}")
            except RefusedByStreamError:
                gone.append(function.name)
                continue
            if info.get("num_waiting"):
                seen.serving.add(function.name)
            else:
                idle.append(function.name)
    for function in everything:
        if function.requests and not function.events:  # others take from a consumer, seen above
            answer = await link.ask(_SERVED)
            answered = not (answer.headers and answer.headers.get("Status") == "503")
            (seen.serving.add if answered else idle.append)(function.name)
    if gone:
        return no("functions", f"no consumer for: {', '.join(gone)}", "acg setup")
    if idle:
        names = " ".join(dict.fromkeys(idle))
        return no("functions", f"nobody serves: {names}", f"acg up, or acg serve {names}")
    return ok("functions", f"served: {', '.join(sorted(seen.serving))}")


async def pictures(link: Link) -> Finding:
    """Look at how old the picture of each host is, and whether the host can be reached."""
    messages = await link.read(
        f"KV_{inventory.BUCKET}", {"multi_last": [f"$KV.{inventory.BUCKET}.*"]}
    )
    try:
        hosts = [HostPicture.model_validate_json(each.data) for each in messages]
    except ValidationError as error:
        return no("inventory", f"a picture cannot be read: {error.error_count()} errors")
    if not hosts:
        return no("inventory", "nothing is known of any host", "acg serve inventory")
    return _judged(hosts)


def _judged(hosts: Sequence[HostPicture]) -> Finding:
    said, bad, fix = [], False, ""
    for host in hosts:
        age = datetime.now(UTC) - host.as_of
        if host.error:
            bad, fix = True, host.error.hint
            said.append(f"{host.host}: {host.error.message}")
        elif age > inventory.STALE:
            bad, fix = True, "see that the function `inventory` runs: acg serve inventory"
            said.append(f"{host.host}: its picture is {age.total_seconds():.0f} s old")
        else:
            containers = len(host.containers)
            said.append(f"{host.host}: {containers} containers, {age.total_seconds():.0f} s ago")
    return no("inventory", "; ".join(said), fix) if bad else ok("inventory", "; ".join(said))


async def syncing(home: Home | None) -> Finding:
    """Look whether the server syncs to disk before it acknowledges. Of another's it is unknown."""
    if home is None:
        return unknown(
            "sync to disk",
            "the server is not ours: it does not tell its sync_interval",
            "its configuration should say `sync_interval: always` under `jetstream`",
        )
    config = home.run / "nats.conf"
    if not config.exists():
        return unknown("sync to disk", "the server of this home has not run yet")
    found = _SYNC.search(config.read_text())
    if found and found[1] == "always":
        return ok("sync to disk", "sync_interval: always")
    return no("sync to disk", f"sync_interval: {found[1] if found else 'unset (2m)'}", "acg up")
