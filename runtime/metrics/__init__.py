"""What the gateway tells Prometheus: every series, in one place. docs/metrics.md is made of it.

What is told of commands is counted when an event is stored (`runtime.metrics.told`): by
compare-and-set exactly one process stores it, so sums over processes are right.
"""

from typing import Literal, get_args

from runtime.metrics.series import Counter, Gauge, Histogram, Series

# So many callers and labels of theirs are told apart in one process.
CALLERS = 50
# Of a figure that one process asks the server for every few seconds, and of a host's state.
ASKED_S = 20.0
PICTURE_S = 120.0

# In seconds, from what a machine takes to what people wait for; objectives are among them.
_REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)

# --- requests: the original's five, and what service levels are made of
GATEWAY_REQUESTS = Counter(
    "gateway_requests_total",
    "Requests by how they ended: commands with their terminal event, what was refused at the door"
    " or could not be stored with its answer.",
    ["source_id", "status"],
)
GATEWAY_SECONDS = Histogram(
    "gateway_request_duration_seconds",
    "From a request's arrival to its terminal event, whatever that was.",
    ["source_id"],
    _REQUEST_S,
)
GENERATION = Counter(
    "gateway_command_generation_total",
    "Commands by what became of their words: generated, rejected, failed.",
    ["status"],
)
EXECUTION = Counter(
    "gateway_command_execution_total",
    "Docker commands that were run, one for each step of a plan: succeeded (exit code 0), failed,"
    " outcome_unknown.",
    ["command_type", "status"],
)
ACTIVE = Gauge(
    "gateway_active_requests",
    "Commands that were accepted and have not ended, held ones among them. Told by the process"
    " that runs `reaper`, once a second.",
    keep_s=ASKED_S,
)
CALLER_REQUESTS = Counter(
    "caller_requests_total",
    "Requests of a caller by how they ended, and how that counts for the service level"
    " (`slo`: good, bad, excluded).",
    ["caller", "status", "slo"],
)
CALLER_SECONDS = Histogram(
    "caller_request_seconds",
    "From arrival to the terminal event, of good requests that neither waited for people nor"
    " print on and on by themselves.",
    ["caller"],
    _REQUEST_S,
)

# --- commands: what is decided, and how they end
EVENTS = Counter("command_events_total", "Events stored.", ["type"])
ENDS = Counter(
    "command_ends_total",
    "Terminal events by how the command ended and the code of its error, empty where it has none.",
    ["status", "code"],
)
DECISIONS = Counter(
    "gateway_decisions_total",
    "What `validate` decided (validated, planned, held, rejected), with the code of a refusal.",
    ["outcome", "code"],
)
STAGE_SECONDS = Histogram(
    "command_stage_seconds",
    "From an event to the next that leads on: `stage` is the function that stored it. Waiting for"
    " a worker is part of it.",
    ["stage"],
)
REQUESTS = Counter(
    "gateway_answers_total",
    "Requests by verb and what was answered at once; `waiting`: its end is answered by `reply`.",
    ["verb", "status"],
)
HTTP_REQUESTS = Counter(
    "http_requests_total",
    "Answers of the HTTP door, by route and status; `other`: no route of ours.",
    ["route", "status"],
)

# --- functions
Outcome = Literal["published", "nothing", "lost", "retried", "dead", "ignored"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
DELIVERIES = Counter(
    "function_deliveries_total",
    f"Deliveries by what became of them: {', '.join(OUTCOMES)}.",
    ["function", "outcome"],
)
HANDLE_SECONDS = Histogram(
    "function_handle_seconds", "From a delivery to its acknowledgement.", ["function"]
)
IN_FLIGHT = Gauge("function_in_flight", "Deliveries in hand.", ["function"])
REDELIVERIES = Counter(
    "function_redeliveries_total", "Deliveries after the first, of the same message.", ["function"]
)
DEAD_LETTERS = Counter("dead_letters_total", "Messages given up, by function.", ["function"])

# --- NATS, asked by the process that runs `reaper`
CONNECTED = Gauge("nats_connected", "1 while this process's connection to NATS stands.")
CONSUMER_PENDING = Gauge(
    "consumer_pending",
    "Messages that no worker of a function has been given yet: its lag.",
    ["consumer"],
    keep_s=ASKED_S,
)
CONSUMER_ACK_PENDING = Gauge(
    "consumer_ack_pending",
    "Messages that were given to workers and are not acknowledged.",
    ["consumer"],
    keep_s=ASKED_S,
)
CONSUMER_WAITING = Gauge(
    "consumer_waiting",
    "Pulls that wait for messages: 0 where no worker asks for any.",
    ["consumer"],
    keep_s=ASKED_S,
)
CONSUMER_REDELIVERED = Gauge(
    "consumer_redelivered",
    "Messages not acknowledged that were given out more than once.",
    ["consumer"],
    keep_s=ASKED_S,
)
STREAM_MESSAGES = Gauge(
    "stream_messages", "Messages in a stream or bucket.", ["stream"], keep_s=ASKED_S
)
STREAM_BYTES = Gauge(
    "stream_bytes", "Bytes that a stream or bucket takes.", ["stream"], keep_s=ASKED_S
)
STREAM_LIMIT = Gauge(
    "stream_limit_bytes",
    "Bytes that it may take; streams without a limit have no such series.",
    ["stream"],
    keep_s=ASKED_S,
)
ARCHIVE_LAG = Gauge(
    "archive_lag_messages", "Messages that ARCHIVE has not copied yet.", keep_s=ASKED_S
)
ARCHIVE_LAG_SECONDS = Gauge(
    "archive_lag_seconds",
    "The age of the oldest message that ARCHIVE has not copied; 0 where there is none.",
    keep_s=ASKED_S,
)

# --- hosts
ENGINE_UP = Gauge(
    "engine_up",
    "1 where `inventory` sees the engine of a host, 0 where it cannot.",
    ["host"],
    keep_s=PICTURE_S,
)

# --- models
MODEL_CALLS = Counter(
    "model_calls_total",
    "Calls of a model: answered, timeout, failed; left_alone: not made, its circuit is open.",
    ["model", "outcome"],
)
MODEL_TOKENS = Counter(
    "model_tokens_total", "Tokens that a model read (in) and wrote (out).", ["model", "kind"]
)
MODEL_COST = Counter(
    "model_cost_usd_total", "What calls cost, in US dollars by the owner's price list.", ["model"]
)
MODEL_SECONDS = Histogram(
    "model_call_seconds", "How long a call took, its repetitions among them.", ["model"], _REQUEST_S
)
MODEL_CACHE = Counter(
    "model_cache_total", "Answers for a model: hit, kept from before; miss, asked for.", ["result"]
)
MODEL_CIRCUIT = Gauge(
    "model_circuit_open", "1 while a model is left alone since it failed too often.", ["model"]
)

SERIES: tuple[Series, ...] = tuple(each for each in globals().values() if isinstance(each, Series))

__all__ = ["SERIES", "Counter", "Gauge", "Histogram", "Series"]
