"""`acg run`, `acg plan`, `acg status`: ask, and see the answer."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from contracts import headers as h
from contracts.errors import Code, Error
from contracts.requests import Reply, Request, RunRequest
from runtime.cli import asking, show
from runtime.cli.app import (
    DOCKER_FAILED,
    FAILED,
    HELD,
    OK,
    REJECTED,
    USAGE,
    commands,
    run,
)
from runtime.cli.attach import Attached, persist
from runtime.cli.live import Live
from runtime.cli.progress import Progress
from runtime.cli.terminal import say
from runtime.client import NotServedError, patience_with
from runtime.envelope import new_trace
from runtime.errors import NoAnswerError, RuntimeFault
from runtime.tracing import context
from runtime.tracing.context import Trace

app = commands()

_HINT = "\n  hint: "
_STATUS_WITHIN = timedelta(seconds=60)
# How long a cancelled command may take to end before it is said how far it is.
_ENDING_S = 10.0
_LOOK_S = 0.1
_ENDS = {"accepted": OK, "planned": OK, "rejected": REJECTED, "held": HELD, "failed": FAILED}


class Urgency(StrEnum):
    """The priorities of a request."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Ceiling(StrEnum):
    """The risks that a caller may allow."""

    READ = "read"
    MUTATE = "mutate"
    DESTROY = "destroy"


Words = Annotated[
    list[str],
    typer.Argument(
        help="What should happen, in words; or a docker line, which begins with `docker `.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the reply as one JSON document.")]
Host = Annotated[str | None, typer.Option(help="The host that is meant.", show_default=False)]
Hosts = Annotated[
    str | None,
    typer.Option(help="On each of these: names, labels (env=prod), or *.", show_default=False),
]
Parallel = Annotated[int, typer.Option(min=1, max=64, help="On so many hosts at once.")]
Upload = Annotated[
    str | None,
    typer.Option(help="A file that the line reads; - is standard input.", show_default=False),
]
Target = Annotated[
    str | None, typer.Option(help="The name of what the words are about.", show_default=False)
]
Context = Annotated[
    str | None,
    typer.Option(help="What helps to understand the words: text or JSON.", show_default=False),
]
Priority = Annotated[Urgency, typer.Option(help="How urgent it is.")]
Key = Annotated[
    str | None,
    typer.Option(
        help="Idempotency key: the same key is the same command, run once.", show_default=False
    ),
]
Deadline = Annotated[
    str, typer.Option(help="Nothing starts after this long: 90, 90s, 5m, 2h.", metavar="TIME")
]
MaxRisk = Annotated[Ceiling, typer.Option(help="Refuse all above this.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Return once it is stored.")]
ShowPrompt = Annotated[
    bool,
    typer.Option("--show-prompt", help="Print what a model would be sent; nothing is sent."),
]
Source = Annotated[
    str | None, typer.Option(help="A label for statistics; no identity.", show_default=False)
]


@app.command(name="run")
def run_(  # noqa: PLR0913 - one for each option
    words: Words,
    *,
    as_json: Json = False,
    host: Host = None,
    target: Target = None,
    context: Context = None,
    priority: Priority = Urgency.NORMAL,
    key: Key = None,
    deadline: Deadline = "60s",
    max_risk: MaxRisk = Ceiling.DESTROY,
    no_wait: NoWait = False,
    source: Source = None,
    hosts: Hosts = None,
    max_parallel: Parallel = 1,
    upload: Upload = None,
) -> None:
    """Ask for something, in words or as a docker line, and wait for the answer.

    Exit codes: 0 succeeded, 1 the docker command failed, 2 usage, 3 rejected, 4 held, 5 failed.
    """
    _run(
        words,
        as_json=as_json,
        host=host,
        target=target,
        context=context,
        priority=priority,
        idempotency_key=key,
        deadline_s=deadline,
        max_risk=max_risk,
        wait="accepted" if no_wait else "terminal",
        source_id=source,
        hosts=hosts,
        max_parallel=max_parallel,
        upload=upload,
    )


@app.command()
def plan(  # noqa: PLR0913 - one for each option
    words: Words,
    *,
    as_json: Json = False,
    host: Host = None,
    target: Target = None,
    context: Context = None,
    priority: Priority = Urgency.NORMAL,
    key: Key = None,
    deadline: Deadline = "60s",
    max_risk: MaxRisk = Ceiling.DESTROY,
    source: Source = None,
    hosts: Hosts = None,
    show_prompt: ShowPrompt = False,
) -> None:
    """Say what would run, and run nothing."""
    if show_prompt:
        about = {"host": host, "hosts": hosts, "target": target, "context": context}
        _answered(lambda: _prompt(words, about), as_json=as_json)
        return
    _run(
        words,
        as_json=as_json,
        host=host,
        target=target,
        context=context,
        priority=priority,
        idempotency_key=key,
        deadline_s=deadline,
        max_risk=max_risk,
        source_id=source,
        mode="plan",
        hosts=hosts,
    )


@app.command()
def status(
    command_id: Annotated[str, typer.Argument(metavar="ID", help="As in a reply or the history.")],
    *,
    as_json: Json = False,
) -> None:
    """Say how far a command of yours is; of one that has ended, what came of it."""
    _answered(lambda: _status(command_id), as_json=as_json)


@app.command()
def cancel(
    command_id: Annotated[str, typer.Argument(metavar="ID", help="As in a reply or the history.")],
    *,
    reason: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    as_json: Json = False,
) -> None:
    """Stop a command of yours: what has not started will not, what only prints ends.

    What is changing something at this moment is finished first. What has ended cannot be stopped.
    """
    taken: list[Reply] = []
    _answered(lambda: _cancel(command_id, reason, taken), as_json=as_json, taken=taken)


def _run(words: list[str], *, as_json: bool, **given: Any) -> None:
    def work() -> Coroutine[Any, Any, Reply]:
        return _ask(asking.run_request(words, **given), watched=not as_json)

    _answered(work, as_json=as_json)


def _answered(
    work: Callable[[], Coroutine[Any, Any, Reply]], *, as_json: bool, taken: Sequence[Reply] = ()
) -> None:
    """Do the work, show its reply, and end with the reply's exit code.

    What was `taken` is done, however the command that the reply is about has ended.
    """
    try:
        reply = run(_faults_as_replies(work()) if as_json else work(), quiet=True)
    except asking.UsageError as error:
        if as_json:
            refused = Error(code=Code.INVALID_REQUEST, message=f"{error}.", hint="See acg run -h.")
            show.as_json(Reply(status="rejected", error=refused))
        say(f"acg: {error}")
        raise typer.Exit(USAGE) from error
    (show.as_json if as_json else show.show)(reply)
    raise typer.Exit(OK if taken else exit_code(reply))


def exit_code(reply: Reply) -> int:
    """Return the exit code that a reply stands for."""
    if reply.status == "executed":
        return OK if reply.outcome == "succeeded" else DOCKER_FAILED
    return _ENDS[reply.status]


async def _ask(request: RunRequest, *, watched: bool) -> Reply:
    progress, trace = Progress(), context.read(_environment()) or Trace(new_trace())
    live, own = Live(progress), False

    async def call(found: Attached, left: timedelta) -> Reply:
        nonlocal own
        own = found.own
        async with live.on(found.gateway, shown=watched and request.wait == "terminal"):
            await found.gateway.follow(trace.parent, live.heard)
            try:
                reply = await found.gateway.run(
                    request,
                    trace=trace.parent,
                    trace_state=trace.state,
                    served_within=found.served_within,
                    patience=left,
                )
            except asyncio.CancelledError:
                await live.stop(request)
                raise
            return await live.finished(reply)

    patience = patience_with(request)
    try:
        if not watched:
            return await persist(call, patience)
        async with progress.shown():
            return await persist(call, patience)
    except asyncio.CancelledError:
        if live.stopped and (task := asyncio.current_task()):
            task.uncancel()
            return live.stopped
        _interrupted(progress.command_id, request, own=own)
        raise
    except NotServedError as error:
        raise _unserved(error) from error
    except NoAnswerError as error:
        raise NoAnswerError(
            f"{error}{_HINT}it may run all the same: "
            + (
                f"acg status {progress.command_id}"
                if progress.command_id
                else f"the same request with --key {request.idempotency_key} gives its answer"
            )
        ) from error


async def _prompt(words: list[str], about: dict[str, str | None]) -> Reply:
    return await _quick(asking.prompt_request(words, **about))


def _environment() -> dict[str, str]:
    """Return the trace that whoever calls us is in (OpenTelemetry: environment variables)."""
    names = (h.TRACE, h.TRACE_STATE)
    return {name: os.environ[name.upper()] for name in names if name.upper() in os.environ}


async def _status(command_id: str) -> Reply:
    return await _quick(asking.status_request(command_id))


async def _quick(request: Request) -> Reply:
    """Ask what is answered at once, and changes nothing."""

    async def call(found: Attached, _: timedelta) -> Reply:
        return await found.gateway.ask(request, served_within=found.served_within)

    try:
        return await persist(call, _STATUS_WITHIN)
    except NotServedError as error:
        raise _unserved(error) from error


async def _cancel(command_id: str, reason: str, taken: list[Reply]) -> Reply:
    """Cancel it, and return how it is once it has ended, or after a while."""
    request = asking.cancel_request(command_id, reason)

    async def call(found: Attached, _: timedelta) -> Reply:
        reply = await found.gateway.ask(request, served_within=found.served_within)
        if reply.status == "rejected" and reply.error and not taken:
            return reply
        taken.append(reply)
        until = asyncio.get_running_loop().time() + _ENDING_S
        while reply.status == "accepted" and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(_LOOK_S)
            reply = await found.gateway.ask(asking.status_request(command_id))
        return reply

    try:
        return await persist(call, _STATUS_WITHIN)
    except NotServedError as error:
        raise _unserved(error) from error


async def _faults_as_replies(work: Coroutine[Any, Any, Reply]) -> Reply:
    """Return the reply, or a fault of reaching the gateway in the form of one."""
    try:
        return await work
    except RuntimeFault as fault:
        message, _, hint = f"{fault}".partition(_HINT)
        error = Error(code=Code.UNAVAILABLE, message=message, hint=hint or "See `acg doctor`.")
        return Reply(status="failed", error=error)


def _unserved(error: NotServedError) -> NotServedError:
    return NotServedError(
        f"{error}{_HINT}start the functions with `acg up`, or `acg serve accept …`; "
        "`acg doctor` says what is missing"
    )


def _interrupted(command_id: str | None, request: RunRequest, *, own: bool) -> None:
    if command_id is None:
        say(
            "acg: interrupted before the gateway took it. If it has taken it after all, "
            f"the same request with --key {request.idempotency_key} gives its answer"
        )
        return
    if own:
        say("acg: interrupted. What runs is finished; then the gateway of this call stops")
    else:
        say("acg: interrupted. The command goes on without you")
    say(f"  how it went: acg status {command_id}")
