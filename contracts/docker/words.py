"""A line becomes words, by POSIX quoting rules and without a shell.

What a shell would act on is refused: nothing here expands, pipes or redirects.
"""

import re
from typing import NoReturn

from contracts.errors import Code, RefusedError

MAX_BYTES = 65_536
MAX_WORDS = 2_000

PLAIN_LINE = re.compile(r"[A-Za-z0-9_@%+=:,./ \t-]*")
BLANKS = " \t\r\n"
BLANK = re.compile(r"[ \t]+")
PLAIN = re.compile(
    r"(?:[^\s\\'\"|&;<>()$`*?\[#~]|(?<=[^\s])[#~]|\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\])+"
)
DOUBLE = re.compile(r'"((?:[^"\\$`]|\\[\s\S]|\$(?![A-Za-z0-9_{(@*#?!$-]))*)"')
ESCAPED = re.compile(r'\\(?:([$`"\\])|\n)')

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e0fff]"
)
"""Controls, surrogates, and characters that change how a line looks but not what it says."""

GLOB = (
    "write the names; `docker ps --filter name=...` finds them. Quote the character if it is meant"
)

ADVICE = {
    "|": "ask for one command; filter with --filter, --format or --tail",
    "&": "ask for each command on its own; a container runs in the background with --detach",
    ";": "ask for each command on its own",
    "<": "a file is sent with the request, not read by a redirection",
    ">": "the output comes back in the answer; it cannot be written to a file",
    "(": "ask for one command; there are no subshells",
    ")": "ask for one command; there are no subshells",
    "$": "write the value itself, or put it in single quotes to send it as it is",
    "`": "ask for the inner command first, then use what it answers",
    "*": GLOB,
    "?": GLOB,
    "[": GLOB,
    "#": "leave the comment out, or quote the character",
    "~": "write the path itself; nothing is expanded here",
    "\n": "send one command a line",
}


def split(line: str) -> list[str]:
    """Return the words of a line, unquoted.

    Raises RefusedError: SHELL_SYNTAX for what only a shell could do, INVALID_COMMAND for control
    characters, an open quote, or a line over 64 KiB.
    """
    if len(line) > MAX_BYTES or len(line.encode(errors="replace")) > MAX_BYTES:
        raise RefusedError(
            Code.INVALID_COMMAND, "The line is longer than 64 KiB.", "Send a shorter command."
        )
    if PLAIN_LINE.fullmatch(line):
        words = line.split()
    else:
        bare = line.strip(BLANKS)
        line = line.lstrip(BLANKS) if bare.endswith("\\") else bare  # an escaped blank may end it
        check_characters(line)
        words = Lexer(line).words()
    if len(words) > MAX_WORDS:
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"The line has more than {MAX_WORDS} words.",
            "Send several shorter commands.",
        )
    return words


def check_characters(text: str) -> None:
    """Refuse characters that no command needs and that hide what a command does."""
    found = FORBIDDEN.search(text)
    if found:
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"The command contains the character U+{ord(found.group()):04X}, which is not allowed.",
            "Remove control, formatting and other invisible characters.",
        )


class Lexer:
    """Goes over one line once."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.at = 0

    def words(self) -> list[str]:
        """Return all words."""
        words: list[str] = []
        while self.at < len(self.line):
            blank = BLANK.match(self.line, self.at)
            if blank:
                self.at = blank.end()
            elif self.line.startswith("\\\n", self.at):
                self.at += 2  # a continued line
            else:
                words.append(self.word())
        return words

    def word(self) -> str:
        """Return the word that starts here."""
        line, parts = self.line, []
        while self.at < len(line) and line[self.at] not in " \t":
            plain = PLAIN.match(line, self.at)
            if plain:
                parts.append(plain.group())
                self.at = plain.end()
            elif line.startswith("\\\n", self.at):
                self.at += 2
            else:
                parts.append(self.quoted(line[self.at]))
        return "".join(parts)

    def quoted(self, mark: str) -> str:
        """Return what the quote, escape or special character at this place stands for."""
        line = self.line
        if mark == "'":
            end = line.find("'", self.at + 1)
            if end < 0:
                self.refuse_open_quote()
            start, self.at = self.at + 1, end + 1
            return line[start:end]
        if mark == '"':
            found = DOUBLE.match(line, self.at)
            if found is None:
                self.refuse_in_double_quotes()
            self.at = found.end()
            return ESCAPED.sub(lambda escape: escape.group(1) or "", found.group(1))
        if mark == "\\" and self.at + 1 < len(line):
            self.at += 2
            return line[self.at - 1]
        if mark == "$" and (self.at + 1 == len(line) or line[self.at + 1] in " \t"):
            self.at += 1
            return mark
        if mark in ADVICE:
            refuse_shell(mark)
        if mark == "\\":
            self.refuse_open_quote()
        self.at += 1
        return mark

    def refuse_in_double_quotes(self) -> NoReturn:
        """Say what stands between double quotes that only a shell could read."""
        end = self.at + 1
        while end < len(self.line) and self.line[end] != '"':
            if self.line[end] in "$`":
                refuse_shell(self.line[end])
            end += 2 if self.line[end] == "\\" else 1
        self.refuse_open_quote()

    def refuse_open_quote(self) -> NoReturn:
        """Say where a quote or an escape has no end."""
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"The quote or backslash at character {self.at + 1} has no end.",
            "Close the quote.",
        )


def refuse_shell(mark: str) -> NoReturn:
    """Refuse what only a shell could do, and say what to ask instead."""
    shown = "a line break" if mark == "\n" else f"`{mark}`"
    raise RefusedError(
        Code.SHELL_SYNTAX,
        f"The line contains {shown}, and there is no shell here.",
        ADVICE[mark][0].upper() + ADVICE[mark][1:] + ".",
    )
