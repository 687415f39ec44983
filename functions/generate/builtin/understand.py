"""The words of a request become steps: clause by clause, each fully understood or all refused."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

from contracts.asking import is_question
from contracts.errors import Code, RefusedError
from contracts.world import World
from functions.generate.aliases import NO_ALIASES, Aliases
from functions.generate.builtin.actions import HEADS, ORDER_HEADS, Meaning, meanings
from functions.generate.builtin.answers import UnknownObjectError
from functions.generate.builtin.changes import BUILDERS as CHANGES
from functions.generate.builtin.clauses import READ_HEADS, asked, clauses_of, is_negated
from functions.generate.builtin.creation import BUILDERS as CREATION
from functions.generate.builtin.cues import ASKED
from functions.generate.builtin.doubts import (
    asks_whether,
    is_no_object,
    refuse_doubtful,
    refuse_taken_back,
)
from functions.generate.builtin.index import Thing, index_of
from functions.generate.builtin.keywords import corrected
from functions.generate.builtin.languages import english
from functions.generate.builtin.lifecycle import BUILDERS as LIFECYCLE
from functions.generate.builtin.lifecycle import Builder
from functions.generate.builtin.loosely import in_other_words
from functions.generate.builtin.mention import mentioned
from functions.generate.builtin.modifiers import take_grace
from functions.generate.builtin.objects import resolve
from functions.generate.builtin.outside import refuse_outside
from functions.generate.builtin.policies import BUILDERS as POLICIES
from functions.generate.builtin.reads import read
from functions.generate.builtin.removal import BUILDERS as REMOVAL
from functions.generate.builtin.scope import Scope, Things
from functions.generate.builtin.steps import Step, changes
from functions.generate.builtin.telling import (
    left_alone,
    remember,
    says,
    sets_out,
    sets_scene,
    tells,
)
from functions.generate.builtin.text import LONGEST, plain, squeeze, without_courtesy

BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {**LIFECYCLE, **REMOVAL, **CHANGES, **POLICIES, **CREATION}
)
"""What makes the commands of each action."""

_QUESTION = re.compile(
    r"^(?:anything|something|everything|what|which|who|whose|where|why|how|when|is|are|was|were|does|do(?!\s+(?:an?|the|away)\s)|did|has|have|had|any)\b(?!\s+not\b)",
    re.IGNORECASE,
)
_REASON = re.compile(
    r" ,? ?(?:because|while (?:i|we|they|you)\b|since (?:it|they|he|she|the|we|i|this|that)"
    r"|so (?:that )?(?:i|we|it|they)"
    r"|as (?:it|they)|due to|in order to"
    r"|to (?:save|free|reclaim|gain|get|make|recover|win)(?: up| back)?(?: some| more)? (?:disk "
    r"|the )*"
    r"(?:space|room|memory|ram)|until (?:i|we|he|she|they|somebody|someone|further) "
    r"|for (?:maintenance|debugging|testing|an upgrade|the upgrade))\b.*$",
    re.IGNORECASE,
)
"""Why something is to be done changes nothing of what is to be done."""
_NOUNS = re.compile(
    r"^(?:the\s+)?(?:(?:restart|stop|start|pause|kill|update|exit|run|pull|wait|removal?|rename|creat\w+|commit)"
    r"\s+(?:(?:times?|counts?|signals?|polic(?:y|ies)|reasons?|codes?|timeouts?|durations?|dates?|grace)\b"
    r"(?!\s+(?!of|for|on|between|in|is|was|are)\w)"
    r"|(?:commands?|between|state|status|history|logs?|events?|messages?|behaviou?rs?|causes?|orders?|options?"
    r"|scripts?|procedures?|periods?)\s+(?:of|for|on|between|in)\b)|runtime\b)",
    re.IGNORECASE,
)
_TOUCHED = re.compile(r"\b(?:touch|affect|change|harm|bother|disturb|mess|hit)\b", re.IGNORECASE)
_NOT_TO = re.compile(
    r"\b(?:touch|affect|harm|hit|change|restart|stop|start|remove|delete|kill|pause|bother|disturb|leave|mess|with)\b",
    re.IGNORECASE,
)
_SHOWN = 80
_UNDERSTOOD = (
    "list all containers",
    "show the last 50 lines of the logs of <name>",
    "restart <name>",
    "is <name> healthy?",
    "which container uses port <number>?",
    "inspect <name>",
)


def understand(
    request: str,
    world: World,
    *,
    target: str | None = None,
    host: str | None = None,
    aliases: Aliases = NO_ALIASES,
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
    if len(request) > LONGEST:
        raise RefusedError(
            Code.NOT_UNDERSTOOD,
            f"The request is longer than {LONGEST} characters.",
            "Say in a sentence or two what should happen to which container.",
        )
    index = index_of(world, host, aliases)
    said = plain(request)
    scope = Scope(index=index, quoted=said.quoted)
    if target is not None:
        scope.target = resolve(target, scope)
    text = english(said.text)
    refuse_taken_back(text)
    for part in clauses_of(text):
        # Once as it was typed: `post` is not yet a mistyped `port`.
        bare = without_courtesy(part)
        only_tells = bare != squeeze(text) and not _asks(bare) and says(part)
        asks = _QUESTION.match(bare) is not None
        refuse_outside(part, index.is_word, asked=asks, told=only_tells)
    text = corrected(text, index, said.quoted)
    try:
        steps = tuple(_steps(text, scope))
    except UnknownObjectError as refused:
        raise refused.with_options(index) from None
    if not steps:
        raise not_understood(request)
    return steps


class _Request:
    """The clauses of a request, one after the other; what each says binds those beside it."""

    def __init__(self, clauses: list[str], whether: list[bool], scope: Scope) -> None:
        self._clauses = clauses
        self._whether = whether
        self._scope = scope
        self._order: str | None = None
        self._done: list[Step] = []
        self._kept: set[Thing] = set()

    def steps(self) -> Iterator[Step]:
        """Yield the commands, in order; one that is said twice in a row comes once."""
        for position, clause in enumerate(self._clauses):
            refuse_outside(
                clause,
                self._scope.index.is_word,
                asked=_QUESTION.match(clause) is not None,
                told=not _asks(clause) and says(clause),
            )
            if self._asks_for_nothing(position, clause):
                self._keep_to(clause, self._done)
                continue
            steps = self._steps_of(position, clause)
            if steps is None:
                continue
            if self._whether[position] and any(map(changes, steps)):
                raise asks_whether()
            if _head(clause) in HEADS:
                self._order = clause
            self._keep_to(clause, steps)
            for step in steps:
                if not self._done or step != self._done[-1]:
                    self._done.append(step)
                    yield step
            self._scope.speak_of(tuple(thing for step in steps for thing in step.about))

    def _steps_of(self, position: int, clause: str) -> list[Step] | None:
        """Return the commands of a clause; None where it only sets the scene for the others."""
        try:
            return _clause(clause, self._scope, self._order)
        except RefusedError as refused:
            unclear = refused.error.code in {Code.NOT_UNDERSTOOD, Code.UNKNOWN_OBJECT}
            later = any(_asks(each) for each in self._clauses[position + 1 :])
            if not (unclear and later) or self._done or not sets_scene(clause, self._scope):
                raise
            remember(clause, self._scope)
            return None

    def _keep_to(self, clause: str, steps: list[Step]) -> None:
        if any(not self._kept.isdisjoint(step.about) for step in steps):
            raise not_understood(clause)

    def _asks_for_nothing(self, position: int, clause: str) -> bool:
        """Note what a clause says that is no order: what to leave alone, what is the matter."""
        scope, several = self._scope, len(self._clauses) > 1
        if several and (alone := left_alone(clause, scope)) is not None:
            self._kept.update(alone)
        elif is_negated(clause):
            self._negated(clause, several=several)
        elif several and not self._done and sets_out(clause, scope):
            pass
        elif several and _only_tells(clause, position, self._clauses, scope):
            remember(clause, scope)
        else:
            return False
        return True

    def _negated(self, clause: str, *, several: bool) -> None:
        first = self._order is None
        if _TOUCHED.search(clause) or (first and several):
            self._kept.update(_untouched(clause, self._scope))
        elif _contradicts(clause, self._order):
            raise not_understood(clause)


def _steps(text: str, scope: Scope) -> Iterator[Step]:
    parts = _with_objects([asked(part) for part in clauses_of(text)])
    for part in parts:
        refuse_doubtful(part)
        refuse_outside(
            part,
            scope.index.is_word,
            asked=_QUESTION.match(part) is not None,
            told=len(parts) > 1 and not _asks(without_courtesy(part)) and says(part),
        )
    spoken = [(part, bare) for part in parts if (bare := without_courtesy(part))]
    whether = [is_question(part) and not _DOES.match(part) for part, _ in spoken]
    return _Request([bare for _, bare in spoken], whether, scope).steps()


_DOES = re.compile(r"(?:do|have) (?:an?|the|my|our)\b", re.IGNORECASE)
"""Begins an order as well: `do a restart of web`, `have the api restarted`."""


def _with_objects(parts: list[str]) -> list[str]:
    """Return `stop and remove web` as `stop web` and `remove it`."""
    for position, (part, after) in enumerate(pairwise(tuple(parts))):
        verb, _, said = without_courtesy(after).partition(" ")
        if part.lower() in HEADS and verb.lower() in HEADS and said:
            parts[position], parts[position + 1] = f"{part} {said}", f"{verb} it"
    return parts


def _untouched(clause: str, scope: Scope) -> Things:
    """Return what is not to be changed: `don't touch the api`. Raises RefusedError if not known."""
    if things := mentioned(_NOT_TO.sub(" ", clause), scope, group=True):
        return things
    raise not_understood(clause)


def _only_tells(clause: str, position: int, clauses: list[str], scope: Scope) -> bool:
    if _QUESTION.match(clause):
        return False
    later = any(_asks(each) for each in clauses[position + 1 :])
    earlier = any(_asks(each) for each in clauses[:position])
    return (later or earlier) and tells(clause, scope, before_any_order=not earlier)


def _asks(clause: str) -> bool:
    return _QUESTION.match(clause) is not None or _head(clause) in ORDER_HEADS | READ_HEADS


def _head(clause: str) -> str:
    return clause.split(" ", 1)[0].lower()


def _contradicts(clause: str, before: str | None) -> bool:
    if before is None:
        return True
    verbs = {word.lower() for word in clause.split()} & HEADS
    return _head(before) in verbs


def _clause(clause: str, scope: Scope, before: str | None) -> list[Step]:
    if (carried := _carried(clause, scope, before)) is not None:
        return carried
    if _QUESTION.match(clause) or _NOUNS.match(clause):
        steps = read(clause, scope)
        if steps is None and _head(clause) in {"have", "do"}:
            steps, _ = _ordered(_orders(clause), scope)
        if steps is not None:
            return steps
        raise not_understood(clause)
    steps, refusal = _ordered(_orders(_REASON.sub("", clause)), scope)
    if steps is None:
        others = (meaning for order in in_other_words(clause) for meaning in _orders(order))
        steps, _ = _ordered(others, scope)
    head = _head(clause)
    looks = head in READ_HEADS or (head not in HEADS and ASKED.search(clause) is not None)
    if steps is None and refusal is None and looks:
        steps = read(clause, scope)
    if steps is None:
        raise refusal or not_understood(clause)
    return steps


def _ordered(
    orders: Iterator[Meaning], scope: Scope
) -> tuple[list[Step] | None, RefusedError | None]:
    """Return the steps of the first order that can be made, or why the first one can not.

    Raises RefusedError with AMBIGUOUS where an order is understood and its object is open.
    """
    refusal: RefusedError | None = None
    for meaning in orders:
        builder = BUILDERS.get(meaning.action)
        if builder is None:
            continue
        if is_no_object(meaning.slots.get("x", ""), scope.index.names):
            refusal = refusal or not_understood(meaning.text)
            continue
        try:
            return builder(meaning, scope), None
        except RefusedError as refused:
            if refused.error.code is Code.AMBIGUOUS:
                raise
            refusal = refusal or refused
    return None, refusal


def _orders(clause: str) -> Iterator[Meaning]:
    """Yield what an order may mean; a grace period may stand where no template has it."""
    found = False
    for meaning in meanings(clause):
        found = True
        yield meaning
    if found:
        return
    if clause.lower() in HEADS:
        alone = {*LIFECYCLE, "rm"}
        yield from (each for each in meanings(f"{clause} it") if each.action in alone)
    rest, grace = take_grace(clause)
    if grace is not None:
        for meaning in meanings(without_courtesy(rest)):
            yield replace(meaning, slots={**meaning.slots, "grace": str(grace)})


def _carried(clause: str, scope: Scope, before: str | None) -> list[Step] | None:
    """Read `then its database` with the verb of the clause before."""
    first = _head(clause)
    if before is None or first in HEADS | READ_HEADS or _QUESTION.match(clause):
        return None
    if says(clause):
        return None
    head = before.split(" ", 1)[0]
    if head.lower() not in HEADS:
        return None
    for meaning in meanings(f"{head} {clause}"):
        if (builder := BUILDERS.get(meaning.action)) is not None:
            return builder(meaning, scope)
    return None


def not_understood(said: str) -> RefusedError:
    """Return that the words mean nothing here, with what would be understood."""
    shown = said if len(said) <= _SHOWN else said[: _SHOWN - 3] + "..."
    return RefusedError(
        Code.NOT_UNDERSTOOD,
        f"{shown!r} is not understood.",
        "Say what to do with which container in one of the forms of the options.",
        options=_UNDERSTOOD,
    )
