"""Values of environment variables whose names say that they are secret."""

import re
from typing import Any

from contracts.docker.outcome import REDACTED
from runtime.secrets.names import is_secret

_USERINFO = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/?#@]*:)[^\s/?#@]+(?=@)")
_OPTIONS = frozenset({"DriverOpts", "LogConfig.Config", "Options"})
# What mount(8) takes for network file systems: "username=app,password=x".
_MOUNTED = re.compile(r"(?P<name>\b(?:password2?|pass|credentials)=)[^,]+", re.IGNORECASE)


def environment(entries: list[str]) -> list[str]:
    """Return `NAME=value` entries; values of secret names and passwords in URLs are hidden."""
    return [_entry(entry) for entry in entries]


def _entry(entry: str) -> str:
    name, equals, value = entry.partition("=")
    if equals and value and is_secret(name):
        return f"{name}={REDACTED}"
    return name + equals + url(value)


def url(text: str) -> str:
    """Return the text with the passwords of URLs in it hidden."""
    return _USERINFO.sub(rf"\g<scheme>{REDACTED}", text)


def inspected(value: Any, name: str = "") -> Any:
    """Return what the engine says of an object with its secrets hidden.

    Those are in `Env`, and in the options of log, volume and network drivers.
    """
    if isinstance(value, dict):
        if name in _OPTIONS and all(isinstance(inner, str) for inner in value.values()):
            return {key: _option(key, inner) for key, inner in value.items()}
        return {
            key: inspected(inner, "LogConfig.Config" if name == "LogConfig" else key)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        if name == "Env":
            return environment([str(entry) for entry in value])
        return [inspected(inner) for inner in value]
    return value


def _option(name: str, value: str) -> str:
    if value and is_secret(name.replace("-", "_")):
        return REDACTED
    return _MOUNTED.sub(rf"\g<name>{REDACTED}", url(value))
