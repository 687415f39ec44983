"""Orders that change the state of containers: restart, stop, start, pause, kill, rename, wait."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from contracts.errors import Code, RefusedError
from contracts.world import Container
from functions.generate.builtin.actions import Meaning
from functions.generate.builtin.answers import shown
from functions.generate.builtin.index import Thing
from functions.generate.builtin.modifiers import take_grace, take_signal
from functions.generate.builtin.objects import resolve
from functions.generate.builtin.scope import Fit, Scope
from functions.generate.builtin.steps import Step, plain_step, together

Builder = Callable[[Meaning, Scope], list[Step]]

_GROUP = re.compile(r"\b(?:project|stack|everything|all)\b", re.IGNORECASE)
_ON_SOMETHING = re.compile(r"\s(?:on|in|at|for|against)\s", re.IGNORECASE)
_NEW_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def _state(*states: str) -> Fit:
    return lambda each: each.state in states


_FITS: Mapping[str, Fit] = MappingProxyType(
    {
        "restart": _state("running", "restarting", "paused"),
        "stop": _state("running", "restarting", "paused"),
        "kill": _state("running", "restarting", "paused"),
        "pause": _state("running"),
        "unpause": _state("paused"),
        "start": _state("exited", "created"),
    }
)


def change(meaning: Meaning, scope: Scope) -> list[Step]:
    """Change the state, with the signal and the grace that were said."""
    verb, said = meaning.action, meaning.slots["x"]
    signal = grace = None
    if verb in {"stop", "restart", "kill"}:
        said, grace = take_grace(said)
        said, signal = take_signal(said)
    if "grace" in meaning.slots:
        grace = int(meaning.slots["grace"])
    things = resolve(said, scope, fit=_FITS[verb])
    if verb == "stop" and signal == "SIGKILL":
        verb, signal = "kill", None
    if verb == "kill" and grace is not None:
        verb = "stop"
    words = [verb]
    if signal and not (verb == "kill" and signal in {"SIGKILL", "9"}):
        words += ["--signal", signal]
    if grace is not None:
        words += ["--timeout", str(grace)]
    return together(words, things)


def send_signal(meaning: Meaning, scope: Scope) -> list[Step]:
    """Send a signal by its name or number."""
    _, signal = take_signal("with signal " + re.sub(r"(?i)\bsignal\b", "", meaning.slots["s"]))
    if signal is None:
        raise RefusedError(
            Code.NOT_UNDERSTOOD,
            f"{meaning.slots['s']!r} is no signal.",
            "Name a signal such as SIGHUP, SIGTERM or SIGUSR1.",
        )
    words = ["kill"] if signal == "SIGKILL" else ["kill", "--signal", signal]
    return together(words, resolve(meaning.slots["x"], scope, fit=_FITS["kill"]))


def take_down(meaning: Meaning, scope: Scope) -> list[Step]:
    """Stop one; of a project it may mean to stop or to remove, so that is asked."""
    said = meaning.slots["x"]
    phrase = scope.read(said)
    if phrase.group:
        projects = sorted(scope.index.projects.values())
        raise RefusedError(
            Code.AMBIGUOUS,
            f"To take {said!r} down may mean to stop its containers, or to remove them.",
            "Say stop or remove, and the project's name.",
            question="Stop the containers, or remove them?",
            options=tuple(f"stop the {project} project" for project in projects),
        )
    return change(replace(meaning, action="stop"), scope)


def wake(meaning: Meaning, scope: Scope) -> list[Step]:
    """Unpause what is paused, start what is not running, else restart."""
    said = meaning.slots["x"]
    if _ON_SOMETHING.search(said):
        raise RefusedError(
            Code.NOT_UNDERSTOOD, f"{meaning.text!r} is not understood.", "Say: start <name>."
        )
    things = resolve(said, scope)
    frozen = [thing for thing in things if thing.container and thing.container.state == "paused"]
    alive = [thing for thing in things if thing.container and thing.container.state == "running"]
    rest = [thing for thing in things if thing not in (*frozen, *alive)]
    return [
        *together(["unpause"], frozen),
        *together(["restart"], alive),
        *together(["start"], rest),
    ]


def rename(meaning: Meaning, scope: Scope) -> list[Step]:
    """Give one container a new name, which `it` then means."""
    (thing,) = one(resolve(meaning.slots["x"], scope), meaning.slots["x"])
    name = new_name(meaning.slots["n"])
    renamed = Thing(thing.kind, thing.host, name, thing.container)
    scope.made[name] = renamed
    return [plain_step("rename", thing.name, name, about=(renamed,), host=thing.host)]


def wait(meaning: Meaning, scope: Scope) -> list[Step]:
    """Wait until containers stop."""
    return together(["wait"], resolve(meaning.slots["x"], scope))


def one(things: tuple[Thing, ...], said: str) -> tuple[Thing]:
    """Return the one thing; several are a question."""
    if len(things) != 1:
        raise RefusedError(
            Code.AMBIGUOUS,
            f"{said!r} means {len(things)} objects, and this works on one.",
            "Name one of them.",
            question=f"Which one do you mean by {said!r}?",
            options=shown(things),
        )
    return (things[0],)


def new_name(said: str) -> str:
    """Return a name that docker takes for a new object.

    Raises RefusedError with NOT_UNDERSTOOD where it is none.
    """
    words = [word for word in said.split() if word.lower() not in {"the", "name", "called"}]
    if len(words) != 1 or not _NEW_NAME.fullmatch(words[0]):
        raise RefusedError(
            Code.NOT_UNDERSTOOD,
            f"{said!r} is no name that docker takes.",
            "Use letters, digits, dots, dashes and underscores, and begin with a letter or digit.",
        )
    return words[0]


def running(each: Container) -> bool:
    """Tell whether a container's processes exist."""
    return each.state in {"running", "restarting", "paused"}


BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        **dict.fromkeys(_FITS, change),
        "signal": send_signal,
        "down": take_down,
        "wake": wake,
        "rename": rename,
        "wait": wait,
    }
)
