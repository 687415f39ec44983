"""Where the time goes, what waits, what comes again."""

from runtime.generate.dashboards.board import Dashboard, Panel, Query, Variable

_STAGE = 'stage=~"$stage"'
_FUNCTION = 'function=~"$function"'

BOARD = Dashboard(
    uid="acg-pipeline",
    title="Pipeline",
    question="Between a request and its end: where does time go, what waits, what comes again?",
    variables=(
        Variable("stage", "Stage", "label_values(command_stage_seconds_count, stage)"),
        Variable("function", "Function", "label_values(function_in_flight, function)"),
    ),
    panels=(
        Panel(
            title="Stage times",
            meaning="How many stages took how long. Points are single commands and lead to their "
            "traces.",
            queries=[
                Query(
                    "sum by (le) (increase("
                    f"command_stage_seconds_bucket{{{_STAGE}}}[$__rate_interval]))",
                    "{{le}}",
                )
            ],
            kind="heatmap",
            unit="s",
            height=10,
        ),
        Panel(
            title="Stage times, 95th percentile",
            meaning="By the function that ends the stage. Waiting for a worker is part of it.",
            queries=[
                Query(
                    "histogram_quantile(0.95, sum by (stage, le) (rate("
                    f"command_stage_seconds_bucket{{{_STAGE}}}[$__rate_interval])))",
                    "{{stage}}",
                )
            ],
            unit="s",
            height=10,
        ),
        Panel(
            title="Lag",
            meaning="Events that a function has not been given yet. 0 nearly always; what grows "
            "needs workers.",
            queries=[Query("max by (consumer) (consumer_pending)", "{{consumer}}")],
            limits=[(50, "red")],
        ),
        Panel(
            title="In hand",
            meaning="Given to workers, not acknowledged yet; and of those, what came again.",
            queries=[
                Query("max by (consumer) (consumer_ack_pending)", "{{consumer}}"),
                Query("max by (consumer) (consumer_redelivered)", "{{consumer}} again"),
            ],
        ),
        Panel(
            title="Workers that ask for more",
            meaning="Pulls that wait. 0 with nothing in hand: nobody works on it.",
            queries=[Query("max by (consumer) (consumer_waiting)", "{{consumer}}")],
        ),
        Panel(
            title="Deliveries",
            meaning="By what became of them, each second.",
            queries=[
                Query(
                    "sum by (function, outcome) (rate("
                    f"function_deliveries_total{{{_FUNCTION}}}[$__rate_interval])) > 0",
                    "{{function}} {{outcome}}",
                )
            ],
            unit="ops",
        ),
        Panel(
            title="Time in hand, 95th percentile",
            meaning="From a delivery to its acknowledgement.",
            queries=[
                Query(
                    "histogram_quantile(0.95, sum by (function, le) (rate("
                    f"function_handle_seconds_bucket{{{_FUNCTION}}}[$__rate_interval])))",
                    "{{function}}",
                )
            ],
            unit="s",
        ),
        Panel(
            title="Redeliveries and dead letters",
            meaning="Deliveries after the first of the same message; messages that were given up.",
            queries=[
                Query(
                    "sum by (function) (increase("
                    f"function_redeliveries_total{{{_FUNCTION}}}[$__rate_interval]))",
                    "{{function}} again",
                ),
                Query(
                    f"sum by (function) (increase(dead_letters_total{{{_FUNCTION}}}"
                    "[$__rate_interval]))",
                    "{{function}} given up",
                ),
            ],
        ),
        Panel(
            title="Events",
            meaning="What was stored in the history, each second.",
            queries=[
                Query(
                    "sum by (type) (rate(command_events_total[$__rate_interval]))",
                    "{{type}}",
                )
            ],
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="Streams, of their limit",
            meaning="At 100 % the history takes nothing more, so nothing more is accepted.",
            queries=[
                Query(
                    "max by (stream) (stream_bytes) / max by (stream) (stream_limit_bytes)",
                    "{{stream}}",
                    instant=True,
                )
            ],
            kind="bargauge",
            unit="percentunit",
            highest=1,
            limits=[(0.8, "orange"), (0.95, "red")],
        ),
        Panel(
            title="Messages in streams",
            meaning="How much each keeps.",
            queries=[Query("max by (stream) (stream_messages)", "{{stream}}")],
        ),
        Panel(
            title="Archive behind",
            meaning="The age of the oldest event that the long history has not copied, and how "
            "many there are.",
            queries=[
                Query("max(archive_lag_seconds)", "seconds"),
                Query("max(archive_lag_messages)", "messages"),
            ],
            width=6,
        ),
        Panel(
            title="Connected to NATS",
            meaning="1 for each process that has its connection.",
            queries=[Query("min by (instance) (nats_connected)", "{{instance}}")],
            width=6,
            highest=1,
        ),
    ),
)
