"""Lines that are nearly docker's: what was drawn or written, changed a little and at random."""

import random
import re
import shlex
from collections.abc import Callable, Iterator, Sequence

from contracts.docker.grammar import COMMANDS, client, compose, unserved

TABLE = (*COMMANDS, *unserved.UNDERSTOOD, client.CLIENT, compose.GROUP)
FLAGS = sorted(
    {f"--{name}" for command in TABLE for name in command.longs}
    | {f"-{short}" for command in TABLE for short in command.shorts}
)
NAMES = sorted({name for command in COMMANDS for name in command.names} | set(unserved.COMMANDS))
LETTERS: tuple[str, ...] = (
    *"abz019-_=:,./@ \t\n\"'\\|&;<>()$`*?[]{}#~!%^+",
    *"\0\x1b\x7f\u00a0\u00ad\u0430\u200b\u202e\u2013\ud800\uffff\U0001f600\U000e0041",
)
GROUPED = re.compile("docker (?:compose|container|image|network|system|volume) ")
VALUES: tuple[str, ...] = (
    *("", "-", "--", "=", "=x", "x=", "0", "-1", "+1", "1e9", "0x10", "010", "9" * 30),
    *(
        "true",
        "F",
        "host",
        "all",
        "json",
        "{{.Names}}",
        "{{",
        "a:b:c",
        "/a:/b",
        "80:80",
        "[::1]:1:2",
    ),
    *("type=bind,src=/,dst=/x", '"a,b"', "a" * 300, "10.0.0.0/8", "1.5GiB", "1h30m", "name=a,ip=b"),
    *("x@sha256:" + "ab" * 32, "UPPER/case", "../x", "..", "/", "\u00fc", "1_000", "0b1", "\u0665"),
)


class Pool:
    """Lines to start from, and to borrow from."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._alike: dict[str, list[str]] = {}
        for line in lines:
            self._alike.setdefault(command(line), []).append(line)

    def alike(self, line: str) -> Sequence[str]:
        """Return the lines of the same command; all where there is none."""
        return self._alike.get(command(line), self.lines)


def command(line: str) -> str:
    """Return the start of a line: two words where the second may be a group's."""
    return " ".join(line.split(" ", 3)[1 : 3 if GROUPED.match(line) else 2])


Change = Callable[[random.Random, str, Pool], str]


def drop(chance: random.Random, line: str, _: Pool) -> str:
    """Leave a few characters out."""
    at = chance.randrange(len(line) + 1)
    return line[:at] + line[at + chance.randint(1, 4) :]


def insert(chance: random.Random, line: str, _: Pool) -> str:
    """Put a character in."""
    at = chance.randrange(len(line) + 1)
    return line[:at] + chance.choice(LETTERS) + line[at:]


def replace(chance: random.Random, line: str, _: Pool) -> str:
    """Put a character in the place of another."""
    at = chance.randrange(len(line) + 1)
    return line[:at] + chance.choice(LETTERS) + line[at + 1 :]


def cut(chance: random.Random, line: str, _: Pool) -> str:
    """End the line early."""
    return line[: chance.randrange(len(line) + 1)]


def splice(chance: random.Random, line: str, pool: Pool) -> str:
    """Go on with the end of another line."""
    other = chance.choice(pool.lines)
    return line[: chance.randrange(len(line) + 1)] + other[chance.randrange(len(other) + 1) :]


def flag(chance: random.Random, line: str, _: Pool) -> str:
    """Put a flag of the table between two words, with a value, glued to it or not."""
    words = line.split(" ")
    said = chance.choice(FLAGS)
    if chance.random() < 0.7:
        said += chance.choice(("=", " ", "")) + shlex.quote(chance.choice(VALUES))
    words.insert(chance.randrange(min(len(words), 6) + 1), said)
    return " ".join(words)


def graft(chance: random.Random, line: str, pool: Pool) -> str:
    """Take some words over from another line of the same command."""
    words, other = line.split(" "), chance.choice(pool.alike(line)).split(" ")
    at = 3 if GROUPED.match(line) else 2
    words[at:at] = other[at : chance.randint(at, max(at, len(other) - 1))]
    return " ".join(words)


def value(chance: random.Random, line: str, _: Pool) -> str:
    """Put an odd value in the place of a word."""
    words = line.split(" ")
    words[chance.randrange(len(words))] = shlex.quote(chance.choice(VALUES))
    return " ".join(words)


def verb(chance: random.Random, line: str, _: Pool) -> str:
    """Ask another command for the same."""
    words = line.split(" ")
    words[1 : chance.randint(2, 3)] = chance.choice(NAMES).split()
    return " ".join(words)


def swap(chance: random.Random, line: str, _: Pool) -> str:
    """Change the order of two words."""
    words = line.split(" ")
    one, other = chance.randrange(len(words)), chance.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


def repeat(chance: random.Random, line: str, _: Pool) -> str:
    """Say a word again, once or often."""
    words = line.split(" ")
    at = chance.randrange(len(words))
    words[at:at] = [words[at]] * chance.choice((1, 1, 1, 3, 50))
    return " ".join(words)


CHANGES: tuple[Change, ...] = (
    *(drop, insert, replace, splice, cut),
    *(flag, flag, value, value, verb, swap, repeat),
    *(graft, graft, graft, graft, graft, graft, graft, graft),
)
LONGEST = 4_000


def mutated(lines: Sequence[str], seed: int) -> Iterator[str]:
    """Yield changed lines without end; the same seed always yields the same."""
    chance = random.Random(seed)  # noqa: S311 -- it is to be repeatable, not secret
    pool = Pool(lines)
    while True:
        line = chance.choice(lines)
        for _ in range(chance.choice((1, 1, 1, 1, 2, 2, 4))):
            line = chance.choice(CHANGES)(chance, line, pool)
        yield line[:LONGEST]
