from contracts.answer import Printout, joined
from contracts.events import CommandExecuted, CommandRejected
from contracts.inputs import Timings
from contracts.requests import OutputChunk
from functions.reply import reply
from tests.stories import ERROR, ID, NOW, plan, result

TIMES = Timings(NOW, {"accept": 1.5})


async def test_callers_hear_what_was_printed() -> None:
    event = CommandExecuted(
        command_id=ID,
        caller="alice",
        outcome="succeeded",
        plan=plan("docker stop checkout", "docker start checkout"),
        results=(result(), result()),
    )
    chunks = (
        OutputChunk(command_id=ID, caller="alice", step=0, stdout="checkout\n"),
        OutputChunk(command_id=ID, caller="alice", step=1, stdout="chec", data={"n": 1}),
        OutputChunk(command_id=ID, caller="alice", step=1, stdout="kout\n"),
    )
    answer = await reply(event, None, TIMES, joined(chunks))
    assert (answer.command_id, answer.status, answer.outcome) == (ID, "executed", "succeeded")
    assert [each.stdout for each in answer.steps] == ["checkout\n", "checkout\n"]
    assert [each.data for each in answer.steps] == [None, {"n": 1}]
    assert answer.timings == {"accept": 1.5, "total": 1.5}


async def test_callers_hear_why_not() -> None:
    answer = await reply(CommandRejected(command_id=ID, error=ERROR), None, TIMES, Printout())
    assert (answer.status, answer.error, answer.steps) == ("rejected", ERROR, ())


async def test_the_same_event_gives_the_same_answer() -> None:
    event = CommandRejected(command_id=ID, error=ERROR, plan=plan())
    assert await reply(event, None, TIMES, Printout()) == await reply(
        event, None, TIMES, Printout()
    )
