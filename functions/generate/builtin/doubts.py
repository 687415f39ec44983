"""Words that seem to order and do not: questions whether, conditions, corrections, other senses.

Each is refused or asked about before anything is made of it: an order that was not given is worse
than one that has to be said again.
"""

import re

from contracts.errors import Code, RefusedError
from functions.generate.builtin.vocabulary import cue, words

_VERBS = (
    r"(?:restart|reboot|stop|start|kill|remove|delete|pause|unpause|resume|prune|rename|drop|wipe|destroy"
    r"|shut|update|disconnect|connect|run|bounce|halt|terminate|purge|clean)"
)
_DONE = (
    r"(?:restarted|rebooted|stopped|started|killed|removed|deleted|paused|unpaused|resumed|pruned|renamed"
    r"|dropped|wiped|destroyed|shut|updated|disconnected|connected|cleaned|halted|terminated|purged)"
)
_WHETHER = (
    re.compile(
        rf"^(?:so |and |but |hey |hi |ok |well |also |please )*(?:may|might|should|shall|must"
        rf"|can|could)"
        rf"\s+(?:i|we|one)\s+(?:\w+ly |just |also |now )*{_VERBS}\b(?!.*\bplease\b)",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:so |and |but |hey |hi |ok |well |also )*(?:can|could|may|might|should|shall|must"
        r"|will|would)"
        rf"\s+(?!you\b|u\b)\S.*?\bbe (?:\w+ly )?{_DONE}\b(?!.*\bplease\b)",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:so |and |but |hey )*(?:is|would|will) it (?:be )?(?:ok|okay|safe|fine|possible"
        r"|allowed|good|wise|bad"
        r"|a (?:good|bad) idea|dangerous|better|harmful|smart)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\bmay (?:i|we)\b(?! (?:ask|have|see|get|know|view))", re.IGNORECASE),
    re.compile(
        r"^(?:so |and |but )*(?:am i|are we|is (?:any|some)(?:body|one)) (?:allowed|able"
        r"|supposed|free|going)\b"
        r"|^do (?:i|we) (?:have|need) to\b|^what (?:if|would happen|happens)\b",
        re.IGNORECASE,
    ),
)
_IF = re.compile(
    r"^(?:and |but |then |so )*(?:if|unless|in case|whenever|provided|providing|assuming"
    r"|supposing|suppose"
    r"|in the event|as long as|so long as|should(?! (?:i|we|you|somebody"
    r"|someone)\b))\b(?! (?:you|possible|necessary|at all|it is not too))",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"^(?:and |but |then |so )*(?:when|once|as soon as|every time|each time)\b"
    r"(?! (?:did|was|were|is|are|has|have|had|do|does|will|you|that|this|those|done|finished"
    r"|ready)\b)"
    r"(?! (?:it|they) (?:is|are|has|have) (?:done|finished|up|running|stopped|started|restarted"
    r"|over|back"
    r"|complete|exited|removed|ready|pulled|gone)\b)",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\b(?:i mean|i meant|no wait|wait ,? ?no|scratch that|correction|oops|make that|or rather"
    r"|never ?mind"
    r"|forget (?:it|that|about)|on second thoughts?|strike that|cancel that|not! |my mistake"
    r"|changed my mind"
    r"|better not|hang on|ich meine|ich meinte|doch lieber|lieber doch|quiero decir|quise decir"
    r"|perdón|mejor no"
    r"|je veux dire|je voulais dire|plutôt|pardon)\b"
    r"|[,.!-] (?:no|nope|nein|non|wait|sorry|moment|actually no|or no) ?[,.]? "
    r"(?:i|not|do not|actually|wait|the|rather|it|sorry|[\w-]+ instead|doch|mejor|lieber"
    r"|bitte nicht)\b"
    r"|[,.!-] (?:sorry|nope|wait|no) ?[,.] ",
    re.IGNORECASE,
)
_NOT_KNOWN = re.compile(
    r"\b(?:do not|not|never) (?:know|sure|certain|understand|dare|remember|want to|think)\b",
    re.IGNORECASE,
)
_PART_OF = cue(
    r"""
    half | most | few | several | majority | (?:a|one|two) (?:third|quarter|fifth|half|tenth)s? |
    \d+ ?% (?:of)? | \d+ percent | part of | portion of | \d+ (?:out )?of
    """
)
_OTHER_SENSE = words(
    """
    restart restarts restarting reboot stop stops stopping start starts starting kill kills killing
    remove removal removing delete deletion deleting pause pausing unpause resume trying try
    attempting attempts planning thinking considering complaining
    """
)
_NO_OBJECT_BEFORE = re.compile(
    r"(?:with|trying|to|over|by|from|about|doing|being)\b", re.IGNORECASE
)


_NAMED_BY = re.compile(r"\b(?:starts?|starting|begins?|beginning) with\b")
_FROM_DOING = re.compile(r"\bfrom \w+ing\b", re.IGNORECASE)


def refuse_doubtful(text: str) -> None:
    """Refuse a part of a request that asks whether, decides on a condition, or is taken back.

    Raises RefusedError: AMBIGUOUS with the question whether to do it, UNSUPPORTED for conditions.
    """
    if any(pattern.search(text) for pattern in _WHETHER):
        raise asks_whether()
    if _IF.search(text) or _WHEN.search(text):
        raise RefusedError(
            Code.UNSUPPORTED,
            "The gateway does not decide on conditions.",
            "Ask for the state first, then say what to do.",
        )


def asks_whether() -> RefusedError:
    """Return the question back to whoever asked whether something may be done."""
    return RefusedError(
        Code.AMBIGUOUS,
        "That asks whether to do it, and does not say to.",
        "Say it as an order to have it done: stop <name>.",
        question="Shall it be done? Then say it as an order.",
    )


def refuse_taken_back(text: str) -> None:
    """Refuse a request that corrects itself. Raises RefusedError with AMBIGUOUS."""
    if _TAKEN_BACK.search(text) or _NOT_KNOWN.search(text):
        raise RefusedError(
            Code.AMBIGUOUS,
            "The request takes something back, or is not sure of itself.",
            "Say again only what is meant.",
            question="What shall be done, and with which container?",
        )


def part_of(text: str) -> str | None:
    """Return what a phrase means a part of and does not say which: `half of the workers`."""
    return _PART_OF.sub(" ", text) if _PART_OF.search(text) else None


def is_no_object(text: str, named: frozenset[str]) -> bool:
    """Tell whether what follows a verb is no object: `trying to restart db`, `the restart of db`.

    `named` are the names of what exists, in lower case.
    """
    said = _NAMED_BY.sub(" ", text.lower()).split()
    if _FROM_DOING.search(text):
        return True
    return _NO_OBJECT_BEFORE.match(text) is not None or any(
        word in _OTHER_SENSE and word not in named for word in said
    )
