"""The INVENTORY bucket: written by `inventory`, held in memory by whoever needs the world."""

import structlog
from nats.aio.msg import Msg
from pydantic import ValidationError

from contracts.world import HostPicture, World
from runtime.errors import LinkError
from runtime.link import Link

log = structlog.get_logger()

BUCKET = "INVENTORY"


class Inventory:
    """The newest picture of every host."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.world = World()

    async def follow(self) -> None:
        """Read all pictures, and take every change from here on; again after a reconnect."""
        await self._link.nc.subscribe("inventory.*", cb=self._on_picture)
        self._link.on_reconnect(self._read)
        await self._read()

    async def store(self, picture: HostPicture) -> None:
        """Replace a host's picture. Raises LinkError where that is not confirmed."""
        body = picture.__pydantic_serializer__.to_json(picture)
        await self._link.store(f"$KV.{BUCKET}.{picture.host}", body)

    async def _read(self) -> None:
        try:
            messages = await self._link.read(f"KV_{BUCKET}", {"multi_last": [f"$KV.{BUCKET}.*"]})
        except LinkError as error:
            log.warning("the inventory could not be read", error=str(error))
            return
        for message in messages:
            await self._on_picture(message)

    async def _on_picture(self, message: Msg) -> None:
        try:
            picture = HostPicture.model_validate_json(message.data)
        except ValidationError as error:
            log.warning("not a picture of a host", subject=message.subject, error=str(error))
            return
        held = self.world.hosts.get(picture.host)
        if held is None or held.as_of <= picture.as_of:
            self.world = self.world.with_host(picture)
