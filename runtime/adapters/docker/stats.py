"""`docker stats`: readings of what containers use."""

import asyncio
from dataclasses import dataclass
from typing import Any

from contracts.docker.operations import Stats
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import tables
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.progress import Printout
from runtime.adapters.docker.text import human
from runtime.adapters.docker.text.template import Row
from runtime.adapters.docker.together import together

_DIGITS = 3
_PERIOD_S = 1.0
_COLUMNS = tables.Columns(
    "docker stats",
    {
        "BlockIO": "BLOCK I/O",
        "CPUPerc": "CPU %",
        "Container": "CONTAINER",
        "ID": "CONTAINER ID",
        "MemPerc": "MEM %",
        "MemUsage": "MEM USAGE / LIMIT",
        "Name": "NAME",
        "NetIO": "NET I/O",
        "PIDs": "PIDS",
    },
)
_TABLE = (
    "table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}"
    "\t{{.BlockIO}}\t{{.PIDs}}"
)


@dataclass(frozen=True)
class Usage:
    """What one container used between two readings (docker/cli stats_helpers, for Linux)."""

    cpu: float
    memory: int
    memory_limit: int
    received: int
    sent: int
    read: int
    written: int
    processes: int

    @property
    def memory_share(self) -> float:
        """Memory in percent of its limit."""
        return self.memory / self.memory_limit * 100 if self.memory_limit else 0.0


def usage(reading: dict[str, Any]) -> Usage:
    """Return what the engine's reading means."""
    memory = reading.get("memory_stats") or {}
    networks = (reading.get("networks") or {}).values()
    disk = (reading.get("blkio_stats") or {}).get("io_service_bytes_recursive") or ()
    return Usage(
        cpu=_cpu(reading),
        memory=_memory(memory),
        memory_limit=memory.get("limit") or 0,
        received=sum(each.get("rx_bytes", 0) for each in networks),
        sent=sum(each.get("tx_bytes", 0) for each in networks),
        read=sum(each["value"] for each in disk if each.get("op", "")[:1] in {"r", "R"}),
        written=sum(each["value"] for each in disk if each.get("op", "")[:1] in {"w", "W"}),
        processes=(reading.get("pids_stats") or {}).get("current") or 0,
    )


def _cpu(reading: dict[str, Any]) -> float:
    """Return the share of one processor in percent, between this reading and the one before."""
    after, before = reading.get("cpu_stats") or {}, reading.get("precpu_stats") or {}
    used_after, used_before = after.get("cpu_usage") or {}, before.get("cpu_usage") or {}
    used = used_after.get("total_usage", 0) - used_before.get("total_usage", 0)
    passed = after.get("system_cpu_usage", 0) - before.get("system_cpu_usage", 0)
    processors = after.get("online_cpus") or len(used_after.get("percpu_usage") or ())
    return used / passed * processors * 100.0 if used > 0 and passed > 0 else 0.0


def _memory(memory: dict[str, Any]) -> int:
    """Return the memory in use without the page cache, for either version of cgroups."""
    used, details = int(memory.get("usage") or 0), memory.get("stats") or {}
    if (cached := details.get("total_inactive_file")) is not None and cached < used:
        return used - int(cached)
    cached = details.get("inactive_file") or 0
    return used - int(cached) if cached < used else used


async def stats(host: Host, operation: Stats) -> Outcome:
    """Take one reading of each container; an unknown name is an error, and nothing is printed.

    With `stream` one reading after the other is printed, each with its titles: of the containers
    that are there then. It has no end while one of them is.
    """
    format_ = operation.format or "table"
    final = _TABLE if format_ == "table" else format_
    _COLUMNS.used(final)
    outcome = await _once(host, operation, final)
    if not operation.stream or outcome.exit_code:
        return outcome
    if host.errand.out is None:
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            "docker stats has no end, and nobody takes what it prints.",
            "Ask for one reading: --no-stream.",
        )
    printout, clock = Printout(host), asyncio.get_running_loop().time
    while True:
        await printout.stdout(outcome.stdout)
        due = clock() + _PERIOD_S
        outcome = await _once(host, operation, final)
        if outcome.exit_code:
            await printout.stderr(outcome.stderr)
            return printout.outcome(exit_code=outcome.exit_code)
        await asyncio.sleep(due - clock())


async def _once(host: Host, operation: Stats, final: str) -> Outcome:
    names = list(dict.fromkeys(operation.containers))
    if not names:
        listed = await host.containers(everything=operation.all)
        names = [human.short_id(each["Id"]) for each in listed]
    readings = await _readings(host, names)
    errors = [str(reading) for reading in readings if isinstance(reading, EngineError)]
    if errors and operation.containers:
        return Outcome(exit_code=1, stderr="".join(f"{error}\n" for error in errors))
    # A container that was removed since it was listed has no line.
    taken = [
        (name, reading)
        for name, reading in zip(names, readings, strict=True)
        if not isinstance(reading, EngineError)
    ]
    rows = [_row(name, each, trunc=not operation.no_trunc) for name, each in taken]
    return Outcome(
        stdout=_COLUMNS.render(final, rows),
        data=[_entry(name, each) for name, each in taken],
    )


async def _readings(host: Host, names: list[str]) -> list[dict[str, Any] | EngineError]:
    """Return what the engine measured, or its refusal, in the order of the names."""

    async def read(name: str) -> dict[str, Any] | EngineError:
        try:
            path = await host.path(name, "stats")
            # Without a stream the engine takes two readings, as the share of CPU needs.
            found: dict[str, Any] = await host.connection.read(path, {"stream": "0"})
        except EngineError as error:
            return error
        return found

    return await together(read(name) for name in names)


def _row(name: str, reading: dict[str, Any], *, trunc: bool) -> Row:
    used, identifier = usage(reading), str(reading.get("id") or "")
    own = str(reading.get("name") or "").removeprefix("/") or "--"
    return _COLUMNS.row(
        {
            "BlockIO": lambda: _pair(used.read, used.written),
            "CPUPerc": lambda: f"{used.cpu:.2f}%",
            "Container": lambda: name,
            "ID": lambda: human.short_id(identifier) if trunc else identifier,
            "MemPerc": lambda: f"{used.memory_share:.2f}%",
            "MemUsage": lambda: (
                f"{human.binary_size(used.memory)} / {human.binary_size(used.memory_limit)}"
            ),
            "Name": lambda: own,
            "NetIO": lambda: _pair(used.received, used.sent),
            "PIDs": lambda: str(used.processes),
        }
    )


def _pair(first: int, second: int) -> str:
    return f"{human.size(first, _DIGITS)} / {human.size(second, _DIGITS)}"


def _entry(name: str, reading: dict[str, Any]) -> dict[str, Any]:
    """Return a line as docker's JSON has it, and the numbers behind it in bytes and percent."""
    used = usage(reading)
    return _row(name, reading, trunc=False).data() | {
        "cpu_percent": round(used.cpu, 2),
        "memory_bytes": used.memory,
        "memory_limit_bytes": used.memory_limit,
        "memory_percent": round(used.memory_share, 2),
        "network_received_bytes": used.received,
        "network_sent_bytes": used.sent,
        "disk_read_bytes": used.read,
        "disk_written_bytes": used.written,
        "processes": used.processes,
    }
