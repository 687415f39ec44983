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


@pytest.mark.parametrize(
    ("words", "beside"),
    [
        ("restart web on alpha", {"host": "beta"}),
        ("restart web on alpha", {"hosts": "*"}),
        ("restart web, but not on alpha", {"hosts": "*"}),
    ],
)
async def test_words_that_name_another_host_than_what_is_beside_them_are_a_question(
    words: str, beside: dict[str, str]
) -> None:
    made = await lines(words, TWO, **beside)
    assert isinstance(made, CommandRejected), made
    assert made.error.code is Code.AMBIGUOUS
    assert "alpha" in made.error.message


async def test_words_may_name_the_host_that_is_beside_them() -> None:
    made = await lines("restart web on alpha", TWO, host="alpha")
    assert isinstance(made, CommandGenerated), made.error
    assert made.lines == ("docker restart web",)


@pytest.mark.parametrize(
    "words",
    [
        "stop web, not on alpha",
        "stop web but not the one on alpha",
        "stop web on any host but on alpha",
        "stop web; never on alpha",
        "stop web. On alpha it must keep running",
        "stop web, on alpha don't",
        "stop web but leave it running on alpha",
        "stoppe web, nicht auf alpha",
        "arrête web sauf sur alpha",
        "para web, no en alpha",
        "停止 web,不在 alpha 上",
        "web रोको लेकिन alpha पर नहीं",
    ],
)
async def test_a_host_that_words_rule_out_is_not_where_it_happens(words: str) -> None:
    made = await lines(words, TWO)
    assert isinstance(made, CommandRejected), made
    assert (made.error.code, made.error.options) == (Code.AMBIGUOUS, ("beta",))


@pytest.mark.parametrize(
    "words",
    [
        "why is web not running on alpha?",
        "stop everything except db on alpha",
        "stop web on alpha, but not db",
        "restart web on alpha, it is hanging",
    ],
)
async def test_a_word_that_rules_out_something_else_leaves_the_host(words: str) -> None:
    made = await lines(words, TWO)
    assert isinstance(made, CommandGenerated), made.error
    assert made.host == "alpha"
