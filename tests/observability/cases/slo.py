"""What was promised to each caller: both pairs of windows of each alert, and what ends them.

Samples are two minutes apart: an hour has 30 of them, a day 720. Rules are judged each hour, so
what is counted once in five minutes is counted once an hour here.
"""

from collections.abc import Mapping

from tests.observability.cases.case import Case

STEP = "2m"
SHOP = {"caller": "shop"}


def ends(bad: str, good: str) -> dict[str, str]:
    """Return ends of one caller's requests; another caller's are all good, or a refusal."""
    name = "caller_requests_total"
    return {
        f'{name}{{caller="shop",status="failed",slo="bad"}}': bad,
        f'{name}{{caller="shop",status="executed_succeeded",slo="good"}}': good,
        f'{name}{{caller="calm",status="executed_succeeded",slo="good"}}': "0+10x2200",
        f'{name}{{caller="calm",status="rejected",slo="excluded"}}': "0+10x2200",
    }


def times(fast: str, every: str) -> dict[str, str]:
    """Return how many of one caller's requests took up to ten seconds, of how many."""
    name = 'caller_request_seconds_bucket{caller="shop",le='
    return {
        f'{name}"10.0"}}': fast,
        f'{name}"+Inf"}}': every,
        'caller_request_seconds_count{caller="shop"}': every,
    }


def fires(alert: str, because: str, series: Mapping[str, str], at: str, summary: str) -> Case:
    return Case(alert, because, series, at, SHOP, summary, STEP)


def quiet(alert: str, because: str, series: Mapping[str, str], at: str) -> Case:
    return Case(alert, because, series, at, step=STEP)


FAILS = "Requests of shop fail: its budget burns {} times too fast"
MORE_FAIL = "More requests of shop fail than was promised: {} times as many"
SLOW = "Requests of shop are slow: its budget burns {} times too fast"
MORE_SLOW = "More requests of shop are slow than was promised: {} times as many"

# 14.4 times 0.5 % is 7.2 %, 6 times 3 %, 3 times 1.5 %, once 0.5 %.
AVAILABILITY = (
    fires(
        "AvailabilityBudgetBurnsFast",
        "a tenth fails for an hour, after five good ones",
        ends("0+0x150 0.5+0.5x40", "0+5x150 754.5+4.5x40"),
        "6h",
        FAILS.format(20),
    ),
    fires(
        "AvailabilityBudgetBurnsFast",
        "one in twenty fails for six hours",
        ends("0+0.08x190", "0+1.52x190"),
        "6h",
        FAILS.format(10),
    ),
    quiet(
        "AvailabilityBudgetBurnsFast",
        "a tenth failed for an hour, and none has for ten minutes",
        ends("0+0x145 0.5+0.5x29 15+0x10", "0+5x145 729.5+4.5x29 865+5x10"),
        "6h",
    ),
    quiet(
        "AvailabilityBudgetBurnsFast",
        "a fifth fails, for six minutes",
        ends("0+0x177 4+4x5", "0+20x177 3556+16x5"),
        "6h",
    ),
    quiet(
        "AvailabilityBudgetBurnsFast",
        "one in twenty failed for five hours, and none has for one",
        ends("0+0.5x150 75+0x40", "0+9.5x150 1435+10x40"),
        "6h",
    ),
    quiet(
        "AvailabilityBudgetBurnsFast",
        "two of four fail",
        ends("0+0x178 1 2 2 2", "0+0x178 1 2 2 2"),
        "6h",
    ),
    quiet("AvailabilityBudgetBurnsFast", "one in fifty fails", ends("0+1x200", "0+49x200"), "6h"),
    fires(
        "AvailabilityBudgetBurns",
        "one in fifty fails for a day, after two busy good ones",
        ends("0+0x1410 0.24+0.24x760", "0+120x1410 169211.76+11.76x760"),
        "72h",
        MORE_FAIL.format(4),
    ),
    fires(
        "AvailabilityBudgetBurns",
        "one in a hundred fails for three days",
        ends("0+0.08x2200", "0+7.92x2200"),
        "72h",
        MORE_FAIL.format(2),
    ),
    quiet(
        "AvailabilityBudgetBurns",
        "one in 25 failed for 16 hours, and none has for eight",
        ends("0+0.4x480 192+0x250", "0+9.6x480 4618+10x250"),
        "24h",
    ),
    quiet(
        "AvailabilityBudgetBurns",
        "one in forty fails, for two hours of a day",
        ends("0+0x660 1.2+1.2x70", "0+50x660 33048.8+48.8x70"),
        "24h",
    ),
    quiet(
        "AvailabilityBudgetBurns",
        "two of four fail",
        ends("0+0x718 1 2 2 2", "0+0x718 1 2 2 2"),
        "24h",
    ),
    quiet(
        "AvailabilityBudgetBurns", "one in a thousand fails", ends("0+1x2200", "0+999x2200"), "72h"
    ),
)

# 14.4 times 5 % is 72 %, 6 times 30 %, 3 times 15 %, once 5 %.
LATENCY = (
    fires(
        "LatencyBudgetBurnsFast",
        "nine of ten are slow for an hour, after five good ones",
        times("0+0.5x150 75.05+0.05x40", "0+0.5x190"),
        "6h",
        SLOW.format(18),
    ),
    fires(
        "LatencyBudgetBurnsFast",
        "half is slow for six hours",
        times("0+0.08x190", "0+0.16x190"),
        "6h",
        SLOW.format(10),
    ),
    quiet(
        "LatencyBudgetBurnsFast",
        "nine of ten were slow for an hour, and none has been for ten minutes",
        times("0+0.5x145 72.55+0.05x29 74.5+0.5x10", "0+0.5x190"),
        "6h",
    ),
    quiet(
        "LatencyBudgetBurnsFast",
        "all is slow, for ten minutes",
        times("0+5x175 875+0x9", "0+5x190"),
        "6h",
    ),
    quiet(
        "LatencyBudgetBurnsFast",
        "half was slow for five hours, and none has been for one",
        times("0+5x150 760+10x40", "0+10x190"),
        "6h",
    ),
    quiet(
        "LatencyBudgetBurnsFast",
        "four of four are slow",
        times("0+0x190", "0+0x178 2 4 4 4"),
        "6h",
    ),
    quiet("LatencyBudgetBurnsFast", "a fifth is slow", times("0+8x190", "0+10x190"), "6h"),
    fires(
        "LatencyBudgetBurns",
        "a fifth is slow for a day, after two busy good ones",
        times("0+12x1410 16920.96+0.96x760", "0+12x1410 16921.2+1.2x760"),
        "72h",
        MORE_SLOW.format(4),
    ),
    fires(
        "LatencyBudgetBurns",
        "a tenth is slow for three days",
        times("0+0.72x2200", "0+0.8x2200"),
        "72h",
        MORE_SLOW.format(2),
    ),
    quiet(
        "LatencyBudgetBurns",
        "four of ten were slow for 16 hours, and none has been for eight",
        times("0+6x480 2890+10x250", "0+10x730"),
        "24h",
    ),
    quiet(
        "LatencyBudgetBurns",
        "a fifth is slow, for two hours of a day",
        times("0+6x660 3964.8+4.8x70", "0+6x730"),
        "24h",
    ),
    quiet(
        "LatencyBudgetBurns",
        "two of two are slow",
        times("0+0x730", "0+0x718 1 2 2 2"),
        "24h",
    ),
    quiet("LatencyBudgetBurns", "one in fifty is slow", times("0+49x2200", "0+50x2200"), "72h"),
)

CASES = AVAILABILITY + LATENCY
