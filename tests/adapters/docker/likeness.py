"""What must be alike of two runs, and what differs by necessity."""

import re
from typing import Any

from tests.adapters.docker.cli import Cli, Said

_YOUNG = 27
"""The age of a CLI from which its words on standard error are those that we follow."""
_ID = re.compile(r"\b(?:sha256:)?[0-9a-f]{64}\b")
_HELP = re.compile(r"\n+Run 'docker run --help' for more information\n")
_LOGGED = re.compile(r'^time="[^"]*" level=.*\n', re.MULTILINE)
_OWN = frozenset(
    {"Created", "Hostname", "Id", "Name", "MacAddress", "HostnamePath", "HostsPath", "LogPath",
     "ResolvConfPath", "GraphDriver", "State", "Source", "SandboxID", "SandboxKey", "EndpointID",
     "IPAddress"}
)  # fmt: skip


def words(said: Said, cli: Cli, *names: str) -> Said:
    """Return what was said, without ids, without these names, and without a client's own log."""
    texts = []
    for text in (said.out, said.err):
        plain = _HELP.sub("\n", _ID.sub("#", _LOGGED.sub("", text)))
        for number, name in enumerate(names):
            plain = plain.replace(name, f"NAME-{number}")
        texts.append(plain)
    return Said(said.code, texts[0], texts[1] if cli.version >= _YOUNG else "")


def container(inspected: Any) -> Any:
    """Return what the engine says of a container, without what is its own."""
    if isinstance(inspected, dict):
        kept = {key: container(each) for key, each in inspected.items() if key not in _OWN}
        if "Mounts" in kept:
            unnamed = [{**each, "Name": ""} for each in kept["Mounts"]]
            kept["Mounts"] = sorted(unnamed, key=str)
        if "Env" in kept:
            kept["Env"] = sorted(kept["Env"] or ())
        for key in ("CapAdd", "CapDrop"):
            if key in kept:  # an old CLI leaves the prefix to the engine
                kept[key] = [name.removeprefix("CAP_") for name in kept[key] or ()]
        return {key: each for key, each in kept.items() if each not in (None, [], {})}
    return [container(each) for each in inspected] if isinstance(inspected, list) else inspected
