"""Recall and false positives, counted over generated lines; the same seed gives the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from runtime.secrets import detectors
from runtime.secrets.library import USES, patterns
from tests.secrets.kinds import ALNUM, BASE64, FORMS, HEX, NAMED, URLSAFE, Made, chars
from tests.secrets.lines import ANYWHERE, BY_NAME, HEADERS, INNOCENT, NAMES

_WINDOW = 10


@dataclass
class Count:
    right: int = 0
    of: int = 0
    alone: int = 0

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else 1.0

    def add(self, other: "Count") -> None:
        self.right += other.right
        self.of += other.of
        self.alone += other.alone


def gone(made: Made, text: str) -> bool:
    """Tell whether nothing of a secret is left that is as long as a guess may not be."""
    core = made.core
    windows = range(max(1, len(core) - _WINDOW + 1))
    return not any(core[at : at + _WINDOW] in text for at in windows)


def secrets(seed: int, each: int) -> Iterator[tuple[str, Made, str]]:
    """Give kinds, secrets, and texts in which they stand."""
    r = Random(seed)  # noqa: S311 - the same every time, and secret to nobody
    for kind, make in FORMS.items():
        for _ in range(each):
            made = make(r)
            for place in ANYWHERE.values():
                yield kind, made, place(made.text)
    for kind, make in NAMED.items():
        for _ in range(each):
            made = make(r)
            for named in BY_NAME.values():
                yield kind, made, named(r.choice(NAMES), made.text)
    for kind, place in HEADERS.items():
        for _ in range(each):
            core = (
                chars(r, BASE64 if kind == "basic header" else URLSAFE, r.randrange(20, 60)) + "7"
            )
            yield kind, Made(core, core), place(core)


def innocents(seed: int, each: int) -> Iterator[tuple[str, str]]:
    """Give kinds of lines, and lines in which nothing is secret."""
    r = Random(seed)  # noqa: S311 - the same every time
    for kind, make in INNOCENT.items():
        for _ in range(each):
            yield kind, make(r)


def recall(seed: int, each: int, *, alone: bool = False) -> dict[str, Count]:
    """Return by kind how many secrets are gone; `alone`: and what the library's patterns see."""
    known = detectors()
    library = [pattern for name in USES for pattern in patterns(name)] if alone else []
    counts: dict[str, Count] = {}
    for kind, made, text in secrets(seed, each):
        count = counts.setdefault(kind, Count())
        count.of += 1
        count.right += gone(made, known.redact(text))
        core = made.core[-_WINDOW:]
        count.alone += any(core in hit[0] for one in library for hit in one.finditer(text))
    return counts


def unseen(seed: int, each: int) -> dict[str, Count]:
    """Return how many are gone of what has neither a form nor a name: what is not looked for."""
    known = detectors()
    r = Random(seed)  # noqa: S311 - the same every time
    counts: dict[str, Count] = {}
    for kind, alphabet, length in (
        ("40 letters and digits without a name", ALNUM, 40),
        ("32 hexadecimal digits without a name", HEX, 32),
    ):
        count = counts.setdefault(kind, Count())
        for _ in range(each):
            core = chars(r, alphabet, length)
            for place in ANYWHERE.values():
                count.of += 1
                count.right += gone(Made(core, core), known.redact(place(core)))
    return counts


def false_positives(seed: int, each: int) -> dict[str, Count]:
    """Return by kind how many innocent lines stay as they are."""
    known = detectors()
    counts: dict[str, Count] = {}
    for kind, text in innocents(seed, each):
        count = counts.setdefault(kind, Count())
        count.of += 1
        count.right += known.redact(text) == text
    return counts


def total(counts: dict[str, Count]) -> Count:
    made = Count()
    for each in counts.values():
        made.add(each)
    return made
