from runtime import discover
from runtime.link import Link
from runtime.serve import Drain, caught_up, in_order


def test_functions_stop_in_the_order_in_which_work_goes_through_them() -> None:
    """They are begun in the other order."""
    began = [each.name for each in in_order(discover.everything())]
    assert began[::-1] == [
        *("accept", "generate", "validate", "execute", "reaper", "reply", "inventory"),
    ]


def test_the_time_to_drain_runs_once_for_all() -> None:
    drain = Drain(seconds=25)
    assert drain.total_seconds() == 25
    drain.begin()
    first = drain.total_seconds()
    assert 0 < drain.total_seconds() < first < 25


def test_no_time_is_left_when_it_is_over() -> None:
    drain = Drain(seconds=0)
    drain.begin()
    assert drain.total_seconds() == 0


async def test_stopping_waits_for_what_was_left_to_be_handled_until_time_is_up(link: Link) -> None:
    reply = discover.find("reply")
    nothing_left, something_left = Drain(seconds=10), Drain(seconds=0.3)
    nothing_left.begin()
    await caught_up(link, reply, nothing_left)
    assert nothing_left.total_seconds() > 0
    await link.store(f"command.executed.{'a' * 26}", b"{}")
    something_left.begin()
    await caught_up(link, reply, something_left)
    assert something_left.total_seconds() == 0
