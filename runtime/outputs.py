"""What commands printed: the OUTPUTS stream, one subject per command."""

from collections import OrderedDict

from contracts.headers import MESSAGE_ID
from contracts.requests import OutputChunk
from runtime.errors import PermanentError
from runtime.link import Link

STREAM = "OUTPUTS"
_REMEMBERED = 1024
_SMALL = 8 * 1024


class Outputs:
    """Stores chunks and reads them back. Small ones of this process are remembered."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._recent: OrderedDict[str, list[OutputChunk]] = OrderedDict()

    async def store(self, chunk: OutputChunk) -> None:
        """Store a chunk, once however often it is tried. Raises LinkError where unconfirmed."""
        body = chunk.__pydantic_serializer__.to_json(chunk)
        once = f"{chunk.command_id}-{chunk.claim}-{chunk.step}-{chunk.number}"
        await self._link.store(chunk.subject, body, {MESSAGE_ID: once})
        if len(body) <= _SMALL:
            self._recent.setdefault(chunk.subject, []).append(chunk)
            if len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)

    async def read(self, caller: str, command_id: str, chunks: int) -> tuple[OutputChunk, ...]:
        """Return what a command printed, in order, of which there are `chunks`."""
        subject = f"output.{caller}.{command_id}"
        if (recent := self._recent.pop(subject, None)) and len(recent) == chunks:
            return tuple(recent)
        found: list[OutputChunk] = []
        start = 1
        while True:
            messages = await self._link.read(STREAM, {"seq": start, "next_by_subj": subject})
            for message in messages:
                try:
                    found.append(OutputChunk.model_validate_json(message.data))
                except ValueError as error:
                    raise PermanentError(f"{subject} holds what is no output") from error
            headers = (messages[-1].headers or {}) if messages else {}
            if int(headers.get("Nats-Num-Pending", "0")) == 0:
                return tuple(found)
            start = int(headers["Nats-Sequence"]) + 1
