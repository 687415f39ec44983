"""What the model costs, how well it answers, what the cache saves."""

from runtime.generate.dashboards.board import Dashboard, Panel, Query, Variable

_MODEL = 'model=~"$model"'

BOARD = Dashboard(
    uid="acg-model",
    title="Model",
    question="What does the model cost, how well does it answer, what does the cache save?",
    variables=(Variable("model", "Model", "label_values(model_calls_total, model)"),),
    panels=(
        Panel(
            title="Cost",
            meaning="US dollars over the time that is shown, by the prices of GENERATE_PRICES.",
            queries=[
                Query(
                    f"sum(increase(model_cost_usd_total{{{_MODEL}}}[$__range]))",
                    "cost",
                    instant=True,
                )
            ],
            kind="stat",
            unit="currencyUSD",
            width=6,
        ),
        Panel(
            title="Cost per hour",
            meaning="US dollars in the hour before.",
            queries=[
                Query(
                    f"sum by (model) (increase(model_cost_usd_total{{{_MODEL}}}[1h]))",
                    "{{model}}",
                )
            ],
            unit="currencyUSD",
            width=6,
            limits=[(5, "red")],
        ),
        Panel(
            title="Answered from the cache",
            meaning="The share of answers for which no model was asked.",
            queries=[
                Query(
                    'sum(increase(model_cache_total{result="hit"}[$__range]))'
                    " / sum(increase(model_cache_total[$__range]))",
                    "hit",
                    instant=True,
                )
            ],
            kind="stat",
            unit="percentunit",
            width=6,
            highest=1,
        ),
        Panel(
            title="Left alone",
            meaning="1 while a model is not asked, since it failed five times in a row.",
            queries=[Query(f"max by (model) (model_circuit_open{{{_MODEL}}})", "{{model}}")],
            kind="stat",
            width=6,
            limits=[(1, "red")],
        ),
        Panel(
            title="Calls",
            meaning="Each second, by how they ended. `left_alone` was not made.",
            queries=[
                Query(
                    "sum by (model, outcome) "
                    f"(rate(model_calls_total{{{_MODEL}}}[$__rate_interval]))",
                    "{{model}} {{outcome}}",
                )
            ],
            unit="reqps",
        ),
        Panel(
            title="Time of a call",
            meaning="95th percentile and median, repetitions within a call among them.",
            queries=[
                Query(
                    f"histogram_quantile({share}, sum by (model, le) "
                    f"(rate(model_call_seconds_bucket{{{_MODEL}}}[$__rate_interval])))",
                    f"{{{{model}}}} {name}",
                )
                for share, name in (("0.95", "p95"), ("0.5", "median"))
            ],
            unit="s",
        ),
        Panel(
            title="Tokens",
            meaning="Read (in) and written (out), each second.",
            queries=[
                Query(
                    "sum by (model, kind) "
                    f"(rate(model_tokens_total{{{_MODEL}}}[$__rate_interval]))",
                    "{{model}} {{kind}}",
                )
            ],
            unit="short",
        ),
        Panel(
            title="Cache",
            meaning="Answers for a model: kept from before, or asked for.",
            queries=[
                Query("sum by (result) (rate(model_cache_total[$__rate_interval]))", "{{result}}")
            ],
            unit="ops",
            stacked=True,
        ),
    ),
)
