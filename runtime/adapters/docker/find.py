"""Where the Docker Engine is, found as docker's own CLI finds it, then where it usually lies.

DOCKER_HOST (with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH); the current context (DOCKER_CONTEXT, or
`currentContext` of the CLI's configuration); then the sockets of Docker, rootless Docker, Docker
Desktop, Colima, OrbStack, Rancher Desktop and Podman.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.errors import Code, RefusedError
from runtime.adapters.docker.address import parsed
from runtime.adapters.docker.hosts import FILE, Entry, Ssh, Tls

_SYSTEM = Path("/")


@dataclass(frozen=True)
class Found:
    """An engine's address, in words where it was found, and what opens the way to it."""

    url: str
    source: str
    tls: Tls | None = None
    ssh: Ssh = field(default_factory=Ssh)


def listed(entry: Entry) -> Found | None:
    """Return where a host of hosts.toml is; None where it is to be found as docker finds it."""
    if entry.url is None:
        return None
    return Found(entry.url, f"{FILE}, [[host]] {entry.name!r}", entry.tls, entry.ssh or Ssh())


def find(
    environment: Mapping[str, str], home: Path, *, root: Path = _SYSTEM, host: str | None = None
) -> Found:
    """Return the engine that docker would use; raise RefusedError (ENGINE_UNREACHABLE) if none.

    `host` stands for DOCKER_HOST if given; `root` is where the system's sockets are looked for.
    """
    return chosen(environment, home, host) or _usual_socket(environment, home, root)


def chosen(environment: Mapping[str, str], home: Path, host: str | None = None) -> Found | None:
    """Return the engine that somebody chose, by variable or context; None where nobody did.

    Raises RefusedError where what was chosen cannot be used.
    """
    config = Path(environment.get("DOCKER_CONFIG") or home / ".docker")
    if url := host or environment.get("DOCKER_HOST"):
        tls = None
        if environment.get("DOCKER_TLS_VERIFY") and url.startswith("tcp://"):
            tls = _certificates(Path(environment.get("DOCKER_CERT_PATH") or config))
        return _served(url, "DOCKER_HOST", tls)
    context = environment.get("DOCKER_CONTEXT") or _current_context(config)
    if context and context != "default":
        source = f"docker context {context!r}"
        return _served(*_context_host(config, context, source))
    return None


def _served(url: str, source: str, tls: Tls | None) -> Found:
    """Return an address that may be opened; refuse the others."""
    try:
        address = parsed(url)
    except ValueError as error:
        raise _unreachable(
            f"{source} {error}.", "Point it at the engine's address, or write a hosts.toml."
        ) from error
    if address.scheme == "tcp" and tls is None and not address.loopback:
        raise _unreachable(
            f"{source} is {url}: plain TCP to another machine, where whoever is on the way would be"
            " root. That is refused.",
            "Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, use ssh://user@host, or write the host"
            " into hosts.toml with `insecure = true`.",
        )
    return Found(url, source, tls)


def _certificates(folder: Path) -> Tls:
    """Return docker's own names of the files in a folder."""
    ca, cert, key = files = [folder / f"{name}.pem" for name in ("ca", "cert", "key")]
    if missing := [str(path) for path in files if not path.is_file()]:
        raise _unreachable(
            f"TLS is asked for, but there is no {' nor '.join(missing)}.",
            "DOCKER_CERT_PATH is a folder with ca.pem, cert.pem and key.pem.",
        )
    return Tls.model_construct(ca=ca, cert=cert, key=key)


def _current_context(config: Path) -> str | None:
    name = _json(config / "config.json", missing={}).get("currentContext")
    return name if isinstance(name, str) else None


def _context_host(config: Path, name: str, source: str) -> tuple[str, str, Tls | None]:
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
    if endpoint.get("SkipTLSVerify"):
        raise _unreachable(
            f"The docker context {name!r} does not verify who answers, which is refused.",
            "Make the context anew without skip-tls-verify, or write the host into hosts.toml.",
        )
    keys = config / "contexts" / "tls" / digest / "docker"
    return host, source, _certificates(keys) if keys.is_dir() else None


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
    there = [found for found in usual(environment, home, root) if _is_socket(found[0])]
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


def usual(environment: Mapping[str, str], home: Path, root: Path) -> Iterator[tuple[Path, str]]:
    """Yield where the sockets of engines usually lie, whose they are beside each."""
    runtime = environment.get("XDG_RUNTIME_DIR")
    yield root / "var/run/docker.sock", "Docker's usual socket"
    if runtime:
        yield Path(runtime) / "docker.sock", "rootless Docker's socket"
    yield home / ".docker/run/docker.sock", "Docker Desktop's socket"
    yield home / ".docker/desktop/docker.sock", "Docker Desktop's socket"
    yield home / ".colima/default/docker.sock", "Colima's socket"
    yield home / ".config/colima/default/docker.sock", "Colima's socket"
    yield home / ".orbstack/run/docker.sock", "OrbStack's socket"
    yield home / ".rd/docker.sock", "Rancher Desktop's socket"
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
