"""Counts what is stored: metrics of commands are a projection of their events.

A process counts an event when it has stored it; one that turns out to be stored already was
counted by whoever stored it. Functions count nothing themselves.
"""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import get_args

from pydantic import BaseModel

from contracts import headers as h
from contracts.docker.operations import Operation
from contracts.errors import Code
from contracts.events import (
    CommandCancelled,
    CommandExecuted,
    CommandFailed,
    CommandGenerated,
    CommandHeld,
    CommandObserved,
    CommandPlanned,
    CommandProgressed,
    CommandRejected,
    CommandRequested,
    CommandStarted,
    CommandValidated,
    Event,
)
from contracts.lifecycle import TERMINAL_EVENTS
from contracts.plan import GeneratorUse, Plan, StepResult, by_step
from contracts.requests import Reply, RunRequest
from contracts.verdict import Ending, Status, Verdict, status_of, timed, verdict
from contracts.world import HostPicture
from runtime import metrics
from runtime.declare import Function
from runtime.envelope import Sealed
from runtime.metrics.series import Bounded

VERBS: tuple[str, ...] = tuple(
    sorted(
        kind.model_fields["verb"].default
        for members in get_args(get_args(Operation)[0])
        for kind in get_args(members) or (members,)
        if isinstance(kind, type) and issubclass(kind, BaseModel)
    )
)
# What a request can be answered at once, however it ends.
_AT_ONCE = ("accepted", "waiting", "rejected", "failed", "dropped")
RAN = ("succeeded", "failed", "outcome_unknown")
_UNKNOWN = "outcome_unknown"
# Beside the life of a command, or in the middle of a stage: no stage ends with these.
_NO_STAGE: frozenset[type[Event]] = frozenset(
    {CommandCancelled, CommandStarted, CommandProgressed, CommandObserved}
)
# How a request can end, with what that can count as: a caller's series begin with all of these.
_CALLER = sorted(
    {
        (status, verdict(status, code))
        for status in Status
        for code in (Code if status in {Status.REJECTED, Status.FAILED} else (None,))
    }
)
_GENERATED: frozenset[type[Event]] = frozenset((CommandGenerated, CommandRejected, CommandFailed))
_ENDINGS: frozenset[type[Event]] = frozenset(TERMINAL_EVENTS)
_DECIDED: frozenset[type[Event]] = frozenset(
    {CommandValidated, CommandPlanned, CommandHeld, CommandRejected}
)


class Told:
    """Counts for one function what it stores. By the loop's thread alone."""

    def __init__(self, function: Function) -> None:
        kinds = {each for each in function.publishes if issubclass(each, Event)}
        self._name = function.name
        self._events = {each: metrics.EVENTS.labels(each.type) for each in kinds}
        self._stage = metrics.STAGE_SECONDS.labels(function.name) if kinds - _NO_STAGE else None
        self._generates = CommandGenerated in kinds
        self._decides = CommandValidated in kinds
        self._executes = CommandStarted in kinds
        _begin(kinds)
        for request in function.requests:
            for status in _AT_ONCE:
                metrics.REQUESTS.labels(request.verb, status)

    def stored(self, sealed: Sealed) -> None:
        """Count an event that was stored, by this process and just now."""
        event, headers = sealed.event, sealed.headers
        kind = type(event)
        self._events[kind].inc()
        timings = headers.get(h.TIMINGS, "")
        trace = headers.get(h.TRACE, "")[3:35]
        if self._stage is not None and kind not in _NO_STAGE:
            stage, _, spent = timings.rpartition(",")[2].partition("=")
            if stage == self._name:
                self._stage.observe(_seconds(spent) / 1000, trace)
        if kind is CommandRequested:
            _asked(event, headers)
        elif self._generates and kind in _GENERATED:
            self._generated(event)
        elif self._decides and kind in _DECIDED:
            error = event.error if isinstance(event, CommandRejected) else None
            metrics.DECISIONS.labels(event.type, error.code if error else "").inc()
        if kind in _ENDINGS and isinstance(event, Ending):
            _ended(event, sealed, timings, trace)
            if isinstance(event, CommandExecuted):
                _ran(event.plan, event.results, None)
            elif isinstance(event, CommandFailed):
                self._failed(event)

    def _generated(self, event: Event) -> None:
        metrics.GENERATION.labels(event.type).inc()
        used: GeneratorUse | None = getattr(event, "generator", None)
        if used and used.model:
            metrics.MODEL_CACHE.labels("hit" if used.cached else "miss").inc()
            metrics.MODEL_COST.labels(used.model).inc(used.cost_usd)

    def _failed(self, event: CommandFailed) -> None:
        """Count what ran; a step of which nobody knows counts, too, whoever ended it."""
        unknown = event.error.code is Code.OUTCOME_UNKNOWN
        if not event.plan or not (unknown or self._executes):
            return
        ours = verdict(Status.FAILED, event.error.code) is Verdict.BAD
        _ran(event.plan, event.results, _UNKNOWN if unknown else "failed" if ours else None)


def _begin(kinds: set[type[Event]]) -> None:
    """Let every series whose labels are known begin with 0."""
    for counter, *values in _known(kinds):
        counter.labels(*values)


def _known(kinds: set[type[Event]]) -> Iterator[tuple[metrics.Counter, *tuple[str, ...]]]:
    if CommandGenerated in kinds:
        yield from ((metrics.GENERATION, each.type) for each in _GENERATED)
        yield from ((metrics.MODEL_CACHE, each) for each in ("hit", "miss"))
    if CommandValidated in kinds:
        yield from ((metrics.DECISIONS, each.type, "") for each in _DECIDED - {CommandRejected})
        yield from ((metrics.DECISIONS, CommandRejected.type, code) for code in Code)
    if CommandStarted in kinds:
        yield from ((metrics.EXECUTION, verb, how) for verb in VERBS for how in RAN)
    if CommandExecuted in kinds:
        yield metrics.ENDS, Status.EXECUTED_SUCCEEDED, ""
        yield metrics.ENDS, Status.EXECUTED_FAILED, ""
    if CommandPlanned in kinds:
        yield metrics.ENDS, Status.PLANNED, ""
    for kind in kinds & {CommandRejected, CommandFailed}:
        yield from ((metrics.ENDS, kind.type, code) for code in Code)


def seen(picture: HostPicture) -> None:
    """Tell whether the engine of a host can be seen."""
    metrics.ENGINE_UP.labels(picture.host).set(picture.error is None)


def answered(verb: str, reply: Reply | None, caller: str) -> None:
    """Count what was answered at once; a request that began no command ends with that."""
    metrics.REQUESTS.labels(verb, reply.status if reply else "waiting").inc()
    if verb == RunRequest.verb and reply and reply.error and reply.command_id is None:
        status = Status.FAILED if reply.status == "failed" else Status.REJECTED
        source, caller = _source(caller), _caller(caller)
        metrics.GATEWAY_REQUESTS.labels(source, status).inc()
        slo = verdict(status, reply.error.code)
        metrics.CALLER_REQUESTS.labels(caller, status, slo).inc()


def _asked(event: Event, headers: Mapping[str, str]) -> None:
    """Let the series of a caller begin before its first command ends."""
    caller = _asked_by(event, headers)
    _caller(caller)
    _source(headers.get(h.SOURCE_ID, caller))


def _ended(end: Ending, sealed: Sealed, timings: str, trace: str) -> None:
    headers = sealed.headers
    status = status_of(end)
    error = end.error if isinstance(end, CommandRejected | CommandFailed) else None
    metrics.ENDS.labels(status, error.code if error else "").traced(trace)
    asked_by = _asked_by(end, headers)
    source, caller = _source(headers.get(h.SOURCE_ID, asked_by)), _caller(asked_by)
    slo = verdict(status, error.code if error else None)
    metrics.GATEWAY_REQUESTS.labels(source, status).traced(trace)
    metrics.CALLER_REQUESTS.labels(caller, status, slo).inc()
    name, _, start = timings.partition(",")[0].partition("=")
    if name == h.START and (began := _seconds(start)):
        spent = max(sealed.time.timestamp() - began, 0.0)
        metrics.GATEWAY_SECONDS.labels(source).observe(spent, trace)
        if timed(end, timings):
            metrics.CALLER_SECONDS.labels(caller).observe(spent, trace)


def _ran(plan: Plan, results: tuple[StepResult, ...], missing: str | None) -> None:
    """Count the steps that ran, and the first that has no result as `missing`, where it says."""
    if not results and missing is None:
        return
    if len(results) == len(plan.steps) == 1:
        how = "failed" if results[0].exit_code else "succeeded"
        metrics.EXECUTION.labels(plan.steps[0].operation.verb, how).inc()
        return
    done = by_step(results)
    for number, step in enumerate(plan.steps):
        if result := done.get(number):
            how = "failed" if result.exit_code else "succeeded"
        elif missing:
            how, missing = missing, None
        else:
            continue
        metrics.EXECUTION.labels(step.operation.verb, how).inc()


def _begin_caller(name: str) -> None:
    for status, slo in _CALLER:
        metrics.CALLER_REQUESTS.labels(name, status, slo)
    metrics.CALLER_SECONDS.labels(name)


def _begin_source(name: str) -> None:
    for status in Status:
        metrics.GATEWAY_REQUESTS.labels(name, status)
    metrics.GATEWAY_SECONDS.labels(name)


_caller = Bounded(metrics.CALLERS, _begin_caller).of
_source = Bounded(metrics.CALLERS, _begin_source).of


def _asked_by(event: Event, headers: Mapping[str, str]) -> str:
    """Return the caller; empty where a version that did not say it began the command."""
    return headers.get(h.CALLER) or str(getattr(event, "caller", ""))


def _seconds(text: str) -> float:
    """Read a number of seconds of a header; 0 where it is none."""
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return found if isfinite(found) and found > 0 else 0.0
