"""Ports as docker's CLI shows them."""

import re
from typing import Any

_Group = tuple[str, str, int, int]


def displayed(ports: list[dict[str, Any]]) -> str:
    """Return "0.0.0.0:8080->80/tcp, 9000/tcp", neighbouring ports joined (docker/cli)."""
    groups: dict[tuple[str, str], tuple[int, int]] = {}
    ended: list[str] = []
    mapped: list[str] = []
    for port in sorted(ports, key=_order):
        address, protocol = port.get("IP") or "", port.get("Type") or "tcp"
        private, public = port["PrivatePort"], port.get("PublicPort") or 0
        if address and public != private:
            mapped.append(f"{joined(address, public)}->{private}/{protocol}")
            continue
        key = (address, protocol)
        if key in groups and private == groups[key][1] + 1:
            groups[key] = (groups[key][0], private)
            continue
        if key in groups:
            ended.append(_shown(key, groups[key]))
        groups[key] = (private, private)
    return ", ".join([*ended, *(_shown(key, span) for key, span in groups.items()), *mapped])


def joined(address: str, port: int | str) -> str:
    """Return an address and a port as one, an IPv6 address in brackets (Go's JoinHostPort)."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def natural(text: str) -> list[tuple[bool, int, str]]:
    """Return a sort key that has "9" before "10" (fvbommel/sortorder)."""
    parts = re.findall(r"\d+|\D", text)
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]


def _order(port: dict[str, Any]) -> tuple[int, str, int, str]:
    return (
        port["PrivatePort"],
        port.get("IP") or "",
        port.get("PublicPort") or 0,
        port.get("Type") or "",
    )


def _shown(key: tuple[str, str], span: tuple[int, int]) -> str:
    (address, protocol), (first, last) = key, span
    range_ = str(first) if first == last else f"{first}-{last}"
    mapping = f"{joined(address, range_)}->{range_}" if address else range_
    return f"{mapping}/{protocol}"
