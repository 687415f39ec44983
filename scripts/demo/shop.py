"""Three small containers that look like a shop in a compose project, and nothing but ours."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from scripts.engine.api import Engine
from scripts.engine.image import busybox_image, remove_image

LABEL = "acg.demo"
CHECKOUT = "echo checkout: ready for orders; while :; do echo checkout: order paid; pause 2; done"
ORDERS = "echo orders: watching the queue; while :; do echo orders: nothing waiting; pause 1; done"
DATABASE = "echo payments-db: ready for connections; while :; do pause 5; done"
SERVICES = {"checkout": CHECKOUT, "orders": ORDERS, "payments-db": DATABASE}
# A shell that ends at once when it is told to: else each stop takes ten seconds.
PRELUDE = "trap 'exit 0' TERM; pause() { sleep $1 & wait $!; }; "


@dataclass(frozen=True)
class Shop:
    """The containers, by the names of their services."""

    engine: Engine
    project: str

    @property
    def label(self) -> str:
        """Return what marks the containers as this shop's."""
        return f"{LABEL}={self.project}"

    def name(self, service: str) -> str:
        """Return the name that compose would have given."""
        return f"{self.project}-{service}-1"

    def state(self, service: str) -> dict[str, Any]:
        """Return what the engine itself says of a container, not what the gateway says."""
        found: dict[str, Any] = self.engine.json("GET", f"/containers/{self.name(service)}/json")
        return dict(found["State"])


@contextmanager
def open_shop(engine: Engine, project: str) -> Iterator[Shop]:
    """Give a shop that runs; containers and image are gone afterwards."""
    shop = Shop(engine, project)
    with busybox_image(engine, project) as image:
        try:
            for service, script in SERVICES.items():
                _start(shop, service, image, script)
            yield shop
        finally:
            close(engine, project)


def close(engine: Engine, project: str) -> None:
    """Remove the containers of that shop, and those only."""
    query = {"all": "1", "filters": json.dumps({"label": [f"{LABEL}={project}"]})}
    for container in engine.json("GET", "/containers/json", query=query):
        engine.call("DELETE", f"/containers/{container['Id']}", query={"force": "1", "v": "1"})


def sweep(engine: Engine, project: str) -> None:
    """Remove a shop that was not closed, because its demonstration was killed."""
    close(engine, project)
    remove_image(engine, project)


def _start(shop: Shop, service: str, image: str, script: str) -> None:
    container: Mapping[str, Any] = {
        "Image": image,
        "Cmd": ["sh", "-c", PRELUDE + script],
        "Labels": {
            LABEL: shop.project,
            "com.docker.compose.project": shop.project,
            "com.docker.compose.service": service,
            "com.docker.compose.container-number": "1",
            "com.docker.compose.oneoff": "False",
        },
        "HostConfig": {"NetworkMode": "none", "Memory": 32 * 1024 * 1024},
    }
    engine, name = shop.engine, shop.name(service)
    engine.json("POST", "/containers/create", container, {"name": name})
    engine.call("POST", f"/containers/{name}/start")
