"""The generated page of what is measured: every series, and what counts for the service level."""

from contracts.errors import Code
from contracts.verdict import NOT_OURS, OURS, Status, Verdict, verdict
from runtime.metrics import ASKED_S, CALLERS, PICTURE_S, SERIES, Series

_WRITTEN = "<!-- Written by `make generate` from the code. Do not edit. -->"
_STATUSES = ", ".join(f"`{each}`" for each in Status)
_SAID = {
    Verdict.GOOD: "good",
    Verdict.BAD: "bad",
    Verdict.EXCLUDED: "not counted",
}


def metrics() -> str:
    """Return `docs/metrics.md`."""
    parts = [_WRITTEN, _INTRODUCTION, _table(), _NOTES, _levels(), _USE]
    return "\n\n".join(parts) + "\n"


def _table() -> str:
    rows = ["| series | kind | labels | meaning |", "| --- | --- | --- | --- |"]
    rows.extend(_row(each) for each in SERIES)
    return "\n".join(rows)


def _row(series: Series) -> str:
    labels = ", ".join(f"`{each}`" for each in series.label_names) or "none"
    return f"| `{series.name}` | {series.kind} | {labels} | {series.documentation} |"


def _levels() -> str:
    ends = ["| how it ended | counts as |", "| --- | --- |"]
    ends.extend(f"| `{each}` | {_of_status(each)} |" for each in Status)
    codes = ["| code | `rejected` | `failed` |", "| --- | --- | --- |"]
    codes.extend(
        f"| `{code}` | {_SAID[verdict(Status.REJECTED, code)]} | "
        f"{_SAID[verdict(Status.FAILED, code)]} |"
        for code in Code
    )
    return "\n\n".join([_LEVELS, "\n".join(ends), _CODES, "\n".join(codes)])


def _of_status(status: Status) -> str:
    if status in {Status.REJECTED, Status.FAILED}:
        usual = _SAID[verdict(status)]
        other = NOT_OURS if status is Status.FAILED else OURS
        meant = _SAID[verdict(status, next(iter(other)))]
        return f"{usual}; {meant} with some codes, see below"
    return _SAID[verdict(status)]


_INTRODUCTION = """\
# Metrics

Every process serves `/metrics` on `ACG_METRICS_HOST`:`ACG_METRICS_PORT` for Prometheus, beside
`/healthz` and `/readyz`. What is told of commands is counted when their events are stored. By
compare-and-set exactly one process stores an event, so a sum over all processes counts it once.
There are also `prometheus_client`'s own `process_*` and `python_*`."""

_NOTES = f"""\
## How to read them

- **Sum counters and histograms** over processes. Take the **maximum** of gauges that one
  process asks for (`gateway_active_requests`, `consumer_*`, `stream_*`, `archive_*`,
  `engine_up`): where two processes run `reaper` or `inventory`, both tell the same figure.
- **Series begin with 0** where the values of their labels are known beforehand: statuses,
  codes, verbs and models at the start of the process that counts them, those of a caller when
  it is first seen. So `rate()` and `increase()` see the first of each, but for the very first
  request of a caller in a process.
- **What is not known vanishes.** A figure that could not be asked for {ASKED_S:g} s, or a host
  of which there was no picture for {PICTURE_S:g} s, is no longer scraped. Alert on what is
  absent as well.
- **Bounded labels.** `source_id` is the label that a request carries, else its caller; `caller`
  is who asked. The first {CALLERS} of each in a process are told apart, all later ones are
  `other`; a request of an older version, which does not say, is `unknown`. Nothing else comes
  from outside: `host` is a name of `hosts.toml` or `local`, `model` one of the settings, `code`
  one of the codes below.
- **`status`** is {_STATUSES}. Held is no end. Refusals at the door (a body that is no request,
  a secret in it) are `rejected`; requests that could not be stored are `failed`; both count for
  their caller, as no label of theirs is read. Repeating a request with its idempotency key counts
  nothing again once it is stored.
- **`stage`** is the function that stored the event. `execute` is from the validation to the
  result, so waiting for a lock is part of it; `approve` is how long people took; `reaper` how
  long nobody went on.
- **Exemplars.** A scraper that accepts OpenMetrics (Prometheus with
  `--enable-feature=exemplar-storage`) gets `trace_id` with buckets of
  `gateway_request_duration_seconds`, `caller_request_seconds` and `command_stage_seconds`, and
  with `gateway_requests_total` and `command_ends_total`: the trace id of the command's
  `traceparent`.
- Durations between processes rely on their clocks; what would be negative counts as 0."""

_LEVELS = """\
## What counts for the service level

One table in the code (`contracts/verdict.py`) decides; the label `slo` of
`caller_requests_total` and `acg slo` are made of it. *Good*: the gateway did its job, whatever
docker answered. *Bad*: it, its model, an engine or a host did not. *Not counted*
(`slo="excluded"`): a refusal, a question back, a cancellation. They tell nothing of the
service, and a flood of them must not hide an outage."""

_CODES = """\
By the code of the error. A code that is new counts by the status alone."""

_USE = """\
**Availability** of a caller is good / (good + bad). **Latency** is how many of the good
requests ended within the objective's seconds. Left out of latency: what waited for people's
approval, and what prints on and on by itself (`logs -f`, `stats`, `events`).

```promql
sum by (caller) (rate(caller_requests_total{slo="bad"}[1h]))
  / sum by (caller) (rate(caller_requests_total{slo=~"good|bad"}[1h]))

sum by (caller) (rate(caller_request_seconds_bucket{le="10.0"}[30d]))
  / sum by (caller) (rate(caller_request_seconds_count[30d]))
```

A threshold for rules must be a bucket of the histogram (1, 2.5, 5, 10, 20, 30, 60, 120, 300 s
among them); `acg slo` counts exactly.

## `acg slo`

`acg slo [--since 30d] [--within 5m] [--json]` computes the same from the history, for each
caller: how many were good, bad and not counted, availability, latency, what is left of the error
budgets, and how fast that of availability burns (1 uses it up exactly). It reads terminal events
alone, and stops with an error where that takes longer than `--within`. What was never stored is
in no history: requests that could not be stored are seen by the metrics alone. A counter may miss
an event whose confirmation was lost, as the server went away; the history does not.

The objectives are 99.5 % availability, and 95 % within 10 s. `SLO_AVAILABILITY`, `SLO_LATENCY`
and `SLO_SECONDS` set others for all callers; `slo.toml` in `ACG_HOME` (or the file of
`SLO_FILE`) for all, or for one:

```toml
availability = 99.5
latency = 95.0
seconds = 10

[callers.ci]
availability = 99.0
seconds = 60
```"""
