"""The host that words name: "restart web on alpha", "was läuft auf alpha?", "在 alpha 上重启 web".

Only hosts that exist are looked for, and only behind or before a word that says "on": a word that
merely is a host's name may mean anything. A name that a container has as well is the container's.
"""

import re
from functools import lru_cache

from contracts.errors import Code, RefusedError
from contracts.world import World

_MACHINE = (
    r"(?:docker[\s-]?)?(?:host|server|machine|node|box|rechner|maschine|máquina|servidor|serveur)"
)
_BEFORE = r"(?:on|at|auf|en|sur)\s+(?:(?:the|dem|der|el|la|le)\s+)?"
_QUOTE = r"[\"'`]?"


def on_host(words: str, world: World) -> str | None:
    """Return the one host that the words name; None where they name none.

    Raises RefusedError (AMBIGUOUS) where they name several: on which is said beside the words.
    """
    taken = {
        name
        for picture in world
        for each in picture.containers
        for name in (each.name, each.labels.get("com.docker.compose.service"))
    }
    named = [host for host in world.hosts if host not in taken and _pattern(host).search(words)]
    if not named:
        return None
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


def without_host(words: str, host: str) -> str:
    """Return the words without what says that they are about this host."""
    return " ".join(_pattern(host).sub(" ", words).split())


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
