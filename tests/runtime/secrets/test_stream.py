"""What is printed piece by piece loses its secrets as what is printed at once does."""

from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runtime.secrets import detectors
from runtime.secrets.stream import LONGEST_LINE, RedactedOut
from tests.secrets.kinds import ALNUM, FORMS, chars, pem
from tests.secrets.measure import gone


class Screen:
    def __init__(self) -> None:
        self.stdout = ""
        self.stderr = ""
        self.calls = 0

    async def __call__(self, stdout: str, stderr: str) -> None:
        self.stdout += stdout
        self.stderr += stderr
        self.calls += 1


def printing() -> tuple[RedactedOut, Screen]:
    screen = Screen()
    return RedactedOut(screen, detectors()), screen


def random(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same every time


@given(
    st.sampled_from(sorted(FORMS)),
    st.integers(0, 10**6),
    st.lists(st.integers(1, 60), min_size=1, max_size=40),
)
@settings(max_examples=60)
@example("private key", 0, [1])  # its last line and the end of the text come in one piece
async def test_wherever_a_piece_ends_no_secret_is_printed(
    kind: str, seed: int, sizes: list[int]
) -> None:
    made = FORMS[kind](random(seed))
    text = f"first line\nusing {made.text} now\nlast line"
    out, screen = printing()
    at = 0
    while at < len(text):
        size = sizes.pop(0) if sizes else 97
        await out(text[at : at + size], "")
        at += size
    await out.finish()
    assert gone(made, screen.stdout)
    assert screen.stdout == detectors().redact(text)
    assert out.redactions == screen.stdout.count("[redacted]") >= 1


async def test_whole_lines_are_printed_at_once_and_the_rest_at_the_end() -> None:
    out, screen = printing()
    await out("one\ntw", "")
    assert screen.stdout == "one\n"
    await out("o", "err")
    assert screen.stdout == "one\n"
    await out.finish()
    assert (screen.stdout, screen.stderr) == ("one\ntwo", "err")
    await out.finish()
    assert screen.stdout == "one\ntwo"


async def test_the_two_streams_do_not_mix() -> None:
    out, screen = printing()
    await out("password=", "")
    await out("", "nothing\n")
    await out("hunter2-hunter2\n", "")
    await out.finish()
    assert (screen.stdout, screen.stderr) == ("password=[redacted]\n", "nothing\n")


async def test_a_private_key_is_printed_without_its_body_however_its_lines_come() -> None:
    made = pem(random(3))
    out, screen = printing()
    for line in f"before\n{made.text}\nafter\n".splitlines(keepends=True):
        await out(line, "")
    await out.finish()
    assert gone(made, screen.stdout)
    assert screen.stdout.startswith("before\n")
    assert screen.stdout.endswith("\nafter\n")


async def test_a_key_that_never_ends_is_not_waited_for_without_end() -> None:
    out, screen = printing()
    await out("-----BEGIN PRIVATE " + "KEY-----\n", "")
    line = chars(random(4), ALNUM, 63) + "\n"
    for _ in range(3 * 1024):
        await out(line, "")
    assert screen.calls > 0


async def test_a_private_key_in_a_line_without_an_end_is_not_cut_through() -> None:
    made = pem(random(8))
    escaped = made.text.replace("\n", "\\n")
    for before in range(LONGEST_LINE - 20_000, LONGEST_LINE, 977):
        out, screen = printing()
        text = "word " * (before // 5) + escaped + " word" * 4_000
        for at in range(0, len(text), 8192):
            await out(text[at : at + 8192], "")
        await out.finish()
        assert gone(made, screen.stdout)


@pytest.mark.parametrize("word", [chars(random(5), ALNUM, 999) + " ", "x" * 1000])
async def test_a_line_without_an_end_is_printed_in_parts(word: str) -> None:
    out, screen = printing()
    token = "gh" + "p_" + chars(random(6), ALNUM, 36)
    text = word * 64 + token + " " + word * 64
    for at in range(0, len(text), 4096):
        await out(text[at : at + 4096], "")
    assert len(screen.stdout) > LONGEST_LINE / 4
    await out.finish()
    assert token not in screen.stdout
    assert screen.stdout == text.replace(token, "[redacted]")


async def test_a_key_whose_beginning_was_not_asked_for_is_printed_without_its_body() -> None:
    """As `docker logs --tail 10` may give it, each line by itself."""
    lines = (pem(random(3)).text + "\n").splitlines(keepends=True)
    out, screen = printing()
    for line in [*lines[len(lines) // 2 :], "and on.\n"]:
        await out(line, "")
    await out.finish()
    assert lines[-2].strip() not in screen.stdout
    assert lines[-3].strip() not in screen.stdout
    assert screen.stdout.endswith("PRIVATE KEY-----\nand on.\n")
    assert out.redactions == 1


async def test_what_only_looks_like_the_lines_of_a_key_is_printed_when_that_is_known() -> None:
    line = chars(random(4), ALNUM, 64) + "\n"
    out, screen = printing()
    for piece in (line, line, "and on.\n"):
        await out(piece, "")
    assert screen.stdout == line + line + "and on.\n"
