"""Traces: one for each command, from the request to the reply, over all processes.

What travels (`traceparent`, `tracestate`; `context`) goes on through every event whether or not
anything is recorded. Spans (`spans`) are recorded where the standard variables of OpenTelemetry
ask for it and its packages, the extra `otel`, are installed: else nothing of them is imported.
"""
