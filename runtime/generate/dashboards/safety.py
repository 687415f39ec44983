"""What was decided, what was refused and why, what is in doubt."""

from runtime.generate.dashboards.board import Dashboard, Panel, Query, Variable

BOARD = Dashboard(
    uid="acg-safety",
    title="Safety",
    question="What was decided, what was refused and why, what is in doubt?",
    variables=(Variable("code", "Code", "label_values(command_ends_total, code)"),),
    panels=(
        Panel(
            title="Decisions",
            meaning="What `validate` said, each second: validated, planned, held for people, or "
            "rejected.",
            queries=[
                Query(
                    "sum by (outcome) (rate(gateway_decisions_total[$__rate_interval]))",
                    "{{outcome}}",
                )
            ],
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="Rejected by code",
            meaning="Refusals by their reason, the ten most frequent, each second.",
            queries=[
                Query(
                    "topk(10, sum by (code) (rate(command_ends_total"
                    '{status="rejected",code=~"$code"}[$__rate_interval])))',
                    "{{code}}",
                )
            ],
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="Outcome unknown",
            meaning="Commands that may or may not have happened, over the time that is shown. Each "
            "wants a person.",
            queries=[
                Query(
                    'sum(increase(command_ends_total{code="outcome_unknown"}[$__range]))',
                    "unknown",
                    instant=True,
                )
            ],
            kind="stat",
            width=6,
            limits=[(1, "red")],
        ),
        Panel(
            title="Refused, of what was decided",
            meaning="The share that `validate` refused, over the time that is shown.",
            queries=[
                Query(
                    'sum(increase(gateway_decisions_total{outcome="rejected"}[$__range]))'
                    " / sum(increase(gateway_decisions_total[$__range]))",
                    "refused",
                    instant=True,
                )
            ],
            kind="stat",
            unit="percentunit",
            width=6,
        ),
        Panel(
            title="Ends by status and code",
            meaning="How commands ended over the time that is shown, and why.",
            queries=[
                Query(
                    "sort_desc(sum by (status, code) ("
                    'increase(command_ends_total{code=~"$code"}[$__range])) > 0)',
                    instant=True,
                )
            ],
            kind="table",
        ),
        Panel(
            title="Refusals against what is usual",
            meaning="Refusals each second by code, and three times the average of a day, above "
            "which an alert is raised.",
            queries=[
                Query('code:command_rejections:rate15m{code=~"$code"} > 0', "{{code}}"),
                Query(
                    '3 * avg_over_time(code:command_rejections:rate15m{code=~"$code"}[1d]) > 0',
                    "{{code}}, limit",
                ),
            ],
            unit="ops",
        ),
        Panel(
            title="Failed by code",
            meaning="What could not be done, by its reason, the ten most frequent, each second.",
            queries=[
                Query(
                    "topk(10, sum by (code) (rate(command_ends_total"
                    '{status="failed",code=~"$code"}[$__rate_interval])))',
                    "{{code}}",
                )
            ],
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="What counts against the promise",
            meaning="Ends of each caller that were bad, each second.",
            queries=[
                Query(
                    'sum by (caller) (rate(caller_requests_total{slo="bad"}[$__rate_interval]))',
                    "{{caller}}",
                )
            ],
            unit="reqps",
        ),
    ),
)
