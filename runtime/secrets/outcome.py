"""An outcome as it may be stored and sent."""

import asyncio
import re
from dataclasses import replace

from pydantic import JsonValue

from contracts.docker.errand import Errand
from contracts.docker.outcome import REDACTED, Outcome
from contracts.errors import Error, RefusedError
from contracts.world import HostPicture
from runtime.secrets import detectors
from runtime.secrets.stream import RedactedOut
from runtime.secrets.structure import redacted

# What stands where the middle of a long text was left out.
_CUT = re.compile(r"\.\.\. [0-9]+ bytes left out \.\.\.\n")
# No secret in one line is longer.
_STUMP = 16 * 1024

# Beyond this, another thread searches, so that everybody else is served meanwhile.
_AT_ONCE = 64 * 1024


class Redaction:
    """Stands between an operation and whoever asked for it: what passes has no secrets.

    `errand` is for the operation; its `out` prints what it is given without secrets.
    """

    def __init__(self, errand: Errand) -> None:
        self._known = detectors()
        self._out = RedactedOut(errand.out, self._known) if errand.out else None
        self.errand = replace(errand, out=self._out)

    async def outcome(self, outcome: Outcome) -> Outcome:
        """Return the outcome without secrets in text and data, and with their number.

        `redactions` is how often `[redacted]` stands in what was printed, or in the data where
        that is more: the two say the same, so they are not added up.
        """
        await self._finish()
        size = len(outcome.stdout) + len(outcome.stderr) + _size(outcome.data)
        if size <= _AT_ONCE:
            return self._searched(outcome)
        return await asyncio.to_thread(self._searched, outcome)

    async def refusal(self, refused: RefusedError) -> RefusedError:
        """Return a refusal without secrets: an engine's words may hold some."""
        await self._finish()
        made = Error.model_validate(redacted(self._known, refused.error.model_dump(mode="json")))
        if made == refused.error:
            return refused
        return RefusedError(
            made.code, made.message, made.hint, question=made.question, options=made.options
        )

    async def _finish(self) -> None:
        if self._out:
            await self._out.finish()

    def _searched(self, outcome: Outcome) -> Outcome:
        texts = {"stdout": outcome.stdout, "stderr": outcome.stderr}
        if outcome.truncated:
            texts = {name: _without_stumps(text) for name, text in texts.items()}
        texts = {name: self._known.redact(text) for name, text in texts.items()}
        data = redacted(self._known, outcome.data)
        printed = sum(text.count(REDACTED) for text in texts.values())
        streamed = self._out.redactions if self._out else 0
        found = max(outcome.redactions, printed, streamed, _marks(data))
        return outcome.model_copy(update={**texts, "data": data, "redactions": found})


def picture_without_secrets(picture: HostPicture) -> HostPicture:
    """Return a picture without secrets: labels, names and addresses are anybody's text."""
    known = detectors()
    if not known.find(picture.model_dump_json()):
        return picture
    return HostPicture.model_validate(redacted(known, picture.model_dump(mode="json")))


def _without_stumps(text: str) -> str:
    """Return a text whose middle was left out, without the words that were cut through.

    Half a secret has no form any more, and is still half a secret.
    """
    cut = _CUT.search(text)
    if cut is None:
        return text
    head, tail = text[: cut.start()], text[cut.end() :]
    if not head.endswith("\n"):
        words = head[-_STUMP:].rsplit(maxsplit=1)
        head = head[: len(head) - len(words[-1])] if words and not head[-1].isspace() else head
    if "\n" not in tail[:-1] and tail[:1].strip():
        tail = tail[len(tail[:_STUMP].split(maxsplit=1)[0]) :]
    return f"{head}{cut[0]}{tail}"


def _marks(data: JsonValue) -> int:
    if isinstance(data, str):
        return data.count(REDACTED)
    if isinstance(data, dict):
        return sum(map(_marks, data.values())) + sum(key.count(REDACTED) for key in data)
    return sum(map(_marks, data)) if isinstance(data, list) else 0


def _size(data: JsonValue) -> int:
    """Return about how long the texts of data are."""
    if isinstance(data, str):
        return len(data)
    if isinstance(data, dict):
        return sum(map(_size, data.values())) + sum(map(len, data))
    return sum(map(_size, data)) if isinstance(data, list) else 0
