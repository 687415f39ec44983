"""Addresses of engines: unix sockets, TCP with or without TLS, SSH. What is unsafe is refused."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, urlsplit

_SOCKET = re.compile(r"/[A-Za-z0-9._/@+-]+")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@+-]*\$?")
_FORMS = "unix:///path/to/docker.sock, tcp://host:port or ssh://user@host:port"
DEFAULT_SOCKET = "/var/run/docker.sock"
_SSH_PORT = 22


@dataclass(frozen=True)
class Address:
    """An engine's address, taken apart.

    - `path`: the socket, here (`unix`) or there (`ssh`; empty where the address names none).
    """

    scheme: Literal["unix", "tcp", "ssh"]
    host: str = ""
    port: int = 0
    user: str = ""
    path: str = ""

    @property
    def loopback(self) -> bool:
        """Whether what is sent there stays on this machine."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def parsed(url: str) -> Address:
    """Take an address apart. Raises ValueError, which repeats no password."""
    try:
        parts = urlsplit(url)
        port, password = parts.port, parts.password
    except ValueError as error:
        raise ValueError(f"is no address: {error}; use {_FORMS}") from error
    if password is not None:
        raise ValueError("has a password in it: passwords are not used; use a key or an agent")
    if parts.query or parts.fragment:
        raise ValueError(f"has more than an address in it; use {_FORMS}")
    match parts.scheme:
        case "unix":
            return _unix(url)
        case "tcp" | "http":
            return _tcp(parts, port)
        case "ssh":
            return _ssh(parts, port)
        case _:
            raise ValueError(f"is no address of an engine that can be opened; use {_FORMS}")


def _unix(url: str) -> Address:
    path = url.removeprefix("unix://")
    if not path.startswith("/"):
        raise ValueError("names no absolute path; use unix:///path/to/docker.sock")
    return Address("unix", path=path)


def _tcp(parts: SplitResult, port: int | None) -> Address:
    if not parts.hostname or not port or parts.path.strip("/") or parts.username:
        raise ValueError("must be tcp://host:port and no more")
    return Address("tcp", host=parts.hostname, port=port)


def _ssh(parts: SplitResult, port: int | None) -> Address:
    user = parts.username or ""
    if not parts.hostname or parts.hostname.startswith("-"):
        raise ValueError("must be ssh://user@host:port")
    if user and not _USER.fullmatch(user):
        raise ValueError("has no name of a user before the @")
    path = parts.path if parts.path not in {"", "/"} else ""
    if path and not _SOCKET.fullmatch(path):
        raise ValueError("names no plain path of a socket behind the host")
    return Address("ssh", host=parts.hostname, port=port or _SSH_PORT, user=user, path=path)
