"""W3C Trace Context: `traceparent` and `tracestate`, read from strangers and made anew.

Source: https://www.w3.org/TR/trace-context-2/, sections 3.2 and 3.3. What is not of their form
is as if it were not there: it is never passed on.
"""

import random
import re
from collections.abc import Mapping
from typing import NamedTuple

from contracts import headers as h

# Version, trace, parent, flags. Version ff is invalid, and so are ids of zeros alone; a later
# version may have more behind a dash, and is passed on as the version that is known.
_PARENT = re.compile(
    r"(?!ff)([0-9a-f]{2})-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})(-.*)?"
)
_KEY = r"[a-z0-9][a-z0-9_\-*/]{0,255}(?:@[a-z0-9][a-z0-9_\-*/]{0,255})?"
_MEMBER = re.compile(rf"[ \t]*({_KEY})=[ -+\--<>-~]{{0,255}}[!-+\--<>-~][ \t]*")
_MEMBERS = 32
_STATE = 512
# Of the flags, those that have a meaning: sampled, and a trace id that is random.
_KNOWN_FLAGS = 0x03
_AT_RANDOM = random.SystemRandom()


class Trace(NamedTuple):
    """Where something is in a trace: what travels on with it.

    - `parent`: a `traceparent`, always valid.
    - `state`: a `tracestate`, valid or empty.
    """

    parent: str
    state: str = ""

    @property
    def id(self) -> str:
        """The trace: the same for everything that one request brought about."""
        return self.parent[3:35]

    @property
    def span(self) -> str:
        """The span to which what comes next belongs."""
        return self.parent[36:52]

    def headers(self) -> dict[str, str]:
        """Return it as headers."""
        state = {h.TRACE_STATE: self.state} if self.state else {}
        return {h.TRACE: self.parent, **state}

    @property
    def flags(self) -> int:
        """Whether it is recorded (1)."""
        return int(self.parent[53:55], 16)

    @property
    def begins(self) -> bool:
        """Whether nobody has recorded a span of it yet: see `begun`."""
        return self.span == self.id[:16]


def begun() -> str:
    """Return the `traceparent` of a new trace, of which nobody has recorded a span.

    A parent is due in it, and there is none: its id is the beginning of the trace's. Whoever
    records the first span makes it the root, and does not name a parent that nobody will find.
    """
    trace = _AT_RANDOM.getrandbits(128)
    first = trace >> 64
    return f"00-{trace:032x}-{first:016x}-01" if first else begun()


def valid(parent: str) -> bool:
    """Say whether this is a `traceparent` of the known version, to be passed on as it is."""
    found = _PARENT.fullmatch(parent)
    return found is not None and found[1] == "00" and found[5] is None


def read(headers: Mapping[str, str] | None) -> Trace | None:
    """Return the trace that headers carry, None where they carry none that is well-formed."""
    if not headers or not (parent := headers.get(h.TRACE)):
        return None
    found = _PARENT.fullmatch(parent)
    if found is None or (found[1] == "00" and found[5] is not None):
        return None
    if found[1] != "00":
        parent = f"00-{found[2]}-{found[3]}-{int(found[4], 16) & _KNOWN_FLAGS:02x}"
    return Trace(parent, state_of(headers.get(h.TRACE_STATE, "")))


def state_of(state: str) -> str:
    """Return a `tracestate` that is well-formed, of any other nothing."""
    if not state or len(state) > _STATE:
        return ""
    members = [each for each in state.split(",") if each.strip(" \t")]
    found = [_MEMBER.fullmatch(each) for each in members]
    keys = {each[1] for each in found if each}
    return state if len(keys) == len(members) <= _MEMBERS else ""
