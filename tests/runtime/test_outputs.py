import pytest

from contracts.requests import OutputChunk, Reply
from runtime.outputs import Outputs
from runtime.resources import Resources

ID = "a" * 26
MAX_REPLY = 2 * 1024 * 1024
# What JSON makes longest: six bytes of each character.
LARGEST = "\x00" * (64 * 1024)


def chunk(number: int, text: str, claim: str = "c", step: int = 0) -> OutputChunk:
    return OutputChunk(
        command_id=ID, caller="alice", step=step, claim=claim, number=number, stdout=text
    )


async def paged(outputs: Outputs, caller: str = "alice") -> list[OutputChunk]:
    found: list[OutputChunk] = []
    after, more = 0, True
    while more:
        page = await outputs.page(caller, ID, after)
        size = len(Reply(status="accepted", page=page).model_dump_json().encode())
        assert size < MAX_REPLY
        assert page.after > after or not page.more
        found.extend(page.chunks)
        after, more = page.after, page.more
    assert (await outputs.page(caller, ID, after)).chunks == ()
    return found


@pytest.mark.parametrize("text", ["small\n", "x" * 64 * 1024, LARGEST], ids=["s", "m", "l"])
async def test_what_was_stored_is_read_back_page_by_page_whole(
    resources: Resources, text: str
) -> None:
    stored = [chunk(number, text) for number in range(12)]
    for each in stored:
        await resources.outputs.store(each)
    assert await paged(resources.outputs) == stored
    assert await paged(resources.outputs, "bob") == []


async def test_a_page_begins_where_the_one_before_ended(resources: Resources) -> None:
    await resources.outputs.store(chunk(0, "one"))
    first = await resources.outputs.page("alice", ID, 0)
    await resources.outputs.store(chunk(1, "two"))
    second = await resources.outputs.page("alice", ID, first.after)
    assert [each.stdout for each in (*first.chunks, *second.chunks)] == ["one", "two"]
    assert not second.more


async def test_of_many_pieces_the_reply_gets_the_ends_of_the_attempt_that_counts(
    resources: Resources,
) -> None:
    for number in range(40):
        await resources.outputs.store(chunk(number, f"line {number}\n"))
        await resources.outputs.store(chunk(number, "of another attempt\n", claim="lost"))
    printed = await resources.outputs.read("alice", ID, {0: "c"}, 40)
    assert printed[0].chunks == 40
    assert printed[0].stdout.ends(10_000) == "".join(f"line {number}\n" for number in range(40))
