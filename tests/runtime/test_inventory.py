import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from contracts.errors import Code
from contracts.world import HostPicture
from runtime.inventory import Inventory
from runtime.link import Link, connect
from tests.servers import NatsServer

HOST = "local"


def picture(engine: str, ahead: timedelta = timedelta()) -> HostPicture:
    return HostPicture(host=HOST, as_of=datetime.now(UTC) + ahead, engine=engine)


async def held(inventory: Inventory, engine: str) -> HostPicture:
    """Return the picture of this engine, once it is held."""
    async with asyncio.timeout(5):
        while True:
            found = inventory.world.hosts.get(HOST)
            if found and found.engine == engine:
                return found
            await asyncio.sleep(0.01)


async def test_the_newest_picture_is_what_was_stored_last_whatever_its_writers_clock_said(
    link: Link,
) -> None:
    inventory = Inventory(link)
    await inventory.follow()
    await inventory.store(picture("by a fast clock", timedelta(seconds=3)))
    await held(inventory, "by a fast clock")
    await inventory.store(picture("newest"))
    assert (await held(inventory, "newest")).error is None


async def test_what_comes_late_does_not_replace_what_is_newer(link: Link) -> None:
    inventory = Inventory(link)
    await inventory.follow()
    await inventory.store(picture("older"))
    await held(inventory, "older")
    await inventory.store(picture("newest"))
    await held(inventory, "newest")
    late = picture("older", timedelta(seconds=1)).model_dump_json().encode()
    for headers in ({"Nats-Sequence": "1"}, {"Nats-Sequence": "x"}, None):
        await link.nc.publish("inventory.local", late, headers=headers)
    await inventory.store(HostPicture(host="other", as_of=datetime.now(UTC)))
    async with asyncio.timeout(5):
        while "other" not in inventory.world.hosts:
            await asyncio.sleep(0.01)
    assert inventory.world.hosts[HOST].engine == "newest"


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (timedelta(seconds=4), None),
        (timedelta(seconds=20), Code.INVENTORY_UNAVAILABLE),
        (timedelta(seconds=-80), None),
        (timedelta(seconds=-91), Code.INVENTORY_UNAVAILABLE),
    ],
    ids=str,
)
async def test_a_picture_of_another_time_is_not_acted_upon(
    link: Link, ahead: timedelta, code: Code | None
) -> None:
    inventory = Inventory(link)
    await inventory.store(picture("one", ahead))
    await inventory.follow()
    error = inventory.world.hosts[HOST].error
    assert (error and error.code) == code


async def test_what_could_not_be_read_is_read_later(server: NatsServer) -> None:
    """The bucket here republishes nothing: what is known of it was read."""
    async with connect(server.link, "test") as link:
        inventory = Inventory(link)
        await inventory.follow()
        bucket = {"name": "KV_INVENTORY", "subjects": ["$KV.INVENTORY.>"], "allow_direct": True}
        await link.api("STREAM.CREATE.KV_INVENTORY", bucket)
        await inventory.store(picture("read"))
        await held(inventory, "read")
