import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.docker.words import MAX_BYTES, MAX_WORDS, split
from contracts.errors import Code, RefusedError


def refusal(line: str) -> Code:
    with pytest.raises(RefusedError) as refused:
        split(line)
    assert refused.value.error.hint
    return refused.value.error.code


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("docker ps", ["docker", "ps"]),
        ("  docker \t ps  \n", ["docker", "ps"]),
        ("docker ps --format '{{.Names}}'", ["docker", "ps", "--format", "{{.Names}}"]),
        ("docker ps --format {{.Names}}", ["docker", "ps", "--format", "{{.Names}}"]),
        ('a "b c" d', ["a", "b c", "d"]),
        ("a b\"c d\"'e f'g", ["a", "bc de fg"]),
        ("a '' b", ["a", "", "b"]),
        (r"a \--b c\ d", ["a", "--b", "c d"]),
        (r'"a\"b\\c\d\$e"', [r'a"b\c\d$e']),
        (r"'a\b'", [r"a\b"]),
        ("a \\\n  b", ["a", "b"]),
        ("a\\ ", ["a "]),
        ('"a\\\nb"', ["ab"]),
        ("name=^web$", ["name=^web$"]),
        ('"^web$"', ["^web$"]),
        ("'a;b|c' '$(d)'", ["a;b|c", "$(d)"]),
        ("a#b x~y", ["a#b", "x~y"]),
        ("-p [::1]:80:80", ["-p", "[::1]:80:80"]),
        ("'two\nlines'", ["two\nlines"]),
        ("größe=1", ["größe=1"]),
        ("", []),
    ],
)
def test_a_line_is_split_as_a_posix_shell_would_split_it(line: str, words: list[str]) -> None:
    assert split(line) == words


@pytest.mark.parametrize(
    "line",
    [
        "docker logs web | grep error",
        "docker ps && reboot",
        "docker ps; reboot",
        "docker ps &",
        "docker logs web > file",
        "docker load < file",
        "docker logs web 2>&1",
        "docker rm $(docker ps -q)",
        "docker rm `docker ps -q`",
        'docker ps --format "$(id)"',
        'docker ps --format "`id`"',
        'docker logs "$NAME"',
        'docker logs "${NAME}"',
        "docker logs $NAME",
        "docker logs ${IFS}web",
        "docker $'ps'",
        "docker stop web*",
        "docker stop web?",
        "docker stop web[12]",
        "docker run -v ~/x:/y nginx",
        "docker ps # all",
        "(docker ps)",
        "docker ps\ndocker rm web",
    ],
)
def test_what_only_a_shell_could_do_is_refused(line: str) -> None:
    assert refusal(line) is Code.SHELL_SYNTAX


@pytest.mark.parametrize(
    "line",
    [
        "docker ps 'open",
        'docker ps "open',
        "docker ps \\",
        "docker ps \0",
        "docker ps \x1b[31m",
        "docker ps\u2028docker rm web",
        "docker ps\x85docker rm web",
        "docker run --name \u202etset alpine",
        "docker ps \ufeff-a",
        "docker logs \ud800",
        "a" * (MAX_BYTES + 1),
        "ä" * (MAX_BYTES // 2 + 1),
        "a " * (MAX_WORDS + 1),
    ],
)
def test_what_hides_or_overflows_is_refused(line: str) -> None:
    assert refusal(line) is Code.INVALID_COMMAND


@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126))))
def test_quoted_words_come_back_as_they_were(words: list[str]) -> None:
    assert split(shlex.join(words)) == words


@given(st.text(st.sampled_from("ab \\\"'=-./{}^!%")))
def test_where_a_shell_has_nothing_to_do_the_words_are_those_of_shlex(line: str) -> None:
    try:
        expected = shlex.split(line)
    except ValueError:
        assert refusal(line) is Code.INVALID_COMMAND
    else:
        assert split(line) == expected
