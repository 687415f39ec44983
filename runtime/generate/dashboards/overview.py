"""Is it well? First what the original showed: eight pictures, in its order."""

from runtime.generate.dashboards.board import Dashboard, Panel, Query, Variable

_OF = 'source_id=~"$source"'
_REQUESTS = "gateway_requests_total"
_SECONDS = f"gateway_request_duration_seconds_bucket{{{_OF}}}"
_ENDED_WELL = 'status=~"executed_succeeded|planned"'

BOARD = Dashboard(
    uid="acg-overview",
    title="Overview",
    question="Is the gateway well: what is asked, how fast, with what success?",
    variables=(
        Variable("source", "Source", "label_values(gateway_requests_total, source_id)"),
        Variable("caller", "Caller", "label_values(caller_requests_total, caller)"),
    ),
    panels=(
        Panel(
            title="Request rate by source and status",
            meaning="Requests that ended, each second. `rejected` is the gateway doing its job.",
            queries=[
                Query(
                    f"sum by (source_id, status) (rate({_REQUESTS}{{{_OF}}}[$__rate_interval]))",
                    "{{source_id}} {{status}}",
                )
            ],
            unit="reqps",
            stacked=True,
        ),
        Panel(
            title="Response time, 95th percentile",
            meaning="From a request's arrival to its end: of twenty, one takes longer.",
            queries=[
                Query(
                    f"histogram_quantile({share}, "
                    f"sum by (le) (rate({_SECONDS}[$__rate_interval])))",
                    name,
                )
                for share, name in (("0.95", "p95"), ("0.5", "median"))
            ],
            unit="s",
            limits=[(10, "red")],
        ),
        Panel(
            title="Generation rate",
            meaning="Words that became docker lines, or did not, each second.",
            queries=[
                Query(
                    "sum by (status) (rate(gateway_command_generation_total[$__rate_interval]))",
                    "{{status}}",
                )
            ],
            unit="reqps",
            stacked=True,
        ),
        Panel(
            title="Execution rate",
            meaning="Docker commands that ran, each second, by verb and how they ended.",
            queries=[
                Query(
                    "sum by (command_type, status) "
                    "(rate(gateway_command_execution_total[$__rate_interval])) > 0",
                    "{{command_type}} {{status}}",
                )
            ],
            unit="reqps",
            stacked=True,
        ),
        Panel(
            title="Active requests",
            meaning="Accepted and not ended yet, those that wait for people among them.",
            queries=[Query("max(gateway_active_requests)", "active")],
            kind="stat",
            width=6,
        ),
        Panel(
            title="Success rate",
            meaning="Of what was not refused, how much succeeded, over the time that is shown.",
            queries=[
                Query(
                    f"sum(increase({_REQUESTS}{{{_OF},{_ENDED_WELL}}}[$__range]))"
                    f' / sum(increase({_REQUESTS}{{{_OF},status!="rejected"}}[$__range]))',
                    "succeeded",
                    instant=True,
                )
            ],
            kind="stat",
            unit="percentunit",
            width=6,
            highest=1,
            limits=[(0, "red"), (0.9, "orange"), (0.99, "green")],
        ),
        Panel(
            title="Generation failures",
            meaning="Requests that failed before they were a docker line: the model, or the "
            "picture of the hosts, is away.",
            queries=[
                Query(
                    'sum(increase(gateway_command_generation_total{status="failed"}[$__range]))',
                    "failed",
                    instant=True,
                )
            ],
            kind="stat",
            width=6,
            limits=[(1, "orange")],
        ),
        Panel(
            title="Execution failures",
            meaning="Docker commands that failed, or of which nobody knows whether they happened.",
            queries=[
                Query(
                    "sum by (status) (increase(gateway_command_execution_total"
                    '{status=~"failed|outcome_unknown"}[$__range]))',
                    "{{status}}",
                    instant=True,
                )
            ],
            kind="stat",
            width=6,
            limits=[(1, "orange")],
        ),
        Panel(
            title="Firing alerts",
            meaning="What Prometheus says is wrong; each has a section in the runbook.",
            kind="alertlist",
            width=8,
        ),
        Panel(
            title="Budget left over 30 days",
            meaning="How much of the room for failures, and for slow answers, each caller has "
            "left. Below 0 the promise is broken.",
            queries=[
                Query(
                    'caller:availability_budget_left:ratio30d{caller=~"$caller"}',
                    "{{caller}} availability",
                    instant=True,
                ),
                Query(
                    'caller:latency_budget_left:ratio30d{caller=~"$caller"}',
                    "{{caller}} latency",
                    instant=True,
                ),
            ],
            kind="bargauge",
            unit="percentunit",
            width=8,
            highest=1,
            limits=[(-1000, "red"), (0, "orange"), (0.25, "green")],
        ),
        Panel(
            title="Burn of the budget, last hour",
            meaning="1 uses up the whole budget in 30 days; from 14.4 on somebody is paged.",
            queries=[
                Query(
                    'caller:availability_burn:ratio_rate1h{caller=~"$caller"}',
                    "{{caller}} availability",
                ),
                Query('caller:latency_burn:ratio_rate1h{caller=~"$caller"}', "{{caller}} latency"),
            ],
            width=8,
            limits=[(14.4, "red")],
        ),
        Panel(
            title="Answers at the door",
            meaning="What requests of every kind were answered at once, each second.",
            queries=[
                Query(
                    "sum by (verb, status) (rate(gateway_answers_total[$__rate_interval])) > 0",
                    "{{verb}} {{status}}",
                )
            ],
            unit="reqps",
        ),
        Panel(
            title="HTTP",
            meaning="Requests at the HTTP door, each second. Empty where nobody serves `http`.",
            queries=[
                Query(
                    "sum by (route, status) (rate(http_requests_total[$__rate_interval]))",
                    "{{route}} {{status}}",
                )
            ],
            unit="reqps",
        ),
    ),
)
