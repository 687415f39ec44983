"""`docker network ls`, `create`, `rm`, `connect` and `disconnect`."""

import json
import re
from collections.abc import Iterable
from typing import Any

from contracts.docker.grammar import checks
from contracts.docker.operations import (
    NetworkConnect,
    NetworkCreate,
    NetworkDisconnect,
    NetworkLs,
    NetworkRm,
    Setting,
)
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import actions, ports, tables
from runtime.adapters.docker.api import api
from runtime.adapters.docker.connection import NOT_FOUND, EngineError, path_of
from runtime.adapters.docker.creation import owned
from runtime.adapters.docker.host import Host, grouped
from runtime.adapters.docker.text import human, moments
from runtime.adapters.docker.text.template import Row

CREATE = (
    "name driver attachable aux_addresses config_from config_only gateways ingress internal"
    " ip_ranges ipam_driver ipam_options ipv4 ipv6 labels options scope subnets"
)
CONNECT = "network container aliases driver_options gateway_priority ip ip6 links link_local_ips"

_FORBIDDEN = 403
_UNIQUE_SINCE = (1, 44)
"""From this API on, the engine itself refuses a second network of the same name."""
_IPV4_SINCE = (1, 47)
_PRIORITY_SINCE = (1, 48)
_EXIT = "exit status 1"
_ENDPOINTS = re.compile(r"(has active endpoints) \(.*\)")

_NETWORKS = tables.Columns(
    "docker network ls",
    {
        "CreatedAt": "CREATED AT",
        "Driver": "DRIVER",
        "ID": "NETWORK ID",
        "IPv4": "IPV4",
        "IPv6": "IPV6",
        "Internal": "INTERNAL",
        "Labels": "LABELS",
        "Name": "NAME",
        "Scope": "SCOPE",
    },
    labels=True,
)
_TABLE = "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}"
_RAW = "network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n"


async def ls(host: Host, operation: NetworkLs) -> Outcome:
    """List networks."""
    form = _format(operation)
    _NETWORKS.used(form)
    asked = grouped(operation.filters)
    params = {"filters": json.dumps(asked)} if asked else {}
    listed: list[dict[str, Any]] = await host.connection.read("networks", params)
    listed.sort(key=lambda each: ports.natural(each["Name"]))
    rows = [_row(each, trunc=not operation.no_trunc) for each in listed]
    return Outcome(
        stdout=_NETWORKS.render(form, rows),
        data=tables.data(_row(each, trunc=False) for each in listed),
    )


def _format(operation: NetworkLs) -> str:
    form = operation.format or "table"
    if form == "table":
        return "{{.ID}}" if operation.quiet else _TABLE
    if form == "raw":
        return "network_id: {{.ID}}" if operation.quiet else _RAW
    return form


def _row(listed: dict[str, Any], *, trunc: bool) -> Row:
    labels: dict[str, str] = listed.get("Labels") or {}
    return _NETWORKS.row(
        {
            "CreatedAt": lambda: moments.spoken(listed.get("Created") or ""),
            "Driver": lambda: listed.get("Driver") or "",
            "ID": lambda: human.short_id(listed["Id"]) if trunc else str(listed["Id"]),
            "IPv4": lambda: _bool(listed.get("EnableIPv4")),
            "IPv6": lambda: _bool(listed.get("EnableIPv6")),
            "Internal": lambda: _bool(listed.get("Internal")),
            "Labels": lambda: ",".join(sorted(f"{key}={labels[key]}" for key in labels)),
            "Name": lambda: str(listed["Name"]),
            "Scope": lambda: listed.get("Scope") or "",
        },
        lambda key: labels.get(key, ""),
    )


def _bool(value: object) -> str:
    return str(bool(value)).lower()


async def create(host: Host, operation: NetworkCreate) -> Outcome:
    """Make a network, which bears the errand's labels, and `only_label`, beside its own."""
    labels = mapped(operation.labels)
    body: dict[str, Any] = {
        "Name": operation.name,
        "Driver": operation.driver,
        "Scope": operation.scope,
        "IPAM": {
            "Driver": operation.ipam_driver,
            "Options": mapped(operation.ipam_options),
            "Config": _subnets(operation),
        },
        "Internal": operation.internal,
        "Attachable": operation.attachable,
        "Ingress": operation.ingress,
        "ConfigOnly": operation.config_only,
        "Options": mapped(operation.options),
        "Labels": labels | owned(host, labels),
    }
    if operation.config_from:
        body["ConfigFrom"] = {"Network": operation.config_from}
    if operation.ipv4 is False:
        await _needs(host, _IPV4_SINCE, "docker network create --ipv4=false")
    families = {"EnableIPv4": operation.ipv4, "EnableIPv6": operation.ipv6}
    body |= {name: asked for name, asked in families.items() if asked is not None}
    if await api(host) < _UNIQUE_SINCE:
        body["CheckDuplicate"] = True
    answer = await host.connection.change("networks/create", body=body)
    made: dict[str, Any] = answer or {}
    identifier = str(made.get("Id") or "")
    return Outcome(
        stdout=f"{identifier}\n",
        data={
            "id": identifier,
            "name": operation.name,
            "driver": operation.driver,
            "warning": made.get("Warning") or "",
        },
    )


def mapped(settings: Iterable[Setting]) -> dict[str, str]:
    """Return settings as the engine takes them: of one key the last one counts."""
    return {each.key: each.value or "" for each in settings}


def _subnets(operation: NetworkCreate) -> list[dict[str, Any]]:
    """Give each subnet the range, the gateway and the taken addresses that lie in it.

    The grammar has refused what lies in none.
    """
    return [_configured(operation, subnet) for subnet in operation.subnets]


def _configured(operation: NetworkCreate, text: str) -> dict[str, Any]:
    subnet = checks.subnet_of(text)
    config: dict[str, Any] = {"Subnet": text}
    for address in operation.ip_ranges:
        if checks.contains(subnet, address):
            config["IPRange"] = address
    for address in operation.gateways:
        if checks.contains(subnet, address):
            config["Gateway"] = address
    taken = mapped(operation.aux_addresses)
    if taken := {key: each for key, each in taken.items() if checks.contains(subnet, each)}:
        config["AuxiliaryAddresses"] = taken
    return config


async def rm(host: Host, operation: NetworkRm) -> Outcome:
    """Remove networks, going on after a failure; with `force`, a missing one is none."""
    missing: list[str] = []

    async def change(name: str) -> None:
        try:
            await _remove(host, name)
        except EngineError as error:
            if not (operation.force and error.status == NOT_FOUND):
                raise
            missing.append(name)

    done, errors = await actions.each(host, operation.networks, operation.verb, change)
    removed = [name for name in done if name not in missing]
    lines = [*errors, _EXIT] if errors else []
    return Outcome(
        exit_code=1 if errors else 0,
        stdout="".join(f"{name}\n" for name in removed),
        stderr="".join(f"{line}\n" for line in lines),
        data={"removed": list(removed), "missing": list(missing)},
    )


async def _remove(host: Host, name: str) -> None:
    path = path_of("networks", host.sealed("network", name) or name)
    try:
        found = await host.connection.read(path)
    except EngineError:
        found = {}  # what is wrong with the name, the removal says
    if found.get("Ingress"):
        raise EngineError(
            _FORBIDDEN, f"{name} is the routing mesh of a swarm, which is not removed here"
        )
    if host.only_label is not None and found:
        await _unused_by_hidden(host, found)
    try:
        await host.connection.change(path, method="DELETE")
    except EngineError as error:
        if host.only_label is None:
            raise
        raise EngineError(error.status, _ENDPOINTS.sub(r"\1", str(error.args[0]))) from error


async def _unused_by_hidden(host: Host, network: dict[str, Any]) -> None:
    """Refuse to remove a network that a container needs which may not be seen, even stopped."""
    # A container that was never started knows its networks by their names alone.
    either = dict.fromkeys((network["Id"], network["Name"]), True)
    asked = {"all": "1", "filters": json.dumps({"network": either})}
    users: list[dict[str, Any]] = await host.connection.read("containers/json", asked)
    seen = {each["Id"] for each in await host.containers(everything=True)}
    if any(each["Id"] not in seen for each in users):
        raise EngineError(_FORBIDDEN, f"network {network['Name']} is in use")


async def connect(host: Host, operation: NetworkConnect) -> Outcome:
    """Connect a container to a network."""
    if operation.gateway_priority:
        await _needs(host, _PRIORITY_SINCE, "docker network connect --gw-priority")
    endpoint: dict[str, Any] = {
        "IPAMConfig": {
            "IPv4Address": operation.ip,
            "IPv6Address": operation.ip6,
            "LinkLocalIPs": list(operation.link_local_ips),
        },
        "Links": [await _link(host, link) for link in operation.links],
        "Aliases": list(operation.aliases),
        "DriverOpts": mapped(operation.driver_options),
        "GwPriority": operation.gateway_priority,
    }
    container = await host.reference(operation.container)
    body = {"Container": container, "EndpointConfig": endpoint}
    network = host.sealed("network", operation.network) or operation.network
    await host.connection.change(path_of("networks", network, "connect"), body=body)
    return _attached(operation)


async def _needs(host: Host, since: tuple[int, ...], what: str) -> None:
    """Raise RefusedError where an engine would leave unheeded what it is too old to know."""
    if await api(host) >= since:
        return
    newest = ".".join(map(str, since))
    raise RefusedError(
        Code.UNSUPPORTED_COMMAND,
        f"{what} needs API {newest} of the engine, which speaks {host.connection.api_version}.",
        "Leave that option out.",
    )


async def _link(host: Host, link: str) -> str:
    """Return a link by a container that may be seen; without an alias its name is its alias."""
    name, _, alias = link.partition(":")
    return f"{await host.reference(name)}:{alias or name}"


async def disconnect(host: Host, operation: NetworkDisconnect) -> Outcome:
    """Disconnect a container from a network."""
    container = await host.reference(operation.container)
    body = {"Container": container, "Force": operation.force}
    network = host.sealed("network", operation.network) or operation.network
    await host.connection.change(path_of("networks", network, "disconnect"), body=body)
    return _attached(operation)


def _attached(operation: NetworkConnect | NetworkDisconnect) -> Outcome:
    return Outcome(data={"network": operation.network, "container": operation.container})
