"""What callers feel."""

from tests.observability.cases.case import Case


def requests(failed: int, fine: int, minutes: int = 20) -> dict[str, str]:
    """Return requests that end, each minute so many."""
    return {
        'gateway_requests_total{source_id="a",status="failed"}': f"0+{failed}x{minutes}",
        'gateway_requests_total{source_id="a",status="executed_succeeded"}': f"0+{fine}x{minutes}",
    }


def generation(failed: int, generated: int) -> dict[str, str]:
    return {
        'gateway_command_generation_total{status="failed"}': f"0+{failed}x20",
        'gateway_command_generation_total{status="generated"}': f"0+{generated}x20",
    }


def execution(failed: int, succeeded: int) -> dict[str, str]:
    name = "gateway_command_execution_total"
    return {
        f'{name}{{command_type="restart",status="outcome_unknown"}}': f"0+{failed}x20",
        f'{name}{{command_type="restart",status="succeeded"}}': f"0+{succeeded}x20",
    }


def durations(within_5: int, within_30: int) -> dict[str, str]:
    """Return requests that take under 5 s, and others between 10 and 30 s, so many a minute."""
    name = 'gateway_request_duration_seconds_bucket{source_id="a",le='
    every = within_5 + within_30
    return {
        f'{name}"5.0"}}': f"0+{within_5}x30",
        f'{name}"10.0"}}': f"0+{within_5}x30",
        f'{name}"30.0"}}': f"0+{every}x30",
        f'{name}"+Inf"}}': f"0+{every}x30",
        'gateway_request_duration_seconds_count{source_id="a"}': f"0+{every}x30",
    }


def served(*names: str) -> dict[str, str]:
    """Return what processes tell that serve these functions."""
    found = {'up{job="gateway",instance="a:9464"}': "1+0x20"}
    for each in names:
        if each == "accept":
            found['command_stage_seconds_count{stage="accept"}'] = "0+0x20"
        elif each == "inventory":
            found['engine_up{host="local"}'] = "1+0x20"
        else:
            found[f'function_in_flight{{function="{each}"}}'] = "0+0x20"
    return found


EVERY = ("accept", "generate", "validate", "execute", "inventory", "reply", "reaper")


def http(errors: str, fine: str) -> dict[str, str]:
    """Return answers of the HTTP door, and many that its health is not well."""
    name = "http_requests_total"
    return {
        f'{name}{{route="/v1/commands",status="504"}}': errors,
        f'{name}{{route="/v1/commands",status="200"}}': fine,
        f'{name}{{route="/health",status="503"}}': "0+60x20",
    }


CASES = (
    Case(
        "GatewayDown",
        "a process does not answer for over a minute",
        {
            'up{job="gateway",instance="a:9464"}': "1 1 0+0x5",
            'up{job="gateway",instance="b:9464"}': "1+0x7",
        },
        "4m",
        {"instance": "a:9464", "job": "gateway"},
        "The gateway is gone from a:9464",
        not_yet="2m",
    ),
    Case(
        "GatewayDown",
        "no process is known at all",
        {},
        "2m",
        {"job": "gateway"},
        "The gateway is gone",
    ),
    Case("GatewayDown", "all answer", {'up{job="gateway",instance="a:9464"}': "1+0x5"}, "4m"),
    Case(
        "GatewayDown",
        "a process was away for one scrape only",
        {'up{job="gateway",instance="a:9464"}': "1 1 0 1 1 1"},
        "2m",
    ),
    Case(
        "FunctionMissing",
        "every function is served but one",
        served(*(each for each in EVERY if each != "validate")),
        "3m",
        {"function": "validate"},
        "No process serves validate",
        not_yet="1m",
    ),
    Case(
        "FunctionMissing",
        "nobody takes requests",
        served(*(each for each in EVERY if each != "accept")),
        "3m",
        {"function": "accept"},
        "No process serves accept",
    ),
    Case(
        "FunctionMissing",
        "nobody looks at the hosts",
        served(*(each for each in EVERY if each != "inventory")),
        "3m",
        {"function": "inventory"},
        "No process serves inventory",
    ),
    Case("FunctionMissing", "every function is served", served(*EVERY), "5m"),
    Case(
        "FunctionMissing",
        "nothing runs at all, which another alert tells",
        {"other": "1+0x9"},
        "5m",
    ),
    Case(
        "HighErrorRate",
        "one of five fails",
        requests(1, 4),
        "15m",
        {},
        "20% of the requests fail",
        not_yet="4m",
    ),
    Case("HighErrorRate", "one of fifty fails", requests(1, 49), "15m"),
    Case("HighErrorRate", "half fails, of two a minute", requests(1, 0, 9), "9m"),
    Case(
        "GenerationFailures",
        "one of five fails",
        generation(1, 4),
        "15m",
        {},
        "20% of the requests never become a command",
        not_yet="4m",
    ),
    Case("GenerationFailures", "the only one a minute fails", generation(1, 0), "15m"),
    Case("GenerationFailures", "one of twenty fails", generation(1, 19), "15m"),
    Case(
        "SlowResponses",
        "a fifth takes over ten seconds",
        durations(4, 1),
        "20m",
        {},
        "The slowest twentieth of the requests takes over 25s",
        not_yet="8m",
    ),
    Case("SlowResponses", "the only one a minute is slow", durations(0, 1), "20m"),
    Case("SlowResponses", "one of fifty takes over ten seconds", durations(49, 1), "20m"),
    Case(
        "ExecutionFailures",
        "half of the restarts end in doubt",
        execution(1, 1),
        "20m",
        {"command_type": "restart"},
        "50% of all `docker restart` fail",
        not_yet="9m",
    ),
    Case(
        "ExecutionFailures",
        "four of four fail",
        {'gateway_command_execution_total{command_type="restart",status="failed"}': "0 4+0x20"},
        "9m",
    ),
    Case("ExecutionFailures", "one of ten restarts fails", execution(1, 9), "20m"),
    Case(
        "NoRequests",
        "there were requests this morning, and none for over an hour",
        {'gateway_requests_total{status="rejected"}': "0+5x40 200+0x35"},
        "6h",
        {},
        "No request has ended for an hour",
        "5m",
        not_yet="5h",
    ),
    Case(
        "NoRequests",
        "one came within the hour",
        {'gateway_requests_total{status="rejected"}': "0+5x40 200+0x21 201+0x12"},
        "6h",
        step="5m",
    ),
    Case(
        "NoRequests",
        "nobody has ever asked",
        {'gateway_requests_total{status="rejected"}': "0+0x75"},
        "6h",
        step="5m",
    ),
    Case(
        "Restarting",
        "three starts within a quarter of an hour",
        {'process_start_time_seconds{job="gateway",instance="a:9464"}': "1 1 2 2 2 3 3 4 4+0x9"},
        "12m",
        {"instance": "a:9464", "job": "gateway"},
        "a:9464 was started 3 times within 15 minutes",
    ),
    Case(
        "Restarting",
        "two starts, as an upgrade makes",
        {'process_start_time_seconds{job="gateway",instance="a:9464"}': "1 1 2 2 2 3+0x19"},
        "12m",
    ),
    Case(
        "HttpErrors",
        "a fifth is answered too late",
        http("0+1x20", "0+4x20"),
        "15m",
        {},
        "20% of the HTTP requests are answered with an error of ours",
        not_yet="4m",
    ),
    Case("HttpErrors", "one in fifty is", http("0+1x20", "0+49x20"), "15m"),
    Case("HttpErrors", "the only one a minute is", http("0+1x20", "0+0x20"), "15m"),
    Case(
        "Heartbeat",
        "one of two processes is up",
        {'up{job="gateway",instance="a"}': "1+0x9", 'up{job="gateway",instance="b"}': "0+0x9"},
        "5m",
        {},
        "The gateway is watched",
    ),
    Case("Heartbeat", "none is up", {'up{job="gateway",instance="a"}': "0+0x9"}, "5m"),
)
