"""What happens between a request and its end."""

from tests.observability.cases.case import Case


def executor(waiting: str, in_flight: str) -> dict[str, str]:
    return {
        'consumer_waiting{consumer="execute",instance="reaper:9464"}': waiting,
        'consumer_waiting{consumer="validate",instance="reaper:9464"}': "1+0x20",
        'function_in_flight{function="execute",instance="execute:9464"}': in_flight,
    }


def behind(samples: str) -> dict[str, str]:
    """Return a consumer's lag, as two processes that serve the reaper tell it."""
    return {
        f'consumer_pending{{consumer="generate",instance="{each}:9464"}}': samples
        for each in ("a", "b")
    }


def redelivered(again: str, every: str = "0+10x20") -> dict[str, str]:
    return {
        'function_redeliveries_total{function="execute"}': again,
        'function_deliveries_total{function="execute",outcome="published"}': every,
    }


def rejected(samples: str) -> dict[str, str]:
    return {
        'command_ends_total{status="rejected",code="risk_not_allowed"}': samples,
        'command_ends_total{status="rejected",code="ambiguous"}': "0+1x240",
        'command_ends_total{status="failed",code="engine_unreachable"}': "0+9x240",
    }


CASES = (
    Case(
        "NoExecutorPulling",
        "the only executor is gone",
        executor("2 2 0+0x10", "0 0 stale"),
        "5m",
        {"consumer": "execute"},
        "No executor takes commands",
        not_yet="2m",
    ),
    Case(
        "NoExecutorPulling",
        "one runs, does nothing and does not pull",
        executor("0+0x10", "0+0x10"),
        "5m",
        {"consumer": "execute"},
        "No executor takes commands",
    ),
    Case("NoExecutorPulling", "one pulls", executor("1+0x10", "0+0x10"), "5m"),
    Case(
        "NoExecutorPulling",
        "one is busy to its limit and does not pull",
        executor("0+0x10", "8+0x10"),
        "5m",
    ),
    Case(
        "LagGrowing",
        "more arrives than is handled",
        behind("0+10x30"),
        "20m",
        {"consumer": "generate"},
        "generate is 200 events behind, and falls further behind",
        not_yet="8m",
    ),
    Case("LagGrowing", "much waits, and it gets less", behind("500-10x30"), "20m"),
    Case("LagGrowing", "a few wait", behind("0+1x30"), "20m"),
    Case(
        "Redeliveries",
        "one of ten comes again",
        redelivered("0+1x20"),
        "19m",
        {"function": "execute"},
        "10% of what execute gets comes again",
        not_yet="7m",
    ),
    Case("Redeliveries", "one in a hundred", redelivered("0+1x20", "0+100x20"), "19m"),
    Case("Redeliveries", "four of the first ten", redelivered("0 4+0x20", "0 10+0x20"), "10m"),
    Case(
        "DeadLetters",
        "two messages were given up half an hour ago",
        {'dead_letters_total{function="generate"}': "0+0x30 2+0x35"},
        "1h1m",
        {"function": "generate"},
        "generate gave up 2 messages",
    ),
    Case(
        "DeadLetters",
        "the last was given up over an hour ago",
        {'dead_letters_total{function="generate"}': "0+0x10 2+0x90"},
        "80m",
    ),
    Case(
        "OutcomeUnknown",
        "an executor died over its work",
        {'command_ends_total{status="failed",code="outcome_unknown"}': "0+0x30 1+0x35"},
        "1h1m",
        {},
        "1 commands may or may not have happened",
    ),
    Case(
        "OutcomeUnknown",
        "commands fail, and why is known",
        {
            'command_ends_total{status="failed",code="outcome_unknown"}': "0+0x65",
            'command_ends_total{status="failed",code="engine_unreachable"}': "0+5x65",
        },
        "1h1m",
    ),
    Case(
        "RejectionsRising",
        "seven times what was usual for three hours",
        rejected("0+0.3x180 56+2x20"),
        "3h19m",
        {"code": "risk_not_allowed"},
        "Refusals with risk_not_allowed are over three times what is usual",
        not_yet="3h9m",
    ),
    Case("RejectionsRising", "as many as ever", rejected("0+10x200"), "3h19m"),
    Case("RejectionsRising", "a few, where there were none", rejected("0+0x190 8+0x10"), "3h19m"),
)
