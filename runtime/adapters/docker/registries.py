"""What the gateway tells a registry of itself: credentials that its operator put into a file.

Never those of the machine's own `~/.docker`: what lies there was given to a person.
"""

import asyncio
import base64
import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue, SecretStr, ValidationError

from contracts.errors import Code, RefusedError
from runtime.adapters.docker.connection import EngineError
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.reference import HUB

_HEADER = "X-Registry-Auth"
_UNKNOWN_TO_IT = ("no basic auth credentials", "unauthorized", "authentication", "denied")
_HUB_OF_OLD = "index.docker.io"


class _Entry(BaseModel):
    """The credentials for one registry."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    username: str = ""
    password: SecretStr = SecretStr("")
    auth: SecretStr = SecretStr("")
    identitytoken: SecretStr = SecretStr("")


class _File(BaseModel):
    """As much as is needed of docker's own `config.json`."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    auths: dict[str, _Entry] = {}


async def authorization(host: Host, domain: str) -> dict[str, str]:
    """Return the header by which the engine may speak to a registry in our name.

    Without credentials for it the header says so, as docker's client has it. The file is read
    each time, so that credentials can change. Raises RefusedError (INTERNAL) where it cannot be.
    """
    said: dict[str, str] = {}
    if (path := host.settings.registry_auth_file) is not None:
        said = _credentials(await asyncio.to_thread(_read, path), domain)
    return {_HEADER: base64.urlsafe_b64encode(json.dumps(said).encode()).decode()}


def advice(error: EngineError, domain: str) -> JsonValue:
    """Return what to do where a registry wants to know who asks; None for other errors."""
    if not any(word in str(error).lower() for word in _UNKNOWN_TO_IT):
        return None
    return {
        "hint": "The gateway gives a registry the credentials of ACG_REGISTRY_AUTH_FILE, never"
        f" those of the machine's ~/.docker. Ask the operator whether it has some for {domain},"
        " and what these may do."
    }


def _read(path: Path) -> _File:
    try:
        return _File.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        # Never the error's own text: it may hold what the file holds.
        reason = error.strerror if isinstance(error, OSError) else "it is not in docker's form"
        raise RefusedError(
            Code.INTERNAL,
            f"The gateway's credentials for registries cannot be read: {reason}.",
            "Ask the operator to look at ACG_REGISTRY_AUTH_FILE:"
            ' {"auths": {"registry.example": {"auth": "base64 of user:password"}}}.',
        ) from None


def _credentials(file: _File, domain: str) -> dict[str, str]:
    for address, entry in file.auths.items():
        if address == domain or _hostname(address) == domain:
            user, password = entry.username, entry.password.get_secret_value()
            if encoded := entry.auth.get_secret_value():
                user, _, password = _decoded(encoded).partition(":")
            token = entry.identitytoken.get_secret_value()
            said = {"username": user, "password": password, "identitytoken": token}
            return {key: value for key, value in said.items() if value} | {"serveraddress": address}
    return {}


def _hostname(address: str) -> str:
    """Return the name of the registry that an address stands for, as docker has it."""
    name = address.removeprefix("https://").removeprefix("http://").partition("/")[0]
    return HUB if name == _HUB_OF_OLD else name


def _decoded(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode().strip("\0")
    except ValueError:
        raise RefusedError(
            Code.INTERNAL,
            "The gateway's credentials for a registry cannot be read: auth is no base64 text.",
            "Ask the operator to look at ACG_REGISTRY_AUTH_FILE.",
        ) from None
