"""Clauses that ask for nothing: what is told before an order, and reasons after it.

`the shop is down, restart the web container`: the first clause only says why. What it speaks of is
remembered, so that the next one may say `it`. A clause that may bind the order (`the database
stays`, `only the second one`) is never passed over.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from contracts.errors import RefusedError
from functions.generate.builtin.actions import ORDER_HEADS
from functions.generate.builtin.clauses import READ_HEADS, is_negated
from functions.generate.builtin.index import Kind
from functions.generate.builtin.mention import chunks_of, mentioned
from functions.generate.builtin.objects import THE_REST, resolve
from functions.generate.builtin.phrase import STATES
from functions.generate.builtin.scope import Scope, Things
from functions.generate.builtin.vocabulary import COMMON, cue, words

_TELLS = cue(
    r"""
    (?<=\w )(?:is|are|was|were|seems?|looks?|acts?|behaves?|says?|said|keeps?|has|have|had|died|got|
    crashed|hangs?|hung|went|forgot|left|made|ran|came|began|took|broke|froze|lost|saw|found|felt|
    thinks?|knows?|needs|wants|flaps?|leaks?|eats?|burns?|throws?|spits?|hogs?|grows?|grew|crawls?|
    sounds?|feels?|stinks?|sucks?|loads?|responds?|answers?|works?|restarts|starts|stops|dies|does|
    do|did|will|can|am|want|need|think|noticed|stopped|fails?|misbehaves?|failed|gets?|gives?|gave|
    goes|suspect|believe|guess|just|uses?|runs?|asked|asks|told|tells|reported|reports?|
    complains?|[a-z]{3,}ing|[a-z]{3,}ed)
    """
)
_ORDERS = words(
    """
    remove delete kill stop restart start pause unpause prune destroy wipe purge exec create
    rename drop erase rm rmi push pull tag commit connect disconnect update limit set reboot
    """
)
_WANTS = re.compile(
    r"\b(?:needs?|should|must|has to|have to|could use|ought to|deserves?"
    r"|wants?)\b.*?\b(?:re)?(?:start|boot|stop"
    r"|kick|bounce|be \w+(?:ed|n)|come back)\b",
    re.IGNORECASE,
)
"""A statement that is an order: `the cache needs a restart`."""
_IS = cue("is | are | was | were | has | have | had | does | do | did | seems? | looks? | keeps?")
_NO_ORDER = cue(
    rf"""
    (?:ignor\w+|after|the|a|an|every|each|last|on|of|not|to|can not|fails to|refuses to|will not|
    does not|did not|never|won't|keeps|kept|no|since|endless|constant|many|its|another|recent|
    graceful|unexpected) (?:{"|".join(sorted(_ORDERS))})(?! (?:it|them|the|that|this)\b)
    """
)
_BINDS = cue(
    r"""
    stays? | staying | keep(?! \w+ing\b) | keeps (?:running|its|their) | leave | left alone |
    only | except |
    untouched | remains? (?:up|running|on|as|in|there|untouched) | alone | others? | rest |
    instead | unless | until | till | excluding | but | without | safe | skip | spare | ignore |
    must not | should not | may not | can not be | at most | at least
    """
)
_ORDERS_TIME = cue("first | last | before | after | then")
_KINDS: tuple[Kind, ...] = ("container", "volume", "network", "image")
_KIND: Mapping[str, Kind] = MappingProxyType({kind: kind for kind in _KINDS})
_TALK = cue(
    r"""
    i will wait | waiting | thank you .* | thanks .* | cheers .* | let me know .* | no rush |
    it is urgent | this is urgent | high priority | sorry .* | my bad | good job | well done |
    please help | help me | help | help please | any idea | any ideas | emergency |
    good (?:morning|afternoon|evening|night)(?: \w+){0,2} | morning(?: \w+)? | incident .*
    """
)


_OF_THESE = re.compile(
    r"(?:out )?(?:of|among|from|between) (?:the |these |those )?(?P<kind>container|volume|image"
    r"|network)s?"
    r" (?P<x>.+)",
    re.IGNORECASE,
)
_SWAP = re.compile(
    r"(?:replace|swap|swap out|exchange|recreate|redo|renew|upgrade|update|move) (?P<x>\S.*)",
    re.IGNORECASE,
)


def sets_out(clause: str, scope: Scope) -> bool:
    """Note what the orders after a clause are about: `of the volumes a and b`, `replace web`.

    Return whether it is such a clause and names what exists.
    """
    of_these, swap = _OF_THESE.fullmatch(clause), _SWAP.fullmatch(clause)
    match = of_these or swap
    if match is None:
        return False
    kind = _KIND[of_these.group("kind").lower()] if of_these else "container"
    try:
        scope.speak_of(resolve(match.group("x"), scope, kind, group=of_these is not None))
    except RefusedError:
        return False
    return True


def says(clause: str) -> bool:
    """Tell whether a clause has a verb that says something, and orders nothing."""
    return _TELLS.search(clause) is not None


def tells(clause: str, scope: Scope, *, before_any_order: bool) -> bool:
    """Tell whether a clause only tells something: `raj says his notebook died`.

    Before an order anything may be told, after it only what is clearly a statement: the words
    there may be about how the order is meant.
    """
    head = clause.split(" ", 1)[0].lower()
    if _TALK.fullmatch(clause):
        return True
    said = _NO_ORDER.sub(" ", clause) if _TELLS.search(clause) else clause
    if head in ORDER_HEADS | READ_HEADS or not _ORDERS.isdisjoint(said.lower().split()):
        return False
    if _BINDS.search(clause) or is_negated(clause) or _WANTS.search(clause):
        return False
    if not before_any_order and not _IS.search(clause) and resolves(clause, scope):
        # "and after that both booking apis": what is named after an order is for that order.
        return False
    if before_any_order:
        return bool(_TELLS.search(clause)) or resolves(clause, scope)
    return bool(_TELLS.search(clause)) and not _ORDERS_TIME.search(clause)


KEPT = re.compile(
    r"(?:but |and |please |just )*(?:(?:keep|leave|spare|preserve|retain|skip|ignore)\s+(?P<x>.+?)"
    r"|(?P<y>.+?)\s+(?:must|should|has to|have to|needs? to|is to|are to|can|may|shall)?\s*"
    r"(?:stays?|remains?|keeps? running|be kept|be left(?: alone| as (?:it|they) (?:is|are))?"
    r"|not be touched)\b.*)"
    r"(?:\s+(?:alone|untouched|as (?:it|they) (?:is|are)|as is|running|up|in place"
    r"|out(?: of (?:it|this))?|be"
    r"|please|for now))*",
    re.IGNORECASE,
)
"""What says that something is to be left as it is."""


def left_alone(clause: str, scope: Scope) -> Things | None:
    """Return what a clause wants left alone; nothing in particular for `the others`.

    None where it is no such clause. Raises RefusedError where it is not clear what it means.
    """
    match = KEPT.fullmatch(clause)
    if match is None:
        return None
    said = match.group("x") or match.group("y")
    if THE_REST.fullmatch(said):
        return ()
    if match.group("y") and said.lower() in {"it", "they", "this", "that"}:
        # It stays on this network, in this state: the object itself is what is changed.
        return ()
    kinds = {thing.kind for thing in scope.last} or {"container"}
    for kind in (*sorted(kinds), *_KINDS):
        try:
            return resolve(said, scope, kind, group=True)
        except RefusedError:
            continue
    return resolve(said, scope, group=True)


def resolves(clause: str, scope: Scope) -> bool:
    """Tell whether a clause without a verb names objects: `the shop frontend`."""
    try:
        return bool(resolve(clause, scope, group=True))
    except RefusedError:
        return False


_DETERMINED = words(
    """
    the a an my our your his her its their this that these those some any every each all no both
    nobody somebody someone everybody everyone i we you he she it they there here one two three
    """
)
_OBJECT_FOLLOWS = words("the a an my our your this that these those it them all every everything")


def sets_scene(clause: str, scope: Scope) -> bool:
    """Tell whether a clause that is not understood only says what is the matter.

    `blog white screen again` does, as far as words show it; `flush the cache` and `reload haproxy`
    do not.
    """
    said = clause.lower().split()
    if not _ORDERS.isdisjoint(said) or _BINDS.search(clause) or is_negated(clause):
        return False
    if _ORDERS_TIME.search(clause) or said[0] in ORDER_HEADS | READ_HEADS:
        return False
    if said[0] in _DETERMINED or len(said) == 1:
        return len(said) > 1
    if scope.index.is_word(said[0]):
        return True
    return said[1] not in _OBJECT_FOLLOWS and not scope.index.is_word(said[1])


def remember(clause: str, scope: Scope) -> None:
    """Note what a telling clause speaks of, so that the next one may say `it`."""
    for kind in _KINDS:
        shelf = scope.index.shelf(kind)
        named = [shelf.things[p] for word in clause.split() for p in shelf.named(word)]
        if len(named) == 1:
            scope.speak_of(tuple(named))
            return
    clause = _TELLS.sub(
        lambda match: match.group() if _is_kept(match.group().lower(), scope) else ",", clause
    )
    try:
        scope.speak_of(mentioned(clause, scope) or ())
    except RefusedError:
        # What is only told need not be understood; an order that says `it` then asks.
        scope.last = scope.before = ()
        chunks = chunks_of(clause, scope)
        found = {thing for chunk in chunks for thing in _of_chunk(chunk, scope)}
        if len(found) == 1:
            scope.speak_of(tuple(found))
            return
        scope.told = tuple(
            word.lower() for chunk in chunks for word in chunk.split() if word.lower() not in COMMON
        )


def _is_kept(word: str, scope: Scope) -> bool:
    return word in STATES or scope.index.is_word(word)


def _of_chunk(chunk: str, scope: Scope) -> Things:
    try:
        return resolve(chunk, scope)
    except RefusedError:
        return ()
