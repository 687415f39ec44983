"""A request is one clause or several: parts joined by `and`, `then`, commas, full stops."""

import re
from collections.abc import Iterator

from functions.generate.builtin.actions import HEADS
from functions.generate.builtin.text import squeeze, without_courtesy
from functions.generate.builtin.vocabulary import words

READ_HEADS = words(
    """
    show list display print get give tell check see view inspect tail look find describe count
    report watch follow stream read fetch enumerate ls ps verify confirm examine dump retrieve
    make why
    """
)
_NO_OBJECT = words(", . and or of is are was were limit limits usage policy count") | {""}
_CREATE_ONLY = re.compile(
    r"\b(create)\s+,?\s*(?:but|and)\s+(?:do\s+not|not|never)\s+(?:start|run)(?:\s+it)?\b"
    r"|(?<!\w)()without\s+(?:starting|running)(?:\s+it)?\b",
    re.IGNORECASE,
)
_WITHOUT_DOING = re.compile(
    r"\s,?\s*(?:but\s+)?without (?:restarting|stopping|recreating|removing|deleting|killing"
    r"|touching|pausing"
    r"|interrupting|rebooting) (?:it|them|anything(?: else)?)\b",
    re.IGNORECASE,
)
"""What an order does not do anyway; orders that do it are other orders."""
_STATES_SAID = (
    (
        re.compile(
            r"\b(?:were |was |been |are |is )?created\s+,?\s*(?:but|and)\s+(?:(?:were|was|are|is"
            r"|have|has)\s+)?"
            r"(?:never|not)(?:\s+(?:yet|been|yet\s+been))?\s+(?:started|run|launched)\b",
            re.IGNORECASE,
        ),
        "in status created",
    ),
    (
        re.compile(
            r"\b(?:finished|exited|ended|completed|terminated|stopped)\s+(?:successfully|cleanly|normally"
            r"|without\s+(?:an?\s+)?(?:error|problem)s?|all\s+right|fine)\b",
            re.IGNORECASE,
        ),
        "succeeded",
    ),
)
_JOINT = re.compile(
    r"(?P<stop>\s+\.\s+)"
    r"|(?P<hard>\s*,?\s+(?:and\s+then|and\s+afterwards?|and\s+after\s+(?:that|those|these|this|it|them)(?:\s+(?:two|three|one|ones))?|then|afterwards?|after\s+that|followed\s+by|before\s+you|and\s+finally|and\s+also|finally|once\s+done)\s+,?\s*)"
    r"|(?P<soft>\s*,\s+(?:and\s+|but\s+|so\s+|also\s+|plus\s+|please\s+)*|\s+(?:and|but|so|plus|&)\s+(?:also\s+|please\s+)?)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:but\s+|and\s+)?(?:give|allow|grant|wait)\s+(?:(?:it|them|him|each)\s+)?"
    r"(?:up\s+to\s+|at\s+least\s+|at\s+most\s+|no\s+(?:longer|more)\s+than\s+|max(?:imum)?\s+|only\s+|for\s+)*"
    r"(?:\d+|half\s+an?|\w+)\s*(?:s|secs?|seconds?|m|mins?|minutes?)\b"
    r"|(?:and\s+)?(?:call|name)\s+(?:it|the image|that)\s+\S+\s*$"
    r"|(?:but\s+|and\s+)?do\s+not\s+wait\s+(?:for\s+)?(?:longer|more)\s+than\b",
    re.IGNORECASE,
)
"""A grace period is no step of its own: `stop it and give it 30 seconds`; nor is a name."""
_WHETHER = re.compile(
    r"(?:(?:i|we) (?:would like|want|need|wish) to (?:know|see|check)|(?:can"
    r"|could) you tell (?:me|us)"
    r"|do you know|any idea|tell me|let me know|check|see|verify|find out) (?:if|whether)\b",
    re.IGNORECASE,
)
_IS_IS = re.compile(r"^(?P<is>is) (?P<x>(?!it\b|they\b).+?) (?:is|are)\b", re.IGNORECASE)
_STATEMENT = re.compile(
    r"(?:it|they|he|she|users|customers|people|everybody|somebody|nobody|no one|i|we|someone|this"
    r"|there|that(?: (?:one|thing|image|container|volume))?|everyone|ops|qa|marketing"
    r"|the (?:team|boss|users?"
    r"|customers?|client|devs?|developers?))\s+(?:\w+ly\s+)?"
    r"(?:is|are|has|have|had|was|were|keeps?|seems?|looks?|got|just|does|do|did|still|should|must|need"
    r"|needs|want|wants|will|would|said|says|complain\w*|report\w*|think|thinks|forgot|left|made|am"
    r"|can not|could not|never|no longer|uses?|cares?|watches|notices?|hangs?|broke|died|froze|fell"
    r"|went|\w{3,}ed)\b",
    re.IGNORECASE,
)
_SUBJECT_FIRST = re.compile(
    r"(?:(?:the|my|our) )?[\w.-]+(?: [\w.-]+){0,3} (?:needs? (?:a|to be|to come)|should be"
    r"|must be|has to be"
    r"|have to be|can go|can be (?:removed|deleted|stopped)|could use a)\b",
    re.IGNORECASE,
)
_NEW_KIND = re.compile(r"(?:an?|another) (?:new )?(?:network|volume) \S", re.IGNORECASE)
_ASKS_TOO = re.compile(
    r"[\s,]*and\s+(?:what|how|why|where) (?:did|does|do|is|are|was|were|has|have|much|many|long"
    r"|often)\b",
    re.IGNORECASE,
)
_ASKED_ABOUT = re.compile(r"(?:where|why|how|who|what|which)\b", re.IGNORECASE)
_IN_TURN = re.compile(
    r"(?:(?! and |,).)+ (?:after (?:it|that|them|this|those)|afterwards?|next|thereafter)",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"(?:also )?(?:(?:the )?(?:last|latest|newest) (?:\d+|few) (?:log )?(?:lines|entries"
    r"|messages)\b"
    r"|(?:its|their) (?:last log lines?|exit code|logs?|stats?|statistics|memory|cpu|ports?"
    r"|processes|mounts?|env\w*"
    r"|config\w*|details"
    r"|resource usage|status|state|health|output|image|networks?|volumes?)\b"
    r"|(?:the )?(?:disk usage|disk space|docker version)\b)",
    re.IGNORECASE,
)
_ASKS_WHY = re.compile(
    r"(?:why|how come|what happened|what is (?:wrong|going on|happening|the (?:reason|cause"
    r"|problem))"
    r"|(?:any|no) (?:idea|clue) (?:why|what).*|do you know (?:why|what).*|what gives"
    r"|why is (?:that|this)"
    r"|why (?:did|does|is|was) (?:it|that|this)\b.*"
    r"|(?:please )?(?:find out|check|see|tell me|look into|look at|figure out) (?:why"
    r"|what (?:happened|is wrong"
    r"|went wrong))(?: (?:it|that|this) \w+)?)",
    re.IGNORECASE,
)
_ASKS_ON = re.compile(r"(?:is|are|does|did) (?:it|they|she|he)\b.*", re.IGNORECASE)
_SHOW_UP = re.compile(
    r"(?:pull|bring|dig|call|fetch|throw)(?: me)? up (?=(?:the |all |me )*(?:logs?|what|stats?"
    r"|output|details?"
    r"|config|list|status|last|latest|recent|info|\S+ (?:logs?|stats?|status|output|details)))",
    re.IGNORECASE,
)
_ITS_TOPIC = re.compile(
    r"(?:its|their) (?!last|latest)(?:\w+ )?(?:logs?|stats?|memory|cpu|ports?|processes|mounts?"
    r"|env\w*|config\w*"
    r"|details|status|state|health|output|image|networks?|volumes?|exit code)$",
    re.IGNORECASE,
)
_NUMBER_OF = re.compile(
    r"(?:the )?(?:last|latest|newest|final) (?:\d+|few) (?:from|of|in|for)\b"
    r"|(?:the |its |their )?(?:last |latest )?\d+ (?:log |more )?(?:lines|entries)\b"
    r"|(?:the |its |their )?last log lines?\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"^(?:but\s+|and\s+|please\s+)*(?:do\s+not|does\s+not|did\s+not|never|without|not|no\s+need\s+to|avoid|refrain\s+from|rather\s+than|instead\s+of)\b",
    re.IGNORECASE,
)


def asked(clause: str) -> str:
    """Return `tell me if it is up` as a question, `any idea what happened` as `why`."""
    if _ASKS_WHY.fullmatch(clause):
        return "why"
    if match := _SHOW_UP.match(clause):
        return f"show {clause[match.end() :]}"
    if _ITS_TOPIC.match(without_courtesy(clause)):
        return f"show {without_courtesy(clause)}"
    if _NUMBER_OF.match(without_courtesy(clause)):
        return f"show logs {clause}"
    return _IS_IS.sub(r"\g<is> \g<x>", _WHETHER.sub("is", clause))


def is_negated(clause: str) -> bool:
    """Tell whether a clause says what is not to be done."""
    return _NEGATED.search(clause) is not None


def begins_anew(text: str) -> bool:
    """Tell whether a part of a request begins with an order or a request to look."""
    said = squeeze(text)
    if _STATEMENT.match(text) or _WHETHER.match(text):
        return True
    if _SUBJECT_FIRST.match(said) or _NEW_KIND.match(said):
        return True
    if _ASKS_WHY.fullmatch(said) or _ASKS_ON.fullmatch(said):
        return True
    head, _, rest = without_courtesy(text).lower().partition(" ")
    follows = rest.split(" ", 1)[0]
    if follows in _NO_OBJECT:
        return False
    return head in HEADS or head in READ_HEADS


_VERBS_ALONE = words("restart reboot stop start pause unpause resume kill remove delete why")
_ASKED_FIRST = re.compile(
    r"(?:what|which|who|why|how|when|is|are|was|did|does|tell|show)\b", re.IGNORECASE
)


def _asks(before: str) -> bool:
    """Tell whether a part of a request is whole: it begins with an order, a look or a question."""
    said = without_courtesy(before)
    if _TOPIC.match(said) or _ASKED_FIRST.match(said):
        return True
    return said.split(" ")[0].lower() in HEADS | READ_HEADS


def _is_verb_alone(before: str, rest: str) -> bool:
    """Tell whether `, restart please` follows a statement: the order is for what was told of."""
    return (
        without_courtesy(rest).lower() in _VERBS_ALONE
        and _ASKED_FIRST.match(without_courtesy(before)) is None
        and without_courtesy(before).split(" ")[0].lower() not in HEADS
    )


def clauses_of(text: str) -> Iterator[str]:
    """Yield the parts of a request that each say one thing to do, in their order."""
    text = _WITHOUT_DOING.sub("", text)
    text = _CREATE_ONLY.sub(r"\1", text)
    for pattern, said in _STATES_SAID:
        text = pattern.sub(said, text)
    start = 0
    for match in _JOINT.finditer(text):
        rest = text[match.end() :]
        if match.start() < start or not rest.strip(" ,."):
            continue
        parts = not match.group("soft") or begins_anew(rest) or is_negated(squeeze(rest))
        parts = parts or _ASKS_TOO.match(match.group() + rest) is not None
        parts = parts or (
            "," in match.group()
            and _ASKED_ABOUT.match(rest) is not None
            and not _asks(text[start : match.start()])
        )
        parts = parts or _IN_TURN.fullmatch(squeeze(rest)) is not None
        parts = parts or (
            _TOPIC.match(squeeze(rest)) is not None and _asks(text[start : match.start()])
        )
        parts = parts or (
            "," in match.group() and _is_verb_alone(text[start : match.start()], rest)
        )
        if _GOES_ON.match(rest) or not parts:
            continue
        part = squeeze(text[start : match.start()])
        if part:
            yield part
        start = match.end()
    part = squeeze(text[start:])
    if part:
        yield part
