import pytest

from runtime import discover, setup
from runtime.errors import LinkError
from runtime.link import Link

NEEDED = {
    "accept": {"COMMANDS", "OUTPUTS", "KV_WAITERS"},
    "generate": {"COMMANDS", "KV_INVENTORY"},
    "validate": {"COMMANDS", "KV_INVENTORY"},
    "execute": {"COMMANDS", "OUTPUTS", "KV_LOCKS"},
    "reply": {"COMMANDS", "OUTPUTS", "KV_WAITERS"},
    "reaper": {"COMMANDS", "ADVISORIES", "DEAD_LETTERS"},
    "inventory": {"KV_INVENTORY"},
}


def test_every_function_is_told_of() -> None:
    assert NEEDED.keys() == {each.name for each in discover.everything()}


@pytest.mark.parametrize("name", NEEDED)
def test_what_a_function_needs_follows_from_its_declaration(name: str) -> None:
    assert set(setup.needed(discover.find(name))) == NEEDED[name]


async def test_a_stream_that_is_gone_is_missed_by_those_who_need_it(link: Link) -> None:
    assert await setup.missing(link, discover.find("reaper")) == []
    await link.api("STREAM.DELETE.DEAD_LETTERS")
    assert await setup.missing(link, discover.find("reaper")) == ["stream DEAD_LETTERS"]
    assert await setup.missing(link, discover.find("execute")) == []


async def test_replicas_are_asked_of_the_server_also_for_what_is_there(link: Link) -> None:
    with pytest.raises(LinkError, match="replicas"):
        await setup.ensure(link, [], replicas=3)
    assert (await setup.ensure(link, [], replicas=1))[0].endswith(": there")
    assert (await setup.ensure(link, []))[0].endswith(": there")
