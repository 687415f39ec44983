"""Ports, networks and addresses, as docker's client reads them."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from contracts.docker.grammar.csv import read_csv, show_csv
from contracts.docker.grammar.kinds import Kind, read_integer, read_name
from contracts.docker.operations.values import Attachment, Publication, Setting

PROTOCOLS = ("tcp", "udp", "sctp")
HIGHEST_PORT = 65_535


def read_ports(text: str, what: str) -> tuple[int, int]:
    """Read `80` or `8000-8010` (nat.ParsePortRange)."""
    first, dash, last = text.partition("-")
    last = last.partition("-")[0] if dash else first
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
        raise ValueError(f"the {what} must be a port or a range of ports")
    start, end = int(first[:6]), int(last[:6])
    if end > HIGHEST_PORT or start > end:
        raise ValueError(f"the {what} must be from 0 to 65535, in order")
    return start, end


def show_ports(ports: tuple[int, int]) -> str:
    """Write a port or a range of ports."""
    return f"{ports[0]}-{ports[1]}" if ports[0] != ports[1] else f"{ports[0]}"


def split_protocol(text: str) -> tuple[str, str]:
    """Return port and protocol of `80/udp` (nat.SplitProtoPort)."""
    port, *rest = text.split("/")
    return port, rest[0] if rest and rest[0] else "tcp"


def read_address(text: str) -> str:
    """Read an IP address; normalised."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        raise ValueError("it is no IP address") from None
    if "%" in text:
        raise ValueError("it is no IP address")
    return str(address)


def read_publication(text: str) -> Publication:
    """Read `--publish [[ip:]host:]container[/protocol]`, or its key=value form."""
    if "=" in text:
        said = {"protocol": "tcp"}
        for part in text.split(","):
            key, equals, value = part.partition("=")
            if not key or not equals:
                raise ValueError(f"'{part[:40]}' must be name=value")
            said[key] = value
        text = f"{said.get('published', '')}:{said.get('target', '')}/{said['protocol']}"
    head, _, port = text.rpartition(":")
    address, _, host = head.rpartition(":")
    if address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    port, protocol = split_protocol(port)
    container_ports = read_ports(port, "container port")
    host_ports = read_ports(host, "host port") if host else None
    if host_ports and container_ports[0] != container_ports[1]:
        spans = (container_ports[1] - container_ports[0], host_ports[1] - host_ports[0])
        if spans[0] != spans[1]:
            raise ValueError("the ranges of host and container differ in length")
    if protocol.lower() not in PROTOCOLS:
        raise ValueError(f"the protocol must be one of {', '.join(PROTOCOLS)}")
    return Publication(
        container_ports=show_ports(container_ports),
        protocol=protocol.lower(),
        host_ip=read_address(address) if address else None,
        host_ports=show_ports(host_ports) if host_ports else None,
    )


def show_publication(port: Publication) -> str:
    """Write a published port."""
    shown = (
        port.container_ports
        if port.protocol == "tcp"
        else f"{port.container_ports}/{port.protocol}"
    )
    if port.host_ip is not None:
        address = f"[{port.host_ip}]" if ":" in port.host_ip else port.host_ip
        return f"{address}:{port.host_ports or ''}:{shown}"
    return f"{port.host_ports}:{shown}" if port.host_ports else shown


def read_expose(text: str) -> str:
    """Read `--expose 80/tcp` or a range."""
    if ":" in text:
        raise ValueError("it must be a port or a range of ports")
    read_ports(split_protocol(text)[0], "port")
    return text


def read_private_port(text: str) -> str:
    """Read the port that `docker port` is asked for, with its protocol."""
    port, _, protocol = text.partition("/")
    read_ports(port, "port")
    if "-" in port or not port:
        raise ValueError("it must be one port")
    return f"{int(port)}/{protocol or 'tcp'}"


LONG = re.compile(r"[A-Za-z0-9_]+=[A-Za-z0-9_]+")
ATTACHMENT_KEYS = {"name": "name", "ip": "ip", "ip6": "ip6", "mac-address": "mac_address"}
LISTS = {"alias": "aliases", "link-local-ip": "link_local_ips"}


def read_attachment(text: str) -> Attachment:
    """Read `--network NAME`, or its key=value form, whose case does not count."""
    if LONG.search(text) is None:
        if not text.strip():
            raise ValueError("it must name a network")
        return Attachment(name=text)
    said: dict[str, Any] = {}
    options: dict[str, str] = {}
    for part in read_csv(text):
        key, value = split_part(part.lower(), "a part")
        if key in ATTACHMENT_KEYS:
            said[ATTACHMENT_KEYS[key]] = value
        elif key in LISTS:
            said[LISTS[key]] = (*said.get(LISTS[key], ()), value)
        elif key == "driver-opt":
            options.update([split_part(value, "a driver option")])
        elif key == "gw-priority":
            said["gateway_priority"] = read_integer(value)
        else:
            raise ValueError(f"there is no key '{key[:40]}'")
    if re.match("[a-z0-9_]", said.get("name", "")) is None:
        raise ValueError("it must name a network")
    read_mac(said.get("mac_address", ""))
    settings = tuple(Setting(key=key, value=value) for key, value in options.items())
    return Attachment(**said, driver_options=settings)


def split_part(text: str, what: str) -> tuple[str, str]:
    """Return key and value of one part."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise ValueError(f"{what} must be key=value")
    return key.strip(), value.strip()


def parts_of(attachment: Attachment) -> Iterator[str]:
    """Yield the fields of an attachment, one `key=value` each."""
    for key, field in ATTACHMENT_KEYS.items():
        if getattr(attachment, field):
            yield f"{key}={getattr(attachment, field)}"
    for key, field in LISTS.items():
        yield from (f"{key}={value}" for value in getattr(attachment, field))
    yield from (f"driver-opt={option.key}={option.value}" for option in attachment.driver_options)
    if attachment.gateway_priority:
        yield f"gw-priority={attachment.gateway_priority}"


def show_attachment(attachment: Attachment) -> str:
    """Write an attachment; a name alone stands alone."""
    parts = list(parts_of(attachment))
    alone = len(parts) == 1 and LONG.search(attachment.name) is None
    return attachment.name if alone else show_csv(parts)


MAC = re.compile(
    r"(?:[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}\1){4}[0-9a-fA-F]{2}"
    r"|[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}\2){6}[0-9a-fA-F]{2}"
    r"|[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4}){2,3})"
)


def read_mac(text: str) -> str:
    """Read a MAC address."""
    if text and MAC.fullmatch(text.strip()) is None:
        raise ValueError("it is no MAC address")
    return text


def read_host(text: str) -> str:
    """Read `--add-host name:ip`; normalised to a colon (opts.ValidateExtraHost)."""
    name, mark, address = text.partition("=" if "=" in text else ":")
    if not mark or not name or ":" in name:
        raise ValueError("it must be host:ip")
    if address == "host-gateway":
        return f"{name}:{address}"
    if address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    read_address(address)
    return f"{name}:{address}"


DOMAIN = re.compile(r"(?=.*[a-zA-Z])[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,252}[a-zA-Z0-9])?\.?")


def read_search(text: str) -> str:
    """Read a domain to search; `.` is none."""
    text = text.strip(" ")
    if text != "." and DOMAIN.fullmatch(text) is None:
        raise ValueError("it is no domain")
    return text


MOST_LINK_PARTS = 2


def read_link(text: str) -> str:
    """Read `--link container[:alias]`."""
    if len(text.split(":")) > MOST_LINK_PARTS:
        raise ValueError("it must be container:alias")
    read_name(text.partition(":")[0])
    return text


def read_source(text: str) -> str:
    """Read `--volumes-from container[:mode]`."""
    read_name(text.partition(":")[0])
    return text


PUBLICATION = Kind("[[ip:]port:]port", read_publication, show_publication)
EXPOSE = Kind("port", read_expose)
PRIVATE_PORT = Kind("port/protocol", read_private_port)
ATTACHMENT = Kind("network", read_attachment, show_attachment)
ADDRESS = Kind("ip", read_address)
MAC_ADDRESS = Kind("mac", read_mac)
HOST = Kind("host:ip", read_host)
SEARCH_DOMAIN = Kind("domain", read_search)
LINK = Kind("container:alias", read_link)
SOURCE = Kind("container[:mode]", read_source)
