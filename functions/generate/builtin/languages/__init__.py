"""Requests in other languages, put into the English that the grammar reads.

A table per language: what is said, and the English for it, applied from top to bottom. What no
table knows stays as it is, and then names nothing: such a request is refused, never guessed.
"""

import re
from dataclasses import dataclass

from functions.generate.builtin.languages import chinese, french, german, hindi, spanish
from functions.generate.builtin.vocabulary import words

_ENGLISH = words(
    """
    the of is are what why which show please my with and for from did does how list remove delete
    have has were it its their they this that can could you i we any into there not by than then
    its been do be our your who whose where when should would need needs but except
    """
)


@dataclass(frozen=True, slots=True)
class Language:
    """A language: how it is known, and what its words are in English."""

    signs: re.Pattern[str]
    table: tuple[tuple[re.Pattern[str], str], ...]

    def english(self, text: str) -> str:
        """Return the text with every row of the table applied."""
        for pattern, written in self.table:
            text, changed = pattern.subn(written, text)
            text = " ".join(text.split()) if changed else text
        return text


_PART = r"(?P<\1>(?![,.] )(?:(?! [,.] ).)+?)"
"""What stands between the words of a row, `<x>`: never more than a part of the sentence."""
_WORDS = (r"(?<![\w.=/:@-])", r"(?![\w=/:@-]|\.\w)")
_SPACES = (r"(?<!\S)", r"(?!\S)")
_NONE = ("", "")
_UNFINISHED = re.compile(r"^((?:(?! =>).)*)\n", re.MULTILINE)


def _rows(table: str, edges: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Read a table. A row that begins with `~` may stand anywhere in a word.

    A line without an arrow goes on in the next.
    """
    left, right = edges
    rows = []
    for line in _UNFINISHED.sub(r"\1", table.strip()).splitlines():
        said, _, written = line.partition(" => ")
        body = re.sub(r"(?<!P)<([xyn])>", _PART, said.strip().removeprefix("~"))
        whole = body if said.startswith("~") else f"{left}(?:{body}){right}"
        pattern = re.compile(whole, re.IGNORECASE)
        rows.append((pattern, f" {written.strip()} "))
    return tuple(rows)


def _by_words(signs: str, table: str) -> Language:
    known = rf"(?<![\w-])(?:{'|'.join(signs.split())})(?![\w-])"
    return Language(re.compile(known, re.IGNORECASE), _rows(table, _WORDS))


_BY_SCRIPT = (
    Language(re.compile(r"[\u4e00-\u9fff]"), _rows(chinese.TABLE, _NONE)),
    Language(re.compile(r"[\u0900-\u097f]"), _rows(hindi.TABLE, _SPACES)),
)
_BY_WORDS = tuple(_by_words(each.SIGNS, each.TABLE) for each in (german, spanish, french))


def english(text: str) -> str:
    """Return the request in English; as it is where it is English, or in no language known."""
    for language in _BY_SCRIPT:
        if language.signs.search(text):
            return language.english(text)
    plainly_english = sum(word in _ENGLISH for word in text.lower().split())
    counted = [(len(language.signs.findall(text)), language) for language in _BY_WORDS]
    hits, best = max(counted, key=lambda each: each[0])
    return best.english(text) if hits > plainly_english else text
