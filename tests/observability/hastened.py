"""The same configuration, in a hurry: a test cannot wait five minutes to hear of a fault.

Nothing is changed but how often is looked and for how long something must last, what is scraped,
and who is told.
"""

from collections.abc import Mapping
from typing import Any

LASTS = "2s"
LOOKS = "1s"
_WAITS = ("group_wait", "group_interval")


def rules(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file of rules, looked at each second, whose alerts need not last."""
    return {
        "groups": [
            {
                **group,
                "interval": LOOKS,
                "rules": [
                    {**rule, "for": LASTS} if "for" in rule else rule for rule in group["rules"]
                ],
            }
            for group in document["groups"]
        ]
    }


def prometheus(
    document: Mapping[str, Any], targets: Mapping[str, str], alertmanager: str
) -> dict[str, Any]:
    """Return its configuration, scraping the gateway's services at these addresses."""
    scraped = [
        {"targets": [address], "labels": {"service": name}} for name, address in targets.items()
    ]
    return {
        **document,
        "global": {"scrape_interval": LOOKS, "scrape_timeout": LOOKS, "evaluation_interval": LOOKS},
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
        "scrape_configs": [{"job_name": "gateway", "static_configs": scraped}],
    }


def alertmanager(document: Mapping[str, Any], receiver: str) -> dict[str, Any]:
    """Return its configuration, telling at once, each receiver at a path of its name."""
    return {
        **document,
        "route": _at_once(document["route"]),
        "receivers": [
            {**each, "webhook_configs": [{"url": f"{receiver}/{each['name']}"}]}
            for each in document["receivers"]
        ],
    }


def _at_once(route: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: LOOKS if name in _WAITS else value for name, value in route.items()
    }
    if "routes" in found:
        found["routes"] = [_at_once(each) for each in found["routes"]]
    return found
