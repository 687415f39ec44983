"""Where the Docker Engine is, found as docker's own CLI finds it, then where it usually lies.

DOCKER_HOST; the current context (DOCKER_CONTEXT, or `currentContext` of the CLI's configuration);
then the sockets of Docker, rootless Docker, Docker Desktop, Colima, OrbStack and Podman.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.errors import Code, RefusedError

_SYSTEM = Path("/")
_SCHEMES = ("unix://", "tcp://", "http://")


@dataclass(frozen=True)
class Found:
    """An engine's address, and in words where it was found."""

    url: str
    source: str


def find(
    environment: Mapping[str, str], home: Path, *, root: Path = _SYSTEM, host: str | None = None
) -> Found:
    """Return the engine that docker would use; raise RefusedError (ENGINE_UNREACHABLE) if none.

    `host` stands for DOCKER_HOST if given; `root` is where the system's sockets are looked for.
    """
    if url := host or environment.get("DOCKER_HOST"):
        if environment.get("DOCKER_TLS_VERIFY") and not url.startswith("unix://"):
            raise _unreachable(
                f"DOCKER_TLS_VERIFY asks for TLS to {url}, which is not supported.",
                "Point DOCKER_HOST at a unix:// socket, or run the gateway on that host.",
            )
        return Found(_served(url, "DOCKER_HOST"), "DOCKER_HOST")
    config = Path(environment.get("DOCKER_CONFIG") or home / ".docker")
    context = environment.get("DOCKER_CONTEXT") or _current_context(config)
    if context and context != "default":
        source = f"docker context {context!r}"
        return Found(_served(_context_host(config, context), source), source)
    return _usual_socket(environment, home, root)


def _served(url: str, source: str) -> str:
    """Return an address that this adapter can open; refuse the others."""
    if url.startswith(_SCHEMES):
        return url
    if url.startswith("ssh://"):
        raise _unreachable(
            f"{source} is {url}: an engine over SSH is not supported.",
            "Point DOCKER_HOST at a unix:// socket, or run the gateway on that host.",
        )
    raise _unreachable(
        f"{source} is {url!r}, which is no address of an engine that can be opened.",
        "Use unix:///path/to/docker.sock or tcp://host:port.",
    )


def _current_context(config: Path) -> str | None:
    name = _json(config / "config.json", missing={}).get("currentContext")
    return name if isinstance(name, str) else None


def _context_host(config: Path, name: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()
    endpoint = (
        _json(config / "contexts" / "meta" / digest / "meta.json", missing={})
        .get("Endpoints", {})
        .get("docker", {})
    )
    host = endpoint.get("Host") if isinstance(endpoint, dict) else None
    if not isinstance(host, str) or not host:
        raise _unreachable(
            f"The docker context {name!r} does not exist or names no engine.",
            "See `docker context ls`; choose one with `docker context use`, or set DOCKER_HOST.",
        )
    if (config / "contexts" / "tls" / digest).is_dir():
        raise _unreachable(
            f"The docker context {name!r} uses TLS, which is not supported.",
            "Point DOCKER_HOST at a unix:// socket, or run the gateway on that host.",
        )
    return host


def _json(path: Path, *, missing: dict[str, Any]) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return missing
    except (OSError, ValueError) as error:
        raise _unreachable(
            f"{path} cannot be read: {error}.", "Repair the file, or set DOCKER_HOST."
        ) from error
    return document if isinstance(document, dict) else missing


def _usual_socket(environment: Mapping[str, str], home: Path, root: Path) -> Found:
    """Return the first socket that may be opened, else the first one that there is."""
    there = [found for found in _usual(environment, home, root) if _is_socket(found[0])]
    for path, source in there:
        if os.access(path, os.R_OK | os.W_OK):
            return Found(f"unix://{path}", source)
    if there:
        path, source = there[0]
        return Found(f"unix://{path}", source)
    raise _unreachable(
        "No Docker Engine was found.",
        "Start one (Docker Engine, Docker Desktop, Colima, OrbStack, Podman), or set DOCKER_HOST"
        " to its address.",
    )


def _usual(environment: Mapping[str, str], home: Path, root: Path) -> Iterator[tuple[Path, str]]:
    runtime = environment.get("XDG_RUNTIME_DIR")
    yield root / "var/run/docker.sock", "Docker's usual socket"
    if runtime:
        yield Path(runtime) / "docker.sock", "rootless Docker's socket"
    yield home / ".docker/run/docker.sock", "Docker Desktop's socket"
    yield home / ".docker/desktop/docker.sock", "Docker Desktop's socket"
    yield home / ".colima/default/docker.sock", "Colima's socket"
    yield home / ".config/colima/default/docker.sock", "Colima's socket"
    yield home / ".orbstack/run/docker.sock", "OrbStack's socket"
    if runtime:
        yield Path(runtime) / "podman/podman.sock", "rootless Podman's socket"
    yield root / "run/podman/podman.sock", "Podman's socket"
    machine = home / ".local/share/containers/podman/machine"
    yield machine / "podman.sock", "Podman machine's socket"
    yield machine / "qemu/podman.sock", "Podman machine's socket"
    if temporary := environment.get("TMPDIR"):
        yield (
            Path(temporary) / "podman/podman-machine-default-api.sock",
            "Podman machine's socket",
        )


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False


def _unreachable(message: str, hint: str) -> RefusedError:
    return RefusedError(Code.ENGINE_UNREACHABLE, message, hint)
