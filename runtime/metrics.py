"""What the runtime counts, with the children of each label held at hand."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

DELIVERIES = Counter(
    "function_deliveries_total",
    "Deliveries by what became of them: published, nothing, lost, retried, dead, ignored.",
    ["function", "outcome"],
)
HANDLE_SECONDS = Histogram(
    "function_handle_seconds",
    "From a delivery to its acknowledgement.",
    ["function"],
    buckets=_SECONDS,
)
IN_FLIGHT = Gauge("function_in_flight", "Deliveries in hand.", ["function"])
REDELIVERIES = Counter(
    "function_redeliveries_total", "Deliveries after the first, of the same message.", ["function"]
)
DEAD_LETTERS = Counter("dead_letters_total", "Messages given up, by function.", ["function"])
REQUESTS = Counter(
    "gateway_answers_total", "Requests by verb and what was answered at once.", ["verb", "status"]
)
CONNECTED = Gauge("nats_connected", "1 while the connection to NATS stands.")
EVENTS = Counter("command_events_total", "Events stored by this process.", ["type"])
