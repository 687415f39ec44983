"""The builtin generator: words become docker lines. No key, no network, deterministic.

A small language: `text` makes plain words of what was typed, `clauses` parts it, `actions`
(orders) and `reads` (questions) find what is meant, `objects` finds which object is meant, and
`lifecycle`, `removal`, `listing` and the like write the commands. A name that fits several
objects is a question, never a guess; words that are not understood are refused.
"""

import re

from contracts.world import World
from functions.generate.aliases import NO_ALIASES, Aliases
from functions.generate.builtin.index import index_of
from functions.generate.builtin.lines import canonical, typed_line
from functions.generate.builtin.text import LONGEST, without_thanks
from functions.generate.builtin.understand import understand

_BARE = re.compile(
    r"(?:(?:container|image|volume|network|system|compose|builder) (?:ls|list|prune|df|info|events)"
    r"|ps|images|info|version)(?: -\S+(?: [^ -]\S*)?)*\s*$"
)
"""A docker line without its first word."""

__all__ = ["propose"]


def propose(
    words: str,
    world: World,
    *,
    target: str | None = None,
    host: str | None = None,
    aliases: Aliases = NO_ALIASES,
) -> tuple[str, ...]:
    """Return canonical docker lines for a request, one per step.

    `target` names the object that the request is about; `host` restricts it to one host. Names
    and labels from the world are only ever compared, never read as words of the request; `aliases`
    are further names of containers.
    Raises RefusedError: AMBIGUOUS with a question and options, UNKNOWN_OBJECT with the nearest
    names, NOT_UNDERSTOOD with what is understood, UNSUPPORTED for what is no job of the gateway's,
    UNKNOWN_HOST.
    """
    index = index_of(world, host, aliases)
    if _BARE.match(words):
        words = f"docker {words}"
    if line := typed_line(without_thanks(words[:LONGEST]), index):
        return (line,)
    steps = understand(words, world, target=target, host=host, aliases=aliases)
    return tuple(canonical(step) for step in steps)
