"""The words of a request become steps: clause by clause, each fully understood or all refused."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from contracts.errors import Code, RefusedError
from contracts.world import World
from functions.generate.builtin.actions import HEADS, Meaning, meanings
from functions.generate.builtin.clauses import READ_HEADS, clauses_of, is_negated
from functions.generate.builtin.index import Index, Thing, index_of
from functions.generate.builtin.keywords import corrected
from functions.generate.builtin.lifecycle import BUILDERS as LIFECYCLE
from functions.generate.builtin.lifecycle import Builder
from functions.generate.builtin.objects import Scope, resolve
from functions.generate.builtin.outside import refuse_outside
from functions.generate.builtin.reads import read
from functions.generate.builtin.removal import BUILDERS as REMOVAL
from functions.generate.builtin.steps import Step
from functions.generate.builtin.text import LONGEST, plain, without_courtesy

BUILDERS: Mapping[str, Builder] = MappingProxyType({**LIFECYCLE, **REMOVAL})
"""What makes the commands of each action."""

_QUESTION = re.compile(
    r"^(?:what|which|who|whose|where|why|how|when|is|are|was|were|does|do|did|has|have|had|any)\b(?!\s+not\b)",
    re.IGNORECASE,
)
_NOUNS = re.compile(
    r"^(?:the\s+)?(?:restart\s+(?:counts?|polic(?:y|ies)|times?|history)|stop\s+(?:signal|timeout)|start\s+time|"
    r"(?:exit|kill)\s+(?:codes?|signal)|update\s+(?:history|log)|run\s+time|runtime|pull\s+(?:time|date))\b",
    re.IGNORECASE,
)
_UNDERSTOOD = (
    "list all containers",
    "show the last 50 lines of the logs of <name>",
    "restart <name>",
    "is <name> healthy?",
    "which container uses port <number>?",
    "inspect <name>",
)


def understand(
    words: str, world: World, *, target: str | None = None, host: str | None = None
) -> tuple[Step, ...]:
    """Return the commands for a request, in order.

    Raises RefusedError where any part of it is not understood, is ambiguous, names nothing that
    exists, or is no job of the gateway's.
    """
    if host is not None and host not in world.hosts:
        raise RefusedError(
            Code.UNKNOWN_HOST,
            f"There is no host {host!r}.",
            "Use one of the hosts in the options.",
            options=tuple(sorted(world.hosts)),
        )
    if len(words) > LONGEST:
        raise RefusedError(
            Code.NOT_UNDERSTOOD,
            f"The request is longer than {LONGEST} characters.",
            "Say in a sentence or two what should happen to which container.",
        )
    index = index_of(world, host)
    said = plain(words)
    scope = Scope(index=index, quoted=said.quoted)
    if target is not None:
        scope.target = resolve(target, scope)
    text = corrected(said.text, index, said.quoted)
    steps = tuple(_steps(text, scope))
    if not steps:
        raise not_understood(words)
    return steps


def _steps(text: str, scope: Scope) -> Iterator[Step]:
    before: str | None = None
    clauses = list(clauses_of(text))
    asked = text.rstrip().endswith("?")
    del asked
    refusals: list[RefusedError] = []
    done = 0
    for clause in clauses:
        bare = without_courtesy(clause)
        if not bare:
            continue
        refuse_unless_named(bare, scope.index)
        if is_negated(bare):
            if _contradicts(bare, before):
                raise not_understood(clause)
            continue
        if len(clauses) > 1 and _only_tells(bare) and _TELLS.search(bare):
            _remember(bare, scope)
            continue
        try:
            steps = _clause(bare, scope, before)
        except RefusedError as refused:
            if len(clauses) > 1 and _only_tells(bare):
                refusals.append(refused)
                _remember(bare, scope)
                continue
            raise
        done += 1
        if bare.split(" ", 1)[0].lower() in HEADS:
            before = bare
        for step in steps:
            yield step
        about = tuple(thing for step in steps for thing in step.about)
        if about:
            scope.last = about
    if not done and refusals:
        raise refusals[0]


def _only_tells(clause: str) -> bool:
    """Tell whether a clause orders nothing: `raj says his notebook died`."""
    words = [word.lower() for word in clause.split()]
    if _QUESTION.match(clause):
        return False
    return words[0] not in HEADS | READ_HEADS and not any(word in _ORDERS for word in words)


_TELLS = re.compile(
    r"\b(?:is|are|was|were|seems?|looks?|acts?|behaves?|says?|said|keeps?|has|have|died|crashed|hangs?|"
    r"hung|got|went|does|do|will|can|am|want|need|think|noticed|broke|stopped|misbehaves?|fails?|failed)\b",
    re.IGNORECASE,
)
_ORDERS = frozenset(
    """remove delete kill stop restart start pause unpause prune destroy wipe purge run exec create
    rename drop erase rm rmi push pull tag commit connect disconnect update limit set""".split()
)


def _remember(clause: str, scope: Scope) -> None:
    """Note what a telling clause speaks of, so that the next one may say `it`."""
    from functions.generate.builtin.mention import mentioned

    try:
        things = mentioned(clause, scope)
    except RefusedError:
        return
    if things:
        scope.last = things


def _contradicts(clause: str, before: str | None) -> bool:
    if before is None:
        return True
    verbs = {word.lower() for word in clause.split()} & HEADS
    return before.split(" ", 1)[0].lower() in verbs


def _clause(clause: str, scope: Scope, before: str | None) -> list[Step]:
    if (carried := _carried(clause, scope, before)) is not None:
        return carried
    if _QUESTION.match(clause) or _NOUNS.match(clause):
        steps = read(clause, scope)
        if steps is not None:
            return steps
        raise not_understood(clause)
    refusal: RefusedError | None = None
    for meaning in meanings(clause):
        builder = BUILDERS.get(meaning.action)
        if builder is None:
            continue
        try:
            return builder(meaning, scope)
        except RefusedError as refused:
            if refused.error.code is Code.AMBIGUOUS:
                raise
            refusal = refusal or refused
    head = clause.split(" ", 1)[0].lower()
    if head not in HEADS or head in READ_HEADS:
        steps = read(clause, scope)
        if steps is not None:
            return steps
        raise refusal or not_understood(clause)
    raise refusal or not_understood(clause)


def _carried(clause: str, scope: Scope, before: str | None) -> list[Step] | None:
    """Read `then its database` with the verb of the clause before."""
    first = clause.split(" ", 1)[0].lower()
    if before is None or first in HEADS | READ_HEADS or _QUESTION.match(clause):
        return None
    head = before.split(" ", 1)[0]
    if head.lower() not in HEADS:
        return None
    for meaning in meanings(f"{head} {clause}"):
        if (builder := BUILDERS.get(meaning.action)) is not None:
            return builder(meaning, scope)
    return None


def refuse_unless_named(clause: str, index: Index) -> None:
    """Refuse what is outside of the gateway's job, unless its words are names that exist."""
    refuse_outside(clause, index.is_word)


def not_understood(words: str) -> RefusedError:
    """Return that the words mean nothing here, with what would be understood."""
    shown = words if len(words) <= 80 else words[:77] + "..."
    return RefusedError(
        Code.NOT_UNDERSTOOD,
        f"{shown!r} is not understood.",
        "Say what to do with which container in one of the forms of the options.",
        options=_UNDERSTOOD,
    )


__all__ = ["BUILDERS", "Meaning", "Thing", "understand"]
