"""The INVENTORY bucket: written by `inventory`, held in memory by whoever needs the world."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import structlog
from pydantic import ValidationError

from contracts import headers as h
from contracts.errors import Code, Error
from contracts.world import HostPicture, World
from runtime.errors import LinkError
from runtime.link import Link
from runtime.wire import Message

log = structlog.get_logger()

BUCKET = "INVENTORY"
FRESH = timedelta(seconds=30)
STALE = timedelta(seconds=90)
# A picture from further ahead than clocks differ would be held for fresh too long.
AHEAD = timedelta(seconds=5)
_AGAIN_S = 0.25
# How long a judgement of the pictures' ages holds, where no picture comes.
_JUDGED_S = 0.25
_OLD = Error(
    code=Code.INVENTORY_UNAVAILABLE,
    message="What is known of this host is too old to act upon, or bears a time to come.",
    hint="See whether the function `inventory` runs and reaches the engine (`acg doctor`), "
    "and whether the clocks of its machine and of this one agree.",
)


class Inventory:
    """The newest picture of every host."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._world = self._judged = World()
        self._judge_again = 0.0
        self._sequences: dict[str, int] = {}
        self._reading: asyncio.Task[None] | None = None
        self._since = datetime.now(UTC) - FRESH

    @property
    def world(self) -> World:
        """What exists. A host whose picture is old bears an error instead of a promise."""
        now = time.monotonic()
        if now >= self._judge_again:  # at each command it would cost 3 µs, twice
            self._judged = self._judge()
            self._judge_again = now + _JUDGED_S
        return self._judged

    def _judge(self) -> World:
        now = datetime.now(UTC)
        world = self._world
        for picture in world:
            known = now - STALE <= picture.as_of <= now + AHEAD
            if not known and picture.error is None:
                world = world.with_host(picture.model_copy(update={"error": _OLD}))
        return world

    async def follow(self) -> None:
        """Read all pictures, and take every change from here on; again after a reconnect.

        What cannot be read is read later, in the background, for as long as it takes.
        """
        await self._link.nc.listen("inventory.*", self._on_picture)
        self._link.on_reconnect(self._catch_up)
        if not await self._read():
            await self._catch_up()

    async def settled(self, within: timedelta) -> None:
        """Return once some host's picture is fresh, or when the time is over."""
        until = asyncio.get_running_loop().time() + within.total_seconds()
        while asyncio.get_running_loop().time() < until:
            if any(picture.as_of >= self._since for picture in self._world):
                return
            await asyncio.sleep(0.05)

    async def store(self, picture: HostPicture) -> None:
        """Replace a host's picture. Raises LinkError where that is not confirmed."""
        body = picture.__pydantic_serializer__.to_json(picture)
        await self._link.store(f"$KV.{BUCKET}.{picture.host}", body)

    async def _catch_up(self) -> None:
        if self._reading:
            self._reading.cancel()
        self._reading = asyncio.create_task(self._read_until_read())

    async def _read_until_read(self) -> None:
        while not await self._read():
            await asyncio.sleep(_AGAIN_S)
            if self._link.nc.is_closed:
                return

    async def _read(self) -> bool:
        """Read all pictures; say whether they could be read."""
        try:
            messages = await self._link.read(f"KV_{BUCKET}", {"multi_last": [f"$KV.{BUCKET}.*"]})
        except LinkError as error:
            log.warning("the inventory could not be read", error=str(error))
            return False
        for message in messages:
            self._on_picture(message)
        return True

    def _on_picture(self, message: Message) -> None:
        try:
            picture = HostPicture.model_validate_json(message.data)
            sequence = int((message.headers or {})[h.SEQUENCE])
        except (ValidationError, KeyError, ValueError) as error:
            log.warning("not a picture of a host", subject=message.subject, error=str(error))
            return
        # The newest is what the stream took last, whatever time its writer's clock said.
        if self._sequences.get(picture.host, 0) <= sequence:
            self._sequences[picture.host] = sequence
            self._world = self._world.with_host(picture)
            self._judge_again = 0.0
