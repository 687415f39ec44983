"""What holds for any words and any world: names exist, data is data, the same again."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.docker.parse import parse
from contracts.docker.targets import targets
from contracts.errors import Code, RefusedError
from contracts.world import HostPicture, World
from functions.generate.builtin import propose
from functions.generate.builtin.typos import distance
from tests.functions.generate.worlds import (
    AS_OF,
    BOOKSTORE,
    CONTAINERS,
    HOSTILE,
    TWO_HOSTS,
)

_VOCABULARY = """
restart stop start pause unpause kill remove delete rename wait logs show list inspect stats top
which what why is are the a all every both workers worker api database cache wiki project bookstore
but except and then , . ? it them last 20 lines since 10 minutes ago with in of to from not do
containers container image volume network unused everything never if port 8080 signal SIGTERM two
"""
VOCABULARY = _VOCABULARY.split()
WORLDS = (BOOKSTORE, TWO_HOSTS, HOSTILE)
PICTURES = tuple(picture for world in WORLDS for picture in world)
NAMES = {
    *(each.name for picture in PICTURES for each in picture.containers),
    *(each.name for picture in PICTURES for each in picture.networks),
    *(each.name for picture in PICTURES for each in picture.volumes),
    *(tag for picture in PICTURES for image in picture.images for tag in image.tags),
}

anything = st.text(max_size=200)
sentences = st.lists(st.sampled_from([*VOCABULARY, *sorted(NAMES)[:20]]), max_size=14).map(" ".join)
worlds = st.sampled_from(WORLDS)


def answer(words: str, world: World) -> tuple[str, ...] | Code:
    try:
        return propose(words, world)
    except RefusedError as refused:
        return refused.error.code


@given(anything | sentences, worlds)
@example("restart '", HOSTILE)
@example("rename wiki to -rf", BOOKSTORE)
@example("wait 99999999999999999999 seconds before stopping wiki", BOOKSTORE)
@example("\x00\ud800", BOOKSTORE)
def test_any_words_get_lines_or_a_refusal_and_the_same_ones_again(words: str, world: World) -> None:
    assert answer(words, world) == answer(words, world)


@given(sentences, worlds)
@example("restart everything", HOSTILE)
def test_a_command_names_only_what_exists_or_was_made_before_it(words: str, world: World) -> None:
    lines = answer(words, world)
    if isinstance(lines, Code):
        return
    made: set[str] = set()
    for line in lines:
        operation = parse(line)
        named = {each.reference for each in targets(operation) if each.kind == "container"}
        assert named <= NAMES | made
        made |= {word for word in line.split() if line.startswith(("docker rename", "docker run"))}


@given(st.sampled_from(VOCABULARY), st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_an_order_about_a_word_that_fits_nothing_is_never_carried_out(verb: str, word: str) -> None:
    world = World({"alpha": HostPicture(host="alpha", as_of=AS_OF, containers=(CONTAINERS[0],))})
    lines = answer(f"stop the {verb} {word}zzq", world)
    assert isinstance(lines, Code)


HARMLESS = {
    "list all containers": ("docker ps --all",),
    "restart innocent": ("docker restart innocent",),
    "logs of innocent": ("docker logs innocent",),
    "restart stop-all": ("docker restart stop-all",),
    "show the logs of stop-all": ("docker logs stop-all",),
    "restart logs": ("docker restart logs",),
    "logs of logs": ("docker logs logs",),
    "show the logs of rm.-rf._": ("docker logs rm.-rf._",),
    "stop the container called all": ("docker stop all",),
}


@pytest.mark.parametrize(("words", "lines"), HARMLESS.items(), ids=HARMLESS.keys())
def test_names_and_labels_that_read_like_orders_change_no_intent(
    words: str, lines: tuple[str, ...]
) -> None:
    assert propose(words, HOSTILE) == lines


@pytest.mark.parametrize("words", ["stop all", "restart all", "please pause all"])
def test_a_container_called_all_makes_all_a_question(words: str) -> None:
    assert answer(words, HOSTILE) is Code.AMBIGUOUS


@given(sentences)
def test_names_that_docker_would_not_give_are_never_written(words: str) -> None:
    lines = answer(words, HOSTILE)
    assert isinstance(lines, Code) or not any(
        hostile in line for line in lines for hostile in (";", "$(", "\n", "-leading", "контейнер")
    )


@given(st.text("abc-", max_size=8), st.text("abc-", max_size=8))
def test_the_distance_of_words_is_symmetric_and_zero_only_for_equals(left: str, right: str) -> None:
    assert distance(left, right, 8) == distance(right, left, 8)
    assert (distance(left, right, 8) == 0) == (left == right)
