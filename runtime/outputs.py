"""What commands printed: the OUTPUTS stream, one subject per command."""

from collections import OrderedDict
from collections.abc import Mapping

from contracts.answer import Printout
from contracts.headers import MESSAGE_ID, SEQUENCE
from contracts.requests import OutputChunk, OutputPage
from runtime.errors import PermanentError
from runtime.link import Link

STREAM = "OUTPUTS"
_REMEMBERED = 1024
_SMALL = 8 * 1024
_FEW = 16
_PAGE = 256 * 1024


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

    async def page(self, caller: str, command_id: str, after: int) -> OutputPage:
        """Return what is stored behind a sequence, as much as a reply can hold. Raises LinkError.

        The server stops after the message that goes over the bound: two of the largest would not
        fit into one reply.
        """
        subject = f"output.{caller}.{command_id}"
        request = {"seq": after + 1, "next_by_subj": subject, "max_bytes": _PAGE}
        messages = await self._link.read(STREAM, request)
        if not messages:
            return OutputPage(after=after)
        headers = messages[-1].headers or {}
        return OutputPage(
            chunks=tuple(_chunk(message.data, subject) for message in messages),
            after=int(headers[SEQUENCE]),
            more=int(headers.get("Nats-Num-Pending", "0")) > 0,
        )

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
                chunk = _chunk(message.data, subject)
                if claims.get(chunk.step) == chunk.claim:
                    printed.add(chunk)
            headers = (messages[-1].headers or {}) if messages else {}
            if int(headers.get("Nats-Num-Pending", "0")) == 0:
                return printed
            start = int(headers[SEQUENCE]) + 1


def _chunk(body: bytes, subject: str) -> OutputChunk:
    try:
        return OutputChunk.model_validate_json(body)
    except ValueError as error:
        raise PermanentError(f"{subject} holds what is no output") from error
