"""A reply as a person or a program reads it."""

import json
import sys

from contracts.errors import Error
from contracts.requests import Prompt, Reply, StepReport
from runtime.cli.progress import milliseconds
from runtime.cli.terminal import (
    is_terminal,
    one_line,
    paint,
    pass_on,
    put,
    say,
    visible,
    write_json,
)

_ENDED = {
    "deadline": "ended at its deadline; --deadline sets another",
    "lines": "ended after as many lines as one command may print",
    "size": "ended after as many bytes as one command may print",
    "cancelled": "ended, as it was cancelled",
}
_RISKS = {"read": "green", "mutate": "yellow", "destroy": "red", "escape": "bold red"}


def as_json(reply: Reply) -> None:
    """Print a reply as one JSON document."""
    write_json(reply.model_dump_json(indent=2))


def show(reply: Reply) -> None:
    """Print what docker printed, then, at a terminal, what else is to be known.

    Through a pipe stdout has docker's stdout alone, of a plan its docker lines, of a command
    that is only accepted its id; docker's stderr and our own words go to stderr.
    """
    if reply.prompt:
        _prompt(reply.prompt)
        return
    if reply.status in {"planned", "held"}:
        _plan(reply)
    else:
        several = len({step.host for step in reply.steps}) > 1
        for step in reply.steps:
            _step(step, several=several)
    if reply.status == "accepted":
        _accepted(reply)
    if reply.status == "held":
        say(f"acg: held until people agree: acg status {reply.command_id}", "yellow")
    if reply.error:
        explain(reply.status, reply.error)
    if is_terminal(sys.stdout):
        _footer(reply)


def explain(status: str, error: Error) -> None:
    """Say why something was not done: code, sentence, and what may be done about it."""
    head = paint(f"acg: {status} ({error.code})", "bold red", sys.stderr)
    say(f"{head}: {_ours(error.message)}")
    if error.hint:
        say(f"  hint: {_ours(error.hint)}")
    if error.question:
        say(f"  question: {_ours(error.question)}")
    if error.options:
        say(f"  options: {', '.join(map(_ours, error.options))}")


def _ours(text: str) -> str:
    """Return a sentence of ours; the names in it came from outside."""
    return one_line(text) if is_terminal(sys.stderr) else text


def _step(step: StepReport, *, several: bool = False) -> None:
    terminal = is_terminal(sys.stdout)
    if (terminal or several) and step.exit_code is not None:
        say(f"$ {one_line(step.command)}{f'  on {step.host}' if several else ''}", "dim")
    pass_on(step.stdout, sys.stdout)
    pass_on(step.stderr, sys.stderr)
    if step.truncated:
        say("acg: this is not all that it printed: head and tail were kept", "yellow")
    if step.ended:
        say(f"acg: {_ENDED[step.ended]}", "dim")
    if step.exit_code and terminal:
        say(f"exit code {step.exit_code}", "red")


def _prompt(prompt: Prompt) -> None:
    """Print what leaves, message by message; to whom it goes is said beside it."""
    if not prompt.messages:
        say("acg: the builtin generator answers: nothing is sent to anybody")
        return
    models = ", ".join(map(one_line, prompt.models))
    say(f"acg: to {one_line(prompt.endpoint or '')}: {models} (instructions {prompt.digest})")
    for message in prompt.messages:
        say(f"-- {one_line(message.role)}", "dim")
        pass_on(message.content.rstrip("\n") + "\n", sys.stdout)
    if prompt.answer_schema is not None:
        say("-- the form of the answer", "dim")
        pass_on(json.dumps(prompt.answer_schema) + "\n", sys.stdout)


def _plan(reply: Reply) -> None:
    if not is_terminal(sys.stdout):
        for step in reply.steps:
            pass_on(step.command + "\n", sys.stdout)
        return
    wide = max((len(visible(step.command)) for step in reply.steps), default=0)
    for number, step in enumerate(reply.steps, 1):
        risk = paint(f"{step.risk:8}", _RISKS[step.risk], sys.stdout)
        line = f"{number:2}  {one_line(step.command):{wide}}  {risk}  on {step.host}"
        put(line.rstrip() + "\n")


def _accepted(reply: Reply) -> None:
    if is_terminal(sys.stdout):
        say(f"{reply.command_id} is {reply.stage}; `acg output -f {reply.command_id}` follows it")
    else:
        put(f"{reply.command_id}\n")


def _footer(reply: Reply) -> None:
    good = reply.status == "planned" or reply.outcome == "succeeded"
    said = [paint(reply.outcome or reply.status, "green" if good else "yellow", sys.stderr)]
    if reply.steps:
        worst = max((step.risk for step in reply.steps), key=list(_RISKS).index)
        hosts = ", ".join(dict.fromkeys(step.host for step in reply.steps))
        said += [paint(worst, _RISKS[worst], sys.stderr), hosts]
    if used := reply.generator:
        cached = ", cached" if used.cached else ""
        said.append(f"{used.kind}{f' {one_line(used.model)}' if used.model else ''}{cached}")
    if total := reply.timings.get("total"):
        stages = ", ".join(
            f"{stage} {milliseconds(spent)}"
            for stage, spent in reply.timings.items()
            if stage != "total"
        )
        said.append(f"{milliseconds(total)} ({stages})")
    if reply.command_id:
        said.append(reply.command_id)
    say(" · ".join(said))
