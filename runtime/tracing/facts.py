"""What spans tell of events and messages: ids, types, codes and counts; never a word of them."""

from collections.abc import Iterator
from typing import TypeAlias

from contracts.events import CommandExecuted, CommandGenerated, CommandRequested, Event
from contracts.plan import GeneratorUse
from runtime.current import Work

Value: TypeAlias = str | int | float | bool | tuple[str, ...]

_EVENT = "command."
_HOSTS = 16
# Where a path of the engine's API goes on after a name, and what stands for one by itself.
_WORDS = frozenset(
    {
        *("archive", "attach", "build", "changes", "commit", "connect", "create", "df"),
        *("disconnect", "exec", "export", "get", "history", "json", "kill", "load", "logs"),
        *("pause", "prune", "push", "rename", "resize", "restart", "search", "start", "stats"),
        *("stop", "tag", "top", "unpause", "update", "wait"),
    }
)


def about_message(work: Work) -> tuple[str, dict[str, str | int]]:
    """Return the name of the span in which something is consumed, and what it says of that."""
    attributes: dict[str, str | int] = {"acg.function": work.function}
    message = work.message
    if message is None or not message.subject.startswith(_EVENT):
        return work.function, attributes
    kind, _, command_id = message.subject.removeprefix(_EVENT).partition(".")
    facts = work.facts()
    attributes |= {
        "acg.command.id": facts.get("command_id", ""),
        "acg.caller": facts.get("caller", ""),
        "messaging.system": "nats",
        "messaging.operation.name": work.function,
        "messaging.operation.type": "process",
        "messaging.consumer.group.name": work.function,
        "messaging.destination.name": f"{_EVENT}{kind}.{command_id}",
        "messaging.destination.template": f"{_EVENT}{kind}.{{command_id}}",
        "messaging.message.id": facts.get("event_id", ""),
        "messaging.message.conversation_id": facts.get("command_id", ""),
    }
    return f"{work.function} {_EVENT}{kind}", {
        name: each for name, each in attributes.items() if each
    }


def about_event(event: Event) -> dict[str, Value]:
    """Return what a span says of an event that was stored in it."""
    told: dict[str, Value] = {"acg.command.id": event.command_id, "acg.event.type": event.type}
    if isinstance(event, CommandRequested):
        told |= {"acg.caller": event.caller, "acg.mode": event.mode, "acg.priority": event.priority}
    if isinstance(event, CommandGenerated):
        told |= dict(_about_generator(event.generator))
    if isinstance(event, CommandExecuted):
        told["acg.result"] = event.outcome
    if error := getattr(event, "error", None):
        told["acg.code"] = error.code
    if plan := getattr(event, "plan", None):
        told["acg.risk"] = plan.risk
        told["acg.steps"] = len(plan.steps)
        told["acg.hosts"] = tuple(sorted({step.host for step in plan.steps}))[:_HOSTS]
    return told


def route(path: str) -> str:
    """Return a path of the engine's API with names left out: `containers/{name}/restart`."""
    first, *rest = path.split("/")
    if not rest:
        return first
    last = rest[-1]
    if len(rest) == 1:
        return f"{first}/{last}" if last in _WORDS else f"{first}/{{name}}"
    return f"{first}/{{name}}/{last}" if last in _WORDS else f"{first}/{{name}}"


def _about_generator(use: GeneratorUse) -> Iterator[tuple[str, Value]]:
    yield "acg.generator", use.kind
    if use.model:
        yield "gen_ai.request.model", use.model
        yield "gen_ai.usage.input_tokens", use.tokens_in
        yield "gen_ai.usage.output_tokens", use.tokens_out
        yield "acg.model.attempts", use.attempts
        yield "acg.model.cached", use.cached
        yield "acg.model.cost_usd", use.cost_usd
