"""Validate: decide whether a generated command may run.

    command.generated -> validate -> command.validated
                                  -> command.planned    the caller asked for the plan alone
                                  -> command.rejected
    command.cancelled -> validate -> command.rejected     it was not started

A pure decision: no network, no clock. What the caller asked for is read from the request in
the history, never from what the generator says of it. What the parser does not know is
refused; the generator's opinion of risk counts for nothing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from contracts.docker.risk import Risk
from contracts.errors import Code, Error, RefusedError
from contracts.events import (
    CommandCancelled,
    CommandGenerated,
    CommandHeld,
    CommandPlanned,
    CommandRejected,
    CommandRequested,
    CommandValidated,
)
from contracts.lifecycle import Command, State
from contracts.plan import Plan, Step
from contracts.world import World
from functions.validate.steps import planned
from runtime import PermanentError, Settings, function


class ValidateSettings(Settings, env_prefix="VALIDATE_"):
    """`allow_risk`: the risks that may run. What is not named is refused."""

    allow_risk: frozenset[Risk] = frozenset({Risk.READ, Risk.MUTATE})


@asynccontextmanager
async def open_policy(settings: ValidateSettings) -> AsyncIterator[frozenset[Risk]]:
    """Open what may run."""
    yield settings.allow_risk


@function(opens=open_policy)
async def validate(
    event: CommandGenerated | CommandCancelled,
    allowed: frozenset[Risk],
    history: Command,
    world: World,
) -> CommandValidated | CommandPlanned | CommandRejected | None:
    if isinstance(event, CommandCancelled):
        return stopped(event, history)
    request = history.last(CommandRequested)
    if request is None:
        raise PermanentError("a generated command without a request")
    plan: Plan | None = None
    try:
        plan = planned(event.lines, request, world, event.host)
        for each in plan.steps:
            permit(each, allowed, request.max_risk)
    except RefusedError as refused:
        return CommandRejected(
            command_id=event.command_id,
            error=refused.error,
            plan=plan,
            generator=event.generator,
        )
    if request.mode == "plan":
        return CommandPlanned(command_id=event.command_id, plan=plan, generator=event.generator)
    return CommandValidated(
        command_id=event.command_id,
        caller=request.caller,
        plan=plan,
        deadline=request.deadline,
        generator=event.generator,
        max_parallel=request.max_parallel if request.hosts else 0,
        upload=request.upload,
    )


def stopped(event: CommandCancelled, history: Command) -> CommandRejected | None:
    """Return the end of a command that was cancelled; None once it is its executor's."""
    if history.state is State.STARTED:
        return None
    decided = history.last(CommandValidated) or history.last(CommandHeld)
    generated = history.last(CommandGenerated)
    return CommandRejected(
        command_id=event.command_id,
        error=Error(
            code=Code.CANCELLED,
            message=f"{event.by} cancelled it before it was started.",
            hint="Nothing was done. Ask again if it is wanted after all.",
        ),
        plan=decided.plan if decided else None,
        generator=generated.generator if generated else None,
    )


def permit(step: Step, allowed: frozenset[Risk], max_risk: Risk) -> None:
    """Raise RefusedError unless this step may run for this request."""
    why = f" ({'; '.join(step.reasons)})" if step.reasons else ""
    if step.risk not in allowed:
        raise RefusedError(
            Code.RISK_NOT_ALLOWED,
            f"`{step.line}` is refused: its risk is {step.risk}{why}.",
            f"Allowed here: {', '.join(sorted(allowed))}. "
            "Ask for something less harmful, or ask an operator to do it.",
        )
    if step.risk > max_risk:
        raise RefusedError(
            Code.ABOVE_MAX_RISK,
            f"`{step.line}` is refused: its risk is {step.risk}{why}, "
            f"and this request allows no more than {max_risk}.",
            "A question only reads. To change something, ask for it in the imperative "
            "and with max_risk set accordingly.",
        )
