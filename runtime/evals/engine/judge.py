"""Judging what happened: each check against what was there before, and what is there after.

What is wrong is a sentence without its full stop; where all is well it is empty.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.docker.outcome import Outcome
from contracts.docker.parse import parse
from contracts.errors import Code
from contracts.requests import Reply
from runtime.evals.engine import checks
from runtime.evals.engine.seen import Seen

ASKED = frozenset({Code.AMBIGUOUS, Code.UNKNOWN_OBJECT})
"""Refusals that name what could be meant instead."""
SHOWN = 160
"""Characters of an answer that a sentence quotes."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One scenario until here: what was there before and after the request, and what came back.

    `ask` runs a docker line on the engine: for checks that look further.
    """

    before: Seen
    after: Seen
    reply: Reply
    ask: Callable[[str], Awaitable[Outcome]]

    @property
    def answer(self) -> str:
        """All that the caller was told: what docker printed, and why not."""
        told = [text for step in self.reply.steps for text in (step.stdout, step.stderr)]
        if error := self.reply.error:
            told += [error.message, error.hint, error.question or "", *error.options]
        return "\n".join(each for each in told if each)

    @property
    def lines(self) -> tuple[str, ...]:
        """The docker lines that ran, or would have."""
        return tuple(step.command for step in self.reply.steps)


async def wrong(check: checks.Check, happened: Happened) -> str:
    """Return what is not as a check has it."""
    match check:
        case checks.ContainerAbsent():
            there = check.name in happened.after.containers
            return f"{check.name} is still there" if there else ""
        case checks.OfContainer():
            found = happened.after.containers.get(check.name)
            return _container(check, found, happened) if found else f"{check.name} is not there"
        case checks.Exists():
            return _exists(check, happened.after)
        case checks.LinePrints():
            return _printed(check, await happened.ask(check.line))
        case _:
            return _reply(check, happened)


def others(happened: Happened, named: frozenset[str]) -> Iterator[str]:
    """Say which containers changed, came or went, that nobody named."""
    before, after = happened.before.runs(), happened.after.runs()
    for name in sorted((before.keys() | after.keys()) - named):
        if name not in after:
            yield f"{name} is gone, and no check says so"
        elif name not in before:
            yield f"{name} was made, and no check says so"
        elif before[name] != after[name]:
            yield f"{name} changed, and no check says so"


def _container(check: checks.Check, found: Mapping[str, Any], happened: Happened) -> str:
    match check:
        case checks.ContainerIs():
            return _is(check, found["State"])
        case checks.StartedAgain():
            return _started(check, found["State"], happened.before)
        case checks.Untouched():
            same = happened.before.runs().get(check.name) == happened.after.runs()[check.name]
            return "" if same else f"{check.name} is not as it was"
        case checks.LabelIs():
            there = (found["Config"]["Labels"] or {}).get(check.label)
            right = there == check.value
            return "" if right else f"{check.name}: its label {check.label} is {there!r}"
        case checks.SettingIs():
            there = _setting(check.setting, found)
            return "" if there == check.value else f"{check.name}: {check.setting} is {there!r}"
        case checks.OnNetwork():
            on = check.network in found["NetworkSettings"]["Networks"]
            right = on == check.connected
            return "" if right else f"{check.name} is {'' if on else 'not '}on {check.network}"
    raise TypeError(f"nothing judges {check.check}")


def _is(check: checks.ContainerIs, state: Mapping[str, Any]) -> str:
    there = {
        "state": state["Status"],
        "health": (state.get("Health") or {}).get("Status"),
        "exit_code": state["ExitCode"],
    }
    wanted = check.model_dump(include=set(there), exclude_none=True)
    off = [f"{key} {there[key]}, not {each}" for key, each in wanted.items() if there[key] != each]
    return f"{check.name} has {', '.join(off)}" if off else ""


def _started(check: checks.StartedAgain, state: Mapping[str, Any], before: Seen) -> str:
    if state["Status"] != "running":
        return f"{check.name} does not run"
    was = before.containers.get(check.name)
    again = was is None or state["StartedAt"] != was["State"]["StartedAt"]
    return "" if again else f"{check.name} was not started again"


def _setting(name: str, found: Mapping[str, Any]) -> object:
    limits = found["HostConfig"]
    match name:
        case "memory":
            return limits["Memory"]
        case "cpus":
            return limits["NanoCpus"] / 1e9
        case "restart":
            return limits["RestartPolicy"]["Name"] or "no"
        case _:
            return found["Config"]["Image"]


def _exists(check: checks.Exists, after: Seen) -> str:
    there = (
        check.name
        in {
            "network": after.networks,
            "volume": after.volumes,
            "image": after.images,
        }[check.kind]
    )
    if there == check.exists:
        return ""
    return f"the {check.kind} {check.name} is {'still' if there else 'not'} there"


def _printed(check: checks.LinePrints, outcome: Outcome) -> str:
    printed = (outcome.stdout + outcome.stderr).strip()
    if outcome.exit_code != check.exit_code:
        return f"`{check.line}` ends with {outcome.exit_code}: {printed[:SHOWN]!r}"
    return "" if check.contains in printed else f"`{check.line}` prints {printed[:SHOWN]!r}"


def _reply(check: checks.Check, happened: Happened) -> str:
    match check:
        case checks.AnswerContains():
            return _lacking(check, happened.answer)
        case checks.AnswerLacks():
            there = [each for each in check.texts if each in happened.answer]
            return f"the answer says {', '.join(there)}" if there else ""
        case checks.Ended():
            return _ended(check, happened.reply)
        case checks.AskedBack():
            return _asked(check, happened)
        case checks.Ran():
            verbs = tuple(parse(line).verb for line in happened.lines)
            ran = "; ".join(happened.lines) or "nothing"
            return "" if verbs == check.verbs else f"it ran {ran}"
    raise TypeError(f"nothing judges {check.check}")


def _lacking(check: checks.AnswerContains, told: str) -> str:
    missing = [each for each in check.all if each not in told]
    if check.any and not any(each in told for each in check.any):
        missing.append(" or ".join(check.any))
    return f"the answer lacks {', '.join(missing)}: {told[:SHOWN]!r}" if missing else ""


def _ended(check: checks.Ended, reply: Reply) -> str:
    code = reply.error.code if reply.error else None
    right = reply.status in check.status and (not check.codes or code in check.codes)
    if right and check.outcome in {None, reply.outcome}:
        return ""
    why = f" ({code}: {reply.error.message[:SHOWN]})" if reply.error else ""
    if reply.outcome == "failed":
        why = f" ({' '.join(step.stderr.strip() for step in reply.steps)[:SHOWN]})"
    return f"it ended as {reply.status}{f', {reply.outcome}' if reply.outcome else ''}{why}"


def _asked(check: checks.AskedBack, happened: Happened) -> str:
    error = happened.reply.error
    if error is None or error.code not in ASKED:
        return f"nothing was asked back: {'; '.join(happened.lines) or happened.reply.status}"
    missing = [each for each in check.options if not any(each in one for one in error.options)]
    return f"the question does not offer {', '.join(missing)}" if missing else ""
