"""Long output is cut in its middle, and says how much is missing."""

import re

from hypothesis import given
from hypothesis import strategies as st

from runtime.adapters.docker.text.bounded import Bounded, fit


def of(*pieces: bytes, limit: int = 100) -> Bounded:
    made = Bounded(limit)
    for piece in pieces:
        made.add(piece)
    return made


@given(st.lists(st.binary(max_size=60), max_size=12), st.integers(10, 200))
def test_what_fits_is_kept_and_of_the_rest_head_and_tail(pieces: list[bytes], limit: int) -> None:
    whole = b"".join(pieces)
    text, cut = of(*pieces, limit=limit).text()
    assert cut == (len(whole) > limit)
    if not cut:
        assert text == whole.decode(errors="replace")
        return
    found = re.search(r"\.\.\. (\d+) bytes left out \.\.\.", text)
    assert found is not None
    kept = len(whole) - int(found[1])
    assert 0 <= kept <= limit


@given(st.lists(st.text(max_size=30), min_size=1), st.integers(20, 300))
def test_memory_is_bounded_however_much_comes(texts: list[str], limit: int) -> None:
    made = Bounded(limit)
    for text in texts * 5:
        made.add(text.encode())
    kept, _ = made.text()
    assert len(kept.encode()) <= limit + len("... 999999 bytes left out ...\n") + 120


def test_lines_are_kept_whole() -> None:
    text, cut = of(b"".join(b"line %d\n" % number for number in range(100)), limit=60).text()
    assert cut
    *head, middle, last, end = text.split("\n")
    assert head[0] == "line 0"
    assert last == "line 99"
    assert end == ""
    assert all(
        re.fullmatch(r"line \d+|\.\.\. \d+ bytes left out \.\.\.", each)
        for each in [*head, middle, last]
    )


def test_both_streams_share_the_limit() -> None:
    out, err = of(b"o" * 500, limit=100), of(b"e" * 30, limit=100)
    stdout, stderr, cut = fit(out, err, 100)
    assert (stderr, cut) == ("e" * 30, True)
    assert stdout.count("o") + len(stderr) <= 100 + len("out of")


def test_a_character_that_was_cut_is_dropped() -> None:
    text, _ = of("ä".encode() * 200, limit=101).text()
    assert "\ufffd" not in text
