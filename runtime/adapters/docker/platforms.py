"""Platforms as docker's client reads them and sends them (containerd/platforms)."""

import re

from contracts.errors import Code, RefusedError
from runtime.adapters.docker.api import api
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.text import gojson

_OS = re.compile(r"([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.-]*)\))?")
_SAME = {
    "i386": ("386", ""),
    "x86_64": ("amd64", ""),
    "x86-64": ("amd64", ""),
    "aarch64": ("arm64", ""),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
}
_VARIANTS = {
    ("amd64", "v1"): "",
    ("arm64", "8"): "",
    ("arm64", "v8"): "",
    ("arm64", "v8.0"): "",
    ("arm64", "9"): "v9",
    ("arm64", "9.0"): "v9",
    ("arm64", "v9.0"): "v9",
    ("arm", ""): "v7",
    ("arm", "5"): "v5",
    ("arm", "6"): "v6",
    ("arm", "7"): "v7",
    ("arm", "8"): "v8",
}
_WHOLE = 3


def encoded(text: str) -> str:
    """Return `os/arch[/variant]` as the engine takes it: JSON of the OCI's image specification.

    Raises RefusedError (INVALID_COMMAND). Of `linux` alone the client would take the machine that
    it runs on for the other half; ours has nothing to do with the engine's.
    """
    parts = text.split("/")
    system = _OS.fullmatch(parts[0])
    if not 1 < len(parts) <= _WHOLE or system is None or not all(parts):
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"{text!r} is no platform.",
            "Name the operating system and the architecture: --platform linux/amd64.",
        )
    name, version = system[1].lower(), system[2] or ""
    architecture, variant = _architecture(*parts[1:])
    if len(parts) == _WHOLE and (architecture, variant) == ("arm64", ""):
        variant = "v8"
    if len(parts) < _WHOLE and (architecture, variant) == ("arm", "v7"):
        variant = ""
    platform = {"architecture": architecture, "os": "darwin" if name == "macos" else name}
    if version:
        platform["os.version"] = version
    if variant:
        platform["variant"] = variant
    return gojson.escaped(platform)


def _architecture(architecture: str, variant: str = "") -> tuple[str, str]:
    architecture, variant = architecture.lower(), variant.lower()
    name, fixed = _SAME.get(architecture, (architecture, ""))
    if fixed or name == "386":
        return name, fixed
    return name, _VARIANTS.get((name, variant), variant)


async def too_old(host: Host, since: str) -> str | None:
    """Return docker's own words where an engine is too old for `--platform`, None where not."""
    if await api(host) >= tuple(map(int, since.split("."))):
        return None
    return (
        f'"--platform" requires API version {since},'
        f" but the Docker daemon API version is {host.connection.api_version}"
    )
