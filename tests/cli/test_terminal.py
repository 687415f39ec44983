import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.cli.terminal import one_line, visible, write_json

HOSTILE = [
    ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
    ("\x1b[2J\x1b[H", "\\x1b[2J\\x1b[H"),
    ("a\x1b[1;31mred\x1b[0mb", "aredb"),
    ("\x9b2J", "\\x9b2J"),
    ("50%\r100%", "50%\\x0d100%"),
    ("line\r\nline\n", "line\nline\n"),
    ("back\x08\x08", "back\\x08\\x08"),
    ("\u202etxt.exe", "\\u202etxt.exe"),
    ("\u2066x\u2069\u200b", "\\u2066x\\u2069\\u200b"),
    ("tab\tstays", "tab\tstays"),
    ("Grüße 容器 🐳", "Grüße 容器 🐳"),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_control_characters_are_seen_not_obeyed(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_no_text_can_steer_a_terminal(text: str) -> None:
    shown = visible(text)
    assert not [each for each in shown if unicodedata.category(each) == "Cc" and each not in "\n\t"]
    assert "\n" not in one_line(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_what_people_write_is_shown_as_it_is(text: str) -> None:
    assert visible(text) == text


@given(st.text())
def test_showing_twice_changes_nothing(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_json_for_a_terminal_stays_the_same_document(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.dumps({"text": "\x9b2J \u202e"}, ensure_ascii=False)
    write_json(document)
    assert json.loads(capsys.readouterr().out) == json.loads(document)
