"""What the gateway stands on."""

from tests.observability.cases.case import Case


def stream(name: str, size: str, limit: str = "1000+0x30") -> dict[str, str]:
    return {
        f'stream_bytes{{stream="{name}",instance="a:9464"}}': size,
        f'stream_limit_bytes{{stream="{name}",instance="a:9464"}}': limit,
    }


UP = {'up{job="gateway",instance="a:9464"}': "1+0x30"}

CASES = (
    Case(
        "HostUnreachable",
        "one of two hosts is away",
        {'engine_up{host="alpha"}': "1 1 0+0x10", 'engine_up{host="local"}': "1+0x12"},
        "8m",
        {"host": "alpha"},
        "The Docker Engine of alpha cannot be reached",
        not_yet="3m",
    ),
    Case("HostUnreachable", "all are there", {'engine_up{host="alpha"}': "1+0x12"}, "8m"),
    Case("HostUnreachable", "away for a minute", {'engine_up{host="alpha"}': "1 0 0 1+0x9"}, "2m"),
    Case(
        "ModelCircuitOpen",
        "it opens again and again",
        {'model_circuit_open{model="m"}': "0 1 0 1 0 1 0"},
        "4m",
        {"model": "m"},
        "The model m is not asked: it failed too often",
    ),
    Case("ModelCircuitOpen", "it is closed", {'model_circuit_open{model="m"}': "0+0x10"}, "4m"),
    Case(
        "ModelCostHigh",
        "ten cents a minute",
        {'model_cost_usd_total{model="m"}': "0+0.1x90"},
        "1h10m",
        {"model": "m"},
        "m cost 6.00 USD within the hour",
    ),
    Case("ModelCostHigh", "a cent", {'model_cost_usd_total{model="m"}': "0+0.01x90"}, "1h10m"),
    Case(
        "NatsDisconnected",
        "one process lost it",
        {
            'nats_connected{instance="a:9464"}': "1 0+0x10",
            'nats_connected{instance="b:9464"}': "1+0x11",
        },
        "4m",
        {"instance": "a:9464"},
        "a:9464 has no connection to NATS",
        not_yet="1m",
    ),
    Case("NatsDisconnected", "all have it", {'nats_connected{instance="a:9464"}': "1+0x10"}, "4m"),
    Case(
        "JetStreamSilent",
        "figures of the history went away",
        UP | stream("COMMANDS", "10 10 stale") | stream("OUTPUTS", "5+0x20"),
        "6m",
        {"stream": "COMMANDS"},
        "JetStream does not answer about the history",
        not_yet="3m",
    ),
    Case("JetStreamSilent", "they are there", UP | stream("COMMANDS", "10+0x20"), "6m"),
    Case("JetStreamSilent", "nothing runs at all, which another alert tells", {}, "6m"),
    Case(
        "StreamNearLimit",
        "it is nine tenths full",
        stream("COMMANDS", "900+0x20"),
        "10m",
        {"stream": "COMMANDS"},
        "The stream COMMANDS is 90% full",
        not_yet="4m",
    ),
    Case("StreamNearLimit", "it is half full", stream("COMMANDS", "500+0x20"), "10m"),
    Case("StreamNearLimit", "it makes room by itself", stream("OUTPUTS", "999+0x20"), "10m"),
    Case(
        "StreamNearLimit",
        "it has no limit",
        {'stream_bytes{stream="MINE",instance="a:9464"}': "999+0x20"},
        "10m",
    ),
    Case(
        "StreamFull",
        "it has no room",
        stream("DEAD_LETTERS", "999+0x20"),
        "10m",
        {"stream": "DEAD_LETTERS"},
        "The stream DEAD_LETTERS is full (99.9%)",
        not_yet="0m",
    ),
    Case("StreamFull", "it is nine tenths full", stream("DEAD_LETTERS", "900+0x20"), "10m"),
    Case(
        "ArchiveStalled",
        "the oldest that is missing is two hours old",
        {"archive_lag_seconds": "0+60x120"},
        "2h",
        {},
        "The long history is 2h 0m 0s behind",
        not_yet="1h3m",
    ),
    Case("ArchiveStalled", "it is minutes behind", {"archive_lag_seconds": "300+0x120"}, "2h"),
)
