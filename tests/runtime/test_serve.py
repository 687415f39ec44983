from runtime import discover
from runtime.serve import Drain, in_order


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
