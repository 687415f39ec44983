"""How long words take on a crowded host, held against work of a known size on this machine."""

from statistics import median
from time import process_time

from tests.words import measured

ROUNDS = 9
# What is aimed at, 2 ms and 10 ms, is 1.5 and 8 of these on a quiet machine.
MEDIAN, MOST = 6, 40


def a_known_amount_of_work() -> float:
    """Return the milliseconds that sorting the text of 4,000 numbers takes here, now."""
    spent = []
    for _ in range(ROUNDS):
        began = process_time()
        sorted(str(number * 7919 % 4_001) for number in range(4_000))
        spent.append((process_time() - began) * 1000)
    return median(spent)


def test_five_hundred_containers_take_milliseconds() -> None:
    unit = a_known_amount_of_work()
    spent = measured(seed=1, count=90, clock=process_time)
    assert spent.at(0.5) < MEDIAN * unit
    assert spent.at(0.95) < MOST * unit
