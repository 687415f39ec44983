"""The networks of a new container, as the engine takes them (opts.go, parseNetworkOpts)."""

from typing import Any

from contracts.docker.grammar.checks import user_defined
from contracts.docker.operations import Attachment, Create, Run
from contracts.errors import Code, RefusedError

_DEFAULT = "default"
_OWN_ADDRESS_SINCE = (1, 44)
"""The API from which every network has a MAC address of its own; before, the container has one."""


def mode(spec: Create | Run) -> str:
    """Return the network that the container starts with."""
    return spec.networks[0].name if spec.networks else _DEFAULT


def networking(spec: Create | Run, version: tuple[int, ...]) -> dict[str, Any]:
    """Return what is said of each network, and of the first one by the older flags.

    A MAC address for the first network goes to the container itself where the engine is too old
    to take one for each network.
    """
    attachments = spec.networks or (Attachment(name=_DEFAULT),)
    first, rest = _with_older_flags(attachments[0], spec), attachments[1:]
    found: dict[str, Any] = {}
    if first.mac_address and version < _OWN_ADDRESS_SINCE:
        found["MacAddress"] = first.mac_address
        first = first.model_copy(update={"mac_address": ""})
    if version < _OWN_ADDRESS_SINCE and any(each.mac_address for each in rest):
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            "A MAC address for a further network requires API v1.44 or later.",
            "Leave mac-address out, or use an engine from 25.0 on.",
        )
    links = list(spec.links) if user_defined(first.name) else []
    endpoints = {first.name: _endpoint(first, links)}
    endpoints |= {each.name: _endpoint(each, []) for each in rest}
    if not rest and not endpoints[first.name]:
        endpoints = {}
    return found | {"NetworkingConfig": {"EndpointsConfig": endpoints}}


def _with_older_flags(first: Attachment, spec: Create | Run) -> Attachment:
    return first.model_copy(
        update={
            "aliases": first.aliases or spec.network_aliases,
            "ip": first.ip or spec.ip,
            "ip6": first.ip6 or spec.ip6,
            "link_local_ips": first.link_local_ips or spec.link_local_ips,
            "mac_address": first.mac_address or spec.mac_address,
        }
    )


def _endpoint(attachment: Attachment, links: list[str]) -> dict[str, Any]:
    """Return what is said of one network; empty where nothing is."""
    addresses = {
        "IPv4Address": attachment.ip,
        "IPv6Address": attachment.ip6,
        "LinkLocalIPs": list(attachment.link_local_ips),
    }
    options = {each.key: each.value or "" for each in attachment.driver_options}
    said = {
        "Aliases": list(attachment.aliases),
        "DriverOpts": options,
        "GwPriority": attachment.gateway_priority,
        "IPAMConfig": {key: value for key, value in addresses.items() if value},
        "Links": links,
        "MacAddress": attachment.mac_address,
    }
    return {key: value for key, value in said.items() if value}
