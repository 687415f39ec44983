"""Ports as `docker ps` shows them."""

from typing import Any

import pytest

from runtime.adapters.docker import ports

ANY = "0.0.0.0"  # noqa: S104 - how docker shows it, no place to listen


def port(private: int, public: int = 0, address: str = "", protocol: str = "tcp") -> dict[str, Any]:
    found: dict[str, Any] = {"PrivatePort": private, "Type": protocol}
    return found | ({"PublicPort": public, "IP": address} if address else {})


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ([], ""),
        ([port(80)], "80/tcp"),
        ([port(80, 8080, ANY)], f"{ANY}:8080->80/tcp"),
        ([port(80, 8080, "::")], "[::]:8080->80/tcp"),
        ([port(80, 80, "::"), port(80, 80, ANY)], f"{ANY}:80->80/tcp, [::]:80->80/tcp"),
        ([port(81), port(80), port(82)], "80-82/tcp"),
        ([port(81), port(80), port(90)], "80-81/tcp, 90/tcp"),
        ([port(53, protocol="udp"), port(53)], "53/tcp, 53/udp"),
        ([port(90, 90, "::1"), port(91, 91, "::1")], "[::1]:90-91->90-91/tcp"),
        ([port(1), port(2, 2, ANY), port(3)], f"1/tcp, 3/tcp, {ANY}:2->2/tcp"),
    ],
)  # fmt: skip
def test_neighbours_are_joined(listed: list[dict[str, Any]], shown: str) -> None:
    assert ports.displayed(listed) == shown


def test_the_natural_order_has_nine_before_ten() -> None:
    lines = ["10/tcp -> x", "9/tcp -> x", "9/tcp -> [::]", "100/tcp -> x"]
    assert sorted(lines, key=ports.natural) == [lines[2], lines[1], lines[0], lines[3]]
