"""Find an engine that answers, in the order in which docker looks.

DOCKER_HOST, then the current context, then the usual sockets. An engine that was named and does
not answer is an error and not a reason to look elsewhere: a command must not reach an engine that
the person did not choose. Source: docker/cli, cli/command/cli.go, resolveContextName.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts.engine.api import Address, Engine, EngineError


class NotFoundError(Exception):
    """No engine answers; the text says which places were tried and what they said."""


class ChosenError(Exception):
    """The engine that the person chose does not answer; the text says how it was chosen."""


def find(environment: Mapping[str, str], home: Path, root: Path = Path("/")) -> Address:
    """Return the first engine that answers. Raises ChosenError or NotFoundError.

    `root` is where the system's own sockets are looked for.
    """
    if chosen := _chosen(environment, home):
        address, how = chosen
        try:
            Engine(address).ping()
        except EngineError as error:
            raise ChosenError(f"{how} names an engine that does not answer ({error}).") from error
        return address
    refusals = []
    for socket in sockets(environment, home, root):
        if not socket.exists():
            continue
        address = Address(host=f"unix://{socket}")
        try:
            Engine(address).ping()
        except EngineError as error:
            refusals.append(str(error))
        else:
            return address
    raise NotFoundError("; ".join(refusals) or "no engine's socket exists")


def sockets(environment: Mapping[str, str], home: Path, root: Path) -> Iterator[Path]:
    """Yield the sockets of Docker Engine, Docker Desktop, Colima, OrbStack, Rancher and Podman."""
    runtime = environment.get("XDG_RUNTIME_DIR")
    yield root / "var/run/docker.sock"
    if runtime:
        yield Path(runtime) / "docker.sock"
    yield home / ".docker/run/docker.sock"
    yield home / ".docker/desktop/docker.sock"
    yield home / ".colima/default/docker.sock"
    yield home / ".config/colima/default/docker.sock"
    yield home / ".orbstack/run/docker.sock"
    yield home / ".rd/docker.sock"
    if runtime:
        yield Path(runtime) / "podman/podman.sock"
    yield root / "run/podman/podman.sock"
    yield home / ".local/share/containers/podman/machine/podman.sock"


def _chosen(environment: Mapping[str, str], home: Path) -> tuple[Address, str] | None:
    folder = Path(environment.get("DOCKER_CONFIG") or home / ".docker")
    if host := environment.get("DOCKER_HOST"):
        verify = environment.get("DOCKER_TLS_VERIFY")
        certificates = Path(environment.get("DOCKER_CERT_PATH") or folder) if verify else None
        return Address(host=host, certificates=certificates), f"DOCKER_HOST={host}"
    name = environment.get("DOCKER_CONTEXT") or _read(folder / "config.json").get("currentContext")
    if not name or name == "default":
        return None
    key = hashlib.sha256(str(name).encode()).hexdigest()
    endpoint = _read(folder / "contexts/meta" / key / "meta.json").get("Endpoints", {})
    host = endpoint.get("docker", {}).get("Host")
    if not host:
        raise ChosenError(f"The docker context {name!r} is chosen, but it does not exist.")
    certificates = folder / "contexts/tls" / key / "docker"
    return (
        Address(host=host, certificates=certificates if certificates.is_dir() else None),
        f"The docker context {name!r}",
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ChosenError(f"{path} cannot be read ({error}).") from error
    return content if isinstance(content, dict) else {}
