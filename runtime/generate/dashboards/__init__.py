"""The dashboards of runtime/observability/grafana/dashboards, as the code says them."""

import json

from runtime.generate.dashboards import command, hosts, model, overview, pipeline, safety
from runtime.generate.dashboards.board import Dashboard, Query

FOLDER = "runtime/observability/grafana/dashboards"
DASHBOARDS: tuple[Dashboard, ...] = (
    overview.BOARD,
    pipeline.BOARD,
    safety.BOARD,
    model.BOARD,
    hosts.BOARD,
    command.BOARD,
)


def dashboards() -> dict[str, str]:
    """Return the JSON of every dashboard, by its path from the root of the checkout."""
    return {
        f"{FOLDER}/{each.uid}.json": json.dumps(each.document(), indent=2) + "\n"
        for each in DASHBOARDS
    }


__all__ = ["DASHBOARDS", "FOLDER", "Dashboard", "Query", "dashboards"]
