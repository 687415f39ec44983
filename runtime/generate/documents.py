"""All generated files together."""

from runtime.generate import asyncapi, commands, metrics, pages, schemas
from runtime.generate.dashboards import dashboards

FOLDER = "contracts/schemas"


def documents() -> dict[str, str]:
    """Return the text of every generated file, by its path from the root of the checkout."""
    found = {f"{FOLDER}/{name}": schemas.text(schema) for name, schema in schemas.all().items()}
    found["contracts/asyncapi.yaml"] = asyncapi.text()
    found["docs/flow.md"] = pages.flow()
    found["docs/events.md"] = pages.events()
    found["docs/commands.md"] = commands.commands()
    found["docs/metrics.md"] = metrics.metrics()
    return found | dashboards()
