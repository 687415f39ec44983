"""What is written where: for a person at a terminal, for a program behind a pipe.

What containers and engines print is data. On its way to a terminal every control character in
it is made visible, so that it can neither move the cursor nor pretend to be our words; through
a pipe it passes unchanged.
"""

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from typing import TextIO

_NOBODY_READS = 141  # as a shell tells SIGPIPE

_STYLES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "blue": 34, "cyan": 36}

# Colours of a log line carry nothing that its words do not: they are left out.
_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
# C0 and C1 controls but tab and line break, DEL, and what reorders or hides text on a screen
# (Unicode's bidirectional controls, line and paragraph separators).
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


def is_terminal(stream: TextIO) -> bool:
    """Say whether a person reads this stream."""
    return stream.isatty()


def visible(text: str) -> str:
    r"""Return a text that is safe to show on a terminal: a control character reads as `\x1b`."""
    text = _COLOUR.sub("", text).replace("\r\n", "\n")
    return _CONTROL.sub(_name, text)


def one_line(text: str) -> str:
    """Return a text as one safe line."""
    return visible(text.replace("\n", " ").replace("\t", " "))


def _name(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - one byte


def paint(text: str, style: str, stream: TextIO) -> str:
    """Return a text in a style, where the stream shows styles (no NO_COLOR, no dumb terminal)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if plain or not is_terminal(stream):
        return text
    codes = ";".join(str(_STYLES[each]) for each in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m"


def put(text: str) -> None:
    """Write our own text to stdout."""
    with _heard():
        sys.stdout.write(text)
        sys.stdout.flush()


def pass_on(text: str, stream: TextIO) -> None:
    """Write what docker printed: made visible on a terminal, unchanged elsewhere."""
    with _heard():
        if is_terminal(stream):
            stream.write(visible(text))
            if text and not text.endswith("\n"):
                stream.write("\n")
        else:
            stream.flush()
            stream.buffer.write(text.encode("utf-8", "surrogatepass"))
        stream.flush()


def write_json(document: str) -> None:
    r"""Write one JSON document; on a terminal, control characters inside it read as `\u009b`."""
    if is_terminal(sys.stdout):
        document = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
    put(document + "\n")


@contextlib.contextmanager
def _heard() -> Iterator[None]:
    """End quietly, as a signal would end us, when nobody reads any more (`| head`)."""
    try:
        yield
    except BrokenPipeError:
        # What Python still holds for the pipe goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(_NOBODY_READS) from None


def say(text: str, style: str = "") -> None:
    """Write a line of our own words to stderr; stdout is for answers."""
    sys.stderr.write((paint(text, style, sys.stderr) if style else text) + "\n")
    sys.stderr.flush()
