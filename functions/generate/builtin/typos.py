"""How far a word is from another: for names and keywords that were mistyped."""

from collections.abc import Iterable
from functools import lru_cache

_SHORT = 5
_TINY = 3


def distance(left: str, right: str, limit: int) -> int:
    """Return the optimal string alignment distance, or `limit + 1` where it is larger.

    Insertions, deletions, substitutions and swaps of neighbours cost one each.
    """
    if left == right:
        return 0
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        here = [row]
        for column, b in enumerate(right, 1):
            cost = min(above[column] + 1, here[-1] + 1, above[column - 1] + (a != b))
            if row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        if min(here) > limit:
            return limit + 1
        before, above = above, here
    return above[-1]


@lru_cache(maxsize=65_536)
def letters(word: str) -> int:
    """Return the set of a word's characters as bits, for a cheap first look."""
    bits = 0
    for character in word:
        bits |= 1 << (ord(character) & 63)
    return bits


def allowed(word: str) -> int:
    """Return how many mistakes a word of this length may hold."""
    if len(word) <= _TINY:
        return 0
    return 1 if len(word) <= _SHORT else 2


@lru_cache(maxsize=65_536)
def digits(word: str) -> str:
    """Return the digits of a word: `worker-3` is never a mistyped `worker-2`."""
    return "".join(character for character in word if character.isdigit())


def nearest(word: str, among: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Return the words of the least distance within what is allowed; several where they tie.

    `among` holds words with their `letters`. One more mistake counts as a tie where the word
    is short, so that a clear winner is clear.
    """
    limit = allowed(word)
    if not limit:
        return ()
    bits, numbers, best = letters(word), digits(word), limit
    found: list[tuple[int, str]] = []
    for other, other_bits in among:
        if abs(len(other) - len(word)) > best or (bits ^ other_bits).bit_count() > 2 * best:
            continue
        if digits(other) != numbers:
            continue
        far = distance(word, other, best)
        if far <= best:
            best = min(best, far)
            found.append((far, other))
    return tuple(sorted({other for far, other in found if far == best}))
