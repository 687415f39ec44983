"""One command. Metrics know no single command: what is kept of one is a link away."""

from runtime.generate.dashboards.board import Dashboard, Panel, Query, Variable

_LINKS = """
- [The command]($door/v1/commands/$command) at the HTTP door, with a caller's token
- [Its trace]($traces$trace): the trace id stands in the points of the pictures below, in every
  line of its log, and in the `traceparent` of its events
- On a command line: `acg history $command`, `acg status $command`, `acg output $command`
"""

BOARD = Dashboard(
    uid="acg-command",
    title="Command",
    question="One command, by its id: where to read all of it, and how busy it was at that time.",
    variables=(
        Variable("command", "Command id"),
        Variable("trace", "Trace id"),
        Variable("door", "HTTP door", text="http://127.0.0.1:8003"),
        Variable("traces", "Traces, up to the id", text="http://127.0.0.1:16686/trace/"),
    ),
    panels=(
        Panel(
            title="Read all of it",
            meaning="Type the command's id and its trace's above.",
            kind="text",
            width=24,
            height=5,
            text=_LINKS.strip(),
        ),
        Panel(
            title="Requests at that time",
            meaning="How long requests took. Points are single commands: one leads to its trace.",
            queries=[
                Query(
                    "sum by (le) (increase("
                    "gateway_request_duration_seconds_bucket[$__rate_interval]))",
                    "{{le}}",
                )
            ],
            kind="heatmap",
            unit="s",
            height=10,
        ),
        Panel(
            title="Stages at that time",
            meaning="How long stages took, 95th percentile; points are single commands.",
            queries=[
                Query(
                    "histogram_quantile(0.95, sum by (stage, le) "
                    "(rate(command_stage_seconds_bucket[$__rate_interval])))",
                    "{{stage}}",
                )
            ],
            unit="s",
            height=10,
        ),
        Panel(
            title="How others ended at that time",
            meaning="Ends by status and code, each second.",
            queries=[
                Query(
                    "sum by (status, code) (rate(command_ends_total[$__rate_interval])) > 0",
                    "{{status}} {{code}}",
                )
            ],
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="Lag at that time",
            meaning="What waited before which function.",
            queries=[Query("max by (consumer) (consumer_pending)", "{{consumer}}")],
        ),
    ),
)
