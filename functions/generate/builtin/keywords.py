"""Keywords that were mistyped: `retsart`, `lst`, `contianers`."""

import re
from itertools import pairwise
from types import MappingProxyType

from functions.generate.builtin.actions import HEADS, ORDER_HEADS, TEMPLATE_WORDS
from functions.generate.builtin.clauses import READ_HEADS
from functions.generate.builtin.cues import CUE_WORDS
from functions.generate.builtin.index import Index, singular
from functions.generate.builtin.phrase import STATES
from functions.generate.builtin.roles import ROLE_WORDS
from functions.generate.builtin.typos import allowed, digits, distance, letters
from functions.generate.builtin.vocabulary import COMMON, words

_LOOKS = words(
    """
    logs log containers container images image volumes volume networks network status health
    healthy unhealthy stats statistics memory usage processes process ports port running stopped
    exited paused restarting inspect details version info lines last show list display disk
    space database cache proxy queue broker registry notebook gateway scheduler worker workers
    frontend backend service services project stack label labels which what with from the all
    every about please since minutes minute hours hour seconds dangling unused config policy
    environment monitoring events history named called using project again signal timeout
    changed files including everything except between without timestamps created attached
    connected
    """
)
_ORDERS = words(
    """
    restart reboot stop halt start launch pause unpause resume kill remove delete prune rename
    wait connect disconnect create pull push tag commit terminate shutdown update limit freeze
    suspend attach detach snapshot
    """
)
KEYWORDS = _LOOKS | _ORDERS | (READ_HEADS - {"make", "why"})
KNOWN = frozenset(
    {word for word in COMMON if word}
    | KEYWORDS
    | HEADS
    | frozenset(STATES)
    | ROLE_WORDS
    | TEMPLATE_WORDS
    | CUE_WORDS
)
_LONG, _SHORT, _LEAST = 8, 5, 3
_SPELLED = tuple((word, letters(word)) for word in sorted(KEYWORDS) if len(word) > _LEAST)

_SPELLED_FIRST = tuple(
    (word, letters(word))
    for word in sorted(KEYWORDS | {head for head in ORDER_HEADS if head.isalpha()})
    if len(word) > _LEAST
)


_SLIPS = MappingProxyType(
    {
        **dict.fromkeys(("al", "lal", "alll"), "all"),
        **dict.fromkeys(("teh", "hte", "tha", "th"), "the"),
        **dict.fromkeys(("adn", "nad", "ans"), "and"),
        **dict.fromkeys(("cna", "cab", "acn"), "can"),
        **dict.fromkeys(("si", "iz"), "is"),
        **dict.fromkeys(("fo", "ov"), "of"),
        **dict.fromkeys(("wich", "whcih", "wihch"), "which"),
        **dict.fromkeys(("wut", "waht", "wat"), "what"),
        **dict.fromkeys(("u", "yuo"), "you"),
        **dict.fromkeys(("fro", "ofr"), "for"),
        "frmo": "from",
        **dict.fromkeys(("thn", "tehn"), "then"),
        **dict.fromkeys(("taht", "tht"), "that"),
    }
)


def corrected(text: str, index: Index, quoted: frozenset[str]) -> str:
    """Return the text with mistyped keywords put right; names stay as they are."""
    words = text.split(" ")
    named = _NEW.match(text) is not None
    fixed = [
        word
        if before in _NAME_FOLLOWS or (named and before in _KIND_OF_NEW)
        else _fixed(word, index, quoted, first=position == 0)
        for position, (before, word) in enumerate(pairwise(("", *words)))
    ]
    return " ".join(fixed)


_NEW = re.compile(r"(?:\w+ ){0,4}?(?:create|make|add|run|start|launch|spin up)\b", re.IGNORECASE)
_NAME_FOLLOWS = frozenset({"called", "named", "name"})
_KIND_OF_NEW = frozenset({"container", "network", "volume"})
"""After these stands a new name, which is what it is however it is spelled."""


def _fixed(word: str, index: Index, quoted: frozenset[str], *, first: bool) -> str:
    low = word.lower()
    if low in _SLIPS and low not in quoted and not index.is_word(low):
        return _SLIPS[low]
    if not low.isalpha() or not low.isascii() or len(low) < _LEAST or low in KNOWN or low in quoted:
        return word
    if singular(low) in KNOWN or index.is_word(low) or index.is_word(singular(low)):
        return word
    found = _nearest_keywords(low, first=first)
    if found is None:
        return word
    far, keyword = found
    names = index.containers.correct(low)
    if names and distance(low, names[0], 2) <= far:
        return word
    return keyword


def _nearest_keywords(word: str, *, first: bool) -> tuple[int, str] | None:
    limit = max(allowed(word), 1)
    bits = letters(word)
    best: list[tuple[int, bool, str]] = []
    for keyword, spelled in _SPELLED_FIRST if first else _SPELLED:
        if abs(len(keyword) - len(word)) > limit or (bits ^ spelled).bit_count() > 2 * limit:
            continue
        far = distance(word, keyword, limit)
        if far > limit or digits(word) or not _plausible(word, keyword, far, first=first):
            continue
        replaced = len(keyword) == len(word) and sorted(keyword) != sorted(word)
        best.append((far, replaced, keyword))
    if first:
        best = [each for each in best if each[2] in HEADS | READ_HEADS] or best
    best.sort()
    if not best or (
        len(best) > 1 and best[0][:2] == best[1][:2] and not _same(best[0][2], best[1][2])
    ):
        return None
    return best[0][0], best[0][2]


def _same(left: str, right: str) -> bool:
    return left == singular(right) or right == singular(left)


def _plausible(word: str, keyword: str, far: int, *, first: bool) -> bool:
    """Tell whether the mistake is one that fingers make; `shop` is no mistyped `stop`."""
    if word[0] != keyword[0] and word[:2] != keyword[1::-1]:
        return False
    if len(keyword) > _SHORT or keyword in _LOOKS:
        return far <= 1 or len(keyword) >= _LONG
    if far != 1:
        return False
    if len(word) != len(keyword) or sorted(word) == sorted(keyword):
        return True
    return _beside(word, keyword) or (first and len(word) >= _SHORT)


_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _beside(word: str, keyword: str) -> bool:
    """Tell whether the one wrong letter lies beside the right one, and is no letter of its own.

    `stpp` is `stop`; `shop` is none, since h is not beside t.
    """
    slips = [(a, b) for a, b in zip(word, keyword, strict=True) if a != b]
    return all(
        any(abs(row.find(a) - row.find(b)) == 1 for row in _ROWS if a in row and b in row)
        for a, b in slips
    )
