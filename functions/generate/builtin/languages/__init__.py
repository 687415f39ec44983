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
    the of is are what why which show please my with and for from did does how list restart stop
    start remove delete me have has was were it
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
            text = pattern.sub(written, text)
        return " ".join(text.split())


def _rows(table: str, *, bounded: bool) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Read a table. A row that begins with `~` may stand anywhere in a word."""
    left, right = (r"(?<![\w.=/:@-])", r"(?![\w=/:@-]|\.\w)") if bounded else ("", "")
    rows = []
    for line in table.strip().splitlines():
        said, _, written = line.partition(" => ")
        body = said.strip().removeprefix("~")
        whole = body if body != said.strip() else f"{left}(?:{body}){right}"
        pattern = re.compile(whole, re.IGNORECASE)
        rows.append((pattern, f" {written.strip()} "))
    return tuple(rows)


def _language(signs: str, table: str, *, bounded: bool = True) -> Language:
    known = rf"(?<![\w-])(?:{'|'.join(signs.split())})(?![\w-])" if bounded else signs
    return Language(re.compile(known, re.IGNORECASE), _rows(table, bounded=bounded))


_BY_SCRIPT = (
    _language(r"[\u4e00-\u9fff]", chinese.TABLE, bounded=False),
    _language(r"[\u0900-\u097f]", hindi.TABLE, bounded=False),
)
_BY_WORDS = tuple(_language(each.SIGNS, each.TABLE) for each in (german, spanish, french))


def english(text: str) -> str:
    """Return the request in English; as it is where it is English, or in no language known."""
    for language in _BY_SCRIPT:
        if language.signs.search(text):
            return language.english(text)
    if not _ENGLISH.isdisjoint(text.lower().split()):
        return text
    counted = [(len(language.signs.findall(text)), language) for language in _BY_WORDS]
    hits, best = max(counted, key=lambda each: each[0])
    return best.english(text) if hits else text
