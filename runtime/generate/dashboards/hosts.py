"""Which engines are seen, and what they do."""

from runtime.generate.dashboards.board import Dashboard, Panel, Query, Variable

_VERBS = "sum by (command_type) (rate(gateway_command_execution_total[$__rate_interval])) > 0"

BOARD = Dashboard(
    uid="acg-hosts",
    title="Hosts",
    question="Which engines are seen, and what do they do?",
    variables=(Variable("host", "Host", "label_values(engine_up, host)"),),
    panels=(
        Panel(
            title="Engines",
            meaning="1 where `inventory` sees the engine of a host, 0 where it cannot.",
            queries=[Query('min by (host) (engine_up{host=~"$host"})', "{{host}}")],
            kind="stat",
            width=8,
            highest=1,
            limits=[(0, "red"), (1, "green")],
        ),
        Panel(
            title="Engines over time",
            meaning="The same, to see when one was away.",
            queries=[Query('min by (host) (engine_up{host=~"$host"})', "{{host}}")],
            width=16,
            highest=1,
        ),
        Panel(
            title="Not reached",
            meaning="Commands that ended because an engine could not be reached or broke, each "
            "second.",
            queries=[
                Query(
                    "sum by (code) (rate(command_ends_total{code=~"
                    '"engine_unreachable|engine_error|inventory_unavailable"}[$__rate_interval]))',
                    "{{code}}",
                )
            ],
            unit="ops",
        ),
        Panel(
            title="Commands by verb",
            meaning="What runs on the hosts, each second.",
            queries=[Query(_VERBS, "{{command_type}}")],
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="Time of execution",
            meaning="From validation to result, waiting for a lock among it: 95th percentile.",
            queries=[
                Query(
                    "histogram_quantile(0.95, sum by (le) (rate("
                    'command_stage_seconds_bucket{stage="execute"}[$__rate_interval])))',
                    "p95",
                )
            ],
            unit="s",
        ),
        Panel(
            title="Executors",
            meaning="Commands that executors have in hand.",
            queries=[
                Query('sum by (instance) (function_in_flight{function="execute"})', "{{instance}}")
            ],
        ),
    ),
)
