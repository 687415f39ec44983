"""Answers that were dear, kept for a while in the bucket CACHE."""

import structlog

from contracts import headers as h
from runtime.errors import LinkError
from runtime.link import Link

log = structlog.get_logger()

STREAM = "KV_CACHE"
_LARGEST = 64 * 1024


class Cache:
    """Bytes by key. Never a reason to fail: without the server it is empty, and keeps nothing."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def get(self, key: str) -> bytes | None:
        """Return what is kept under a key: `[A-Za-z0-9_-]`, as the bucket's."""
        try:
            answer = await self._link.ask(f"$JS.API.DIRECT.GET.{STREAM}.{_subject(key)}")
        except LinkError as error:
            log.warning("the cache is not read", error=str(error))
            return None
        status = (answer.headers or {}).get(h.STATUS)
        return answer.data if status is None else None

    async def put(self, key: str, value: bytes) -> None:
        """Keep a value, until the bucket's time is over. One that is too large is not kept."""
        if len(value) > _LARGEST:
            return
        try:
            await self._link.store(_subject(key), value)
        except LinkError as error:
            log.warning("the cache is not written", error=str(error))


def _subject(key: str) -> str:
    return f"$KV.CACHE.{key}"
