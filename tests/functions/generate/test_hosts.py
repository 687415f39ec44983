"""Words that are meant for several hosts: grounded in one of them, and planned on each."""

from typing import Any

import pytest

from contracts.errors import Code
from contracts.events import CommandGenerated, CommandRejected
from contracts.world import World
from functions.generate import Builtin, generate
from functions.generate.aliases import Aliases
from tests.stories import ERROR, picture, requested, world

FLEET = world(
    picture("a", error=ERROR, labels={"env": "prod"}),
    picture("b", "checkout", labels={"env": "prod"}),
    picture("c", "checkout", labels={"env": "prod"}),
)


class NoCache:
    async def get(self, key: str) -> bytes | None:
        raise AssertionError(key)

    async def put(self, key: str, value: bytes) -> None:
        raise AssertionError(key, value)


async def lines(words: str, there: World = FLEET, **asked: Any) -> Any:
    event = requested(words=words, **asked)
    return await generate(event, Builtin(Aliases()), there, NoCache())


async def test_what_several_hosts_have_is_no_question_where_all_of_them_are_meant() -> None:
    made = await lines("restart checkout", hosts="env=prod")
    assert isinstance(made, CommandGenerated)
    assert made.lines == ("docker restart checkout",)


async def test_without_hosts_it_is_a_question() -> None:
    made = await lines("restart checkout")
    assert isinstance(made, CommandRejected)
    assert made.error.code is Code.AMBIGUOUS


async def test_hosts_that_there_are_not_are_named() -> None:
    made = await lines("restart checkout", hosts="env=none")
    assert isinstance(made, CommandRejected)
    assert (made.error.code, made.error.options) == (Code.UNKNOWN_HOST, ("a", "b", "c"))


TWO = world(picture("alpha", "web", "db"), picture("beta", "web", "beta-proxy"))


@pytest.mark.parametrize(
    "words",
    [
        "restart web on alpha",
        "restart web on the host alpha please",
        "on alpha, restart web",
        'restart "web" on "alpha"',
        "bitte web auf alpha neu starten",
        "在 alpha 上重启 web",
    ],
)
async def test_words_that_name_a_host_mean_what_is_there(words: str) -> None:
    made = await lines(words, TWO)
    assert isinstance(made, CommandGenerated), made.error
    assert (made.lines, made.host) == (("docker restart web",), "alpha")


async def test_the_options_of_a_question_are_words_that_answer_it() -> None:
    asked = await lines("restart web", TWO)
    assert isinstance(asked, CommandRejected)
    assert asked.error.options == ("web on alpha", "web on beta")
    for option in asked.error.options:
        made = await lines(f"restart {option}", TWO)
        assert isinstance(made, CommandGenerated), made.error
        assert made.host == option.rpartition(" ")[2]


@pytest.mark.parametrize("words", ["restart web on alpha and beta", "restart web on alpha, beta"])
async def test_words_that_name_several_hosts_are_a_question_that_says_how(words: str) -> None:
    made = await lines(words, TWO)
    assert isinstance(made, CommandRejected)
    assert (made.error.code, made.error.options) == (Code.AMBIGUOUS, ("alpha,beta",))


async def test_a_name_that_a_container_has_too_is_the_containers() -> None:
    there = world(picture("alpha", "web"), picture("db", "db"))
    made = await lines("show the logs on db", there)
    assert isinstance(made, CommandGenerated), made.error
    assert (made.lines, made.host) == (("docker logs db",), None)


async def test_a_host_that_was_sent_beside_the_words_is_the_only_one() -> None:
    made = await lines("restart web on alpha", TWO, host="beta")
    assert isinstance(made, CommandRejected), made
    assert made.error.code is Code.UNKNOWN_OBJECT
