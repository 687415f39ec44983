"""Orders in other words: `I need portainer up`, `could somebody see that the api gets restarted`.

Where no template fits a whole clause, one verb with one clear object is enough, provided that
nothing else in the clause could bear on it: what is left beside the verb, its frame and common
words must name the object. The clause is put as a plain order, and read again as such.
"""

import re
from collections.abc import Iterator
from functools import cache
from types import MappingProxyType

from functions.generate.builtin.vocabulary import cue

_FRAME = r"(?:to be|be|get|gets)"
_ASKED_FOR = re.compile(
    r"(?<![\w.-])(?:needs?|wants?|would like|should|must|(?:has|have|ought) to|can|could|may"
    r"|might|please"
    r"|see that|make sure|ensure|let|time for|supposed to|is to|are to|shall)(?![\w-])",
    re.IGNORECASE,
)
_PASSIVE = (
    ("restart", r"restarted|rebooted|bounced|recycled|cycled|relaunched|kicked"),
    ("stop", r"stopped|halted|shut down|shut off|turned off|switched off|powered down|powered off"),
    ("start", r"started|booted|launched|brought up|brought back|turned on|switched on|spun up"),
    ("pause", r"paused|frozen|suspended|put on hold"),
    ("unpause", r"unpaused|resumed|unfrozen|thawed|continued"),
    ("kill", r"killed"),
    ("remove", r"removed|deleted|destroyed|erased|gone|dropped|disposed of|cleaned up|thrown away"),
)
_GERUND = (
    ("restart", r"restarting|rebooting|bouncing|recycling|cycling"),
    ("stop", r"stopping|halting|shutting down|turning off"),
    ("start", r"starting|booting|launching|starting up"),
    ("pause", r"pausing|freezing|suspending"),
    ("unpause", r"unpausing|resuming|unfreezing|thawing"),
    ("remove", r"removing|deleting|getting rid of"),
)
_NOUN = (
    (
        "restart",
        r"restart|reboot|bounce|kick|power cycle|fresh start|nudge|kick in the (?:butt|pants)",
    ),
    ("stop", r"stop|shut ?down"),
    ("start", r"start|launch"),
    ("pause", r"pause|break|rest"),
)
_WANTED_UP = re.compile(
    r"^(?:(?P<s>[\w-]+|the team)\s+)?"
    r"(?:(?:really|just|also|all|still)\s+)?(?:needs?|wants?|requires?|must have|should have"
    r"|would like"
    r"(?: to have| to see)?|get|have|see)\s+(?P<x>.+?)\s+"
    r"(?:(?:to be|to come)\s+)?(?:back\s+)?(?:up(?: and running)?|running|online|on|alive|back"
    r"|started)"
    r"(?:\s+again)?$",
    re.IGNORECASE,
)
_WANTED_DOWN = re.compile(
    r"^(?:(?:i|we)\s+)?(?:need|want|would like(?: to have)?|get|have)\s+(?P<x>.+?)\s+"
    r"(?:to be\s+)?(?:down|off|offline|stopped)$",
    re.IGNORECASE,
)
_COMES = re.compile(
    r"^(?P<x>.+?)\s+(?:(?:needs?|has|have|must|should|ought|is supposed|wants?)(?: to)?)\s+"
    r"(?:(?:be|come|go|get)\s+)?(?P<how>(?:back\s+)?(?:up|online|on|running|up and running|back)"
    r"|down|offline|off)(?:\s+again)?$",
    re.IGNORECASE,
)
_NAME_FIRST = re.compile(r"^(?P<x>\S.*?)(?: ,)? (?P<v>\w+)$")
_VERB_LAST = MappingProxyType(
    {
        **{each: each for each in ("restart", "stop", "start", "pause", "unpause", "kill")},
        "reboot": "restart",
        "off": "stop",
        "on": "start",
    }
)
_SOMEBODY = r"(?:somebody|someone|anybody|anyone|you|we|i|they|the (?:bot|gateway|system))"
_TO_DO = re.compile(
    rf"^(?:(?:can|could|would|will|should|may|might|must|please)\s+)*(?:{_SOMEBODY}\s+)?"
    r"(?:(?:please|kindly|quickly|just|maybe|also|really|then|now|have to|need to|needs to|want to"
    r"|wants to|ought to|had better|better|should|must|can|could|would|mind|going to|gonna|wanna"
    r"|gotta|to)\s+)*"
    r"(?:(?:go ahead|go on|try|see to it|see to|take care|make sure|ensure|arrange|be sure|remember"
    r"|i think|i guess|i believe|i would say|i suggest|i recommend|it is best|it would be (?:good|"
    r"great|nice|best|best if|good if)|it might be (?:good|best)|looks like|seems like|time"
    r"|it is time"
    r"|best|better|do not forget|your job is|the (?:task|plan|idea) is|what i (?:need|want) is"
    r"|how about"
    r"|what about|why not|feel free)\s+)+"
    r"(?:(?:of|and|to|that|if|for you|for us|you|we|i|it|now|if you|if we|if you could|is to"
    r"|then)\s+)*"
    r"(?P<x>\S.*)$",
    re.IGNORECASE,
)
_PAST = cue(
    r"""
    was | were | has been | have been | had been | had | already | yesterday | ago | last | when |
    whenever | since | keeps? | kept | got | did | does | who | which | what | why | how | if |
    not | never | no | nobody | nothing | none | without | until | till | unless | instead | rather
    """
)
_ONCE = re.compile(r"(?<![\w.-])(?:that |it |somebody |someone )+(?=\S)", re.IGNORECASE)


def in_other_words(clause: str) -> Iterator[str]:
    """Yield the plain orders that a clause may be another form of, the likeliest first."""
    if match := _TO_DO.match(clause):
        yield _ONCE.sub("", match.group("x"))
    if not _PAST.search(clause):
        yield from _up_or_down(clause)
        yield from _by_verb(clause)
        yield from _verb_last(clause)


def _up_or_down(clause: str) -> Iterator[str]:
    for pattern, verb in ((_WANTED_UP, "start"), (_WANTED_DOWN, "stop")):
        if match := pattern.match(clause):
            said = match.group("x")
            if "s" in pattern.groupindex and match.group("s"):
                said = _POSSESSIVE.sub(match.group("s"), said)
            yield f"{verb} {said}"
    if match := _COMES.match(clause):
        down = match.group("how").lower() in {"down", "offline", "off"}
        yield f"{'stop' if down else 'start'} {match.group('x')}"


def _verb_last(clause: str) -> Iterator[str]:
    """Yield `mailer: restart` and `media server off` with the verb first."""
    match = _NAME_FIRST.match(clause)
    if match and match.group("v").lower() in _VERB_LAST and not _NEEDING.search(clause):
        yield f"{_VERB_LAST[match.group('v').lower()]} {match.group('x')}"


_NEEDING = cue(
    r"""
    needs? | wants? | should | must | could | deserves? | requires? | is | are | has | have | will |
    does | do | a | an | to
    """
)
_POSSESSIVE = re.compile(r"\b(?:his|her|their)\b", re.IGNORECASE)


def _by_verb(clause: str) -> Iterator[str]:
    for table, frame in ((_PASSIVE, _FRAME), (_GERUND, _NEEDS), (_NOUN, _NEEDS_A)):
        for verb, forms in table:
            if frame is _FRAME and not _ASKED_FOR.search(clause):
                continue
            if frame is _FRAME and (match := _wanted(forms).match(clause)):
                yield f"{verb} {match.group('x')}"
            pattern = _form(frame, forms)
            if match := pattern.search(clause):
                rest = f"{clause[: match.start()]} {clause[match.end() :]}"
                yield f"{verb} {_bare(rest)}"


_NEEDS = (
    r"(?:needs?|wants?|deserves?|requires?|could use|could do with|is due for|is up for|due for)"
)
_NEEDS_A = (
    rf"(?:{_NEEDS}|give|gets?|do|perform|try|schedule|time for|is ready for|should get|call for)"
)
_LEADING = re.compile(
    r"^(?:(?:can|could|would|will|should|may|might|must|please|i|we|you|they|somebody|someone|anyone"
    r"|need|needs|want|wants|like|to|see|that|make|sure|it|ensure|get|have|let|us|and|so|also|then|just"
    r"|really|think|guess|believe|suggest|of|for)\s+)+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:\s+(?:can|could|would|will|should|must|needs?|to|be|please|get|gets|have|has|ought|really|just"
    r"|also|urgently|now|soon|then|you|we|is|are|a|an|the|good|quick|little|bit|badly|probably"
    r"|definitely|certainly|clearly|desperately|again))+$",
    re.IGNORECASE,
)


@cache
def _wanted(forms: str) -> re.Pattern[str]:
    return re.compile(
        r"(?:(?:i|we) )?(?:(?:really|just|also) )?(?:need|want|would like(?: to (?:have|see))?"
        r"|get|have)"
        rf" (?P<x>.+?) (?:{forms})(?: again)?$",
        re.IGNORECASE,
    )


@cache
def _form(frame: str, forms: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.-]){frame}\s+(?:(?:it|a|an|the|to be|be|quick|good|little|just|really|also|both"
        rf"|all|urgently|nice|proper|clean|graceful|swift)\s+)*(?:{forms})(?![\w-]|\.\w)",
        re.IGNORECASE,
    )


def _bare(text: str) -> str:
    """Return what is left of a clause without the words that only frame the verb."""
    text = " ".join(text.split())
    return _TRAILING.sub("", _LEADING.sub("", f"{text} ".lstrip()).strip()).strip()
