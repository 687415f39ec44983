"""What commands printed: the OUTPUTS stream, one subject per command."""

from collections import OrderedDict
from collections.abc import Mapping

from contracts.answer import Printout
from contracts.headers import MESSAGE_ID, SEQUENCE
from contracts.requests import OutputChunk
from runtime.errors import PermanentError
from runtime.link import Link

STREAM = "OUTPUTS"
_REMEMBERED = 1024
_SMALL = 8 * 1024
_FEW = 16


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
        recent = self._recent.setdefault(chunk.subject, [])
        if len(body) <= _SMALL and len(recent) < _FEW:
            recent.append(chunk)
        else:  # what is remembered in part is of no use
            recent.clear()
        if len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)

    async def read(
        self, caller: str, command_id: str, claims: Mapping[int, str], chunks: int
    ) -> Printout:
        """Return what a command printed, of which there are `chunks`.

        `claims` says for each step whose attempt counts; what others printed is left out.
        """
        printed = Printout()
        subject = f"output.{caller}.{command_id}"
        recent = self._recent.pop(subject, ())
        if len(recent) == chunks:
            for chunk in recent:
                if claims.get(chunk.step) == chunk.claim:
                    printed.add(chunk)
            return printed
        start = 1
        while True:
            messages = await self._link.read(STREAM, {"seq": start, "next_by_subj": subject})
            for message in messages:
                try:
                    chunk = OutputChunk.model_validate_json(message.data)
                except ValueError as error:
                    raise PermanentError(f"{subject} holds what is no output") from error
                if claims.get(chunk.step) == chunk.claim:
                    printed.add(chunk)
            headers = (messages[-1].headers or {}) if messages else {}
            if int(headers.get("Nats-Num-Pending", "0")) == 0:
                return printed
            start = int(headers[SEQUENCE]) + 1
