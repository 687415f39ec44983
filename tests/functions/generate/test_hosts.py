"""Words that are meant for several hosts: grounded in one of them, and planned on each."""

from typing import Any

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
