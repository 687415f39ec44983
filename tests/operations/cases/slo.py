"""What was promised to each caller: a pair of windows fires, and is over when its short one is."""

from tests.operations.cases.case import Case


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


SHOP = {"caller": "shop"}

CASES = (
    # 14.4 times 0.5 % is 7.2 %, 6 times 3 %, 3 times 1.5 %, once 0.5 %.
    Case(
        "AvailabilityBudgetBurnsFast",
        "a tenth fails for an hour",
        ends("0+1x70", "0+9x70"),
        "61m",
        SHOP,
        "Requests of shop fail: its budget burns 20 times too fast",
    ),
    Case(
        "AvailabilityBudgetBurnsFast",
        "a tenth failed for an hour, and none does any more",
        ends("0+2x40 80+0x40", "0+18x40 720+18x40"),
        "70m",
    ),
    Case(
        "AvailabilityBudgetBurnsFast",
        "one in twenty fails for six hours",
        ends("0+1x370", "0+19x370"),
        "6h",
        SHOP,
        "Requests of shop fail: its budget burns 10 times too fast",
        "2m",
    ),
    Case("AvailabilityBudgetBurnsFast", "two of four fail", ends("0 2+0x60", "0 2+0x60"), "3m"),
    Case(
        "AvailabilityBudgetBurnsFast",
        "one in fifty fails",
        ends("0+1x400", "0+49x400"),
        "6h",
        step="2m",
    ),
    Case(
        "AvailabilityBudgetBurns",
        "one in fifty fails for a day",
        ends("0+1x750", "0+49x750"),
        "24h",
        SHOP,
        "More requests of shop fail than was promised: 4 times as many",
        "2m",
    ),
    Case(
        "AvailabilityBudgetBurns",
        "one in a hundred fails for three days",
        ends("0+1x2200", "0+99x2200"),
        "72h",
        SHOP,
        "More requests of shop fail than was promised: 2 times as many",
        "2m",
    ),
    Case(
        "AvailabilityBudgetBurns",
        "one in fifty failed for half a day, and none has for the other half",
        ends("0+1x360 360+0x400", "0+49x360 17640+49x400"),
        "24h",
        step="2m",
    ),
    Case(
        "AvailabilityBudgetBurns",
        "one in a thousand fails",
        ends("0+1x2200", "0+999x2200"),
        "72h",
        step="2m",
    ),
    # 14.4 times 5 % is 72 %, 6 times 30 %, 3 times 15 %, once 5 %.
    Case(
        "LatencyBudgetBurnsFast",
        "nearly everything is slow for an hour",
        times("0+1x70", "0+10x70"),
        "61m",
        SHOP,
        "Requests of shop are slow: its budget burns 18 times too fast",
    ),
    Case(
        "LatencyBudgetBurnsFast",
        "half is slow for six hours",
        times("0+5x370", "0+10x370"),
        "6h",
        SHOP,
        "Requests of shop are slow: its budget burns 10 times too fast",
        "2m",
    ),
    Case(
        "LatencyBudgetBurnsFast", "a fifth is slow", times("0+8x370", "0+10x370"), "6h", step="2m"
    ),
    Case(
        "LatencyBudgetBurnsFast",
        "four of four were slow",
        times("0+0x20", "0 4+0x20"),
        "10m",
    ),
    Case(
        "LatencyBudgetBurns",
        "a fifth is slow for a day",
        times("0+8x750", "0+10x750"),
        "24h",
        SHOP,
        "More requests of shop are slow than was promised: 4 times as many",
        "2m",
    ),
    Case(
        "LatencyBudgetBurns",
        "a tenth is slow for three days",
        times("0+9x2200", "0+10x2200"),
        "72h",
        SHOP,
        "More requests of shop are slow than was promised: 2 times as many",
        "2m",
    ),
    Case(
        "LatencyBudgetBurns",
        "one in fifty is slow",
        times("0+49x2200", "0+50x2200"),
        "72h",
        step="2m",
    ),
)
