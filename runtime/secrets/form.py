"""A published form of a secret, and where to look for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

START = (
    r"(?:(?<![A-Za-z0-9])|(?<=[0-9;\[]m)|(?<=\\[nrtbf])|(?<=\\u00[0-9a-f][0-9a-f])"
    r"|(?<=%[0-9A-Fa-f][0-9A-Fa-f]))"
)
"""Where a token may begin: not within a word (`task-...` is no `sk-...`), but behind a colour, an
escape of JSON and an encoded character of a URL, which end in letters."""

AFTER = 512
"""How far a secret may reach behind its anchor, where its form does not say."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of secret looks like.

    - `name`: for people, with an article: "a GitHub token".
    - `anchors`: short texts, rare elsewhere, of which every such secret contains one.
    - `pattern`: the whole; its first group is the secret, or all of it where it has none. It is
      only tried where it can begin, and on few hundred characters, so that any text takes time
      in proportion to its length.
    - `before`, `after`: how far before an anchor it may begin, and behind it end.
    - `check`: says of what matched whether it is one.
    """

    name: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]
    before: int = 0
    after: int = AFTER
    check: Callable[[str], bool] | None = None

    def at(self, text: str, place: int) -> tuple[int, int] | None:
        """Return where the secret stands whose anchor begins at this place, if there is one."""
        found = None
        for begin in range(max(0, place - self.before), place + 1):
            if found := self.pattern.match(text, begin, place + self.after):
                break
        if found is None:
            return None
        start, end = found.span(1 if found.re.groups and found[1] else 0)
        while start < end and text[start] in _LEADING:
            start += 1
        while start < end and text[end - 1] in _TRAILING:
            end -= 1
        if self.check and not self.check(text[start:end]):
            return None
        return start, end


# Some patterns of the library take what stands around a secret, too.
_TRAILING = " \t\r\n\"'"
_LEADING = _TRAILING + "=:"
