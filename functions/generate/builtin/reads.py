"""Questions and looks: what is asked about decides, and nothing here ever changes anything.

Topics are tried in order; the first whose words occur answers.
"""

import re
from itertools import pairwise

from functions.generate.builtin.conditions import (
    anything_inspected,
    details,
    facts,
    is_up,
    listed,
    members,
    running,
    status,
)
from functions.generate.builtin.cues import NETWORKS, TOPIC_WORDS, VOLUMES
from functions.generate.builtin.engine import compose, events, info, space, version
from functions.generate.builtin.holdings import history, images, of_kind
from functions.generate.builtin.index import GUESS, WORD
from functions.generate.builtin.scope import Scope
from functions.generate.builtin.spoken import Topic
from functions.generate.builtin.steps import Step
from functions.generate.builtin.vocabulary import words
from functions.generate.builtin.watching import diff, logs, ports, stats, top, why

CORE = words(
    """
    log logs stat stats status port ports image images container containers volume volumes
    network networks memory cpu processes inspect usage disk label labels
    """
)


def read(text: str, scope: Scope) -> list[Step] | None:
    """Return the commands that answer a question; None where no topic fits."""
    text = protected(_with_ports(text), scope)
    for topic in TOPICS:
        steps = topic(text, scope)
        if steps is not None:
            return steps
    return None


_BARE_PORT = re.compile(
    r"(?P<v>\b(?:listen(?:s|ing)?(?: on)?|has|have|uses?|using|holds?|holding|owns?|owning|occup\w+"
    r"|takes?|taking|took|grabb?(?:ed|s|ing)?|block(?:s|ing|ed)?|behind|bound to|binds?(?: to)?"
    r"|serves?"
    r"|serving|got|answers?(?: on)?|answering(?: on)?|reachable (?:on|at|under|via)"
    r"|published (?:on|at)"
    r"|available (?:on|at)|exposed (?:on|at)|sits? on|sitting on|runs? on|running on|on))"
    r"\s+(?:the\s+)?:?(?P<n>\d{2,5})(?:/(?:tcp|udp))?(?=\s*$| (?:right|at|in|and|port|here|there"
    r"|open)\b)",
    re.IGNORECASE,
)
_PORT_IS = re.compile(r"\bports? (?:is|are|was) (?P<n>\d{2,5})\b", re.IGNORECASE)


def _with_ports(text: str) -> str:
    """Say port where only its number is said: `what listens on 3000?`."""
    text = _PORT_IS.sub(r"has port \g<n>", text)
    return _BARE_PORT.sub(r"\g<v> port \g<n>", text)


def protected(text: str, scope: Scope) -> str:
    """Mark the words of names that would be taken for a topic: `what is running in metrics?`."""
    known = scope.index.containers.words
    return " ".join(
        f"@{word}"
        if (
            min(known.get(word.lower(), {0: GUESS}).values()) <= WORD
            and word.lower() not in CORE
            and any(topic.fullmatch(word) for topic in TOPIC_WORDS)
        )
        or (before.lower() in {"called", "named"} and scope.index.containers.named(word))
        else word
        for before, word in pairwise(("", *text.split(" ")))
    )


TOPICS: tuple[Topic, ...] = (
    why,
    is_up,
    compose,
    version,
    info,
    anything_inspected,
    members,
    events,
    diff,
    space,
    logs,
    stats,
    history,
    ports,
    top,
    of_kind("volume", VOLUMES),
    of_kind("network", NETWORKS),
    images,
    facts,
    listed,
    details,
    status,
    running,
)
