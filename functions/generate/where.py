"""The host that words name: "restart web on alpha", "was läuft auf alpha?", "在 alpha 上重启 web".

Only hosts that exist are looked for, and only behind or before a word that says "on": a word that
merely is a host's name may mean anything. A name that a container has as well is the container's.
A host that words rule out ("stop web, but not on alpha") is a question: where else is not said.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Protocol

from contracts.errors import Code, RefusedError
from contracts.selection import chosen
from contracts.world import World

_MACHINE = (
    r"(?:docker[\s-]?)?(?:host|server|machine|node|box|rechner|maschine|máquina|servidor|serveur)"
)
_BEFORE = r"(?:on|at|auf|en|sur)\s+(?:(?:the|dem|der|el|la|le)\s+)?"
_QUOTE = r"[\"'`]?"
# Between a word that rules out and what it rules out: "not the one on", "except for those on".
_PRONOUN = (
    r"(?:(?:the|that|those|these|ones?|just|even|for|at|any|all|what(?:ever)?|which|who|is|are|it"
    r"|der|die|das|den|denen|dem|la|los|las|el|lo|le|les|ceux|celui|celles?|qui|que)\s+){0,5}"
)
_NOT = (
    r"not|never|no|non|n't|isn't|aren't|nor|but|except(?:ing)?|excluding|exclude|without|save|minus"
    r"|besides?|than|(?:apart|aside|away|different)\s+from|(?:instead|outside)\s+of"
    r"|nicht|nie(?:mals)?|kein\w*|außer|ausser|ohne|bis|statt|pas|jamais|sauf|hormis|excepté|ni"
    r"|excepto|salvo|menos|nunca|jamás|sin"
    # A thing that something else stands on, and no place.
    r"|depend(?:s|ing)?|rel(?:y|ies|ying)|based|built"
)
_LEAVE = r"leave|keep|spare|skip|never|don't|do\s+not"
_RULED_OUT = re.compile(
    rf"(?<!\w)(?<!or )(?:{_NOT})[\s,]+{_PRONOUN}$|(?:不|别|非|除了?|勿)$"
    rf"|(?:[,;.]|\b(?:but|and))\s*(?:please\s+)?(?:{_LEAVE})\s(?:\S+\s+){{0,5}}$",
    re.IGNORECASE,
)
_LEFT_ALONE = re.compile(
    rf"[\s,;:]*(?:(?:{_LEAVE})(?!\w)|(?:not|nicht)\s*(?:$|[.,;!?])|नहीं|मत"
    r"|(?:it|they|that\s+one)\s+(?:must|should|has\s+to|have\s+to)\s+(?:keep|stay|remain|go|not)\b)",
    re.IGNORECASE,
)


class Asked(Protocol):
    """What is asked: words, and beside them the hosts that are meant."""

    @property
    def words(self) -> str | None:
        """What is wanted; None where it is a docker line."""

    @property
    def host(self) -> str | None:
        """The only host that is meant."""

    @property
    def hosts(self) -> str | None:
        """All hosts that are meant: names, labels, or `*`."""


def host_of(asked: Asked, world: World) -> str | None:
    """Return the host that is said, beside the words or in them. Raises RefusedError."""
    if not asked.words:
        return asked.host
    if asked.host is None and asked.hosts is None:
        return on_host(asked.words, world)
    pictures = chosen(asked.hosts, world) if asked.hosts else ()
    agree(asked.words, (asked.host,) if asked.host else [each.host for each in pictures], world)
    return asked.host


def on_host(words: str, world: World) -> str | None:
    """Return the one host that the words name; None where they name none.

    Raises RefusedError (AMBIGUOUS) where they name several, or rule one out: on which is said
    beside the words.
    """
    taken = _taken(world)
    named = _named(words, world, taken)
    if not named:
        return None
    if any(_ruled_out(words, host) for host in named):
        raise _other_than(named, world)
    rest = without_host(words, named[0])
    others = [host for host in world.hosts if host != named[0] and _alone(host).search(rest)]
    if len(named) > 1 or any(host not in taken for host in others):
        wanted = ",".join(dict.fromkeys((*named, *others)))
        raise RefusedError(
            Code.AMBIGUOUS,
            "The words name several hosts.",
            f"Leave them out, and send `hosts` beside the words: {wanted}.",
            question="On each of these hosts?",
            options=(wanted,),
        )
    return named[0]


def agree(words: str, meant: Collection[str], world: World) -> None:
    """Check that words name no other hosts than what is sent beside them means.

    Raises RefusedError (AMBIGUOUS) where more is meant than they name: neither is taken for it.
    """
    named = _named(words, world, _taken(world))
    if named and not set(meant) <= set(named):
        raise RefusedError(
            Code.AMBIGUOUS,
            f"The words name {', '.join(named)}, and beside them {', '.join(meant)} is meant.",
            "Leave the host out of the words, or out of what is beside them.",
            question="On which hosts?",
            options=(",".join(named), ",".join(meant)),
        )


def without_host(words: str, host: str) -> str:
    """Return the words without what says that they are about this host."""
    return " ".join(_pattern(host).sub(" ", words).split())


def _named(words: str, world: World, taken: Collection[str | None]) -> tuple[str, ...]:
    """Return the hosts of which the words say "on" them, or "not on" them."""
    return tuple(each for each in world.hosts if each not in taken and _pattern(each).search(words))


def _taken(world: World) -> set[str | None]:
    return {
        name
        for picture in world
        for each in picture.containers
        for name in (each.name, each.labels.get("com.docker.compose.service"))
    }


def _ruled_out(words: str, host: str) -> bool:
    return any(
        _RULED_OUT.search(words[: found.start()]) or _LEFT_ALONE.match(words[found.end() :])
        for found in _pattern(host).finditer(words)
    )


def _other_than(named: Collection[str], world: World) -> RefusedError:
    others = ",".join(host for host in world.hosts if host not in named)
    return RefusedError(
        Code.AMBIGUOUS,
        f"The words seem to rule out {', '.join(named)}, and do not say which host is meant.",
        "Leave the host out of the words, and send `host` or `hosts` beside them.",
        question="On which hosts?",
        options=(others,) if others else (),
    )


@lru_cache(maxsize=256)
def _pattern(host: str) -> re.Pattern[str]:
    name = rf"{_QUOTE}{re.escape(host)}{_QUOTE}"
    spoken = rf"(?<!\w){_BEFORE}(?:{_MACHINE}\s+)?{name}(?:\s+{_MACHINE})?(?![\w.-]*\w)"
    chinese = rf"在\s*(?:主机\s*)?{name}\s*(?:主机|服务器)?\s*上的?"
    hindi = rf"(?<![\w.-]){name}\s+(?:होस्ट\s+|सर्वर\s+)?(?:पर|में)(?!\w)"
    return re.compile(f"{spoken}|{chinese}|{hindi}", re.IGNORECASE)


@lru_cache(maxsize=256)
def _alone(host: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){re.escape(host)}(?![\w.-]*\w)", re.IGNORECASE)
