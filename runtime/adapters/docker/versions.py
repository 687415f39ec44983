"""`docker version`: the engine's part is the engine's; the client's part is the gateway's own."""

import asyncio
import platform
import re
from datetime import datetime
from importlib import metadata
from typing import Any

from contracts.docker.operations import Version
from contracts.docker.outcome import Outcome
from runtime.adapters.docker.connection import NEWEST_API
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.text import gojson, table, values
from runtime.adapters.docker.text.template import Template

CLIENT = "AI Command Gateway"
_DISTRIBUTION = "ai-command-gateway"
_LEAST = 20
_PADDING = 1
_ENGINE = "Engine"
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_SUBSECONDS = re.compile(r"\.\d+")


async def version(host: Host, operation: Version) -> Outcome:
    """Return the versions of the engine and of the gateway that asks it."""
    template = _template(operation.format)
    server = _server(await host.connection.read("version"))
    document = {"Client": await client(host), "Server": server}
    if template is None:
        text = table.align(_text(document), least=_LEAST, padding=_PADDING)
    elif operation.format == "json":
        text = gojson.compact(document)
    else:
        text = table.align(template.render(values.typed(document)), least=_LEAST, padding=_PADDING)
    return Outcome(stdout=f"{text}\n", data=document)


def _template(format_: str | None) -> Template | None:
    return Template("{{json .}}" if format_ == "json" else format_) if format_ else None


def own_version() -> str:
    """Return the version of the gateway; empty where it runs without being installed."""
    try:
        return metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return ""


async def client(host: Host) -> dict[str, Any]:
    """Return what docker's JSON says of a client: this one is no docker CLI, and says so."""
    machine = platform.machine()
    return {
        "Platform": {"Name": CLIENT},
        "Version": await asyncio.to_thread(own_version),
        "ApiVersion": host.connection.api_version,
        "DefaultAPIVersion": NEWEST_API,
        "Os": platform.system().lower(),
        "Arch": _MACHINES.get(machine, machine),
        "Context": host.connection.source,
    }


def _server(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the engine's answer with its times readable and its own part among the rest."""
    components: list[dict[str, Any]] = answer.get("Components") or []
    if not any(each.get("Name") == _ENGINE for each in components):
        names = ("ApiVersion", "MinAPIVersion", "GitCommit", "GoVersion", "Os", "Arch", "BuildTime")
        details = {name: str(answer.get(name, "")) for name in names}
        details["Experimental"] = str(answer.get("Experimental", False)).lower()
        engine = {"Name": _ENGINE, "Version": answer.get("Version", ""), "Details": details}
        components = [*components, engine]
    return answer | {"Components": [_readable(each) for each in components]}


def _readable(component: dict[str, Any]) -> dict[str, Any]:
    details = dict(component.get("Details") or {})
    if component.get("Name") == _ENGINE and "BuildTime" in details:
        details["BuildTime"] = _ansic(details["BuildTime"])
    return component | {"Details": details}


def _ansic(moment: str) -> str:
    """Return an ISO time as C prints it: "Thu May  7 21:09:36 2026"."""
    try:
        return datetime.fromisoformat(_SUBSECONDS.sub("", moment)).ctime()
    except ValueError:
        return moment


def _text(document: dict[str, Any]) -> str:
    own, server = document["Client"], document["Server"]
    name = (server.get("Platform") or {}).get("Name")
    newer = "" if own["ApiVersion"] == NEWEST_API else f" (downgraded from {NEWEST_API})"
    lines = [
        f"Client: {CLIENT}",
        f" Version:\t{own['Version']}",
        f" API version:\t{own['ApiVersion']}{newer}",
        f" OS/Arch:\t{own['Os']}/{own['Arch']}",
        f" Context:\t{own['Context']}",
        "",
        f"Server: {name}" if name else "Server:",
    ]
    for component in server["Components"]:
        lines += _component(component)
    return "\n".join(lines)


def _component(component: dict[str, Any]) -> list[str]:
    details: dict[str, str] = component["Details"]
    lines = [f" {component['Name']}:", f"  Version:\t{component.get('Version', '')}"]
    if component["Name"] != _ENGINE:
        return [*lines, *(f"  {key}:\t{details[key]}" for key in sorted(details))]
    said = {key: details.get(key, "<no value>") for key in ("ApiVersion", "MinAPIVersion")}
    return [
        *lines,
        f"  API version:\t{said['ApiVersion']} (minimum version {said['MinAPIVersion']})",
        f"  Go version:\t{details.get('GoVersion', '')}",
        f"  Git commit:\t{details.get('GitCommit', '')}",
        f"  Built:\t{details.get('BuildTime', '')}",
        f"  OS/Arch:\t{details.get('Os', '')}/{details.get('Arch', '')}",
        f"  Experimental:\t{details.get('Experimental', '')}",
    ]
