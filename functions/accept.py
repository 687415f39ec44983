"""Accept: take a request, give it its identity, begin its history.

    gateway.run.<caller>    -> accept -> command.requested
    gateway.status.<caller> -> accept -> the caller's inbox
    gateway.output.<caller> -> accept -> the caller's inbox
    gateway.cancel.<caller> -> accept -> command.cancelled

A request that is not well-formed, or carries a secret, is answered and never stored. The same
idempotency key from the same caller gives the same command id, so a repeated request begins
nothing twice.
"""

import asyncio
import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from contracts.answer import Printout, standing
from contracts.asking import is_question
from contracts.docker.risk import Risk
from contracts.errors import Code, RefusedError
from contracts.events import CommandCancelled, CommandRequested
from contracts.lifecycle import Command
from contracts.plan import by_step
from contracts.requests import (
    Caller,
    CancelRequest,
    OutputPage,
    OutputRequest,
    Reply,
    RunRequest,
    StatusRequest,
)
from runtime import function, open_detectors, refuse_secrets

_ID_LENGTH = 26
# Five bits of each byte; `base64` takes four times as long.
_BASE32 = b"abcdefghijklmnopqrstuvwxyz234567" * 8


@function(opens=open_detectors)
async def accept(
    request: RunRequest | StatusRequest | OutputRequest | CancelRequest,
    _: None,
    caller: Caller,
    history: Command | None,
    printed: Printout,
    page: OutputPage,
) -> CommandRequested | CommandCancelled | Reply:
    if isinstance(request, StatusRequest):
        return status(request, caller, history, printed)
    if isinstance(request, OutputRequest):
        return output(request, caller, history, page)
    if isinstance(request, CancelRequest):
        return cancel(request, caller, history)
    if request.upload:  # a large one takes long to look through: others are served meanwhile
        await asyncio.to_thread(refuse_secrets, request)
    else:
        refuse_secrets(request)
    key = request.idempotency_key
    return CommandRequested(
        command_id=command_id(caller, key),
        caller=caller,
        words=request.request,
        line=request.command,
        target=request.target,
        host=request.host,
        context=request.context,
        priority=request.priority,
        source_id=request.source_id,
        mode=request.mode,
        max_risk=Risk.READ if is_question(request.request or "") else request.max_risk,
        deadline=datetime.now(UTC) + timedelta(seconds=request.deadline_s),
        request_digest=digest(caller, request),
        keyed=key is not None,
        hosts=request.hosts,
        max_parallel=request.max_parallel,
        upload=request.upload,
    )


def status(
    request: StatusRequest,
    caller: Caller,
    history: Command | None,
    printed: Printout,
) -> Reply:
    """Answer how far a command is."""
    if reply := standing(own(request.command_id, caller, history), printed):
        return reply
    raise unknown(request.command_id)


def output(
    request: OutputRequest, caller: Caller, history: Command | None, page: OutputPage
) -> Reply:
    """Answer with a page of what a command printed, and how far the command is."""
    command = own(request.command_id, caller, history)
    reply = standing(command)
    if reply is None:
        raise unknown(request.command_id)
    results = getattr(command.end.event, "results", ()) if command.end else ()
    claims = {number: each.claim for number, each in by_step(results).items()}
    kept = tuple(each for each in page.chunks if claims.get(each.step, each.claim) == each.claim)
    return reply.model_copy(update={"steps": (), "page": page.model_copy(update={"chunks": kept})})


def cancel(
    request: CancelRequest, caller: Caller, history: Command | None
) -> CommandCancelled | Reply:
    """Return that the caller wants no more of a command. Raises RefusedError where it has ended."""
    command = own(request.command_id, caller, history)
    if command.cancelled and not command.ended and (reply := standing(command)):
        return reply
    if command.ended:
        raise RefusedError(
            Code.ALREADY_ENDED,
            f"{request.command_id} has ended already: {command.state}.",
            "Nothing was stopped. Its status says what was done.",
        )
    return CommandCancelled(command_id=request.command_id, by=caller, reason=reason_of(request))


def reason_of(request: CancelRequest) -> str:
    """Return why a command is to be stopped, to be kept in the history.

    A reason with a secret in it is left out: it is no reason to let the command go on.
    """
    try:
        refuse_secrets(request)
    except RefusedError:
        return "(left out: it held what looks like a secret)"
    return request.reason


def own(command_id: str, caller: Caller, history: Command | None) -> Command:
    """Return the caller's command. Raises RefusedError: another's is as unknown as none."""
    first = history.last(CommandRequested) if history else None
    if history and first and first.caller == caller:
        return history
    raise unknown(command_id)


def unknown(command_id: str) -> RefusedError:
    """Return that a caller has no such command."""
    return RefusedError(
        Code.UNKNOWN_COMMAND_ID,
        f"You have no command {command_id}.",
        "Use the command_id of a reply of yours; commands are kept for 30 days.",
    )


def command_id(caller: str, key: str | None) -> str:
    """Return 26 characters of base32's 32, lower case: of caller and key, or random (130 bits)."""
    if key is None:
        token = secrets.token_bytes(_ID_LENGTH)
    else:
        token = hashlib.sha256(f"{caller}\0{key}".encode()).digest()[:_ID_LENGTH]
    return token.translate(_BASE32).decode()


def digest(caller: str, request: RunRequest) -> str:
    """Return what tells this request from another under one key; how it waits is no part of it."""
    wanted = request.model_dump_json(exclude={"wait"})
    return hashlib.sha256(f"{caller}\0{wanted}".encode()).hexdigest()
